#!/usr/bin/env python3
"""term_check.py TERM_DEMO: the terminal room against real pseudo-terminals and tmux.

What tmux shows after hundreds of random frames must be the grid; keys, pastes and cut sequences must come out right; a
terminal that reads nothing must cost no CPU and not hold up the exit; the modes must be as before on every way out.
Prints "ok"/"not ok" lines; the exit status is 1 when one is not ok. Without tmux its part is skipped, and said so.
"""
import fcntl
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

DEMO = os.path.abspath(sys.argv[1])
SOCKET = "neodeck-check-%d" % os.getpid()
failed = 0


def report(good, what, detail=""):
    global failed
    failed += not good
    print("%s - %s%s" % ("ok" if good else "not ok", what, "" if good else "  [%s]" % detail), flush=True)


# --- tmux ---

def tmux(*args):
    return subprocess.run(["tmux", "-L", SOCKET, "-f", "/dev/null", *args], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True).stdout


def wait_for(check, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.05)
    return False


def stripped(text):
    return [line.rstrip() for line in text.rstrip("\n").split("\n")]


def random_frames(term, w, h, seed):
    with tempfile.TemporaryDirectory() as folder:
        dump = os.path.join(folder, "term_demo.dump")
        tmux("new-window", "-d", "-n", "demo", "-c", folder,
             "TERM=%s LC_ALL=C.UTF-8 exec %s random 200 %d" % (term, DEMO, seed))
        tmux("resize-window", "-t", "demo", "-x", str(w), "-y", str(h))
        drawn = wait_for(lambda: os.path.exists(dump) and os.path.getsize(dump) > 0)
        want = stripped(open(dump, encoding="utf-8").read()) if drawn else []
        same = wait_for(lambda: stripped(tmux("capture-pane", "-p", "-t", "demo"))[:len(want)] == want, 5)
        report(drawn and same, "random frames on %s, seed %d" % (term, seed), "drawn %s" % drawn)
        tmux("kill-window", "-t", "demo")


def in_tmux():
    if not shutil.which("tmux"):
        print("skip - tmux is not installed")
        return
    tmux("new-session", "-d", "-x", "80", "-y", "24", "sleep 600")
    wait_for(lambda: tmux("list-sessions"))
    try:
        for term in ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100"):
            for seed in (1, 2):
                random_frames(term, 80, 24, seed)
    finally:
        tmux("kill-server")


# --- pseudo-terminals of our own ---

class Demo:
    """term_demo on a terminal of its own; its standard output goes to a pipe that is not the terminal."""

    def __init__(self, *args, term="xterm-256color", locale="C.UTF-8", size=(80, 24)):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(slave)
        out, self.out_w = os.pipe()
        self.out = out
        env = dict(os.environ, TERM=term, LC_ALL=locale)
        env.pop("NO_COLOR", None)

        def own_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

        self.slave = slave
        self.child = subprocess.Popen([DEMO, *args], stdin=subprocess.DEVNULL, stdout=self.out_w, stderr=self.out_w,
                                      env=env, preexec_fn=own_terminal, close_fds=True)
        os.close(self.out_w)

    def read(self, quiet=0.25):
        got = b""
        while select.select([self.master], [], [], quiet)[0]:
            try:
                got += os.read(self.master, 65536)
            except OSError:
                break
        return got

    def type(self, data):
        os.write(self.master, data)

    def wait(self, seconds=3):
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            return None

    def restored(self):
        return termios.tcgetattr(self.slave)[:4] == self.before[:4]

    def cpu(self):
        fields = open("/proc/%d/stat" % self.child.pid).read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        for fd in (self.master, self.slave, self.out):
            try:
                os.close(fd)
            except OSError:
                pass


def keys_of(demo):
    """The keys that the demo wrote when it ended."""
    said = os.read(demo.out, 65536).decode("utf-8", "replace")
    found = re.search(r"keys:(.*)", said)
    return found.group(1).split() if found else [said]


def normal_exit():
    for term in ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100"):
        d = Demo(term=term)
        first = d.read()
        modes = termios.tcgetattr(d.slave)
        d.type(b"q")
        status = d.wait()
        last = d.read()
        report(b"term_demo 80x24" in first and not modes[3] & (termios.ICANON | termios.ECHO | termios.ISIG),
               "starts on %s" % term, first[-80:])
        report(status == 0 and d.restored() and (b"\x1b[?1049l" in last or term in ("linux", "vt100")),
               "leaves %s as it was" % term, "status %s %r" % (status, last[-80:]))
        d.close()


