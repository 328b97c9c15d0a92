"""neodeck in a real terminal: tmux on a socket of its own, without anybody's configuration."""
import os
import re
import shlex
import subprocess
import time

from harness import PATIENCE, Failure, check, unread, until


class Tmux:
    """One server for all cases; each pane is a session of its own."""

    def __init__(self, env):
        self.socket, self.env, self.count = 'neodeck-test-%d' % os.getpid(), env, 0

    def run(self, *args, okay=True):
        r = subprocess.run(['tmux', '-u', '-L', self.socket, '-f', '/dev/null', *args], env=self.env, capture_output=True,
                           encoding='utf-8', errors='replace', timeout=20, check=False)
        if okay and r.returncode:
            raise Failure('tmux %s: %s' % (args[0], r.stderr.strip()))
        return r.stdout

    def pane(self, argv, env, size=(80, 24)):
        self.count += 1
        name = 's%d' % self.count
        if self.count == 1:
            self.run('new-session', '-d', '-s', 'keeper', 'exec sleep 100000')
            for option in (('-g', 'status', 'off'), ('-g', 'remain-on-exit', 'on'), ('-s', 'escape-time', '0')):
                self.run('set-option', *option)
        words = ['env'] + ['-u' + k for k in ('TERM', 'LC_ALL', 'LANG')] + ['%s=%s' % kv for kv in env.items()] + argv
        self.run('new-session', '-d', '-c', env['HOME'], '-s', name, '-x', str(size[0]), '-y', str(size[1]), 'exec ' + shlex.join(words))
        return Pane(self, name)

    def close(self):
        if self.count:
            path = self.run('display-message', '-p', '#{socket_path}', okay=False).strip()
            self.run('kill-server', okay=False)
            if path.endswith(self.socket) and os.path.exists(path):
                os.unlink(path)


class Pane:
    def __init__(self, tmux, name):
        self.tmux, self.name = tmux, name
        self.target = '=%s:' % name

    def resize(self, w, h):
        self.tmux.run('resize-window', '-t', self.target, '-x', str(w), '-y', str(h))

    def keys(self, *names):
        self.tmux.run('send-keys', '-t', self.target, *names)

    def text(self, string):
        self.tmux.run('send-keys', '-t', self.target, '-l', string)

    def taken(self):
        """Until the program has read every key: what comes next cannot be read in one piece with them, as Esc and a letter are Alt."""
        tty = self.ask('pane_tty')
        check(until(lambda: self.dead() is not None or not unread(tty)), 'it reads no keys', self.screen)
        time.sleep(0.1)

    def escape(self):
        self.keys('Escape')
        self.taken()

    def paste(self, string):
        """As a terminal pastes: in brackets when the program asked for them."""
        self.tmux.run('set-buffer', '-b', self.name, string)
        self.tmux.run('paste-buffer', '-p', '-r', '-t', self.target, '-b', self.name, '-d')

    def ask(self, what):
        return self.tmux.run('display-message', '-p', '-t', self.target, '#{%s}' % what).strip()

    def pid(self):
        return int(self.ask('pane_pid'))

    def screen(self, colours=False):
        return self.tmux.run('capture-pane', '-p', *(['-e'] if colours else []), '-t', self.target)

    def lines(self):
        return self.screen().split('\n')

    def cursor(self):
        """Its row, and the text of that row."""
        y = int(self.ask('cursor_y'))
        return y, self.lines()[y]

    def dead(self):
        """Exit status, or None while it runs."""
        return int(self.ask('pane_dead_status') or 0) if self.ask('pane_dead') == '1' else None

    def wait(self, pattern, seconds=PATIENCE, gone=False):
        """Until the screen has it (or has it no more); the screen."""
        found = until(lambda: bool(re.search(pattern, self.screen(), re.M)) != gone, seconds, 0.05)
        check(found, '%s %r within %.1f s' % ('still' if gone else 'no', pattern, seconds), self.screen)
        return self.screen()

    def ready(self):
        return self.wait(r'running')

    def settle(self, seconds=3.0):
        """The screen once two captures are the same."""
        end, last = time.monotonic() + seconds, None
        while time.monotonic() < end:
            now = self.screen()
            if now == last:
                break
            last = now
            time.sleep(0.15)
        return last

    def close(self):
        self.tmux.run('kill-session', '-t', '=' + self.name, okay=False)
