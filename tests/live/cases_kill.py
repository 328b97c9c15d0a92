"""Kills, end to end: seen, refused, done, verified, recorded."""
import os
import re
import threading
import time

from cases import LISTING, RUNAWAY, case, equal, has, one_line
from neo import until


def seen(c, tx):
    """The row of `show transactions`. What has no query yet, is younger than a second and comes from the same machine counts as
    neodeck's own."""
    def rows():
        return [r for r in c.deck.rows("transactions", c.url) if r["transaction_id"] == tx]
    return until(rows, 60, "%s is not shown" % tx)[0]


def kill(c, *args, **more):
    return c.deck.run("kill", *args, "-i", c.url, **more)


def recorded(c, tx):
    return [r for r in c.deck.history() if r["target"] == tx]


def alive(c, tx):
    t = c.server.transaction(tx)
    return bool(t) and not t["status"].startswith("Terminated")


@case("kill a runaway query", *LISTING)
def runaway(c):
    app = c.runaway()
    row = seen(c, app.tx)
    equal((row["state"], row["username"], row["database"]), ("running", "neo4j", "neo4j"), "row")
    r = kill(c, app.tx, "--started", row["start_time"], "--yes")
    equal(r.status, 0, "exit status: %s" % r)
    equal(c.server.transaction(app.tx), None, "what the server lists when neodeck says gone")
    has(r.err, "gone", "words")
    app.join(60)
    assert app.error and ("Terminated" in app.error or "ExecutionFailed" in app.error), "the client got %r" % app.error
    lines = recorded(c, app.tx)
    equal([x["result"] for x in sorted(lines, key=lambda x: x["id"])], ["requested", "done"], "audit log")
    equal({x["action"] for x in lines}, {"kill transaction"}, "action")
    assert lines[0]["instance"] == "127.0.0.1:%d" % c.server.port, lines[0]["instance"]
    assert "@" in lines[0]["owner"], lines[0]["owner"]


@case("kill by the short id and age", *LISTING)
def short_id(c):
    app = c.runaway()
    short = app.tx.rsplit("-", 1)[1]
    r = kill(c, short, "--older-than", "1d", "--yes")
    one_line(r, 3, "open for .* only")
    assert alive(c, app.tx), "it was killed all the same"
    time.sleep(1.2)
    r = kill(c, short, "--older-than", "1s", "--yes")
    equal(r.status, 0, "exit status: %s" % r)
    equal(c.server.transaction(app.tx), None, "what the server lists")


@case("kill is refused", *LISTING)
def refused(c):
    app = c.runaway()
    row = seen(c, app.tx)
    started = ["--started", row["start_time"]]
    other = re.sub(r"^(\d{4})", lambda m: str(int(m[1]) - 1), row["start_time"])
    unknown = "neo4j-transaction-999999999"
    for args, status, words in (
            ([app.tx, *started], 3, "--yes"),
            ([app.tx, "--started", other, "--yes"], 3, "another one"),
            ([app.tx, *started, "--yes", "--read-only"], 3, "read-only"),
            ([unknown, *started, "--yes"], 3, "no transaction or connection"),
            ([app.tx, "--yes"], 2, "--started TIME or --older-than"),
            ([app.tx, "--started", "yesterday", "--yes"], 2, "no time")):
        r = kill(c, *args)
        one_line(r, status, words)
        assert alive(c, app.tx), "killed by %s" % args
    results = [(x["target"], x["result"]) for x in c.deck.history()]
    equal(sorted(set(results)), sorted({(app.tx, "refused"), (unknown, "refused")}), "audit log")
    assert len(results) >= 4, "audit log: %s" % results


@case("kill wants the name on a critical instance", "5.26")
def critical(c):
    app = c.runaway()
    started = ["--started", seen(c, app.tx)["start_time"]]
    conf = c.deck.file("critical.conf", '[instance "prod-1"]\nuri = %s\ncritical = yes\n' % c.url)
    for more in (["--yes"], ["--confirm", "prod-2"], []):
        r = c.deck.run("kill", app.tx, *started, *more, "--config", conf, "-i", "prod-1")
        one_line(r, 3, "--confirm prod-1")
        assert alive(c, app.tx), "killed with %s" % more
    r = c.deck.run("kill", app.tx, *started, "--confirm", "prod-1", "--config", conf, "-i", "prod-1")
    equal(r.status, 0, "exit status: %s" % r)


