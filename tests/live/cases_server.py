"""The screens about the server itself: locks, indexes, constraints, settings, procedures, users, jobs."""
import os
import re
import time

from cases import LINES, LISTING, case, equal, has
from cases_show import head, same_rows, value
from neo import until

NEWER = ("5.26", "2026")


def reasons(rows):
    for row in rows:
        for column, cell in row.items():
            assert cell is not None or column in row["absent"], "%s is null without a reason in %r" % (column, row)


def table(c, view, pattern, status=0):
    r = c.deck.run("show", view, "-i", c.url)
    equal(r.status, status, "exit status of show %s: %s" % (view, r))
    has(r.out + r.err, pattern, "table of %s" % view)


# ---- locks

@case("show locks", *LISTING)
def locks(c):
    equal(c.deck.rows("locks", c.url), [], "locks while nobody waits")
    idle, waiting = c.blocked()
    time.sleep(1.2)
    document = c.deck.show("locks", c.url)
    head(document, c.server, "locks")
    rows = document["rows"]
    reasons(rows)
    equal([(r["transaction_id"], r["depth"], r["waiters"]) for r in rows], [(idle.tx, 0, 1), (waiting.tx, 1, 0)], "tree")
    equal([r["state"] for r in rows], ["idle in tx", "blocked"], "states")
    equal(rows[1]["blocked_by"], [idle.tx], "blocked_by")
    has(rows[1]["waits_for"], r"^NODE \d+, exclusive$", "waits_for")
    assert 0 < rows[1]["waited_ms"] < 60000, "waited_ms %s" % rows[1]["waited_ms"]
    assert rows[0]["locks"] > 0, "the holder holds no lock"
    equal(rows[0]["absent"]["waited_ms"], "not_applicable", "reason")
    table(c, "locks", r"\\_ %s " % waiting.tx.rsplit("-", 1)[1])


@case("locks: Enter opens, K ends who blocks", *LISTING)
def locks_kill(c):
    idle, waiting = c.blocked()
    c.keep(idle)
    short = [x.tx.rsplit("-", 1)[1] for x in (idle, waiting)]
    t = c.tmux(c.url)
    t.see("instances")
    t.text(":locks")
    t.keys("Enter")
    t.see(r"%s .*holds up 1" % short[0])
    t.see(r"└ %s .*NODE \d+, exclusive" % short[1])
    t.keys("Enter")
    t.see("transaction  %s" % idle.tx)
    t.keys("q")
    t.see(r"└ %s " % short[1])
    t.keys("K")
    t.see(r"kill transaction on")
    t.see(idle.tx)
    time.sleep(0.8)
    t.text("yes")
    t.keys("Enter")
    ended = "Terminated"  # one that is idle goes when its client comes again, its locks at once
    until(lambda: (c.server.transaction(idle.tx) or {"status": ended})["status"].startswith(ended), 60, "the holder still runs")
    t.see("no transaction waits for another")


@case("show locks says what is missing", "3.5")
def locks_old(c):
    document = c.deck.show("locks", c.url, status=1)
    instance = head(document, c.server, "locks")
    equal(instance["absent"], "enterprise_only", "reason")
    table(c, "locks", "transactions can be listed on Enterprise", 1)


# ---- schema

INDEXES = {"index": "name", "state": "state", "population_percent": "populationPercent", "type": "type", "entity_type": "entityType",
           "labels_or_types": "labelsOrTypes", "properties": "properties", "provider": "indexProvider", "owning_constraint": "owningConstraint",
           "reads": "readCount", "last_read": "lastRead", "tracked_since": "trackedSince"}
CONSTRAINTS = {"constraint": "name", "type": "type", "entity_type": "entityType", "labels_or_types": "labelsOrTypes",
               "properties": "properties", "owned_index": "ownedIndex", "property_type": "propertyType"}


def schema(c):
    c.server.ask("CREATE CONSTRAINT live_id IF NOT EXISTS FOR (n:Live) REQUIRE n.id IS UNIQUE")
    c.undo.append(lambda: c.server.ask("DROP CONSTRAINT live_id"))
    c.server.ask("CREATE INDEX live_text IF NOT EXISTS FOR (n:Live) ON (n.text)")
    c.undo.append(lambda: c.server.ask("DROP INDEX live_text"))
    c.server.ask("CALL db.awaitIndexes(60)")


