"""Somebody who uses neodeck for a long time: looks at views, presses keys, comes back from other terminals."""
import random
import re
import time

from harness import Pty, check, until

VIEWS = ["dashboard", "transactions", "databases", "connections", "plugins", "logs", "instances", "history", "messages", "findings", "locks",
         "indexes", "settings", "host", "disks"]
# Nothing here changes anything, on the server or in the audit log.
KEYS = ["j", "k", "G", "g", "PgDn", "PgUp", "w", "o", "Escape", "O", ">", "<", "z", "z", "Tab", "Space", "u", "f", "r", "Right", "Left", "1", "3", "5",
        "?", "q"]
SIZES = [(80, 24), (200, 50), (60, 15), (132, 43), (100, 30)]
TMUX_KEYS = {"PgDn": "PageDown", "PgUp": "PageUp"}


class Person:
    def __init__(self, stage, pane):
        self.stage, self.pane, self.terminal = stage, pane, None
        self.actions = self.attached = self.turn = 0
        self.done = []  # the last things, for whoever has to find out what went wrong
        self.random = random.Random(4711)
        self.stage.tmux.run("set-option", "-g", "window-size", "latest")

    def act(self):
        """Once about every two calls; some calls do nothing, as people do."""
        self.turn += 1
        self.actions += 1
        if self.turn % 60 == 0:
            self.come_or_go()
        elif self.turn % 12 == 0:
            self.command(VIEWS[self.turn // 12 % len(VIEWS)])
        elif self.turn % 31 == 0:
            self.filter()
        elif self.turn % 2 == 0:
            self.key(self.random.choice(KEYS))
        else:
            self.actions -= 1
        if self.terminal:
            self.terminal.read(0.0)
            del self.terminal.out[:]
        self.stay()

    def stay(self):
        """Going back from the first screen asks whether to leave."""
        if self.asked(0.4):
            self.pane.escape()
            until(lambda: not self.asked(0), 5, 0.1)

    def asked(self, seconds):
        return until(lambda: "leave neodeck?" in self.pane.screen(), seconds, 0.1)

    def rest(self):
        """Closes whatever is open for typing."""
        self.pane.escape()
        self.stay()

    def line(self, mark):
        """Opens the line of a command or a filter; whether it is seen. Words that are typed beside it are keys, and do things."""
        self.rest()
        self.pane.keys(mark)
        return until(lambda: re.search(r"(?m)^ ?%s(?! command).*\Z" % re.escape(mark), self.pane.screen().rstrip()), 3, 0.1)

    def note(self, words):
        self.done = self.done[-14:] + [words]

    def key(self, key):
        self.note(key)
        self.pane.keys(TMUX_KEYS.get(key, key))

    def command(self, words):
        self.note(":" + words)
        if not until(lambda: self.pane.dead() is not None or self.line(":"), 30, 0.1) or self.pane.dead() is not None:
            return
        self.pane.text(words)
        self.pane.keys("Enter")

    def filter(self):
        words = self.random.choice(["neo4j", "!zzz", "~a.*b", ""])
        self.note("/" + words)
        if self.line("/"):
            self.pane.text(words)
            self.pane.keys("Enter")
            self.pane.taken()
        if self.line("/"):
            self.pane.keys("C-u", "Enter")

    def come_or_go(self):
        """A client of tmux on a pty of some size; the next time it hangs up."""
        if self.terminal:
            self.note("detach")
            self.terminal.close()
            self.terminal = None
            return
        self.note("attach")
        self.attached += 1
        tmux = self.stage.tmux
        self.terminal = Pty(["tmux", "-u", "-L", tmux.socket, "attach-session", "-t", "=" + self.pane.name], self.stage.env(),
                            size=self.random.choice(SIZES))

    def leave(self):
        """Ends neodeck as a person does: looks at what is on the screen and answers that, however late it came."""
        if self.terminal:
            self.terminal.close()
            self.terminal = None
        check(until(self.left, 60, 0.2), "neodeck does not leave", self.pane.screen)
        check(self.pane.dead() == 0, "neodeck left with status %s" % self.pane.dead(), self.pane.screen)

    def left(self):
        if self.asked(0):
            time.sleep(0.7)  # answers that come too early do not count
            self.pane.keys("C-u")
            self.pane.text("y")
            self.pane.keys("Enter")
        else:
            self.command("quit")
        return until(lambda: self.pane.dead() is not None, 3, 0.2)
