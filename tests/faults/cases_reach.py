"""Servers that cannot be reached, or where something else answers. 4 for the only target, 5 when others answered."""
import os
import socket
import subprocess
from program import Skip, case, check

UNREACHABLE = {
    'half-open': ('half_open', 'no whole answer.*within 5'),
    'silent': ('silent', 'no whole answer.*within 5'),
    'bolt': ('bolt', 'speaks Bolt.*7474'),
    'tls': ('tls', 'speaks TLS.*https://'),
    'down': ('down', 'connection refused.*running'),
}


@case('reach', each=UNREACHABLE)
def reach(stage, row):
    fake = stage.fake()
    fake.ctl(state=row[0])
    r = stage.show('databases', fake.url).must(4, row[1]).must_say_in_one_line()
    check('(none)' in r.out, 'rows without a server', r)


@case('reach-no-such-name')
def no_such_name(stage):
    stage.show('databases', 'http://no-such-host.invalid:7474').must(4, "cannot find the name 'no-such-host.invalid'")


@case('reach-json-says-why')
def json_says_why(stage):
    fake = stage.fake()
    fake.ctl(state='down')
    r = stage.show('databases', fake.url, '--format', 'json').must(4)
    instance = r.json()['instances'][0]
    check(r.json()['rows'] == [] and instance['absent'] and 'refused' in instance['message'], 'the reason is not there', r)


@case('reach-one-of-two')
def one_of_two(stage):
    fake = stage.fake(2)
    fake.ctl(instances=[1], state='down')
    r = stage.run('show', 'databases', '--format', 'json', '-i', fake.urls[0], '-i', fake.urls[1])
    r.must(5, '127.0.0.1:%d: connection refused' % fake.ports[1])
    check({row['instance'] for row in r.json()['rows']} == {'127.0.0.1:%d' % fake.ports[0]}, 'not the rows of the other', r)
    fake.ctl(state='down')
    stage.run('show', 'databases', '-i', fake.urls[0], '-i', fake.urls[1]).must(4)


@case('reach-check')
def check_unknown(stage):
    """To monitoring a server that is down is critical, and one that is fine is not."""
    fake = stage.fake(transactions=0)
    fake.rule('no_rows', 'SHOW INDEX')
    r = stage.run('check', '-i', fake.url).must(0)
    check(r.out.startswith('OK'), 'not OK', r)
    fake.ctl(state='down')
    r = stage.run('check', '-i', fake.url)
    check(r.status in (2, 3) and 'refused' in r.out, 'a server that is down is not told', r)


