"""What the cases run neodeck in: a private home, a fake server, and a bare pty of which every byte is kept."""
import errno
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
REPO = os.path.dirname(os.path.dirname(HERE))
FAKE = os.path.join(REPO, 'tests', 'faults', 'fakeneo4j.py')
RESTORED = (b'\033[?1049l', b'\033[?2004l', b'\033[?25h')


class Failure(Exception):
    """A case that failed: why, and what was on the screen."""

    def __init__(self, why, screen=''):
        super().__init__(why)
        self.screen = screen


class Skip(Exception):
    pass


class Late(Exception):
    """This machine stood still while it mattered: what was seen says nothing, and the case is played again."""


CASES = []


class Case:
    def __init__(self, name, play, needs_tmux):
        self.name, self.play, self.needs_tmux = name, play, needs_tmux


def case(name, tmux=False, **each):
    """Registers a function as a case; with each=[..] once for every one, its name behind a dash."""
    def register(play):
        for one in each.get('each', [None]):
            if one is None:
                CASES.append(Case(name, play, tmux))
            else:
                CASES.append(Case('%s-%s' % (name, one), lambda stage, one=one: play(stage, one), tmux))
        return play
    return register


def check(ok, why, screen=''):
    if not ok:
        raise Failure(why, screen() if callable(screen) else screen)


PATIENCE = 20  # seconds for what has to come: a slow machine needs some of them, and nobody waits longer than it takes


def until(what, seconds=PATIENCE, step=0.03):
    """The first true answer of what() within so many seconds, else the last one."""
    end = time.monotonic() + seconds
    while True:
        got = what()
        if got or time.monotonic() >= end:
            return got
        time.sleep(step)


class Stage:
    """One case: its temporary home, and everything that it started, which ends with it."""

    def __init__(self, neodeck):
        self.neodeck, self.closing = neodeck, []
        self.tmux = None
        self.home = tempfile.mkdtemp(prefix='neodeck-terminal-')
        self.sanitizer = os.path.join(self.home, 'sanitizer')

    def env(self, term='xterm-256color', **more):
        log = ':log_path=' + self.sanitizer
        env = {'PATH': os.environ['PATH'], 'HOME': self.home, 'XDG_STATE_HOME': self.home + '/state',
               'XDG_CONFIG_HOME': self.home + '/config', 'NEODECK_THEMES': os.path.join(REPO, 'themes'),
               'NEO4J_PASSWORD': 'secret-demo-1', 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'TERM': term, 'PS1': 'prompt> ',
               'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + log,
               'UBSAN_OPTIONS': os.environ.get('UBSAN_OPTIONS', 'print_stacktrace=1') + log}
        env.update(more)
        return {k: v for k, v in env.items() if v is not None}

    def fake(self, *args, **config):
        fake = Fake(config, args)
        self.closing.append(fake)
        return fake

    def pty(self, *args, **more):
        """neodeck on a bare pty."""
        p = Pty([self.neodeck, *args], more.pop('env', None) or self.env(), cwd=self.home, **more)
        self.closing.append(p)
        return p

    def pane(self, *args, **more):
        """neodeck in tmux."""
        pane = self.tmux.pane([self.neodeck, *args], more.pop('env', None) or self.env(), **more)
        self.closing.append(pane)
        return pane

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


