"""The console on real servers: the monkey in read-only, EXPLAIN, details; and how fast the first data is there."""
import json
import os
import pty
import re
import select
import signal
import statistics
import time

from cases import LISTING, case, equal, has
from deck import SANITIZER
from servers import TOP

METRICS = []  # lines printed at the end, nothing depends on them


def table(name, pattern):
    with open(os.path.join(TOP, "src", "tables", name), encoding="utf-8") as f:
        return re.findall(pattern, re.sub(r'"\s+"', "", f.read()), re.M)


def commands():
    """(name, keys) of every command there is."""
    return [(n, k.split()) for n, k in table("commands.def", r'^COMMAND\(\w+, "([^"]+)", \w+, "([^"]*)"')]


def views():
    return [n for n, built in table("views.def", r'^VIEW\(\w+, "([^"]+)", "[^"]*", "[^"]*", \w+, (\w+),') if built == "NOW"]


def reading_texts():
    """The reading statements of the table, as they may leave."""
    with open(os.path.join(TOP, "src", "tables", "statements.def"), encoding="utf-8") as f:
        text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    reads = set(re.findall(r"^STATEMENT\((\w+), READS", text, re.M))
    found = set()
    for name, strings in re.findall(r"^VARIANT\((\w+),(.*?)\)\n(?=\n|VARIANT|STATEMENT|\Z)", text + "\n", re.M | re.S):
        if name in reads:
            pieces = re.findall(r'"((?:[^"\\]|\\.)*)"', strings)[2:]
            found.add("".join(pieces))
    return found


KILLABLE = ("dashboard", "transactions", "connections", "transaction")  # views with rows that a kill could be about
CLOSE = ["keys Ctrl-G", "keys Ctrl-G"]


def keys_of_all():
    """Every key that is bound, and every one that is not; but those that end or stop the program."""
    bound = {k for name, ks in commands() for k in ks if name not in ("quit", "suspend")}
    keys = sorted(bound) + [chr(c) for c in range(33, 127)] + ["F%d" % n for n in range(1, 13)]
    keys += ["Ctrl-%s" % x for x in "ABDEFGKNOPRTUVWXY"] + ["Delete", "Insert", "Shift-Up", "Shift-Down"]
    return list(dict.fromkeys(keys))


def monkey(ids, instance, on):
    """Presses every key and runs every command on these views, and answers questions with yes. A question takes no key in its
    first half second: where one may open, that is waited for. Ctrl-G closes what is open, and goes nowhere."""
    answer = ["advance 600ms", "type yes", "keys Enter", "keys Ctrl-U", "type " + instance, "keys Enter", "advance 20ms"]
    lines = ["wait idle"]
    for view in on:
        go = [":" + view] if view != "transaction" else [":transactions", "keys g Enter"]
        lines += go + ["wait idle", "keys Space v"]
        for k in keys_of_all():
            lines += go + ["keys " + k]
            if k == "K" or (view in KILLABLE and k in ("B", "R", "X")):
                lines += answer
            if k in (":", "/", "o", "e"):
                lines += ["type " + instance, "keys Enter", "advance 20ms"]
            if k == "!":  # the first of the menu; a password that it may ask for is not given
                lines += ["keys Enter", "advance 600ms"]
            if view == "dashboard" and k == "q":
                lines += ["advance 600ms"]
            lines += CLOSE
        for name, _ in commands():
            if name in ("quit", "suspend", "leave", "back", "pause"):
                continue
            acts = name in ("kill", "backup", "restart", "lock")
            for arg in [""] + (ids[:4 if view in KILLABLE else 1] if name == "kill" else [instance] if acts else []):
                lines += go + [":%s %s" % (name, arg)]
                if name == "kill" or (acts and view in KILLABLE):
                    lines += answer
                if name in ("password", "actions"):  # closed without an answer: wrong passwords lock the user
                    lines += ["advance 600ms"]
                lines += CLOSE
        lines += go + ["advance 50ms", "dump view-%s.dump" % view]
    return lines


def state_of(server):
    """What must not change: all of it, but what the clock moves."""
    tx = sorted((t["transactionId"], t["startTime"], t["username"], t["currentQuery"], t["status"], str(t["metaData"]))
                for t in server.transactions() if not (t["parameters"] or {}).get("neodeck"))
    return {
        "transactions": tx,
        "connections": sorted(r["connectionId"] for r in server.connections()
                              if r["connectionId"] in {t["connectionId"] for t in server.transactions()}),
        "nodes": server.ask("MATCH (n) RETURN count(n) AS n, sum(n.n) AS s"),
        "relationships": server.ask("MATCH ()-[r]->() RETURN count(r) AS n"),
        "indexes": sorted((r["name"], r["state"]) for r in server.ask("SHOW INDEXES YIELD name, state")),
        "constraints": sorted(r["name"] for r in server.ask("SHOW CONSTRAINTS YIELD name")),
        "users": sorted(json.dumps(r, sort_keys=True) for r in server.admin("SHOW USERS")),
        "databases": sorted((r["name"], r["currentStatus"]) for r in server.admin("SHOW DATABASES YIELD name, currentStatus")),
    }


def population(c):
    """Something of every kind that could be killed."""
    apps = [c.runaway("live-monkey"), *c.blocked("live-monkey")]
    c.keep(apps[1])
    return apps


