"""What is printed is what the server says."""
import re
import time

from cases import LINES, LISTING, case, equal, has
from neo import until

DATABASES = {"database": "name", "status": "currentStatus", "requested_status": "requestedStatus", "access": "access", "role": "role",
             "writer": "writer", "type": "type", "default": "default", "home": "home", "store": "store", "aliases": "aliases",
             "constituents": "constituents", "address": "address", "server_id": "serverID", "database_id": "databaseID",
             "primaries": "currentPrimariesCount", "secondaries": "currentSecondariesCount", "last_start_time": "lastStartTime",
             "creation_time": "creationTime"}
TRANSACTIONS = {"transaction_id": "transactionId", "database": "database", "username": "username", "query": "currentQuery",
                "client_address": "clientAddress", "protocol": "protocol", "connection_id": "connectionId",
                "start_time": "startTime", "query_id": "currentQueryId", "metadata": "metaData"}
CONNECTIONS = {"connection_id": "connectionId", "connect_time": "connectTime", "connector": "connector", "username": "username",
               "user_agent": "userAgent", "client_address": "clientAddress", "server_address": "serverAddress"}
TIME = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|\+00:00)$")


def value(v):
    """As neodeck prints it: times with three digits, what is empty as nothing."""
    m = TIME.match(v) if isinstance(v, str) else None
    if m:
        return "%s.%sZ" % (m[1], (m[2] or ".")[1:4].ljust(3, "0"))
    return None if v == "" else v


def same_rows(got, want, key, columns):
    """Every row of the server, and no other, with the same cells."""
    equal(sorted(r[key] for r in got), sorted(r[columns[key]] for r in want), key)
    for row in want:
        mine = next(r for r in got if r[key] == row[columns[key]])
        for ours, theirs in columns.items():
            if theirs in row:
                equal(mine[ours], value(row[theirs]), "%s of %s" % (ours, mine[key]))
        for column, cell in mine.items():
            assert cell is not None or column in mine["absent"], "%s of %s is null without a reason" % (column, mine[key])


def head(document, server, view):
    equal(document["view"], view, "view")
    assert TIME.match(document["taken_at"]), document["taken_at"]
    equal([(i["server_version"], i["edition"]) for i in document["instances"]], [(server.version, "community")], "instances")
    name = document["instances"][0]["name"]
    assert all(r["instance"] == name for r in document["rows"]), "rows name another instance than %s" % name
    return document["instances"][0]


@case("show databases", *LISTING)
def databases(c):
    document = c.deck.show("databases", c.url)
    head(document, c.server, "databases")
    same_rows(document["rows"], c.server.admin("SHOW DATABASES YIELD *"), "database", DATABASES)


@case("show databases", "3.5")
def databases_old(c):
    document = c.deck.show("databases", c.url)
    head(document, c.server, "databases")
    equal([r["database"] for r in document["rows"]], ["graph.db"], "databases")
    equal(document["rows"][0]["absent"]["requested_status"], "version", "reason")


def listed(c):
    """The document and the server's own list, in a moment in which nothing began or ended: a server does something of its own now and then."""
    def now():
        return [t for t in c.server.transactions() if not (t["parameters"] or {}).get("neodeck")]  # ours may still end

    def ids(rows):
        return sorted(t["transactionId"] for t in rows)
    for _ in range(10):
        before, document, after = now(), c.deck.show("transactions", c.url), now()
        if ids(before) == ids(after):
            break
        time.sleep(0.5)
    return document, after


