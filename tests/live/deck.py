"""neodeck under test: run as a batch command, by a script on the memory grid, or in tmux."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

from neo import until

THEMES = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "themes"))
OPEN = []  # what has to be ended when the whole run is
SANITIZER = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:")


class Result:
    def __init__(self, status, out, err, seconds):
        self.status, self.out, self.err, self.seconds = status, out, err, seconds

    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return "exit %s\n%s%s" % (self.status, self.out[-1500:], self.err[-1500:])


class Deck:
    """One home of a person: password file, configuration, audit log."""

    def __init__(self, neodeck, password):
        self.neodeck = neodeck
        self.home = tempfile.mkdtemp(prefix="neodeck-live-")
        self.socket = os.path.join(self.home, "tmux")
        self.password_file = self.file("password", password + "\n")
        self.running = []
        OPEN.append(self)

    def file(self, name, text):
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def env(self, **more):
        env = {"PATH": os.environ["PATH"], "HOME": self.home, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color",
               "TZ": "UTC", "XDG_STATE_HOME": self.home + "/state", "XDG_CONFIG_HOME": self.home + "/config",
               "NEODECK_THEMES": THEMES}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(more)
        return env

    def start(self, *args, password=True, env=None):
        login = ["--password-file", self.password_file] if password else []
        p = subprocess.Popen([self.neodeck] + login + list(args), env=env or self.env(), text=True, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.home, start_new_session=True)
        self.running.append(p)
        return p

    def finish(self, p, timeout=120, began=None):
        try:
            out, err = p.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            p.kill()
            out, err = p.communicate()
            raise AssertionError("neodeck still runs after %d s: %s%s" % (timeout, out[-300:], err[-300:])) from None
        assert not SANITIZER.search(err), "sanitizer: " + err[:2000]
        return Result(p.returncode, out, err, time.monotonic() - began if began else 0)

    def run(self, *args, timeout=120, **more):
        began = time.monotonic()
        return self.finish(self.start(*args, **more), timeout, began)

    def show(self, view, url, *args, status=0):
        """The document of `show VIEW --format json`."""
        r = self.run("show", view, "--format", "json", "-i", url, *args)
        assert r.status == status, "show %s: %s" % (view, r)
        return r.json()

    def rows(self, view, url, *args):
        return self.show(view, url, *args)["rows"]

    def play(self, url, lines, *args, size="120x40", timeout=300, status=0):
        """Plays a script; returns {file: text} of its dumps."""
        script = self.file("script", "\n".join(lines) + "\n")
        r = self.run("--script", script, "--size", size, *args, url, timeout=timeout)
        assert r.status == status, "script: %s" % r
        return self.dumps()

    def dumps(self):
        got = {}
        for name in os.listdir(self.home):
            if name.endswith(".dump"):
                with open(os.path.join(self.home, name), encoding="utf-8") as f:
                    got[name[:-5]] = f.read()
        return got

    def history(self):
        r = self.run("history", "--format", "json", "-i", "http://127.0.0.1:1", password=False)
        return r.json()["rows"]

    def close(self):
        for p in self.running:
            if p.poll() is None:
                p.kill()
                p.wait()
        if os.path.exists(self.socket):
            subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True, check=False)
        if self in OPEN:
            OPEN.remove(self)
        shutil.rmtree(self.home, ignore_errors=True)


class Tmux:
    """A real terminal with neodeck in it."""

    def __init__(self, deck, args, size=(120, 40)):
        self.socket = deck.socket
        command = [deck.neodeck, "--password-file", deck.password_file] + list(args)
        quoted = " ".join("'%s'" % a.replace("'", "'\\''") for a in command)
        self.env = deck.env(TERM="xterm-256color")
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(size[0]), "-y", str(size[1]),
                  quoted + " 2>stderr; echo ended with $?; sleep 300", cwd=deck.home)

    def tmux(self, *args, cwd=None):
        return subprocess.run(["tmux", "-S", self.socket] + list(args), env=self.env, cwd=cwd, capture_output=True, text=True,
                              timeout=20, check=False).stdout

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def text(self, words):
        self.tmux("send-keys", "-l", words)

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def see(self, pattern, seconds=60):
        """Waits until the pattern is on the screen."""
        seen = [""]

        def there():
            seen[0] = self.screen()
            return re.search(pattern, seen[0])
        try:
            return until(there, seconds, "")
        except AssertionError:
            raise AssertionError("%r is not on the screen after %d s:\n%s" % (pattern, seconds, seen[0])) from None

    def miss(self, pattern, seconds=60):
        until(lambda: not re.search(pattern, self.screen()), seconds, "%r stays on the screen" % pattern)

    def close(self):
        self.tmux("kill-server")
