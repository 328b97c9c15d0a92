"""Machines whose files are wrong: configurations, jars, logs, stores, certificates, pid files that nobody should have made."""
import contextlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import threading
import time
import zipfile
from cases_homes import MAIN, Server, alone, home
from program import Skip, case, check

TITLE = '\x1b]0;PWNED\x07'  # would change the title of a terminal
EVIL = 'e\x1b[31mvil\r\n' + TITLE + '\x9b2J\t'
NOT_UTF8 = b'\xff\xfe\xc3(\xf0\x9f'
MB = 1 << 20

WEIGH = '''
import os, resource, subprocess, sys
nobody = {'user': 65534, 'group': 65534, 'extra_groups': []} if sys.argv[3] == 'nobody' else {}
try:
    status = subprocess.run(sys.argv[4:], timeout=float(sys.argv[2]), **nobody).returncode
except subprocess.TimeoutExpired:
    status = 99
os.write(int(sys.argv[1]), b'%d' % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status if status >= 0 else 128 - status)
'''


# ---- what each of them must do ----

def has_sanitizer(stage, known={}):
    if stage.neodeck not in known:
        with open(stage.neodeck, 'rb') as f:
            known[stage.neodeck] = b'__asan_init' in f.read()
    return known[stage.neodeck]


def check_clean(name, raw):
    """Nothing that a terminal obeys, and text that is text."""
    text = raw.decode('utf-8', 'surrogateescape')
    bad = re.search('[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\udc80-\udcff]', text)
    check(not bad, 'a control byte or no UTF-8 on ' + name, repr(text[max(0, bad.start() - 80):bad.end() + 80]) if bad else '')


