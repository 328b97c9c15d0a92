"""Files that are wrong, closed, open to others, or cannot be written: configuration, themes, state."""
import json
import os
import subprocess
from program import Skip, case, check


def conf(stage, url, *lines):
    return stage.file('c.conf', '[instance "a"]\nuri = %s\n%s\n' % (url, '\n'.join(lines)))


WARNINGS = {
    'option': ('[options]\nintervall = 2s', r"c.conf:2:\d+: no such option: 'intervall', did you mean 'interval'"),
    'value': ('[options]\ninterval = often', r"c.conf:2:\d+: interval: .*often"),
    'rubbish': ('[options]\n%%%%', r'c.conf:2:'),
    'instance-option': ('[instance "a"]\ncolour = red', r"c.conf:2:\d+: no such option: 'colour'"),
    'section': ('[potions]\nx = y', None),
    'key': ('[keys]\nQ =', r"c.conf:2:.*no command for the key 'Q'"),
    'other-instance': ('[instance "b"]\nuri = http://127.0.0.1:0', r"c.conf:2:.*out of range"),
    'binary': ('[options]\n\x01\x02\x1b[31m', r'c.conf:2:'),
    'long': ('[options]\nx = ' + 'y' * 100000, r'c.conf:2:'),
    'byte-order-mark': ('\ufeff[options]\ninterval = 3s', ''),
    'crlf': ('[options]\r\ninterval = 3s\r', ''),
}


@case('conf-warning', each=WARNINGS)
def warning(stage, row):
    """A line that makes no sense is told with file and line; the rest counts."""
    path = stage.file('c.conf', row[0] + '\n[instance "a"]\nuri = %s\n' % stage.fake().url)
    r = stage.show('databases', 'a', '--config', path)
    if row[1] is None:  # it may have held the policy
        r.must(2, r'c.conf:1:\d+: no such section: \[potions\], did you mean \[options\]')
        return
    r.must(0, row[1])
    check('online' in r.out, 'no rows', r)
    check(not any(c < 32 and c != 10 for c in r.raw_err), 'a control byte on standard error', r.raw_err[:300])


FATAL = {
    'auth': ('auth = magic', r"c.conf:3:\d+: auth: 'magic'.*basic bearer none"),
    'near-login': ('pasword_file = x', r"c.conf:3:\d+: .*'pasword_file', did you mean 'password-file'"),
    'tls': ('tls = maybe', r"c.conf:3:\d+: tls: 'maybe'.*verify insecure"),
    'read-only': ('read_only = perhaps', r'c.conf:3:\d+: read_only: .*perhaps'),
    'command': ("password_command = pass 'neo4j", r'c.conf:3:'),
    'uri': ('uri = http://x:0', r'c.conf:3:.*out of range'),
}


@case('conf-fatal', each=FATAL)
def fatal(stage, row):
    """A wrong line that touches the login or the policy of this target stops it: guessing could be a wrong login."""
    fake = stage.fake()
    stage.show('databases', 'a', '--config', conf(stage, fake.url, row[0])).must(2, row[1])
    check(fake.total()['requests'] == 0, 'it was asked all the same')


@case('conf-one-of-two-is-left-out')
def left_out(stage):
    fake = stage.fake()
    path = stage.file('c.conf', '[instance "a"]\nuri = %s\n[instance "b"]\nuri = http://127.0.0.1:0\n' % fake.url)
    r = stage.run('show', 'databases', '--config', path).must(5, 'b is left out: .*c.conf:4')
    check('online' in r.out, 'no rows of the other', r)