def signals():
    for name in ("SIGTERM", "SIGSEGV"):
        d = Demo()
        d.read()
        d.child.send_signal(getattr(signal, name))
        status, last = d.wait(), d.read()
        good = d.restored() and b"\x1b[?1049l" in last and b"\x1b[?2004l" in last
        report(good, "%s restores the terminal" % name, "status %s %r" % (status, last[-80:]))
        d.close()


def unusable():
    for term, words in (("dumb", b"cannot place its cursor"), ("no-such-thing", b"no description"), ("", b"TERM is not set")):
        d = Demo(term=term)
        status, said = d.wait(), os.read(d.out, 4096)
        report(status == 2 and words in said and not d.read(0.1), "TERM='%s' is refused with words" % term, said)
        d.close()


def cut_sequences():
    d = Demo()
    d.read()
    for part in (b"\xc3", b"\xa9", b"\x1b[1;", b"5C", b"\x1b]11;rgb:0/0/0\x1b\\", b"\x1b[?2026;2$y", b"\x1b[<0;1;2M",
                 b"\x1b[M K!", b"\xff\xfe", b"\x1b", b"\x1bOP", b"\x1b[5~", b"q"):
        d.type(part)
        time.sleep(0.1)
    d.wait()
    keys = keys_of(d)
    report(keys == ["é", "Right", "Esc", "F1", "PgUp", "q"], "cut and unknown sequences", keys)
    d.close()


def pastes():
    d = Demo()
    d.read()
    d.type(b"\x1b[200~K\ryes\r")
    time.sleep(0.1)
    d.type(b"q\x1b[201~j\x1b[200~lost")
    time.sleep(1.2)
    d.type(b"\x03")
    time.sleep(0.1)
    d.type(b"q")
    status, keys = d.wait(), keys_of(d)
    report(status == 0 and keys == ["Paste", "j", "q"], "pastes are no keys, and one without an end can be left", keys)
    d.close()


def stalled():
    d = Demo(size=(200, 50))
    time.sleep(0.5)
    for i in range(150):  # nobody reads: keys and sizes keep coming
        d.type(b"ajk\x1b[A")
        fcntl.ioctl(d.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40 + i % 10, 150 + i % 50, 0, 0))
        d.child.send_signal(signal.SIGWINCH)
        time.sleep(0.005)
    before = d.cpu()
    time.sleep(1)
    report(d.cpu() - before <= 0.02, "a stalled terminal costs no CPU", d.cpu() - before)
    began = time.monotonic()
    d.type(b"q")
    status = d.wait()
    took = time.monotonic() - began
    report(status == 0 and took < 0.5 and d.restored(), "leaves a stalled terminal at once", "%s after %.2f s" % (status, took))
    d.close()


def hang_up():
    d = Demo()
    d.read()
    os.close(d.slave)
    began = time.monotonic()
    os.close(d.master)
    status = d.wait()
    report(status == 0 and time.monotonic() - began < 0.5, "a hang-up is noticed", status)


def ascii_locale():
    d = Demo(locale="C")
    screen = d.read()
    report(b"1 keys" in screen and max(screen) < 0x80, "only ASCII in the C locale", screen[-80:])
    d.type(b"q")
    d.wait()
    d.close()


def resized():
    d = Demo()
    d.read()
    for w, h in ((1, 1), (300, 90), (20, 4), (100, 10)):
        fcntl.ioctl(d.slave, termios.TIOCSWINSZ, struct.pack("HHHH", h, w, 0, 0))
        d.child.send_signal(signal.SIGWINCH)
        screen = d.read(0.15)
    report(b"term_demo 100x10" in screen, "follows the size", screen[:80])
    d.type(b"q")
    report(d.wait() == 0 and d.restored(), "leaves after resizing")
    d.close()


def main():
    for check in (normal_exit, signals, unusable, cut_sequences, pastes, stalled, hang_up, ascii_locale, resized, in_tmux):
        check()
    print("%s" % ("failed: %d" % failed if failed else "all ok"))
    sys.exit(failed > 0)


main()
