"""What the cases of tests/faults/run share: a private home, a fake server, neodeck as a command, and neodeck on a pty."""
import fcntl
import glob
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
THEMES = os.path.join(HERE, '..', '..', 'themes')
PASSWORD = 'secret-demo-1'
CASES = []


class Failure(Exception):
    """Why a case failed."""


class Skip(Exception):
    """Why a case cannot be played here."""


class Late(Exception):
    """This machine was too slow for the case to tell anything: it is played again."""


def in_time(r):
    """The result, unless the deadline of a statement cut it off: a slow machine does not bring much data within it."""
    if re.search(r'no whole answer .*within \d+ ?s', r.err):
        raise Late('the data did not come within the deadline')
    return r


def case(name, each=None):
    """Registers play(stage), or with each={name: row} once for every row as play(stage, row), its name behind a dash."""
    def register(play):
        if each is None:
            CASES.append((name, play))
        for key, row in (each or {}).items():
            CASES.append(('%s-%s' % (name, key), lambda stage, row=row: play(stage, row)))
        return play
    return register


def check(ok, why, *shown):
    if not ok:
        raise Failure(why + ''.join('\n' + str(s) for s in shown))


PATIENCE = 30  # seconds for what has to come: a slow machine needs some of them, and nobody waits longer than it takes


def until(what, seconds=PATIENCE, step=0.03):
    """The first true answer of what() within so many seconds, else the last one."""
    end = time.monotonic() + seconds
    while True:
        got = what()
        if got or time.monotonic() >= end:
            return got
        time.sleep(step)


class Result:
    def __init__(self, status, out, err):
        self.status, self.raw_out, self.raw_err = status, out, err
        self.out, self.err = out.decode('utf-8', 'replace'), err.decode('utf-8', 'replace')

    def __str__(self):
        return '  exit %s\n  out: %s\n  err: %s' % (self.status, self.out[:600], self.err[:600])

    def must(self, status, words=None):
        """This exit status, and each of the words (regular expressions) on standard error."""
        check(self.status == status, 'exit status %s, wanted %d' % (self.status, status), self)
        for w in [words] if isinstance(words, str) else words or []:
            check(re.search(w, self.err), 'standard error has no /%s/' % w, self)
        return self

    def must_say_in_one_line(self):
        check(re.fullmatch(r'neodeck: [^\n]{10,500}\n', self.err), 'not one line of words on standard error', self)
        return self

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError as e:
            raise Failure('standard output is not one JSON document: %s\n%s' % (e, self)) from None