def as_nobody():
    """For preexec_fn: root reads and writes everything."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


@case('conf-missing')
def missing(stage):
    stage.run('show', 'databases', '--config', '/no/such.conf').must(2, "cannot open '/no/such.conf'").must_say_in_one_line()
    stage.run('show', 'databases', env=stage.env(NEODECK_CONFIG='/no/such.conf')).must(2, "cannot open '/no/such.conf'")


@case('conf-directory')
def directory(stage):
    stage.run('show', 'databases', '--config', '/').must(2, 'it is a directory').must_say_in_one_line()


@case('conf-unreadable')
def unreadable(stage):
    path = stage.file('c.conf', '[options]\n', 0)
    stage.run('show', 'databases', '--config', path, preexec_fn=as_nobody).must(2, "cannot open '.*c.conf': Permission denied")


@case('conf-others-can-write')
def others_can_write(stage):
    path = conf(stage, stage.fake().url)
    os.chmod(path, 0o666)
    stage.show('databases', 'a', '--config', path).must(2, 'others can write.*chmod go-w')
    stage.file('config/neodeck/neodeck.conf', '[options]\n', 0o622)
    stage.show('databases', stage.fake().url).must(2, 'others can write.*chmod go-w')


@case('conf-endless')
def endless(stage):
    stage.run('show', 'databases', '--config', '/dev/zero').must(2, 'larger than')


@case('no-home-and-no-xdg')
def no_home(stage):
    """Views work; a kill cannot be recorded and is refused."""
    env = stage.env(HOME=None, XDG_STATE_HOME=None, XDG_CONFIG_HOME=None)
    fake = stage.fake()
    stage.show('transactions', fake.url, env=env).must(0)
    stage.run('info', '-i', fake.url, env=env).must(0)
    stage.play(['wait idle', 'dump screen', ':history', 'wait idle'], fake.url, env=env).must(0)
    check('reports' in stage.read('screen'), 'nothing on the screen', stage.read('screen'))


# ---- the state directory ----

def kill(stage, fake, **more):
    return stage.run('kill', 'neo4j-transaction-101', '--older-than', '0ms', '--yes', '-i', fake.url, **more)


@case('state-kill-is-recorded')
def recorded(stage):
    fake = stage.fake()
    kill(stage, fake).must(0)
    check(fake.total()['kills'] == 1, 'not killed')
    rows = stage.run('history', '--format', 'json', '-i', fake.url).must(0).json()['rows']
    check(any('neo4j-transaction-101' in json.dumps(row) for row in rows), 'it is not in the history', rows)
    mode = os.stat(stage.state + '/audit.db').st_mode & 0o777
    check(mode == 0o600, 'audit.db has mode %o' % mode)


STATES = {
    'is-a-file': lambda stage: stage.file('state', ''),
    'cannot-be-made': lambda stage: None,
    'audit-is-garbage': lambda stage: stage.file('state/neodeck/audit.db', 'this is no database ' * 100),
    'audit-is-a-directory': lambda stage: os.makedirs(stage.state + '/audit.db'),
    'read-only': lambda stage: (os.makedirs(stage.state), os.chmod(stage.state, 0o555)),
}


@case('state', each=STATES)
def state(stage, spoil):
    """Views work. A kill that cannot be recorded is refused, with 3, before anything is sent."""
    env = stage.env()
    if spoil(stage) is None and not os.path.exists(stage.state):
        env['XDG_STATE_HOME'] = '/proc/self/nowhere'
    fake = stage.fake()
    more = {'env': env, 'preexec_fn': as_nobody}
    stage.show('transactions', fake.url, **more).must(0)
    stage.play(['wait idle', 'dump -'], fake.url, **more).must(0)
    kill(stage, fake, **more).must(3, 'audit|record')
    check(fake.total()['kills'] == 0, 'killed without a record')


def on_small_disk(stage):
    """A wrapper that mounts 64 KB over the state directory, in a name space of its own, and fills it."""
    os.makedirs(stage.state, exist_ok=True)
    root = [] if os.geteuid() == 0 else ['-r']
    wrap = ['unshare', '-m', *root, 'sh', '-c',
            'mount -t tmpfs -o size=64k none "$1" && chmod 700 "$1" && shift && "$@"', 'sh', stage.state]
    try:
        tried = subprocess.run([*wrap, 'true'], stderr=subprocess.PIPE, check=False)
    except FileNotFoundError:
        raise Skip('unshare is not installed') from None
    if tried.returncode:
        raise Skip('no file system can be mounted here: ' + tried.stderr.decode().strip())
    return wrap


@case('disk-full-kill')
def disk_full_kill(stage):
    wrap = on_small_disk(stage)
    fill = ['sh', '-c', 'head -c 70000 /dev/zero > "$0" 2>/dev/null; exec "$@"', stage.state + '/filler']
    fake = stage.fake()
    stage.show('transactions', fake.url, wrap=wrap + fill).must(0)
    kill(stage, fake, wrap=wrap + fill).must(3, 'audit|record')
    check(fake.total()['kills'] == 0, 'killed without a record')


@case('disk-full-export')
def disk_full_export(stage):
    wrap = on_small_disk(stage)
    fake = stage.fake(transactions=2000)
    target = stage.state + '/list.json'
    stage.file('script', 'wait idle\n:transactions\nwait idle\n:export %s\nadvance 500ms\ndump screen\n' % target)
    shown = ['sh', '-c', '"$@"; ls -A "$0" > left', stage.state]
    stage.run('--script', 'script', '--size', '120x30', fake.url, wrap=wrap + shown).must(0)
    check('No space left' in stage.read('screen'), 'not told', stage.read('screen'))
    check('list.json' not in stage.read('left'), 'half a file is left: ' + stage.read('left'))


@case('disk-full-verbose')
def disk_full_log(stage):
    """The debug log is no reason to fail."""
    wrap = on_small_disk(stage)
    fill = ['sh', '-c', 'head -c 70000 /dev/zero > "$0" 2>/dev/null; exec "$@"', stage.state + '/filler']
    stage.show('transactions', stage.fake().url, '-v', wrap=wrap + fill).must(0)


# ---- themes ----

@case('theme-unknown-name')
def theme_name(stage):
    path = stage.file('c.conf', '[options]\ntheme = drak\n')
    r = stage.play(['wait idle'], '--config', path, stage.fake().url)
    r.must(2, "theme 'drak'").must_say_in_one_line()


@case('theme-unknown-role')
def theme_role(stage):
    stage.file('config/neodeck/themes/mine.theme', '[256]\ntext = 252\nshoes = 12\nok = chartreuse-ish\nwarn\n[nonsense]\nx = 1\n')
    r = stage.play(['wait idle', 'dump screen', ':messages', 'dump messages'], '--theme', 'mine', stage.fake().url).must(0)
    for words in ("mine.theme:3", "mine.theme:4"):
        check(words in stage.read('messages'), 'no warning of ' + words, stage.read('messages'), r)
    check('reports' in stage.read('screen'), 'nothing on the screen', stage.read('screen'))


@case('keys-that-clash')
def keys_clash(stage):
    path = stage.file('c.conf', '[keys]\nQQ = kill\nX = frobnicate\n')
    stage.play(['wait idle', ':messages', 'dump messages'], '--config', path, stage.fake().url).must(0)
    for words in ("QQ", "frobnicate"):
        check(words in stage.read('messages'), 'no warning of ' + words, stage.read('messages'))
