"""The list of cases, and what each one is given."""
import re
import threading

import deck
import neo
import proxy
import servers
from neo import until

ALL = []
LISTING = ("5.26", "2026", "4.4")          # lines that can list and kill on Community
LINES = LISTING + ("3.5",)
RUNAWAY = "MATCH (a:Live), (b:Live), (c:Live) WHERE a.n + b.n + c.n < 0 RETURN count(*) AS c"
MOVES = {"instance", "instance_name", "last_committed_tx", "last_read", "reads", "use", "line"}  # between two looks


def case(name, *lines):
    """Runs once for each of the lines, on its server."""
    def add(function):
        for line in lines:
            ALL.append((line, "%s %s" % (line, name), function))
        return function
    return add


class Context:
    """What one case uses; everything that it opened is closed behind it, the last one first."""

    def __init__(self, server, farm, neodeck):
        self.server, self.farm, self.neodeck = server, farm, neodeck
        self.url = server.url
        self.undo = []
        self.deck = self.new_deck()

    def new_deck(self, password=servers.PASSWORD):
        d = deck.Deck(self.neodeck, password)
        self.undo.append(d.close)
        return d

    def client(self, statement=None, app="live-app", **params):
        c = neo.Client(self.server, statement, app, **params)
        self.undo.append(c.end)
        return c

    def runaway(self, app="live-runaway"):
        """A query that reads the store and would go on for minutes."""
        self.graph()
        return self.client(RUNAWAY, app).begin()

    def graph(self):
        if not self.server.ask("MATCH (n:Live) RETURN count(n) AS c")[0]["c"]:
            self.server.ask("UNWIND range(1, 3000) AS n CREATE (:Live {n: n})")

    def blocked(self, app="live"):
        """(holder, waiter): two transactions, of which the first is idle and blocks the second."""
        number = self.server.ask("CREATE (n:Held {id: randomUUID()}) RETURN n.id AS id")[0]["id"]
        holder = self.client(app=app + "-holder")
        holder.say("MATCH (n:Held {id: $id}) SET n.at = 1", id=number)
        waiter = self.client("MATCH (n:Held {id: $id}) SET n.at = 2", app + "-waiter", id=number).begin()
        until(lambda: self.server.transaction(waiter.tx)["status"].startswith("Blocked"), 60, "the server blocks nobody")
        return holder, waiter

    def keep(self, client):
        """Its open transaction and its connection do not time out while they idle: an empty request now and then."""
        over = threading.Event()

        def work():
            while not over.wait(8):
                self.server.raw("POST", "/" + client.location, {"statements": []}, link=client.link)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self.undo += [thread.join, over.set]

    def proxy(self, rewrite=None, host="127.0.0.1"):
        p = proxy.Proxy(self.server, rewrite, host)
        self.undo.append(p.close)
        return p

    def user(self, name, password="secret-live-2", change=False):
        self.server.add_user(name, password, change)
        self.undo.append(lambda: self.server.drop_user(name))
        return password

    def tmux(self, *args, **more):
        t = deck.Tmux(self.deck, args, **more)
        self.undo.append(t.close)
        return t

    def close(self):
        while self.undo:
            try:
                self.undo.pop()()
            except (OSError, neo.Refused, AssertionError) as e:
                print("cleaning up: %s" % e, flush=True)


def equal(got, want, what):
    assert got == want, "%s: %r, the server says %r" % (what, got, want)


def has(text, pattern, what):
    assert re.search(pattern, text), "%s: nothing like %r in: %s" % (what, pattern, text[-1500:])


def one_line(r, status, *patterns):
    """A refusal as people read it: exit status, one line on standard error that says what to do."""
    assert r.status == status, "exit status %s instead of %s: %s" % (r.status, status, r)
    lines = [x for x in r.err.splitlines() if x.strip()]
    assert len(lines) == 1, "one line expected: %s" % r.err
    for p in patterns:
        has(r.err, p, "words")