@case("show transactions", *LISTING)
def transactions(c):
    running = c.runaway("live-running")
    idle, waiting = c.blocked()
    time.sleep(1.2)  # before that one without a query may be neodeck's own
    document, theirs = listed(c)
    head(document, c.server, "transactions")
    same_rows(document["rows"], theirs, "transaction_id", TRANSACTIONS)
    rows = {r["transaction_id"]: r for r in document["rows"]}
    equal(rows[running.tx]["state"], "running", "state of the running one")
    equal(rows[idle.tx]["state"], "idle in tx", "state of the idle one")
    equal(rows[waiting.tx]["state"], "blocked", "state of the waiting one")
    equal(rows[waiting.tx]["blocked_by"], [idle.tx], "blocked_by")
    equal(rows[idle.tx]["blocks"], [waiting.tx], "blocks")
    assert 0 < rows[running.tx]["elapsed_ms"] < 600000, "elapsed_ms %s" % rows[running.tx]["elapsed_ms"]
    assert not any(r["own"] for r in rows.values()), "neodeck's own transaction is shown"
    only = c.deck.rows("transactions", c.url, "--filter", "state:blocked", "--columns", "transaction_id,elapsed_ms")
    equal([(r["transaction_id"], set(r) - {"absent"}) for r in only],
          [(waiting.tx, {"instance", "transaction_id", "elapsed_ms"})], "filter and columns")
    table = c.deck.run("show", "transactions", "-i", c.url)
    equal(table.status, 0, "exit status of the table")
    has(table.out, r"%s .*blocked" % waiting.tx.rsplit("-", 1)[1], "table")


@case("show connections", *LISTING)
def connections(c):
    app = c.client(app="live-connected")
    document = c.deck.show("connections", c.url)
    head(document, c.server, "connections")
    mine = next(t["connectionId"] for t in c.server.transactions() if t["transactionId"] == app.tx)
    theirs = {r["connectionId"]: r for r in c.server.connections()}
    shown = [r for r in document["rows"] if r["connection_id"] in theirs]  # the others left, or are the tests' own
    assert mine in [r["connection_id"] for r in shown], "the connection %s is not shown" % mine
    same_rows(shown, [theirs[r["connection_id"]] for r in shown], "connection_id", CONNECTIONS)
    assert not any(r["user_agent"].startswith("neodeck") for r in document["rows"]), "neodeck's own connection is shown"


@case("show plugins", *LINES)
def plugins(c):
    document = c.deck.show("plugins", c.url)
    head(document, c.server, "plugins")
    if c.server.line != "5.26":
        equal(document["rows"], [], "plugins of a server without any")
        return
    apoc = c.server.ask("SHOW PROCEDURES YIELD name WHERE name STARTS WITH 'apoc.' RETURN count(*) AS n, apoc.version() AS v")[0]
    rows = [(r["plugin"].lower(), r["version"], r["state"], r["procedures"]) for r in document["rows"]
            if r["state"] not in ("file", "part")]  # libraries that came with it
    equal(rows, [("apoc", apoc["v"], "loaded", apoc["n"])], "plugins")


@case("show instances", *LINES)
def instances(c):
    document = c.deck.show("instances", c.url)
    head(document, c.server, "instances")
    row = document["rows"][0]
    assert row["state"] in ("up", "slow"), row["state"]  # slow: on a busy machine
    equal([row[k] for k in ("login", "version", "edition", "user", "tls", "protocol", "address")],
          ["ok", c.server.version, "com", "neo4j", "none", "json" if c.server.old else "jolt", c.url], "instance")
    if not c.server.old:
        equal(row["server_id"], c.server.admin("SHOW DATABASE system YIELD serverID")[0]["serverID"], "server_id")
    else:
        equal(row["absent"]["server_id"], "version", "reason of the missing server id")


@case("show says what is missing", "3.5")
def missing(c):
    for view, words in (("transactions", "transactions can be listed on Enterprise"),
                        ("connections", "connections can be listed on Enterprise")):
        document = c.deck.show(view, c.url, status=1)
        instance = head(document, c.server, view)
        equal(document["rows"], [], "rows")
        equal(instance["absent"], "enterprise_only", "reason")
        has(instance["message"], words, "message")
        r = c.deck.run("show", view, "-i", c.url)
        equal(r.status, 1, "exit status")
        has(r.err, words, "words")


