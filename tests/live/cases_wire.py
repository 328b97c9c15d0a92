"""What neodeck does to a server: its statements carry a tag and a time limit, and there is never more than one of a kind."""
import json
import re
import signal
import time

from cases import LINES, LISTING, RUNAWAY, case, equal, has
from neo import until

LIST = b"SHOW TRANSACTIONS YIELD transactionId, database"  # and not the look for what was left behind
DEADLINE = 10.0  # of the statements that are made slow here, in statements.def


def slow(part):
    """Turns the statement that holds `part` into one that would read the store for minutes: with neodeck's own headers,
    parameters and path, but in the user database."""
    def rewrite(x):
        if part not in x.body:
            return
        body = json.loads(x.body)
        body["statements"][0]["statement"] = RUNAWAY
        x.body = json.dumps(body).encode()
        x.path = x.path.replace("/db/system/", "/db/neo4j/")
        x.slow = True
    return rewrite


def slow_ones(p):
    return [x for x in p.seen if getattr(x, "slow", False)]


def tagged(server):
    """Transactions of neodeck that run the slow statement."""
    return [t for t in server.transactions() if t["currentQuery"] == RUNAWAY and (t["parameters"] or {}).get("neodeck")]


@case("every request carries tag, limit and read mode", *LINES)
def request_heads(c):
    p = c.proxy()
    c.deck.play(p.url, ["wait idle", ":transactions", "advance 1500ms", ":connections", "wait idle", ":plugins", "wait idle"])
    posts = [x for x in p.seen if x.body]
    assert len(posts) > 3, "only %d requests" % len(posts)
    for x in posts:
        statements = json.loads(x.body)["statements"]
        equal(len(statements), 1, "statements in one request")
        assert re.fullmatch(r"[1-9]\d{3,5}", x.headers.get("max-execution-time", "")), "no limit on %r" % statements
        assert statements[0]["parameters"].get("neodeck"), "no tag on %r" % statements
        if not c.server.old:
            equal(x.headers.get("access-mode"), "READ", "access mode of %r" % statements)
        assert "neodeck" in x.headers.get("user-agent", ""), "user agent %r" % x.headers.get("user-agent")


@case("the server lists our transactions with their tag", *LISTING)
def tag_seen(c):
    running = c.deck.start("--script", c.deck.file("script", "wait idle\nadvance 60s\n"), "--size", "80x24", "--interval", "500ms",
                           c.url)

    def ours():
        return [t for t in c.server.transactions() if (t["parameters"] or {}).get("neodeck")]
    until(ours, 60, "no transaction with neodeck's tag was ever in the list")
    running.terminate()
    c.deck.finish(running)


@case("the server ends what a dead neodeck left behind", *LINES)
def deadline_kept(c):
    c.graph()
    p = c.proxy(slow(b"db.indexes" if c.server.old else b"SHOW INDEXES"))
    running = c.deck.start("check", "-i", p.url)
    until(lambda: slow_ones(p), 60, "neodeck never asked for indexes")
    if not c.server.old:
        until(lambda: tagged(c.server), 9, "the slow statement is not in the list under neodeck's tag")
    running.send_signal(signal.SIGKILL)
    running.communicate()
    x = slow_ones(p)[0]
    until(lambda: x.seconds, 60, "the server still works on it a minute later")
    # a server looks at the clock now and then only, the older ones less often, and all of them when they get a core
    assert DEADLINE - 0.5 < x.seconds < DEADLINE + 15, "ended after %.1f s" % x.seconds
    has(x.answer.decode(), r"TimedOut|terminated", "answer")
    if not c.server.old:
        until(lambda: not tagged(c.server), 20, "something is left behind")


@case("a slow statement is given up in words", *LISTING)
def slow_words(c):
    c.graph()
    p = c.proxy(slow(LIST))
    r = c.deck.run("show", "transactions", "-i", p.url)
    equal(r.status, 1, "exit status: %s" % r)
    has(r.err, r"took too long|no whole answer|no answer", "words")
    assert DEADLINE - 1 < r.seconds < DEADLINE + 10, "given up after %.1f s" % r.seconds
    until(lambda: not tagged(c.server), 60, "the server never ends it")


@case("a slow statement is not sent twice", *LISTING)
def slow_once(c):
    c.graph()
    p = c.proxy(slow(LIST))
    running = c.deck.start("--script", c.deck.file("script", "advance 14s\ndump slow.dump\n"), "--size", "120x40", "--interval", "500ms",
                           p.url)
    most, end = 0, time.monotonic() + 13
    while time.monotonic() < end:
        most = max(most, len(tagged(c.server)))
        time.sleep(0.1)
    r = c.deck.finish(running)
    equal(r.status, 0, "exit status: %s" % r)
    equal(most, 1, "slow statements at a time")
    at_once = max(sum(1 for y in slow_ones(p) if y.began <= x.began < y.began + (y.seconds or 99)) for x in slow_ones(p))
    equal(at_once, 1, "slow statements under way at a time")
    has(c.deck.dumps()["slow"], "neo4j +online", "the databases are shown all the same")
