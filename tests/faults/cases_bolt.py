"""neodeck over Bolt, against servers that are none or misbehave: exit codes and words. The servers are fleet.py's."""
import os
import re
import subprocess
import sys
import threading
from program import HERE, PASSWORD, case, check, in_time, until

LOGIN = {'password': repr(PASSWORD)}


class Fleet:
    """fleet.py in a process of its own; knobs of the first server as {name: Python literal}."""

    def __init__(self, stage, knobs, count=1):
        self.process = subprocess.Popen([sys.executable, '-B', os.path.join(HERE, 'fleet.py'), str(count)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)
        self.lock = threading.Lock()
        self.ports = [int(p) for p in self.process.stdout.readline().split()]
        self.url = 'bolt://127.0.0.1:%d' % self.ports[0]
        stage.closing.append(self)
        for name, value in {**LOGIN, **knobs}.items():
            self.say('all set %s %s' % (name, value))

    def say(self, words):
        with self.lock:
            self.process.stdin.write(words + '\n')
            return self.process.stdout.readline().strip()

    def get(self, name):
        return int(self.say('0 get ' + name))

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


REACH = {
    'magic': ('magic', 'does not speak Bolt.*right port'),
    'http': ('http', 'is an HTTP port.*http://'),
    'tls': ('tls', r'speaks TLS.*bolt\+s://'),
    'zero': ('zero', 'no version of it that neodeck knows'),
    'shut': ('shut', 'closed the connection'),
    'silent': ('silent', 'nothing came.*within|nothing came.*for 5'),
    'half': ('half', 'nothing came.*for 5'),
    'garbage': ('garbage', 'makes no sense'),
    'huge': ('huge', 'larger than'),
    'login-hangs': ('login_hangs', 'no login.*within 5'),
}


@case('bolt-reach', each=REACH)
def reach(stage, row):
    fleet = Fleet(stage, {'bolt': repr(row[0])})
    stage.show('databases', fleet.url).must(4, row[1]).must_say_in_one_line()


@case('bolt-reach-down')
def down(stage):
    fleet = Fleet(stage, {})
    fleet.say('0 close')
    stage.show('databases', fleet.url).must(4, 'connection refused.*running').must_say_in_one_line()


@case('bolt-reach-no-such-name')
def no_such_name(stage):
    stage.show('databases', 'bolt://no-such-host.invalid').must(4, "cannot find the name 'no-such-host.invalid'").must_say_in_one_line()


@case('bolt-reach-tls-of-plain')
def tls_of_plain(stage):
    fleet = Fleet(stage, {})
    stage.show('databases', fleet.url.replace('bolt:', 'bolt+s:')).must(4, 'bolt://|TLS').must_say_in_one_line()


WITHIN = {
    'run-fails': ('run_fails', 'no such thing'),
    'fails-in-pull': ('fails_in_pull', 'deadlock'),
    'dies-in-pull': ('dies_in_pull', 'connection'),
    'names-wrong': ('names_wrong', 'column names'),
    'ragged': ('ragged', ''),
    'large': ('large', 'first .* the server has more'),
    'stops': ('stops_in_pull', 'no whole answer.*told to end it'),
}


@case('bolt-within', each=WITHIN)
def within(stage, row):
    fleet = Fleet(stage, {'bolt': repr(row[0])})
    r = stage.show('databases', fleet.url, seconds=90)
    check(r.status != 0, 'exit status 0', r)
    r.must(r.status, row[1]).must_say_in_one_line()


CUT = {
    'enough': ({'rows': '1000000'}, 50000, 'first 50,000, the server has more'),
    'enough-3.5': ({'rows': '60000', 'bolt_version': '(3, 0)', 'version': "'3.5.35'"}, 50000, 'first 50,000, the server has more'),
    'dies': ({'rows': '9000', 'pull_fault': "(3, 'dies')"}, 3001, 'first 3,001 only: .*connection'),
    'fails': ({'rows': '9000', 'pull_fault': "(2, 'fails')"}, 1001, 'first 1,001 only: .*deadlock'),
}


CUT_HTTP = {
    'enough': ({'rows': '1000000'}, 50000, 'first 50,000, the server has more'),
    'bytes': ({'rows': '1000000', 'width': '100000'}, 670, 'first 670, the server has more'),
    'dies': ({'rows': '9000', 'row_fault': "(3001, 'dies')"}, 3001, 'first 3,001 only: .*cut'),
    'fails': ({'rows': '9000', 'row_fault': "(3001, 'fails')"}, 3001, 'first 3,001 only: .*deadlock'),
    'row': ({'rows': '9000', 'row_fault': "(4000, 'huge')"}, 4000, 'first 4,000 only: a row of the answer is larger than 16M'),
}


@case('http-rows', each=CUT_HTTP)
def rows_cut_over_http(stage, row):
    rows_cut(stage, row, 'http')


@case('bolt-rows', each=CUT)
def rows_cut(stage, row, scheme='bolt'):
    """What there is of a list is shown, that it is not all is said, and the server has nothing left to do."""
    for form in 'csv', 'json', 'table':
        fleet = Fleet(stage, row[0])
        r = in_time(stage.show('users', fleet.url.replace('bolt', scheme), '--format', form)).must(5, row[2])
        n = len(r.json()['rows']) if form == 'json' else r.out.count('\n') - 1 - (form == 'table')
        check(n == row[1], '%d rows' % n)
        if form == 'json':
            check(r.json()['instances'][0].get('truncated') is True, 'nothing in JSON tells of it', r)
        check(until(lambda: fleet.get('left') == 0), 'something is left behind')


VERSIONS = {'3': ('(3, 0)', '3.5.35'), '4.0': ('(4, 0)', '4.0.12'), '4.4': ('(4, 4)', '4.4.48'), '5.8': ('(5, 8)', '5.26.30'), '6': ('(6, 0)', '2026.8.1')}


@case('bolt-version', each=VERSIONS)
def versions(stage, row):
    fleet = Fleet(stage, {'bolt_version': row[0], 'version': repr(row[1]), 'rows': '2500', 'bolt': "'small'"})
    for scheme in 'bolt', 'neo4j':
        # two statements: procedures and functions
        r = stage.show('procedures', fleet.url.replace('bolt', scheme), '--format', 'json').must(0)
        check(len(r.json()['rows']) == 5000, '%d rows' % len(r.json()['rows']))
    check(until(lambda: fleet.get('goodbyes') >= 2), 'nobody said goodbye')


@case('bolt-login-wrong-password')
def wrong_password(stage):
    fleet = Fleet(stage, {})
    r = stage.show('databases', fleet.url, env=stage.env(NEO4J_PASSWORD='wrong-one'))
    r.must(4, "refused the login of user 'neo4j'; give the right password with --password-file").must_say_in_one_line()
    check(fleet.get('refused') == 1, 'it was tried %d times' % fleet.get('refused'))
    check('wrong-one' not in r.out + r.err, 'the password is repeated', r)


LOGINS = {
    'expired': ({'expired': 'True'}, 'expired'),
    'expired-3.5': ({'expired': 'True', 'bolt_version': '(3, 0)', 'version': "'3.5.35'"}, 'expired'),
    'expired-4.4': ({'expired': 'True', 'bolt_version': '(4, 4)', 'auto_expired': 'False'}, 'expired'),
    'locked': ({'locked_until': '1e18'}, 'locked'),
}


@case('bolt-login', each=LOGINS)
def logins(stage, row):
    fleet = Fleet(stage, row[0])
    stage.show('databases', fleet.url).must(4, row[1]).must_say_in_one_line()


@case('bolt-login-none-configured')
def none_configured(stage):
    fleet = Fleet(stage, {})
    config = stage.file('open.conf', '[instance "a"]\nuri = %s\nauth = none\n' % fleet.url)
    stage.run('show', 'databases', '-i', 'a', '--config', config).must(4, 'wants a login')


@case('bolt-secrets')
def secrets(stage):
    """In no log, on no screen, in no file; a bearer token neither."""
    fleet = Fleet(stage, {})
    stage.show('databases', fleet.url, '--verbose').must(0)
    for folder, _, files in os.walk(stage.home):
        for name in files:
            with open(os.path.join(folder, name), 'rb') as f:
                check(PASSWORD.encode() not in f.read(), 'the password stands in ' + os.path.join(folder, name))


@case('bolt-protocol')
def protocol(stage):
    fleet = Fleet(stage, {})
    http = fleet.url.replace('bolt', 'http')
    stage.show('databases', fleet.url, '--protocol', 'http').must(2, 'is an address of Bolt').must_say_in_one_line()
    stage.show('databases', http, '--protocol', 'http').must(0)
    check(fleet.get('hellos') == 0, 'HTTP was asked for')


TOLD = {
    'own': ("'own'", '', r'bolt://127\.0\.0\.1:PORT, its port as GET / of the address above tells it'),
    'tls': ("'bolt+s://127.0.0.1:1'", '', r'bolt\+s://127\.0\.0\.1:1, its port as GET /'),
    'no-bolt': ("''", '', r'bolt://127\.0\.0\.1:7687, its port is a guess: GET / names no Bolt port, perhaps it is switched off'),
    'no-port': ("'bolt://db1'", '', r'127\.0\.0\.1:7687, its port is a guess: GET / names no Bolt port'),
    'no-number': ("'bolt://db1:65536'", '', r'127\.0\.0\.1:7687, its port is a guess: GET / names no Bolt port'),
    'not-neo4j': ("'own'", 'html', r'127\.0\.0\.1:7687, its port is a guess: .*no Neo4j'),
    'starting': ("'own'", '503', r'127\.0\.0\.1:7687, its port is a guess: .*HTTP 503'),
}


@case('bolt-port', each=TOLD)
def told_port(stage, row):
    """An http address that is asked over Bolt: the port is what GET / tells, the host never."""
    fleet = Fleet(stage, {'bolt_direct': row[0], 'front': repr(row[1])})
    r = stage.run('info', '-i', fleet.url.replace('bolt', 'http'), '--protocol', 'bolt').must(0)
    check(re.search(row[2].replace('PORT', str(fleet.ports[0])), r.out), 'the port', r)
    check('up, login ok' in r.out or row[:2] != TOLD['own'][:2], 'not up', r)
    check(fleet.get('requests') == fleet.get('discoveries'), 'statements went over HTTP')


@case('bolt-port-guessed-in-vain')
def no_port(stage):
    fleet = Fleet(stage, {})
    fleet.say('0 close')
    r = stage.show('databases', fleet.url.replace('bolt', 'http'), '--protocol', 'bolt')
    r.must(4, r'127\.0\.0\.1:7687.*the port was a guess: .*%d' % fleet.ports[0]).must_say_in_one_line()


@case('bolt-routing')
def routing(stage):
    fleet = Fleet(stage, {})
    routed = fleet.url.replace('bolt', 'neo4j')
    for version, server, message in (('(5, 8)', '5.26.30', 1), ('(4, 3)', '4.3.1', 1), ('(4, 2)', '4.2.19', 0), ('(3, 0)', '3.5.0', 0)):
        for name, value in ('bolt_version', version), ('version', repr(server)), ('edition', "'enterprise'"), ('routes', '0'):
            fleet.say('0 set %s %s' % (name, value))
        for name, words in ('core', 'writes: .*:7691; reads: .*:7693 .*:7692 .*:7694; routes: .*:7693 .*:7692 .*:7691; until 2'), \
                ('replica', 'this server tells none: .*no procedure'), ('nonsense', 'this server tells none: '):
            fleet.say('0 set routing %r' % name)
            r = stage.run('info', '-i', routed).must(0)
            check(re.search('routing table: +' + words, r.out), 'no routing table of %s at %s' % (name, server), r)
            check(re.search('state: +up, login', r.out), 'not up', r)
        check(fleet.get('routes') == 3 * message, 'asked by ROUTE %d times at %s' % (fleet.get('routes'), server))
    r = stage.run('info', '-i', fleet.url).must(0)
    check('writes:' not in r.out, 'asked for without need', r)


@case('bolt-one-login-for-all')
def one_login(stage):
    fleet = Fleet(stage, {})
    stage.play(['wait idle', 'advance 8s', 'wait idle'], fleet.url, '--interval', '500ms').must(0)
    check(fleet.get('statements') > 10, 'only %d statements' % fleet.get('statements'))
    check(fleet.get('logins') <= 2, '%d logins' % fleet.get('logins'))