@case("kill is refused by read_only in the configuration", "5.26")
def configured_read_only(c):
    app = c.runaway()
    conf = c.deck.file("ro.conf", '[instance "looked-at"]\nuri = %s\nread_only = yes\n' % c.url)
    r = c.deck.run("kill", app.tx, "--started", seen(c, app.tx)["start_time"], "--yes", "--config", conf, "-i", "looked-at")
    one_line(r, 3, "read_only|read-only")
    assert alive(c, app.tx), "killed all the same"


@case("kill that cannot be recorded is not done", *LISTING)
def not_audited(c):
    app = c.runaway()
    started = seen(c, app.tx)["start_time"]
    blocked = c.deck.file("no-folder", "a file where the folder of the audit log should be\n")
    r = kill(c, app.tx, "--started", started, "--yes", env=c.deck.env(XDG_STATE_HOME=blocked))
    equal(r.status, 3, "exit status: %s" % r)
    has(r.err.splitlines()[-1], "audit log", "words")
    assert alive(c, app.tx), "killed without a record"


@case("kill an idle transaction whose client comes back", *LISTING)
def idle(c):
    app = c.client(app="live-idle")
    app.say("CREATE (:Never {id: 1})")
    row = seen(c, app.tx)
    equal(row["state"], "idle in tx", "state")
    running = c.deck.start("kill", app.tx, "--started", row["start_time"], "--yes", "-i", c.url)
    until(lambda: not alive(c, app.tx), 10, "it is not terminated")
    time.sleep(1)
    equal(running.poll(), None, "neodeck's end before the transaction is gone")
    equal(seen(c, app.tx)["state"], "terminating", "state after the kill")
    second = kill(c, app.tx, "--started", row["start_time"], "--yes")
    one_line(second, 3, "killed already")
    app.statement = "RETURN 1"
    app.run()
    assert app.error, "the client's next statement went through"
    r = c.deck.finish(running)
    equal(r.status, 0, "exit status: %s" % r)
    equal(c.server.transaction(app.tx), None, "what the server lists")
    equal(c.server.ask("MATCH (n:Never) RETURN count(n) AS n")[0]["n"], 0, "what it had written")
    equal(sorted(x["result"] for x in recorded(c, app.tx)), ["done", "refused", "requested"], "audit log")


@case("kill an idle transaction whose client never comes back", "5.26")
def idle_forever(c):
    app = c.client(app="live-idle")
    r = kill(c, app.tx, "--started", seen(c, app.tx)["start_time"], "--yes", timeout=200)
    equal(r.status, 0, "exit status: %s" % r)
    has(r.err, "client", "words while it waits for the client")
    equal(c.server.transaction(app.tx), None, "what the server lists")


@case("kill the blocker, and what waits goes on", *LISTING)
def blocker(c):
    holder, waiting = c.blocked()
    row = seen(c, holder.tx)
    equal(row["blocks"], [waiting.tx], "blocks")
    running = c.deck.start("kill", holder.tx, "--started", row["start_time"], "--yes", "-i", c.url)
    until(lambda: not alive(c, holder.tx), 60, "it is not terminated")
    holder.statement = "RETURN 1"
    holder.run()
    equal(c.deck.finish(running).status, 0, "exit status")
    waiting.join(60)
    equal(waiting.error, "", "what became of the one that waited")


@case("kill one that waits for a lock", *LISTING)
def waiter(c):
    holder, waiting = c.blocked()
    r = kill(c, waiting.tx, "--started", seen(c, waiting.tx)["start_time"], "--yes")
    equal(r.status, 0, "exit status: %s" % r)
    waiting.join(60)
    assert waiting.error and waiting.error != "cut", "the client got %r" % waiting.error
    assert alive(c, holder.tx), "the holder was killed, too"


@case("kill a connection", *LISTING)
def connection(c):
    app = c.client(app="live-connected")
    mine = c.server.transaction(app.tx)["connectionId"]
    row = next(r for r in c.deck.rows("connections", c.url) if r["connection_id"] == mine)
    one_line(kill(c, mine, "--started", "2001-01-01T00:00:00Z", "--yes"), 3, "another one")
    r = kill(c, mine, "--started", row["connect_time"], "--yes")
    equal(r.status, 0, "exit status: %s" % r)
    assert mine not in [x["connectionId"] for x in c.server.connections()], "the server still lists it"
    app.statement = "RETURN 1"
    app.run()
    equal(app.error, "cut", "what the client got")
    equal(sorted(x["result"] for x in recorded(c, mine)), ["done", "refused", "requested"], "audit log")