def look(stage, *args, status=(0,), out=(), err=(), env=None, user='us', **more):
    """neodeck with these arguments: quick, small and clean, with these words (regular expressions) on standard output or error."""
    sanitizer = has_sanitizer(stage)
    env = env or stage.env()
    if sanitizer:
        env['ASAN_OPTIONS'] += ':quarantine_size_mb=16'
    seconds, most = (45, 500 * MB) if sanitizer else (20, 200 * MB)
    r, w = os.pipe()
    try:
        began = time.monotonic()
        wrap = [sys.executable, '-c', WEIGH, str(w), str(seconds), user]
        got = stage.run(*args, wrap=wrap, pass_fds=(w,), env=env, seconds=seconds + 5, **more)
        took = time.monotonic() - began
        os.close(w)
        w = None
        weight = int(os.read(r, 100) or 0) * 1024
    finally:
        os.close(r)
        if w is not None:
            os.close(w)
    check(got.status != 99, 'still runs after %d s' % seconds, got)
    check(got.status < 128, 'it died of signal %d' % (got.status - 128), got)
    check(got.status in status, 'exit status %s, wanted one of %s' % (got.status, status), got)
    check(weight < most, 'it took %d MB' % (weight // MB))
    check_clean('standard output', got.raw_out.replace(b'\r\n', b'\n') if 'csv' in args else got.raw_out)
    check_clean('standard error', got.raw_err)
    for name, text, words in (('output', got.out, out), ('error', got.err, err)):
        for word in [words] if isinstance(words, str) else words:
            check(re.search(word, text), 'standard %s has no /%s/' % (name, word), got)
    if os.environ.get('EXPLORE'):
        print('== %s (%.1f s, %d MB)' % (args, took, weight // MB), got, flush=True)
    return got


def put(path, name, data, mode=0o644):
    """A file of a home, in bytes or text; the name may be bytes."""
    whole = os.path.join(os.fsencode(path), os.fsencode(name))
    os.makedirs(os.path.dirname(whole), exist_ok=True)
    with open(whole, 'wb') as f:
        f.write(data if isinstance(data, bytes) else data.encode('utf-8', 'surrogateescape'))
    os.chmod(whole, mode)
    return whole


def sparse(path, name, size, head=b'', tail=b''):
    """A large file that takes no room: holes read as zeros."""
    whole = put(path, name, head)
    with open(whole, 'r+b') as f:
        f.truncate(size)
        f.seek(size - len(tail))
        f.write(tail)


def instead(path, name, make):
    """Something else at the place of a file."""
    whole = os.path.join(path, name)
    if os.path.lexists(whole):
        os.unlink(whole)
    make(whole)


KINDS = {  # what is no file, and the words for it
    'directory': (os.mkdir, 'directory'),  # which neo4j.conf may be
    'fifo': (os.mkfifo, 'fifo|pipe'),
    'device': (lambda p: os.symlink('/dev/zero', p), 'device'),
    'dangling-link': (lambda p: os.symlink('/no/such/file', p), None),
    'link-loop': (lambda p: os.symlink(p, p), 'links|loop'),
    'terminal': (lambda p: os.symlink('/dev/tty', p), 'device'),
}


# ---- neo4j.conf ----

CONF = 'server.http.listen_address=127.0.0.1:%d\nserver.bolt.enabled=false\n'
CONFIGURATIONS = {
    # what is put behind the address: views and what must stand there
    'errors': (b'this is nonsense\n=\n==\nserver.memory.heap.max_size=lots\n', {'settings': 'lots'}),
    'duplicates': (b'db.format=aligned\ndb.format=block\n' * 200, {'settings': 'db.format'}),
    'windows-line-ends': (b'server.memory.heap.max_size=512m\r\nserver.directories.logs=logs\r\n', {'settings': '512m'}),
    'binary': (bytes(range(256)) * 2000, {}),
    'no-utf8': (b'db.format=' + NOT_UTF8 + b'\n', {'settings': 'db.format'}),
    'escapes': (b'db.format=\x1b]0;PWNED\x07\\u001b[31m\\u0000\\u009b2J\n' + TITLE.encode() + b'=x\n', {'settings': 'db.format'}),
    'commands': (b'server.directories.logs=$(touch %s/PWNED)\ndb.format=$(touch /tmp/PWNED)\n', {'settings': r'\$\(touch'}),
    'far-away': (b'server.directories.data=/no/such/data\nserver.directories.logs=/no/such/logs\nserver.directories.plugins=/no/such/plugins\n',
                 {'logs': '/no/such/logs', 'stores': '/no/such/data', 'plugins': '/no/such/plugins'}),
    'upwards': (b'server.directories.logs=' + b'../' * 3000 + b'\n', {'logs': ''}),
    'long-path': (b'server.directories.logs=/' + b'x/' * 30000 + b'\n', {'logs': ''}),
    'proc': (b'server.directories.logs=/proc/self/fd\nserver.directories.data=/proc/self\nserver.directories.plugins=/dev\n',
             {'logs': '', 'plugins': '', 'stores': ''}),
}


def host(stage, name='graph', more=b'', **fake):
    """A home and the server that answers for it."""
    server = stage.fake(**fake)
    path = home(stage, name, server.port)
    if more:
        put(path, 'conf/neo4j.conf', (CONF % server.port).encode() + more)
    return path, server


@case('host-configuration', each=CONFIGURATIONS)
def configuration(stage, row):
    """What stands in neo4j.conf is shown or told, and the server is asked all the same."""
    path, _ = host(stage, more=row[0])
    look(stage, 'show', 'databases', '-i', path, out='online')
    look(stage, 'info', '-i', path, out='5.26.30')
    for view, words in row[1].items():
        r = look(stage, 'show', view, '-i', path, status=(0, 1, 4))
        check(re.search(words, r.out + r.err), 'no /%s/ in the %s' % (words, view), r)
    check(not os.path.exists('/tmp/PWNED'), 'a command of neo4j.conf was run')


@case('host-configuration-of-100-mb')
def huge_configuration(stage):
    path, _ = host(stage)
    with open(path + '/conf/neo4j.conf', 'ab') as f:
        f.truncate(100 * MB)
    look(stage, 'show', 'databases', '-i', path, out='online')
    look(stage, 'info', '-i', path, out='5.26.30')


@case('host-configuration-is-a', each=KINDS)
def configuration_kind(stage, row):
    fake = stage.fake()
    path = home(stage, 'graph', fake.port)
    instead(path, 'conf/neo4j.conf', row[0])
    if row[0] is not os.mkdir:  # an empty one is a configuration in which nothing is set
        look(stage, 'show', 'databases', '-i', path, status=(2, 4), err='neo4j.conf', env=alone(stage))
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\nhome = %s\n' % (fake.url, path))
    look(stage, 'show', 'databases', '-i', 'a', '--config', config, out='online')
    r = look(stage, 'info', '-i', 'a', '--config', config)
    if row[1] and row[0] is not os.mkdir:
        check(re.search('not read: .*(%s)' % row[1], r.out), 'info does not say what it is', r.out[-300:])
    check('neo4j.conf' in r.out, 'info does not say that there is none', r)
    for view in ('logs', 'plugins', 'settings'):
        look(stage, 'show', view, '-i', 'a', '--config', config, status=(0, 1, 4))


@case('host-configuration-directory-of-many')
def configuration_of_many(stage):
    """As Kubernetes mounts it, with more than a server would have."""
    fake = stage.fake()
    path = home(stage, 'graph', fake.port)
    os.unlink(path + '/conf/neo4j.conf')
    for i in range(3000):
        put(path, 'conf/neo4j.conf/zz.setting%d' % i, 'x')
    put(path, 'conf/neo4j.conf/server.http.listen_address', '127.0.0.1:%d' % fake.port)
    put(path, b'conf/neo4j.conf/a' + EVIL.encode()[:40], 'x')
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\nhome = %s\n' % (fake.url, path))
    look(stage, 'info', '-i', 'a', '--config', config)
    look(stage, 'show', 'databases', '-i', path, status=(0, 2, 4))


# ---- server-logs.xml ----

def bomb():
    lines = ['<?xml version="1.0"?>', '<!DOCTYPE lolz [', '<!ENTITY a0 "haha">']
    lines += ['<!ENTITY a%d "%s">' % (i, '&a%d;' % (i - 1) * 10) for i in range(1, 12)]
    return '\n'.join(lines + [']>', '<Configuration><Appenders><File name="x" fileName="&a11;"/></Appenders></Configuration>'])


def appenders(n, name):
    one = '<RollingRandomAccessFile name="a%d" fileName="%s"/>'
    return ('<Configuration><Appenders>' + ''.join(one % (i, name % i) for i in range(n)) + '</Appenders><Loggers><Root level="INFO">' +
            ''.join('<AppenderRef ref="a%d"/>' % i for i in range(n)) + '</Root></Loggers></Configuration>')


LOGGINGS = {
    'no-xml': 'this is no XML',
    'empty': '',
    'binary': ''.join(chr(i) for i in range(256)) * 1000,
    'entity-bomb': bomb(),
    'external-entity': '<!DOCTYPE x [<!ENTITY p SYSTEM "file:///etc/passwd">]><Configuration><Appenders>'
                       '<File name="x" fileName="/&p;"/></Appenders><Loggers><Root><AppenderRef ref="x"/></Root></Loggers></Configuration>',
    'deep': '<a>' * 200000,
    'open': '<Configuration><Appenders><File name="x',
    'names-10000': appenders(10000, '${config:server.directories.logs}/log-%d.log'),
    'huge': '<Configuration>' + ' ' * (3 * MB) + '</Configuration>',
    'evil-names': appenders(5, '/logs/%d&#27;[31m' + EVIL),
    'lookups': appenders(3, '${${${env:HOME}${jndi:ldap://127.0.0.1/%d}'),
    'endless-names': appenders(3, '/%d' + 'x' * 100000),
}


@case('host-logging', each=LOGGINGS)
def logging(stage, text):
    path, _ = host(stage)
    put(path, 'conf/server-logs.xml', text)
    put(path, 'logs/neo4j.log', '2026-11-01 10:00:00.000+0000 INFO  Started.\n')
    look(stage, 'show', 'logs', '-i', path, out='Started')
    look(stage, 'info', '-i', path, out='5.26.30')


@case('host-logging-is-a', each=KINDS)
def logging_kind(stage, row):
    path, _ = host(stage)
    instead(path, 'conf/server-logs.xml', row[0])
    instead(path, 'conf/user-logs.xml', row[0])
    put(path, 'logs/neo4j.log', '2026-11-01 10:00:00.000+0000 INFO  Started.\n')
    look(stage, 'show', 'logs', '-i', path, out='Started')


# ---- jars ----

def jar(path, name, manifest=b'Manifest-Version: 1.0\r\nImplementation-Version: 5.26.0\r\n\r\n', deflate=True):
    whole = put(path, name, b'')
    with zipfile.ZipFile(os.fsdecode(whole) if isinstance(whole, str) else open(whole, 'wb'), 'w',
                         zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as z:
        z.writestr('META-INF/MANIFEST.MF', manifest)
        z.writestr('apoc/Apoc.class', b'x' * 100)
    return whole


def nested(path):
    """A directory of the zip that says it is larger than anything, with entries that overlap."""
    whole = jar(path, 'plugins/apoc-5.26.0-core.jar')
    with open(whole, 'r+b') as f:
        data = bytearray(f.read())
        end = data.rfind(b'PK\x05\x06')
        struct.pack_into('<HHII', data, end + 8, 65535, 65535, 0xfffffffe, 4)
        f.seek(0)
        f.write(data)


def lying(path):
    """An entry that says of itself to be small, and is not."""
    whole = jar(path, 'plugins/apoc-5.26.0-core.jar', b'A: ' + b'x' * (30 * MB))
    with open(whole, 'r+b') as f:
        data = bytearray(f.read())
        at = data.find(b'PK\x01\x02')
        struct.pack_into('<I', data, at + 24, 10)
        f.seek(0)
        f.write(data)


def ten_thousand(path):
    for i in range(10000):
        put(path, 'plugins/my-plugin-%05d-1.0.jar' % i, b'')


def named(path):
    for name in (EVIL.replace('/', ''), 'two\nlines', '-rf', '--files0-from=x', '$(touch PWNED)', ' ', '%s%n', '\u202eraj', 'ö', '\U0001f600' * 40):
        jar(path, 'plugins/' + name + '.jar')
    jar(path, b'plugins/' + NOT_UTF8 + b'.jar')
    put(path, b'plugins/\\' + NOT_UTF8 + b'\n.jar', b'')


def kinds(path):
    for name, (make, _) in KINDS.items():
        instead(path, 'plugins/%s.jar' % name, make)


JARS = {
    'no-zip': (lambda p: put(p, 'plugins/apoc-5.26.0-core.jar', 'this is no zip\n' * 100), 'apoc-5.26.0-core.jar'),
    'empty': (lambda p: put(p, 'plugins/apoc-5.26.0-core.jar', ''), 'the file is empty'),
    'cut': (lambda p: os.truncate(jar(p, 'plugins/apoc-5.26.0-core.jar'), 150), 'apoc-5.26.0-core.jar'),
    'manifest-of-100-mb': (lambda p: jar(p, 'plugins/apoc-5.26.0-core.jar', b'A: x\r\n' * (100 * MB // 6)), 'apoc-5.26.0-core.jar'),
    'bomb': (lambda p: jar(p, 'plugins/apoc-5.26.0-core.jar', bytes(300 * MB)), 'apoc-5.26.0-core.jar'),
    'stored-manifest-of-100-mb': (lambda p: jar(p, 'plugins/apoc-5.26.0-core.jar', bytes(100 * MB), False), 'apoc-5.26.0-core.jar'),
    'evil-manifest': (lambda p: jar(p, 'plugins/apoc-5.26.0-core.jar', b'Implementation-Version: 5.26\x1b]0;PWNED\x07.0\xff\xfe\r\n'), 'apoc'),
    'endless-directory': (nested, 'apoc-5.26.0-core.jar'),
    'lying': (lying, 'apoc-5.26.0-core.jar'),
    'sparse': (lambda p: sparse(p, 'plugins/apoc-5.26.0-core.jar', 1 << 40), 'apoc-5.26.0-core.jar'),
    'many': (ten_thousand, 'holds more than'),
    'more-than-are-read': (lambda p: [put(p, 'plugins/my-plugin-%05d-1.0.jar' % i, b'') for i in range(500)], '100 more files'),
    'names': (named, r'-rf'),
    'kinds': (kinds, 'fifo.jar'),
    'none': (lambda p: os.rmdir(p + '/plugins'), "there is no '.*/plugins'"),
    'file': (lambda p: (os.rmdir(p + '/plugins'), put(p, 'plugins', 'x')), "plugins' is no directory"),
}


@case('host-jar', each=JARS)
def jars(stage, row):
    path, fake = host(stage)
    row[0](path)
    r = look(stage, 'show', 'plugins', '-i', path, '--format', 'csv')
    check(re.search(row[1], r.out + r.err), 'nothing about it', r)
    look(stage, 'show', 'plugins', '-i', path, '--format', 'json').json()
    fake.ctl(state='down')
    r = look(stage, 'show', 'plugins', '-i', path, status=(0, 1, 4))
    check(not os.path.exists(path + '/PWNED'), 'a name was run')


@case('host-jar-that-changes')
def changing_jar(stage):
    """It is written, cut and replaced while it is read."""
    path, _ = host(stage)
    whole = path + '/plugins/apoc-5.26.0-core.jar'
    ends = threading.Event()

    def write():
        i = 0
        while not ends.is_set():
            i += 1
            with contextlib.suppress(OSError):
                if i % 3:
                    jar(path, 'plugins/apoc-5.26.0-core.jar', b'X' * (i % 50) * 1000)
                else:
                    os.truncate(whole, i % 200)
                if i % 7 == 0:
                    os.unlink(whole)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(4):
            look(stage, 'show', 'plugins', '-i', path, '--format', 'csv')
    finally:
        ends.set()
        thread.join()


# ---- logs ----

LINE = '2026-11-01 10:00:00.000+0000 INFO  %s\n'
LOGS = {
    'one-line-of-500-mb': lambda p: sparse(p, 'logs/neo4j.log', 500 * MB, b'2026-11-01 10:00:00.000+0000 INFO  begin ', b' end'),
    'sparse-1-gb': lambda p: sparse(p, 'logs/neo4j.log', 1024 * MB, (LINE % 'begin').encode(), ('\n' + LINE % 'last').encode()),
    'binary': lambda p: put(p, 'logs/neo4j.log', bytes(range(256)) * 8000),
    'random': lambda p: put(p, 'logs/neo4j.log', os.urandom(5 * MB)),
    'escapes': lambda p: put(p, 'logs/neo4j.log', LINE % EVIL + '\x1b[2J' * 1000 + '\n' + LINE % '\u202e\u2028'),
    'no-utf8': lambda p: put(p, 'logs/neo4j.log', (LINE % 'x').encode().replace(b'x', NOT_UTF8)),
    'no-line-end': lambda p: put(p, 'logs/neo4j.log', 'x'),
    'empty-lines': lambda p: put(p, 'logs/neo4j.log', '\n' * 5 * MB),
    'carriage-returns': lambda p: put(p, 'logs/neo4j.log', '\r' * MB + '\n'),
    'json-deep': lambda p: put(p, 'logs/debug.log', '{"a":' * 100000 + '\n'),
    'wrong-times': lambda p: put(p, 'logs/neo4j.log', ''.join('%s INFO  x\n' % t for t in (
        '0000-00-00 00:00:00.000+0000', '9999-99-99 99:99:99.999+9999', '2026-02-31 10:00:00.000-2400', '-2026-11-01 10:00:00.000+0000'))),
    'gc': lambda p: (put(p, 'logs/gc.log', '[' * MB + '\n[2026-11-01T10:00:00.000+0000][info][gc] GC(%s) Pause 1M->2M(3M) 99999999999999999999ms\n' % ('9' * 5000))),
}


@case('host-log', each=LOGS)
def logs(stage, spoil):
    path, _ = host(stage)
    put(path, 'logs/debug.log', LINE % 'the other log')
    spoil(path)
    r = look(stage, 'show', 'logs', '-i', path)
    check(len(r.raw_out) < 20 * MB, 'it prints %d bytes' % len(r.raw_out))
    look(stage, 'show', 'logs', '-i', path, '--format', 'json').json()


@case('host-log-is-a', each=KINDS)
def log_kind(stage, row):
    """The others are shown, and this one is told."""
    path, _ = host(stage)
    instead(path, 'logs/neo4j.log', row[0])
    put(path, 'logs/debug.log', LINE % 'the other log')
    r = look(stage, 'show', 'logs', '-i', path, out='the other log')
    if row[1]:
        check(re.search(row[1], r.out + r.err), 'it is not told', r)


@case('host-logs-directory', each={'unreadable': lambda p: os.chmod(p + '/logs', 0), 'none': lambda p: os.rmdir(p + '/logs'),
                                   'file': lambda p: (os.rmdir(p + '/logs'), put(p, 'logs', 'x')),
                                   'loop': lambda p: (os.rmdir(p + '/logs'), os.symlink('logs', p + '/logs'))})
def logs_directory(stage, spoil):
    path, _ = host(stage)
    spoil(path)
    r = look(stage, 'show', 'logs', '-i', path, status=(0, 1, 4), user='nobody', env=stage.env(XDG_STATE_HOME=None, HOME=None))
    check('neo4j.log' in r.out + r.err, 'it is not told', r)


# ---- the process ----

PIDS = {'garbage': b'\x00\xffgarbage', 'negative': b'-1\n', 'zero': b'0', 'huge': b'9' * 100, 'empty': b'', 'overflow': b'18446744073709551617\n',
        'escapes': TITLE.encode() * 100, 'many': b'1\n' * MB, 'nobody': b'4194304\n'}


@case('host-pid-file', each=PIDS)
def pid_file(stage, row):
    path, _ = host(stage)
    put(path, 'run/neo4j.pid', row)
    look(stage, 'info', '-i', path, out='5.26.30')
    look(stage, 'show', 'host', '-i', path)


@case('host-pid-file-of-somebody-else')
def other_pid(stage):
    path, _ = host(stage)
    put(path, 'run/neo4j.pid', '%d\n' % os.getpid())
    look(stage, 'info', '-i', path, out='pid file says %d, which is another process' % os.getpid())
    r = look(stage, 'show', 'host', '-i', path, '--format', 'json').json()['rows'][0]
    check(str(os.getpid()) not in str(r.get('pid')), 'the machine of somebody else is shown', r)


@case('host-pid-file-is-a', each=KINDS)
def pid_kind(stage, row):
    path, _ = host(stage)
    os.mkdir(path + '/run')
    instead(path, 'run/neo4j.pid', row[0])
    look(stage, 'info', '-i', path, out='5.26.30')


@case('host-process-with-rubbish')
def rubbish(stage):
    """The command line of a process is what it likes."""
    path, _ = host(stage)
    stage.file(MAIN, 'import time\ntime.sleep(600)\n')
    argv = ['java', EVIL, '-Xmx' + '9' * 500, '-Dx=' + TITLE, '-Xlog:gc*:file=' + EVIL, MAIN, '--home-dir=' + path, '--config-dir=' + path + '/conf',
            '-c', 'db.format=' + TITLE] + ['-c', 'x'] * 2000 + ['y' * 100000]
    argv[1:5] = []
    process = subprocess.Popen(argv + [EVIL, '-Xmx' + '9' * 500], executable=sys.executable, cwd=stage.home, stdin=subprocess.DEVNULL)
    try:
        look(stage, 'info', '-i', path, out=str(process.pid))
        look(stage, 'show', 'host', '-i', path)
        look(stage, 'show', 'settings', '-i', path)
    finally:
        process.kill()
        process.wait()


@case('host-process-of-root-seen-by-nobody')
def closed_process(stage):
    """Rights on /proc are missing: what can be had is had, the rest says why."""
    if os.getuid():
        raise Skip('only root can be somebody else')
    path, _ = host(stage)
    server = Server(stage, path)
    env = stage.env(XDG_STATE_HOME=None, HOME=None)
    look(stage, 'info', '-i', path, user='nobody', env=env, out=str(server.process.pid))
    rows = look(stage, 'show', 'host', '-i', path, '--format', 'json', user='nobody', env=env).json()['rows']
    check(len(rows) == 1, 'no row', rows)
    look(stage, 'show', 'disks', '-i', path, user='nobody', env=env)


# ---- stores, disks ----

def many_stores(path):
    for i in range(100000):
        put(path, 'data/databases/neo4j/f%06d' % i, b'')


def many_databases(path):
    for i in range(3000):
        os.makedirs('%s/data/databases/db%04d' % (path, i))
        os.makedirs('%s/data/transactions/db%04d' % (path, i))


def evil_databases(path):
    for name in (EVIL, '-rf', '--files0-from=x', '$(touch PWNED)', '%s%n', '\u202e', 'two\nlines'):
        os.makedirs('%s/data/databases/%s' % (path, name))
    os.makedirs(os.fsencode(path) + b'/data/databases/' + NOT_UTF8)


def looping(path):
    os.makedirs(path + '/data/databases/neo4j')
    os.symlink('..', path + '/data/databases/neo4j/up')
    os.symlink('loop', path + '/data/databases/neo4j/loop')
    os.symlink('/', path + '/data/databases/all')
    os.symlink('self', path + '/data/databases/self')


def deep(path):
    os.makedirs(path + '/data/databases/neo4j')
    fd = os.open(path + '/data/databases/neo4j', os.O_DIRECTORY)
    for _ in range(600):
        os.mkdir('directory-', dir_fd=fd)
        inner = os.open('directory-', os.O_DIRECTORY, dir_fd=fd)
        os.close(fd)
        fd = inner
    os.close(fd)


STORES = {
    '100000-files': (many_stores, 'neo4j'),
    '3000-databases': (many_databases, 'db0000'),
    'names': (evil_databases, '-rf'),
    'links': (looping, 'neo4j'),
    'deep': (deep, 'neo4j'),
    'none': (lambda p: os.rmdir(p + '/data'), 'data'),
    'sparse': (lambda p: sparse(p, 'data/databases/neo4j/store', 1 << 42), 'neo4j'),
    'kinds': (lambda p: [os.makedirs(p + '/data/databases')] + [make('%s/data/databases/%s' % (p, k)) for k, (make, _) in KINDS.items()], 'directory'),
}


@case('host-stores', each=STORES)
def stores(stage, row):
    path, _ = host(stage)
    row[0](path)
    r = look(stage, 'show', 'stores', '-i', path, '--format', 'csv', status=(0, 1, 4))
    check(re.search(row[1], r.out + r.err), 'nothing about it', r)
    look(stage, 'show', 'disks', '-i', path)
    look(stage, 'show', 'host', '-i', path)


@case('host-disk-full')
def full_disk(stage):
    """A data directory of 1 MB on a disk of its own, and it is full."""
    if os.getuid():
        raise Skip('only root can mount')
    path, _ = host(stage)
    inside = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o size=1m none "$0" && { head -c 2000000 /dev/zero > "$0/filler" 2>/dev/null; exec "$@"; }']
    if subprocess.run(inside[:4] + ['mount -t tmpfs none "$0"', path + '/data'], stderr=subprocess.DEVNULL, check=False).returncode:
        raise Skip('no file system can be mounted here')
    for view in ('disks', 'host', 'stores'):
        r = stage.run('show', view, '-i', path, '--format', 'json', wrap=inside + [path + '/data'])
        check(r.status in (0, 1), 'exit status %s' % r.status, r)
        check(view != 'disks' or any(row.get('available_bytes', row.get('available')) == 0 for row in r.json()['rows']), 'the full disk is not there', r)


# ---- certificates ----

CERTIFICATES = {
    'garbage': lambda p: put(p, 'certificates/bolt/public.crt', os.urandom(5000)),
    'empty': lambda p: put(p, 'certificates/bolt/public.crt', b''),
    'huge': lambda p: sparse(p, 'certificates/bolt/public.crt', 1 << 34, b'-----BEGIN CERTIFICATE-----\n'),
    'begin-only': lambda p: put(p, 'certificates/bolt/public.crt', b'-----BEGIN CERTIFICATE-----\n' * 100000),
    'expired': lambda p: None,
    'fifo': lambda p: os.mkfifo(p + '/certificates/bolt/public.crt'),
    'names': lambda p: put(p, b'certificates/bolt/' + NOT_UTF8 + EVIL.encode() + b'.crt', b'x'),
    'many': lambda p: [put(p, 'certificates/bolt/c%05d.crt' % i, 'x') for i in range(5000)],
}


@case('host-certificate', each=CERTIFICATES)
def certificate(stage, spoil):
    path, _ = host(stage, more=b'dbms.ssl.policy.bolt.enabled=true\ndbms.ssl.policy.bolt.base_directory=certificates/bolt\n')
    os.makedirs(path + '/certificates/bolt')
    spoil(path)
    if spoil is CERTIFICATES['expired']:
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path + '/key', '-out',
                        path + '/certificates/bolt/public.crt', '-subj', '/CN=x', '-days', '1', '-not_before', '20200101000000Z', '-not_after', '20200102000000Z'],
                       check=False, stderr=subprocess.DEVNULL)
    for view in ('host', 'findings'):
        look(stage, 'show', view, '-i', path)


# ---- rights ----

@case('host-unreadable', each={p.replace('.', 'home'): p for p in ('conf', 'data', 'lib', 'logs', 'plugins', '.')})
def unreadable(stage, part):
    """Everything else is shown, what may not be read is told."""
    if os.getuid():
        raise Skip('only root can be somebody else')
    path, fake = host(stage)
    jar(path, 'plugins/apoc-5.26.0-core.jar')
    put(path, 'logs/neo4j.log', LINE % 'Started.')
    os.makedirs(path + '/data/databases/neo4j')
    os.chmod(os.path.join(path, part), 0)
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\nhome = %s\n' % (fake.url, path), 0o644)
    env = stage.env(XDG_STATE_HOME=None, HOME=None)
    for view in ('host', 'disks', 'stores', 'logs', 'plugins', 'settings', 'databases'):
        r = look(stage, 'show', view, '-i', 'a', '--config', config, user='nobody', env=env, status=(0, 1, 4))
        check(r.status == 0 or 'may not' in r.err or 'ermission' in r.err, 'it is not told why', r)
    look(stage, 'info', '-i', 'a', '--config', config, user='nobody', env=env, out='up, login ok')


# ---- a server of another person of this machine ----

# In a network and among processes of its own: no other server of this machine is to get a password for a test.
APART = '''
import json, os, subprocess, sys
sys.path.insert(0, sys.argv[1])
import program
neodeck, path, main, uid = sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])
subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
fake = program.Fake(1, None, {})
with open(path + '/conf/neo4j.conf', 'w') as f:
    f.write('server.http.listen_address=127.0.0.1:%d\\nserver.bolt.enabled=false\\n' % fake.port)
argv = ['java', main, '--home-dir=' + path, '--config-dir=' + path + '/conf']
if uid >= 0:
    server = subprocess.Popen(argv, executable='/bin/sh', user=uid, group=uid, extra_groups=[], stdin=subprocess.PIPE)
seen = []
for target in ([], ['-i', path]):
    r = subprocess.run([neodeck, 'show', 'instances', '--format', 'json', *target], capture_output=True, text=True, timeout=60)
    row = [row for row in json.loads(r.stdout)['rows'] if str(fake.port) in row['address']][0]
    seen.append({'row': row, 'err': r.stderr, 'total': fake.total()})
if uid >= 0:
    server.kill()
    server.wait()
fake.close()
print(json.dumps(seen))
'''


@case('host-server-of', each={'a-person': (12345, 'needed'), 'a-service': (123, 'ok'), 'ourselves': (0, 'ok')})
def of_person(stage, row):
    """Unasked the password of the environment goes to nobody's server but ours and those of services; named, it goes."""
    found, named = apart(stage, row[0])
    check(found['row']['login'] == row[1], "its login is '%s'" % found['row']['login'], found)
    check(row[1] == 'ok' or "runs as user '12345'" in found['err'], 'it is not said why', found)
    check(named['row']['login'] == 'ok', 'named, it gets no password', named)


@case('host-server-stopped-another-answers')
def another_answers(stage):
    """A home that was only found, and does not run: who answers on its port is somebody else, and is not even asked."""
    found, named = apart(stage, -1)
    check(found['row']['state'] == 'stopped' and found['total']['requests'] == 0, 'it was asked', found)
    check('which is not this server' in found['row']['message'], 'it is not said who answers there', found)
    check(named['row']['login'] == 'ok', 'named, it is not asked', named)


def apart(stage, uid):
    """What `show instances` tells of a home that it finds, and then of the same one when it is named."""
    path = home(stage, 'graph', 1)
    stage.file(MAIN, 'read x\n', 0o644)
    wrap = ['unshare', '-n', '-m', '-p', '-f', '--mount-proc']
    if os.getuid() or subprocess.run([*wrap, 'ip', 'link', 'set', 'lo', 'up'], stderr=subprocess.DEVNULL, check=False).returncode:
        raise Skip('only root has networks of his own, with unshare and ip')
    argv = [*wrap, sys.executable, '-B', '-c', APART, os.path.dirname(os.path.abspath(__file__)), stage.neodeck, path, MAIN, str(uid)]
    r = subprocess.run(argv, env=stage.env(NEO4J_HOME=path), cwd=stage.home, capture_output=True, text=True, timeout=180, check=False)
    check(r.returncode == 0, 'it could not be played', r.stdout, r.stderr)
    return json.loads(r.stdout)


# ---- the console ----

def strip(raw):
    """What is left when the sequences that the terminal is really sent are taken out."""
    return re.sub(rb'\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][B0]|\x1b[=>78M]|[\r\n\b\t\x0f\x0e]', b'', raw)


def opened(stage, path, *more, size=(80, 24), **how):
    console = stage.pty(path, *more, size=size, **how)
    console.wait(rb'graph')
    return console


def check_screen(console):
    raw = bytes(console.out)
    check(b'PWNED\x07' not in raw and b'\x1b]0;PWNED' not in raw, 'a title was set', repr(raw[-400:]))
    left = re.search(rb'[\x00-\x08\x0b-\x1f\x7f]', strip(raw))
    check(not left, 'a control byte on the terminal', repr(strip(raw)[max(0, left.start() - 60):left.end() + 60]) if left else '')


@case('host-console-with-evil-files')
def console_evil(stage):
    path, _ = host(stage, more=CONFIGURATIONS['escapes'][0])
    named(path)
    put(path, 'logs/neo4j.log', LINE % EVIL + '\x1b[2J' * 1000 + '\n' + LINE % 'the last line')
    evil_databases(path)
    console = opened(stage, path, size=(200, 50))
    for view, words in ((b'plugins', rb'files0'), (b'logs', rb'last line'), (b'host', rb'graph'), (b'stores', rb'touch'), (b'settings', rb'format'), (b'disks', rb'data')):
        console.write(':%s\r' % view.decode())
        console.wait(words)
    console.read(1)
    console.write('q')
    console.read(0.5)
    console.write(':quit\r')
    check(console.wait_end() == 0, 'exit status %s' % console.status)
    check_screen(console)


@case('host-console-home-vanishes')
def console_vanishes(stage):
    """Everything is removed while it is looked at, and comes again."""
    path, _ = host(stage)
    jar(path, 'plugins/apoc-5.26.0-core.jar')
    put(path, 'logs/neo4j.log', LINE % 'first line')
    console = opened(stage, path, '--interval', '500ms')
    console.write(':logs\r')
    console.wait(rb'first line')
    shutil.rmtree(path)
    console.read(1.5)
    for view in ('plugins', 'host', 'stores', 'disks', 'settings', 'logs'):
        console.write(':%s\r' % view)
        console.read(0.8)
        check(not console.ended(), 'it ended in the view %s' % view, bytes(console.out[-500:]))
    os.makedirs(path + '/logs')
    put(path, 'logs/neo4j.log', LINE % 'it came again')
    console.wait(rb'came again')
    console.write(':quit\r')
    check(console.wait_end() == 0, 'exit status %s' % console.status)
    check_screen(console)


@case('host-console-log-is-turned-over')
def console_log(stage):
    """Rotated, cut, removed, a directory, a pipe, and a log again, while it is followed."""
    path, _ = host(stage)
    whole = path + '/logs/neo4j.log'
    put(path, 'logs/neo4j.log', LINE % 'first line')
    console = opened(stage, path)
    console.write(':logs\r')
    console.wait(rb'first line')
    os.rename(whole, whole + '.1')
    put(path, 'logs/neo4j.log', LINE % 'ROTATED')
    console.wait(rb'ROTATED')
    put(path, 'logs/neo4j.log', LINE % 'CUT')  # shorter than before
    console.wait(rb'CUT')
    for make in (os.mkdir, os.mkfifo, KINDS['device'][0], KINDS['link-loop'][0]):
        os.unlink(whole)
        make(whole)
        console.read(1)
        check(not console.ended(), 'it ended', bytes(console.out[-500:]))
        if make is os.mkdir:
            os.rmdir(whole)
            put(path, 'logs/neo4j.log', '')
    os.unlink(whole)
    put(path, 'logs/neo4j.log', LINE % 'ALLWELL')
    console.wait(rb'ALLWELL')
    console.write(':quit\r')
    check(console.wait_end() == 0, 'exit status %s' % console.status)
    check_screen(console)