@case("show indexes", *LISTING)
def indexes(c):
    schema(c)
    theirs, document = None, None
    while theirs is None or theirs != c.server.ask("SHOW INDEXES YIELD *"):  # how often they were read moves by itself
        theirs, document = c.server.ask("SHOW INDEXES YIELD *"), c.deck.show("indexes", c.url)
    head(document, c.server, "indexes")
    same_rows(document["rows"], theirs, "index", INDEXES)
    row = next(r for r in document["rows"] if r["index"] == "live_id")
    equal((row["owning_constraint"], row["database"]), ("live_id", "neo4j"), "owner")
    counted = c.server.line != "4.4"
    equal(row["absent"].get("use") == "version", not counted, "reason of use")
    if counted:
        uses = [r["use"] for r in document["rows"] if r["use"]]
        assert uses and all(re.match(r"never read since \d{4}-|\d+ reads?, last \d{4}-", u) for u in uses), uses
    table(c, "indexes", r"live_text +ONLINE")


@case("show constraints", *LISTING)
def constraints(c):
    equal(c.deck.rows("constraints", c.url), [], "constraints of a server without any")
    schema(c)
    document = c.deck.show("constraints", c.url)
    head(document, c.server, "constraints")
    same_rows(document["rows"], c.server.ask("SHOW CONSTRAINTS YIELD *"), "constraint", CONSTRAINTS)
    equal(document["rows"][0]["owned_index"], "live_id", "owned index")
    table(c, "constraints", r"live_id +\w*UNIQUENESS")


@case("show constraints", "3.5")
def constraints_old(c):
    c.server.ask("CREATE CONSTRAINT ON (n:Live) ASSERT n.id IS UNIQUE")
    c.undo.append(lambda: c.server.ask("DROP CONSTRAINT ON (n:Live) ASSERT n.id IS UNIQUE"))
    rows = c.deck.rows("constraints", c.url)
    reasons(rows)
    equal([(r["type"], r["entity_type"], r["labels_or_types"], r["properties"], r["database"]) for r in rows],
          [("UNIQUENESS", "NODE", ["Live"], ["id"], "graph.db")], "constraints")


# ---- settings

@case("show settings", *LINES)
def settings(c):
    document = c.deck.show("settings", c.url)
    head(document, c.server, "settings")
    rows = {r["setting"]: r for r in document["rows"]}
    newer = c.server.line in NEWER
    if c.server.old:
        theirs = c.server.ask("CALL dbms.listConfig() YIELD name, value, dynamic RETURN name, value, dynamic")
    else:
        theirs = c.server.admin("SHOW SETTINGS YIELD *" if newer else "CALL dbms.listConfig() YIELD name, value, dynamic")
    equal(sorted(rows), sorted(t["name"] for t in theirs), "names")
    reasons(document["rows"])
    for t in theirs:
        row = rows[t["name"]]
        equal(row["value"], None if t["value"] == "No Value" else value(t["value"]), "value of " + t["name"])
        equal(row["dynamic"], t.get("isDynamic", t.get("dynamic")), "dynamic of " + t["name"])
        if newer:
            equal(row["explicit"], t["isExplicitlySet"], "explicit of " + t["name"])
            equal(row["startup_value"], value(t["startupValue"]), "startup value of " + t["name"])
        else:
            equal(row["absent"]["explicit"], "version", "reason")
    heap = next(r for n, r in rows.items() if n.endswith("memory.heap.max_size"))
    equal((heap["state"], os.path.basename(heap["file"] or "")), ("set", "neo4j.conf"), "the heap and where it is set: %r" % heap)
    wrong = [(r["setting"], r["message"]) for r in document["rows"] if r["state"] not in ("set", "default")]
    equal(wrong, [], "drift on a server that just started")
    table(c, "settings", r"memory\.heap\.max_size +\S+ +set")