class Stage:
    """One case: a temporary home, and everything that was started in it, which ends with it."""

    def __init__(self, neodeck):
        self.neodeck, self.closing = neodeck, []
        self.home = tempfile.mkdtemp(prefix='neodeck-faults-')
        os.chmod(self.home, 0o755)
        self.sanitizer = os.path.join(self.home, 'sanitizer')
        self.state = os.path.join(self.home, 'state', 'neodeck')

    def env(self, **more):
        """more: a value of None takes the variable away."""
        log = ':log_path=' + self.sanitizer
        env = {'PATH': os.environ['PATH'], 'HOME': self.home, 'XDG_STATE_HOME': self.home + '/state',
               'XDG_CONFIG_HOME': self.home + '/config', 'NEODECK_THEMES': THEMES, 'NEO4J_PASSWORD': PASSWORD,
               'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'TERM': 'xterm-256color',
               'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + log,
               'UBSAN_OPTIONS': os.environ.get('UBSAN_OPTIONS', 'print_stacktrace=1') + log}
        env.update(more)
        return {k: v for k, v in env.items() if v is not None}

    def file(self, name, text, mode=0o600):
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def fake(self, count=1, tls=None, **config):
        fake = Fake(count, tls, config)
        self.closing.append(fake)
        return fake

    def start(self, *args, env=None, wrap=(), **more):
        more = {'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE, 'cwd': self.home, **more}
        process = subprocess.Popen([*wrap, self.neodeck, *args], env=env or self.env(), **more)
        self.closing.append(Running(process))
        return process

    def run(self, *args, seconds=60, **more):
        """neodeck with these arguments, to its end."""
        process = self.start(*args, **more)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise Failure('still runs after %d s\n%s' % (seconds, Result(None, out, err))) from None
        return Result(process.returncode, out or b'', err or b'')

    def show(self, view, target, *args, **more):
        return self.run('show', view, '-i', target, *args, **more)

    def play(self, lines, *args, size='120x30', **more):
        """A script on the memory grid."""
        return self.run('--script', self.file('script', '\n'.join(lines) + '\n', 0o644), '--size', size, *args, **more)

    def read(self, name):
        with open(os.path.join(self.home, name), encoding='utf-8', errors='replace') as f:
            return f.read()

    def pty(self, *args, **more):
        p = Pty([self.neodeck, *args], more.pop('env', None) or self.env(), **more)
        self.closing.append(p)
        return p

    def complaints(self):
        """What the sanitizers wrote."""
        text = ''
        for name in sorted(glob.glob(self.sanitizer + '*')):
            with open(name, encoding='utf-8', errors='replace') as f:
                text += f.read()
        return text

    def close(self):
        for thing in reversed(self.closing):
            thing.close()
        text = self.complaints()
        shutil.rmtree(self.home, ignore_errors=True)
        return text


class Running:
    def __init__(self, process):
        self.process = process

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


class Fake:
    """fakeneo4j.py in a process of its own; it ends with us."""

    def __init__(self, count, tls, config):
        argv = [sys.executable, '-B', os.path.join(HERE, 'fakeneo4j.py'), '--until-eof', '--count', str(count), '--config', json.dumps(config)]
        if tls:
            argv += ['--tls', *tls]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        check(line, 'the fake server does not start')
        where = json.loads(line)
        self.control, self.ports = where['control'], where['ports']
        self.port = self.ports[0]
        self.urls = ['http%s://127.0.0.1:%d' % ('s' if tls else '', p) for p in self.ports]
        self.url = self.urls[0]

    def ctl(self, **command):
        """Its counters, after obeying."""
        with urllib.request.urlopen('http://127.0.0.1:%d/ctl' % self.control, json.dumps(command).encode(), 10) as answer:
            return json.load(answer)

    def rule(self, do, match=None, **more):
        self.ctl(add_rule={'do': do, **({'match': match} if match else {}), **more})
        return self

    def total(self):
        return self.ctl()['total']

    def close(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.stdout.close()
        self.process.wait()


class Pty:
    """neodeck on a pty of its own session."""

    def __init__(self, argv, env, size=(80, 24), cwd=None):
        self.out, self.status, self.over = bytearray(), None, False
        self.pid, self.master = pty.fork()
        if not self.pid:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', size[1], size[0], 0, 0))
                if cwd:
                    os.chdir(cwd)
                os.execvpe(argv[0], argv, env)
            finally:
                os._exit(127)

    def resize(self, w, h):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', h, w, 0, 0))

    def write(self, keys):
        os.write(self.master, keys.encode())

    def read(self, seconds):
        """Reads for that long, or until nobody writes any more."""
        end = time.monotonic() + seconds
        while True:
            left = max(0.0, end - time.monotonic())
            if not select.select([self.master], [], [], left)[0]:
                return
            try:
                some = os.read(self.master, 65536)
            except OSError:
                some = b''
            if not some:
                self.over = True
                return
            self.out += some

    def taken(self):
        """Until it has read every key that was written: what comes next is not read before them."""
        check(until(lambda: self.read(0.02) or self.ended() or not self.unread()), 'it reads no keys', bytes(self.out[-800:]))
        self.read(0.05)

    def unread(self):
        try:
            fd = os.open(self.terminal(), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            return 0
        try:
            return struct.unpack('i', fcntl.ioctl(fd, termios.FIONREAD, b'\0' * 4))[0]
        except OSError:
            return 0
        finally:
            os.close(fd)

    def terminal(self):
        """Its path, by the number that the master knows it by."""
        return '/dev/pts/%d' % struct.unpack('i', fcntl.ioctl(self.master, 0x80045430, b'\0' * 4))[0]  # TIOCGPTN

    def wait(self, what, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not re.search(what, bytes(self.out), re.S):
            check(time.monotonic() < end and not self.ended(), 'the terminal does not get %r' % what, bytes(self.out[-800:]))
            self.read(0.05)

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def wait_end(self, seconds=PATIENCE):
        """Its status. Its last bytes come through the kernel a moment after it is gone."""
        end = time.monotonic() + seconds
        while not self.ended():
            check(time.monotonic() < end, 'still runs after %.0f s' % seconds, bytes(self.out[-800:]))
            self.read(0.02)
        until(lambda: self.read(0.05) or self.over, 2)
        return self.status

    def close(self):
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)