@case("monkey, read-only", *LISTING)
def monkey_read_only(c):
    apps = population(c)
    ids = [a.tx for a in apps] + [c.server.transaction(apps[0].tx)["connectionId"]]
    before = state_of(c.server)
    p = c.proxy()
    instance = "127.0.0.1:%d" % p.port
    on = views() if c.server.line == "5.26" else KILLABLE
    dumps = c.deck.play(p.url, monkey(ids, instance, on), "--read-only", "--interval", "1s", timeout=900)
    equal(state_of(c.server), before, "the server afterwards")
    assert set("view-" + v for v in on) <= set(dumps), "views seen: %s" % sorted(dumps)
    assert any(apps[0].tx.rsplit("-", 1)[1] in d for d in dumps.values()), "the monkey never saw the transaction"
    for name, d in dumps.items():
        has(d.splitlines()[0], "READ-ONLY", "header of " + name)
    allowed = reading_texts()
    for x in p.seen:
        if not x.body:
            continue
        text = json.loads(x.body)["statements"][0]["statement"]
        assert text in allowed or text.startswith("EXPLAIN "), "sent: %s" % text
        equal(x.headers.get("access-mode"), "READ", "access mode of: %s" % text)
    for r in (c.deck.run("kill", ids[0], "--older-than", "0ms", "--yes", "--read-only", "-i", c.url),
              c.deck.run("kill", ids[3], "--older-than", "0ms", "--yes", "--read-only", "-i", c.url)):
        equal(r.status, 3, "exit status of kill: %s" % r)
    equal(state_of(c.server), before, "the server after kill")


@case("monkey, free: the same keys do harm", "5.26")
def monkey_free(c):
    """Proves that the one above can fail."""
    apps = population(c)
    instance = "127.0.0.1:%d" % c.server.port
    c.deck.play(c.url, monkey([a.tx for a in apps], instance, ["transactions"]), "--interval", "1s", timeout=900)
    left = [c.server.transaction(a.tx) for a in apps]
    assert not all(t and t["status"][:10] != "Terminated" for t in left), "nothing was killed by a monkey that may"


@case("EXPLAIN of a query that runs", *LISTING)
def explain(c):
    app = c.runaway("live-explain")
    p = c.proxy()
    screen = c.deck.play(p.url, ["wait idle", ":transactions", "wait idle", ":filter RETURN count", "keys g x", "wait idle",
                                 "dump plan.dump"], "--read-only")["plan"]
    for operator in ("ProduceResults", "NodeByLabelScan", "CartesianProduct"):
        has(screen, operator, "plan")
    sent = [json.loads(x.body)["statements"][0]["statement"] for x in p.seen if b"EXPLAIN" in x.body]
    equal(sent, ["EXPLAIN " + app.statement], "what was sent")


@case("details of a transaction", *LISTING)
def details(c):
    app = c.client("MATCH (a:Live), (b:Live), (c:Live) WHERE a.n + b.n + c.n < $least RETURN count(*) AS c", app="live-detail", least=-7)
    c.graph()
    app.begin()
    screen = c.deck.play(c.url, ["wait idle", ":transactions", "wait idle", ":filter RETURN count", "keys g Enter", "wait idle",
                                 "advance 3s", "wait idle", "dump detail.dump"], size="120x60")["detail"]
    theirs = c.server.transaction(app.tx)
    for words in (app.tx, "live-detail", "-7", theirs["connectionId"], theirs["clientAddress"], "live-test/1"):
        has(screen, re.escape(words), "details")


@case("the console goes on when the server does", "5.26")
def lives_on(c):
    """What was killed is gone from the list at the next refresh, and a new one comes, with no key pressed."""
    t = c.tmux("--interval", "500ms", c.url)
    t.see(r"neo4j +online")
    app = c.runaway("live-comes")
    short = app.tx.rsplit("-", 1)[1]
    t.see(r"%s .*MATCH" % short)
    c.server.terminate(app.tx)
    t.miss(r"%s .*MATCH" % short)
    t.text(":quit")
    t.keys("Enter")
    t.see("ended with 0")


# ---- how fast; printed, not asserted

def first_data(c):
    """Seconds from the start to the first byte, and to the state of the database on the screen."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(c.deck.neodeck, [c.deck.neodeck, "--password-file", c.deck.password_file, c.url], c.deck.env())
    began, seen, paint, data = time.monotonic(), b"", None, None
    while time.monotonic() - began < 60 and data is None:
        if select.select([fd], [], [], 0.5)[0]:
            try:
                seen += os.read(fd, 65536)
            except OSError:
                break
            paint = paint or time.monotonic() - began
            data = time.monotonic() - began if b"online" in seen else None
    os.kill(pid, signal.SIGTERM)
    try:
        while os.read(fd, 65536):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)
    os.close(fd)
    assert not SANITIZER.search(seen.decode("utf-8", "replace")), "sanitizer: %r" % seen[-500:]
    assert data, "no data on the screen: %r" % seen[-500:]
    return paint, data


def own_time(server):
    """Seconds of the same questions one after the other on one connection that is open already."""
    import http.client
    link = http.client.HTTPConnection(server.host, server.port, timeout=10)
    link.connect()
    began = time.monotonic()
    server.raw("GET", "/", link=link)
    for statement in ("CALL dbms.components() YIELD name, versions, edition", "SHOW DATABASES YIELD *"):
        server.raw("POST", server.path("system", "/commit"), {"statements": [{"statement": statement}]}, link=link)
    taken = time.monotonic() - began
    link.close()
    return taken


@case("first data on a real terminal", *LISTING)
def metrics(c):
    runs = [first_data(c) for _ in range(5)]
    server = statistics.median(own_time(c.server) for _ in range(5))
    paint, data = (statistics.median(r[i] for r in runs) for i in (0, 1))
    METRICS.append("%s: first paint %.0f ms, first live data %.0f ms, the server's own time %.0f ms, difference %.0f ms" %
                   (c.server.line, paint * 1e3, data * 1e3, server * 1e3, (data - server) * 1e3))
