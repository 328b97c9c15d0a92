"""Servers that are given by their home on this machine: homes that are none, or are wrong, or share a port."""
import os
import subprocess
import sys
from cases_files import as_nobody
from program import Late, Skip, case, check

MAIN = 'org.neo4j.server.CommunityEntryPoint'


def home(stage, name, port=None, conf=None):
    """A home of Neo4j 5, as far as files tell."""
    path = os.path.join(stage.home, name)
    for part in ('bin', 'conf', 'data', 'lib', 'logs', 'plugins'):
        os.makedirs(os.path.join(path, part), exist_ok=True)
    stage.file(name + '/lib/neo4j-kernel-5.26.30.jar', '')
    stage.file(name + '/bin/neo4j', '#!/bin/sh\n', 0o755)
    if conf is None:
        conf = 'server.http.listen_address=127.0.0.1:%d\nserver.bolt.enabled=false\n' % port
    stage.file(name + '/conf/neo4j.conf', conf, 0o644)
    return path


class Server:
    """A process that looks like the server of a home: `java ... CommunityEntryPoint --home-dir=...`."""

    def __init__(self, stage, path):
        stage.file(MAIN, 'import time\ntime.sleep(600)\n')
        argv = ['java', '-Xmx1g', MAIN, '--home-dir=' + path, '--config-dir=' + path + '/conf']
        self.process = subprocess.Popen(argv, executable=sys.executable, cwd=stage.home, stdin=subprocess.DEVNULL)
        stage.closing.append(self)

    def close(self):
        self.process.kill()
        self.process.wait()


def alone(stage, **more):
    """Whatever else runs on this machine gets no password."""
    return stage.env(NEO4J_PASSWORD=None, **more)


@case('home-is-none')
def no_home(stage):
    os.makedirs(stage.home + '/empty/conf')
    for path in ('/empty', '/'):
        stage.show('databases', stage.home + path).must(2, 'is no home of a Neo4j server').must_say_in_one_line()


@case('home-as-target')
def target(stage):
    """Its own configuration says where it is asked, and that is also what its machine is known by."""
    fake = stage.fake()
    path = home(stage, 'graph', fake.port)
    r = stage.show('databases', path, '--format', 'json').must(0)
    check({row['instance'] for row in r.json()['rows']} == {'graph'}, 'it is not called by its directory', r)
    r = stage.run('info', '-i', path).must(0)
    for words in ('http://127.0.0.1:%d  (its neo4j.conf)' % fake.port, 'files of:', '5.26.30', path + '/data', 'process:'):
        check(words in r.out, "'%s' is not there" % words, r.out)


@case('home-stopped')
def stopped(stage):
    """What its machine tells is shown although nothing answers: that is no failure, and it is said."""
    fake = stage.fake()
    path = home(stage, 'graph', fake.port)
    fake.ctl(state='down')
    stage.show('databases', path).must(4, 'connection refused')
    r = stage.show('plugins', path).must(0, 'connection refused')
    check('(none)' in r.out, 'rows of nothing', r)


CONFIGURATIONS = {
    'none': None,
    'empty': '',
    'comments': '#\n' * 1000,
    'garbage': ''.join(chr(i % 251 + 1) for i in range(20000)),
    'huge': 'a=b\n' * 2000000,
    'long-line': 'server.http.listen_address=' + 'x' * 100000 + '\n',
    'no-address': 'server.http.listen_address=$(hostname):x\nserver.bolt.enabled=false\n',
    'nothing-enabled': 'server.http.enabled=false\nserver.https.enabled=false\nserver.bolt.enabled=false\n',
}


@case('home-configuration', each=CONFIGURATIONS)
def configuration(stage, row):
    """Whatever stands there: an answer within seconds, and one line that says what to do."""
    path = home(stage, 'graph', conf=row or '')
    if row is None:
        os.unlink(path + '/conf/neo4j.conf')
    r = stage.show('databases', path, env=alone(stage), seconds=25)
    if 'looking for Neo4j on this machine took more than' in r.err:
        raise Late('the machine was not looked through in time')
    check(r.status in (2, 4), 'exit status %s' % r.status, r)
    check(not any(c < 32 and c != 10 for c in r.raw_err + r.raw_out), 'a control byte is printed', r.raw_err[:300])
    check(len(r.err) < 1000 and r.err.count('\n') == 1, 'not one line of words', r)
    info = stage.run('info', '-i', path, env=alone(stage), seconds=25)
    check(info.status in (0, 2) and len(info.out) < 20000, 'what info says is too long', info)
    check(not any(c < 32 and c != 10 for c in info.raw_out), 'a control byte is printed by info', info.raw_out[:300])