@case("two consoles kill the same", "5.26")
def twice(c):
    app = c.runaway()
    started = seen(c, app.tx)["start_time"]
    results = []

    def one():
        results.append(kill(c, app.tx, "--started", started, "--yes"))
    threads = [threading.Thread(target=one) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(r.status for r in results) in ([0, 0], [0, 3]), [str(r) for r in results]
    equal(c.server.transaction(app.tx), None, "what the server lists")


@case("kill where nothing can be killed", "3.5")
def old(c):
    r = kill(c, "neo4j-transaction-1", "--older-than", "1s", "--yes")
    assert r.status in (1, 3), "exit status: %s" % r
    has(r.err, "Enterprise", "words")
    screen = c.deck.play(c.url, ["wait idle", ":transactions", "wait idle", "keys K", "wait idle", "dump end.dump"])["end"]
    has(screen, "Enterprise", "screen")


def console(c, text):
    """On a real terminal, at the list of transactions, filtered."""
    t = c.tmux("--interval", "500ms", c.url)
    t.see(r"neo4j +online")
    t.text(":transactions")
    t.keys("Enter")
    t.text("/" + text)
    t.keys("Enter")
    t.see("MATCH")
    return t


@case("kill in the console, in tmux", *LISTING)
def in_tmux(c):
    app = c.runaway("live-tmux")
    short = app.tx.rsplit("-", 1)[1]
    t = console(c, "RETURN count")
    t.see(r"%s .*MATCH" % short)
    asked = time.monotonic()
    t.keys("K")
    t.see(r"kill transaction on")
    t.see(r"user +neo4j, database neo4j")
    if time.monotonic() - asked < 0.4:
        t.text("yes")   # too early: what is typed in the first half second does not count
    time.sleep(0.7)
    t.keys("Enter")
    time.sleep(0.3)
    assert alive(c, app.tx), "killed by keys that were typed before the question could be read"
    t.keys("C-u")
    t.text("yes")
    t.keys("Enter")
    until(lambda: c.server.transaction(app.tx) is None, 60, "the server still lists it: " + t.screen())
    t.miss(r"\b%s .*MATCH" % short)
    app.join(60)
    assert app.error, "the client got %r" % app.error
    t.text(":history")
    t.keys("Enter")
    t.see(r"kill transaction +%s +done" % app.tx)
    t.see(r"kill transaction +%s +requested" % app.tx)
    t.text(":quit")
    t.keys("Enter")
    t.see("ended with 0")
    stderr = open(os.path.join(c.deck.home, "stderr"), encoding="utf-8").read()
    equal(stderr, "", "standard error")


@case("kill several marked ones", *LISTING)
def several(c):
    apps = [c.runaway("live-first"), c.runaway("live-second"), c.client(RUNAWAY.replace("AS c", "AS spared")).begin()]
    t = console(c, "!spared")
    for a in apps[:2]:
        t.see(r"%s .*MATCH" % a.tx.rsplit("-", 1)[1])
    t.see(r"transactions  2 of ")  # and no more what this test has just asked the server for
    t.keys("g", "Space", "Space", "K")
    t.see("kill 2 transactions on")
    for a in apps[:2]:
        t.see(a.tx)
    time.sleep(0.7)
    t.text("yes")
    t.keys("Enter")
    time.sleep(0.3)
    assert all(alive(c, a.tx) for a in apps), "yes was enough for two"
    t.keys("C-u")
    t.text("127.0.0.1:%d" % c.server.port)
    t.keys("Enter")
    for a in apps[:2]:
        until(lambda tx=a.tx: c.server.transaction(tx) is None, 60, "the server still lists it: " + t.screen())
    t.miss(r"RETURN|MATCH")
    for a in apps[:2]:
        until(lambda tx=a.tx: sorted(x["result"] for x in recorded(c, tx)) == ["done", "requested"], 60, "audit log: " + t.screen())
    assert alive(c, apps[2].tx), "one that was not marked was killed"


@case("kill in the console is left with Esc", "5.26")
def escape(c):
    app = c.runaway("live-escape")
    t = console(c, "RETURN count")
    t.see(r"%s .*MATCH" % app.tx.rsplit("-", 1)[1])
    t.keys("K")
    t.see(r"kill transaction on")
    time.sleep(0.7)
    t.text("no")
    t.keys("Enter")
    time.sleep(0.3)
    t.keys("Escape")
    t.miss(r"kill transaction on")
    assert alive(c, app.tx), "killed without yes"