class Fake:
    """A fake server in a process of its own; it ends with us."""

    def __init__(self, config, args=()):
        self.process = subprocess.Popen([sys.executable, FAKE, '--until-eof', '--config', json.dumps(config), *args],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        where = json.loads(self.process.stdout.readline())
        self.control, self.port = where['control'], where['ports'][0]
        self.url = '%s://127.0.0.1:%d' % ('https' if '--tls' in args else 'http', self.port)

    def ctl(self, **command):
        """Its counters, after obeying."""
        with urllib.request.urlopen('http://127.0.0.1:%d/ctl' % self.control, json.dumps(command).encode(), 10) as answer:
            return json.load(answer)['instances'][0]

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.stdout.close()
        self.process.wait()


def unread(terminal):
    """Bytes of keys that wait in a terminal for the program that has it."""
    try:
        fd = os.open(terminal, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return 0
    try:
        return struct.unpack('i', fcntl.ioctl(fd, termios.FIONREAD, b'\0' * 4))[0]
    except OSError:
        return 0
    finally:
        os.close(fd)


def cpu_seconds(pid):
    with open('/proc/%d/stat' % pid, encoding='ascii', errors='replace') as f:
        words = f.read().rsplit(')', 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf('SC_CLK_TCK')


class Pty:
    """A program on a pty. Nothing reads but us: between two calls the terminal is a stalled one."""

    def __init__(self, argv, env, size=(80, 24), stdin=None, ignore=(), mask=(), controlling=True, cwd='/'):
        self.out, self.status, self.size, self.over = bytearray(), None, size, False
        self.master, slave = pty.openpty()
        self.slave = os.ttyname(slave)
        self.resize(*size)
        self.pid = os.fork()
        if not self.pid:
            self._child(argv, env, slave, stdin, (ignore, mask), controlling, cwd)
        os.close(slave)
        os.set_blocking(self.master, False)

    def _child(self, argv, env, slave, stdin, signals, controlling, cwd):
        try:
            os.chdir(cwd)
            os.setsid()
            if controlling:
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            os.close(self.master)
            for fd in range(3):
                os.dup2(slave, fd)
            if stdin is not None:
                os.dup2(stdin, 0)
            os.closerange(3, 256)
            for n in signals[0]:
                signal.signal(n, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, signals[1])
            os.execvpe(argv[0], argv, env)
        finally:
            os._exit(127)

    def resize(self, w, h):
        self.size = (w, h)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', h, w, 0, 0))

    def write(self, keys):
        os.write(self.master, keys if isinstance(keys, bytes) else keys.encode())

    def read(self, seconds=0.0):
        """Reads what comes within that time; the bytes of this call."""
        got, end = b'', time.monotonic() + seconds
        while True:
            wait = max(0.0, end - time.monotonic())
            if self.master < 0 or not select.select([self.master], [], [], wait)[0]:
                break
            try:
                some = os.read(self.master, 65536)
            except OSError as e:
                if e.errno == errno.EIO:  # nobody is at the other side any more
                    self.over = True
                    break
                raise
            if not some:
                self.over = True
                break
            got += some
            if wait <= 0:
                break
        self.out += got
        return got

    def wait(self, what, seconds=PATIENCE, since=0):
        """Reads until the bytes after `since` have it (a bytes pattern)."""
        end = time.monotonic() + seconds
        while not re.search(what, bytes(self.out[since:]), re.S):
            if time.monotonic() > end or self.ended():
                self.read(0.05)
                check(re.search(what, bytes(self.out[since:]), re.S), 'no %r within %.1f s' % (what, seconds), self.tail)
                break
            self.read(0.03)

    def ready(self):
        """Drawn, with transactions on the screen."""
        self.wait(rb'running')
        self.quiet()

    def quiet(self, seconds=5.0, pause=0.3):
        """Reads until nothing has come for a moment. A machine that stands still looks like that, too: what counts on it looks again."""
        end = time.monotonic() + seconds
        while self.read(pause) and time.monotonic() < end:
            pass

    def taken(self):
        """Until it has read every key that was written: what comes next cannot be read in one piece with them."""
        check(until(lambda: self.read(0.01) is None or self.ended() or not unread(self.slave)), 'it reads no keys', self.tail)
        self.read(0.05)

    def leave(self, seconds=30):
        """Its exit status after Esc and :quit, once more while a dialog takes nothing yet."""
        end = time.monotonic() + seconds
        while not self.ended() and time.monotonic() < end:
            self.write('\033')
            self.taken()
            self.read(0.6)  # a dialog takes nothing just after it was drawn
            if not self.ended():
                self.write(':quit\r')
                until(lambda: self.read(0.05) and False or self.ended(), 3)
        return self.wait_end(1)

    def tail(self):
        return repr(bytes(self.out[-1500:]))

    def ended(self):
        """None while it runs, else exit status, or minus the signal that killed it."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def wait_end(self, seconds=PATIENCE, reading=True):
        """Its status; a failure when it still runs. Its last bytes come through the kernel a moment after it is gone."""
        end = time.monotonic() + seconds
        while not self.ended():
            check(time.monotonic() < end, 'still runs after %.1f s' % seconds, self.tail)
            if reading:
                self.read(0.02)
            else:
                time.sleep(0.02)
        until(lambda: self.read(0.05) and False or self.over or self.master < 0, 2)
        return self.status

    def signal(self, number):
        os.kill(self.pid, number)

    def cpu(self):
        return cpu_seconds(self.pid)

    def cooked(self):
        return termios.tcgetattr(self.master)[3] & (termios.ICANON | termios.ECHO | termios.ISIG) == \
            termios.ICANON | termios.ECHO | termios.ISIG

    def hang_up(self):
        os.close(self.master)
        self.master = -1

    def close(self):
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if self.master >= 0:
            self.hang_up()


def check_restored(p, screen_left=True):
    """The bytes that give the screen back came last, and the line discipline is as it was."""
    out = bytes(p.out)
    entered = out.rfind(b'\033[?1049h')
    for s in RESTORED if screen_left else ():
        check(out.rfind(s) > entered, 'the restoring %r was not written' % s, p.tail)
    check(p.cooked(), 'the terminal is left without ICANON, ECHO and ISIG', p.tail)