@case('home-configuration-unreadable')
def unreadable(stage):
    if os.getuid():
        raise Skip('only root can be somebody else')
    fake = stage.fake()
    path = home(stage, 'graph', fake.port)
    os.chmod(path + '/conf/neo4j.conf', 0o600)
    env = alone(stage, XDG_STATE_HOME='/nonexistent')
    r = stage.show('databases', path, preexec_fn=as_nobody, env=env).must(4, 'where it is asked is not known: .*neo4j.conf').must_say_in_one_line()
    check('give uri' in r.err, 'it is not said what helps', r)
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\nhome = %s\n' % (fake.url, path), 0o644)
    r = stage.run('info', '-i', 'a', '--config', config, preexec_fn=as_nobody, env=env).must(0)
    check('may not read' in r.out, 'info does not say why its configuration is not known', r.out)
    check(fake.total()['refused'] == 0, 'a login was tried')


@case('home-become-fails')
def become_fails(stage):
    """A command that should make us the user of the server, and does not: said, and nothing hangs."""
    if os.getuid():
        raise Skip('only root can be somebody else')
    fake = stage.fake()
    path = home(stage, 'graph', fake.port)
    os.chmod(path + '/conf/neo4j.conf', 0o600)
    for command, words in (('false', 'look at become'), ('/no/such/command', 'is it installed'), ("sh -c 'echo no luck >&2; exit 3' x", 'no luck')):
        config = stage.file('c.conf', '[instance "a"]\nuri = %s\nhome = %s\nbecome = %s\n' % (fake.url, path, command), 0o644)
        r = stage.run('info', '-i', 'a', '--config', config, preexec_fn=as_nobody, env=alone(stage, XDG_STATE_HOME='/nonexistent')).must(0)
        check('neo4j.conf' in r.out and words in r.out, "'%s' is not said" % words, r.out)


@case('home-nowhere')
def nowhere(stage):
    """home = of a server that is somewhere else: the server is asked, its machine is not known, and it is said."""
    fake = stage.fake()
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\nhome = /no/such/home\n' % fake.url)
    stage.show('databases', 'a', '--config', config).must(0)
    r = stage.run('info', '-i', 'a', '--config', config).must(0)
    check('/no/such/home' in r.out.split('server id')[-1], 'info does not say that it is not there', r.out)
    config = stage.file('d.conf', '[instance "a"]\nhome = /no/such/home\n')
    stage.show('databases', 'a', '--config', config).must(4, "no Neo4j in its home '/no/such/home'").must_say_in_one_line()


@case('home-two-with-one-port-stopped')
def two_stopped(stage):
    """Neither runs: whoever answers there is none of them."""
    fake = stage.fake()
    one, two = home(stage, 'one', fake.port), home(stage, 'two', fake.port)
    r = stage.run('show', 'databases', '-i', one, '-i', two).must(4, ['one: port %d is that of two, too' % fake.port, 'two: port %d is that of one' % fake.port])
    check('online' not in r.out and fake.total()['requests'] == 0, 'it was asked', r)


@case('home-two-with-one-port')
def two(stage):
    """The one whose process runs is asked, the other one is not shown under its name."""
    fake = stage.fake()
    one, two = home(stage, 'one', fake.port), home(stage, 'two', fake.port)
    Server(stage, two)
    r = stage.run('show', 'databases', '-i', one, '-i', two, '--format', 'json').must(5, 'one: port %d belongs to two, which runs' % fake.port)
    check({row['instance'] for row in r.json()['rows']} == {'two'}, 'not the rows of the one that runs', r)
    r = stage.run('show', 'instances', '-i', one, '-i', two, '--format', 'json')
    states = {row['instance']: row['state'] for row in r.json()['rows']}
    check(states == {'one': 'stopped', 'two': 'up'}, 'states are %s' % states, r)


@case('home-of-the-environment-is-gone')
def environment(stage):
    """NEO4J_HOME that points nowhere is told and does not stop anything. What else this machine has is found or not."""
    r = stage.run('show', 'messages', env=alone(stage, NEO4J_HOME='/no/such/home'))
    check("NEO4J_HOME is ignored: '/no/such/home' is no directory" in r.err, 'it is not told', r)
    check(r.status in (0, 4, 5), 'exit status %s' % r.status, r)


@case('home-of-the-environment')
def of_environment(stage):
    """NEO4J_HOME is found among whatever stands here, and is remembered once it was seen running."""
    fake = stage.fake()
    path = home(stage, 'graph-of-mine', fake.port)
    Server(stage, path)
    r = stage.run('show', 'instances', '--format', 'json', env=alone(stage, NEO4J_HOME=path))
    check('graph-of-mine' in {row['instance'] for row in r.json()['rows']}, 'it is not found', r)
    check(path in stage.read('state/neodeck/homes').split('\n'), 'it is not remembered', r)
    check(os.stat(stage.state + '/homes').st_mode & 0o777 == 0o600, 'others can read what is remembered')