@case("settings that drifted", *LINES)
def settings_drift(c):
    conf = os.path.join(c.server.home, "conf", "neo4j.conf")
    with open(conf, encoding="utf-8") as f:
        before = f.read()

    def write(text):
        with open(conf, "w", encoding="utf-8") as f:
            f.write(text)
    c.undo.append(lambda: write(before))
    write(re.sub(r"(memory\.heap\.max_size)=.*", r"\1=777m", before) + "live.no_such.setting=1\nlive.password=hunter2\n")
    r = c.deck.run("show", "settings", "--format", "json", "-i", c.url)
    assert "hunter2" not in r.out + r.err, "the password of the file is shown"
    rows = {x["setting"]: x for x in r.json()["rows"]}
    heap = next(x for n, x in rows.items() if n.endswith("memory.heap.max_size"))
    equal(heap["state"], "differs", "state")
    has(heap["message"], "the file says 777m, the server runs with .*restart needed", "words")
    equal(rows["live.no_such.setting"]["state"], "not known", "state of a name that no server knows")
    equal(rows["live.password"]["file_value"], "####", "a secret in the file")
    first = c.deck.run("show", "settings", "-i", c.url, "--columns", "setting,state").out.splitlines()[1:4]
    assert all("set" not in line.split()[-1] for line in first), "what drifted does not come first: %s" % first


# ---- procedures, users, jobs

@case("show procedures", *LINES)
def procedures(c):
    document = c.deck.show("procedures", c.url)
    head(document, c.server, "procedures")
    reasons(document["rows"])
    if c.server.old:
        theirs = [("procedure", p["name"]) for p in c.server.ask("CALL dbms.procedures() YIELD name RETURN name")]
        theirs += [("function", f["name"]) for f in c.server.ask("CALL dbms.functions() YIELD name RETURN name")]
    else:
        theirs = [("procedure", p["name"]) for p in c.server.admin("SHOW PROCEDURES YIELD name")]
        theirs += [("aggregation" if f["aggregating"] else "function", f["name"])
                   for f in c.server.admin("SHOW FUNCTIONS YIELD name, aggregating")]
    equal(sorted((r["kind"], r["procedure"]) for r in document["rows"]), sorted(theirs), "names")
    plugins = {r["plugin"] for r in document["rows"] if r["plugin"]}
    equal(plugins, {"APOC"} if c.server.line == "5.26" else set(), "plugins")
    mode = next(r["mode"] for r in document["rows"] if r["procedure"] == "dbms.listConfig")
    equal(mode, "DBMS", "mode of dbms.listConfig")
    equal([r["procedure"] for r in c.deck.rows("procedures", c.url, "--filter", "mode:SCHEMA procedure:createLabel")], [],
          "a filter that nothing passes")


@case("show users", *LINES)
def users(c):
    c.user("live_new", change=True)
    document = c.deck.show("users", c.url)
    head(document, c.server, "users")
    reasons(document["rows"])
    rows = {r["user"]: r for r in document["rows"]}
    equal(sorted(rows), ["live_new", "neo4j"], "users")
    equal([rows[u]["current"] for u in sorted(rows)], [False, True], "who we are")
    equal([rows[u]["state"] for u in sorted(rows)], ["password expired", "active"], "states")
    equal(rows["neo4j"]["absent"]["roles"], "enterprise_only", "reason of the roles")
    equal(rows["neo4j"]["provider"], "native" if c.server.line in NEWER else None, "provider")
    table(c, "users", r"neo4j +yes +active")


@case("show jobs says what is missing", *LINES)
def jobs(c):
    document = c.deck.show("jobs", c.url, status=1)
    instance = head(document, c.server, "jobs")
    equal((document["rows"], instance["absent"]), ([], "version" if c.server.old else "enterprise_only"), "jobs")
    table(c, "jobs", "background jobs are listed on Enterprise only", 1)


@case("server screens", *LINES)
def screens(c):
    lines = ["wait idle"]
    views = ("locks", "indexes", "constraints", "settings", "procedures", "users", "jobs")
    for view in views:
        lines += [":" + view, "wait idle", "dump %s.dump" % view]
    dumps = c.deck.play(c.url, lines, size="80x24")
    for view in views:
        assert "not built" not in dumps[view], "%s: %s" % (view, dumps[view])
    has(dumps["locks"], "transactions can be listed on Enterprise" if c.server.old else "no transaction waits for another", "locks")
    has(dumps["settings"], r"memory\.heap\.max_size +\S+ +set", "settings")
    has(dumps["procedures"], r"\w+ +(READ|DBMS|DEFAULT|WRITE|SCHEMA) ", "procedures")
    has(dumps["users"], r"neo4j +yes +active", "users")
    has(dumps["jobs"], "background jobs are listed on Enterprise only", "jobs")