@case("info", *LINES)
def info(c):
    r = c.deck.run("info", "-i", c.url)
    equal(r.status, 0, "exit status")
    dialect = "json" if c.server.old else "jolt"
    has(r.out, r"dialect: +%s" % dialect, "protocol")
    has(r.out, r"tag of our statements: +sent", "tag")
    has(r.out, r"time limit on the server: +sent", "deadline")
    has(r.out, r"read access mode: +%s" % ("this version ignores it" if c.server.old else "sent"), "read mode")
    if not c.server.old:
        has(r.out, "server id: +" + c.server.admin("SHOW DATABASE system YIELD serverID")[0]["serverID"], "server id")


@case("dashboard printed", *LINES)
def dashboard(c):
    r = c.deck.run(c.url)
    equal(r.status, 0, "exit status")
    has(r.out, r"nothing needs attention|restarted \d+|\d+ failed logins| slow", "worst first")  # the suite has just started it
    has(r.out, r"%s +online" % ("graph.db" if c.server.old else "neo4j"), "databases")
    has(r.out, re.escape(c.server.version), "version")


# ---- check

def check(c, *args, **more):
    return c.deck.run("check", "-i", more.pop("url", c.url), *args, **more)


@case("check is fine", *LINES)
def check_fine(c):
    r = check(c)
    if r.status != 1:  # fifteen minutes after its start it is news no more
        equal((r.status, r.out), (0, "OK: nothing needs attention\n"), "check")
    else:
        for words in r.out.replace("WARNING: ", "").strip().split(" · "):  # other cases try wrong passwords
            has(words, r"^restarted \d+ (s|min) ago$|^\d+ failed logins| slow$", "check")


@case("check warns of a blocked transaction", *LISTING)
def check_blocked(c):
    idle, _ = c.blocked()
    time.sleep(1.5)  # what waits for less than a second is no news
    r = check(c)
    equal(r.status, 1, "exit status: " + r.out)
    has(r.out, r"^WARNING: .*%s.* blocks 1" % idle.tx.rsplit("-", 1)[1], "words")


@case("check tells a failed index", *LISTING)
def check_index(c):
    c.server.ask("CREATE (:Huge {text: $t})", t="x" * 60000)
    c.undo.append(lambda: c.server.ask("MATCH (n:Huge) DELETE n"))
    c.server.ask("CREATE INDEX live_huge FOR (n:Huge) ON (n.text)")
    c.undo.append(lambda: c.server.ask("DROP INDEX live_huge"))
    until(lambda: c.server.ask("SHOW INDEXES YIELD name, state WHERE name = 'live_huge' RETURN state")[0]["state"] == "FAILED", 120,
          "the index does not fail")
    r = check(c)
    assert r.status in (1, 2), "exit status: %s" % r
    has(r.out, r"live_huge.* failed|failed.*live_huge", "words")


@case("check does not know what it cannot reach", "5.26")
def check_unreachable(c):
    r = check(c, url="http://127.0.0.1:1")
    equal(r.status, 3, "exit status")
    has(r.out, "^UNKNOWN: ", "words")
    c.deck.file("password", "wrong\n")
    password = c.user("live_check")
    assert password != "wrong"
    r = check(c, "-u", "live_check")
    equal(r.status, 3, "exit status with a wrong password: %s" % r)
    equal(check(c, url="no such instance").status, 3, "exit status of a wrong target")


# ---- a database that is offline

@case("check is critical", "offline")
def check_offline(c):
    r = check(c)
    equal(r.status, 2, "exit status: %s" % r)
    has(r.out, r"^CRITICAL: .*neo4j offline", "words")
    has(r.out, "Unable to start|An error occurred", "the server's words")


@case("show databases", "offline")
def databases_offline(c):
    document = c.deck.show("databases", c.url)
    same_rows(document["rows"], c.server.admin("SHOW DATABASES YIELD *"), "database", DATABASES)
    row = next(r for r in document["rows"] if r["database"] == "neo4j")
    equal((row["status"], row["requested_status"]), ("offline", "online"), "status")
    screen = c.deck.play(c.url, ["wait idle", "dump all.dump"])["all"]
    has(screen, "neo4j +offline", "dashboard")