@case('reach-proxy-variables-are-ignored')
def proxy_variables(stage):
    dead = 'http://127.0.0.1:9'
    env = stage.env(**{name: dead for name in ('http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'all_proxy')})
    stage.show('databases', stage.fake().url, env=env).must(0)


@case('reach-dead-proxy-of-the-instance')
def own_proxy(stage):
    path = stage.file('c.conf', '[instance "a"]\nuri = %s\nproxy = http://127.0.0.1:9\n' % stage.fake().url)
    stage.show('databases', 'a', '--config', path).must(4, '(?i)proxy|127.0.0.1:9')


NO_NEO4J = {
    'html': ({'do': 'html'}, 'no Neo4j: a page "Sign in"'),
    'empty': ({'do': 'empty'}, 'says nothing'),
    'garbage': ({'do': 'garbage'}, 'no Neo4j'),
    'broken': ({'do': 'broken'}, 'no Neo4j'),
    'close': ({'do': 'close'}, 'closed the connection without an answer'),
    'reset': ({'do': 'reset'}, 'was cut'),
    'cut': ({'do': 'cut'}, 'was cut after'),
    'endless': ({'do': 'endless'}, 'larger than 64K'),
    'headers': ({'do': 'headers'}, 'header of the answer.*larger'),
    'hang': ({'do': 'hang'}, 'within 5'),
    'trickle': ({'do': 'trickle', 'ms': 200}, 'within 5'),
    'redirect': ({'do': 'redirect', 'location': 'http://127.0.0.1:9/x'}, "redirects to 'http://127.0.0.1:9/x'.*not followed"),
    '401': ({'do': 'status', 'code': 401}, 'a login of its own'),
    '404': ({'do': 'status', 'code': 404}, 'HTTP 404.*no Neo4j'),
    '500': ({'do': 'status', 'code': 500}, 'HTTP 500'),
    '502': ({'do': 'status', 'code': 502}, 'proxy'),
    '503': ({'do': 'status', 'code': 503}, 'starting'),
}


@case('no-neo4j', each=NO_NEO4J)
def no_neo4j(stage, row):
    fake = stage.fake()
    fake.ctl(rules=[dict(row[0], match='GET /')])
    stage.show('databases', fake.url).must(4, row[1]).must_say_in_one_line()
    counts = fake.ctl()['instances'][0]['by_kind']
    check(set(counts) <= {'DISCOVERY'}, 'a login was sent to what is no Neo4j: %s' % counts)


@case('no-neo4j-redirect-target-is-not-asked')
def redirect_target(stage):
    trap = socket.create_server(('127.0.0.1', 0))
    trap.settimeout(0.1)
    fake = stage.fake()
    fake.rule('redirect', location='http://127.0.0.1:%d/' % trap.getsockname()[1])
    stage.show('databases', fake.url).must(4)
    try:
        trap.accept()
        asked = True
    except socket.timeout:
        asked = False
    check(not asked, 'the target of the redirect was asked')


# ---- TLS ----

def openssl(stage, *args, text=None):
    try:
        subprocess.run(['openssl', *args], cwd=stage.home, check=True, input=text, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except FileNotFoundError:
        raise Skip('openssl is not installed') from None


def self_signed(stage, name, names):
    openssl(stage, 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', name + '.key',
            '-out', name + '.crt', '-days', '30', '-subj', '/CN=' + name, '-addext', 'subjectAltName=' + names)
    return [os.path.join(stage.home, name + ext) for ext in ('.crt', '.key')]


def signed(stage, names, end='21000101000000Z'):
    """The certificate of a server, signed by an authority of our own (ca.crt)."""
    self_signed(stage, 'ca', 'DNS:ca')
    stage.file('ca.cnf', '[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\nserial = serial\nnew_certs_dir = .\ndefault_md = sha256\n'
               'policy = p\nx509_extensions = e\n[p]\ncommonName = supplied\n[e]\nsubjectAltName = ' + names + '\n')
    stage.file('index.txt', '')
    stage.file('serial', '01\n')
    openssl(stage, 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'server.key', '-out', 'server.csr',
            '-subj', '/CN=server')
    openssl(stage, 'ca', '-batch', '-config', 'ca.cnf', '-cert', 'ca.crt', '-keyfile', 'ca.key', '-in', 'server.csr', '-out', 'server.crt',
            '-notext', '-startdate', '20200101000000Z', '-enddate', end)
    return [os.path.join(stage.home, 'server' + ext) for ext in ('.crt', '.key')]


def secure(stage, fake, lines=''):
    return stage.file('tls.conf', '[instance "a"]\nuri = %s\n%s' % (fake.url, lines))


@case('tls-own-authority')
def own_authority(stage):
    fake = stage.fake(tls=signed(stage, 'IP:127.0.0.1'))
    stage.show('databases', 'a', '--config', secure(stage, fake)).must(4, 'certificate.*ca_file').must_say_in_one_line()
    check(fake.total()['requests'] == 0, 'something was sent although the certificate does not verify')
    r = stage.run('info', '-i', 'a', '--config', secure(stage, fake, 'ca_file = ca.crt\n')).must(0)
    check('verified' in r.out, 'not said to be verified', r)
    stage.show('databases', 'a', '--config', secure(stage, fake, 'ca_file = ca.crt\n')).must(0)


@case('tls-wrong-name')
def wrong_name(stage):
    fake = stage.fake(tls=signed(stage, 'DNS:other.example'))
    stage.show('databases', 'a', '--config', secure(stage, fake, 'ca_file = ca.crt\n')).must(4, '127.0.0.1')
    check(fake.total()['requests'] == 0, 'something was sent although the name does not match')


@case('tls-expired')
def expired(stage):
    fake = stage.fake(tls=signed(stage, 'IP:127.0.0.1', end='20200201000000Z'))
    stage.show('databases', 'a', '--config', secure(stage, fake, 'ca_file = ca.crt\n')).must(4, 'expired')


@case('tls-self-signed')
def selfsigned(stage):
    fake = stage.fake(tls=self_signed(stage, 'own', 'IP:127.0.0.1'))
    stage.show('databases', fake.url).must(4, 'certificate')
    check(fake.total()['requests'] == 0, 'something was sent although the certificate does not verify')
    config = secure(stage, fake, 'tls = insecure\n')
    stage.show('databases', 'a', '--config', config).must(0)
    r = stage.show('instances', 'a', '--config', config, '--format', 'json').must(0)
    check(r.json()['rows'][0]['tls'] == 'insecure', 'it is not said to be insecure', r)
    stage.play(['wait idle', 'dump screen'], '--config', config, 'a').must(0)
    check('TLS INSECURE' in stage.read('screen'), 'the header does not say it', stage.read('screen'))


@case('tls-files-that-are-none')
def tls_files(stage):
    fake = stage.fake(tls=self_signed(stage, 'own', 'IP:127.0.0.1'))
    stage.show('databases', 'a', '--config', secure(stage, fake, 'ca_file = missing.crt\n')).must(4, 'missing.crt')
    stage.file('rubbish.crt', 'no certificate\n')
    stage.show('databases', 'a', '--config', secure(stage, fake, 'ca_file = rubbish.crt\n')).must(4, 'rubbish.crt')


@case('tls-plain-and-back')
def plain_and_back(stage):
    fake = stage.fake(tls=self_signed(stage, 'own', 'IP:127.0.0.1'))
    stage.show('databases', fake.url.replace('https', 'http')).must(4, 'https|TLS')
    plain = stage.fake()
    stage.show('databases', plain.url.replace('http', 'https')).must(4, 'http://|no TLS|not TLS')


