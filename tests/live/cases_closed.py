"""One connector is switched off, and the other does everything. These cases restart their servers, so they are the last of each line."""
import os
import re

import boltclient
import servers
from cases import LINES, LISTING, MOVES, RUNAWAY, case, equal, has, one_line
from neo import until

RESTART = {"last_start_time", "last_stop_time"}  # moves them
SAME = ("databases", "indexes", "constraints", "users", "procedures", "settings", "plugins", "jobs")  # in their rows, too
SCREENS = ("transaction", "help")


def views():
    with open(os.path.join(servers.TOP, "src", "tables", "views.def"), encoding="utf-8") as f:
        return [v for v in re.findall(r'^VIEW\(\w+, "([^"]+)",.*, NOW,', f.read(), re.M) if v not in SCREENS]


def answer(c, view, url):
    """(exit status, why nothing is there, rows that do not change by themselves)"""
    r = c.deck.run("show", view, "--format", "json", "-i", url)
    doc = r.json()
    rows = [{k: v for k, v in row.items() if k not in MOVES | RESTART} for row in doc["rows"]]
    rows = [x for x in rows if not re.search(r"(connector|server)\.https?\.", x.get("setting", ""))]
    assert r.status == 0 or doc["instances"][0].get("message"), "%s has neither rows nor a reason: %s" % (view, r)
    return r.status, doc["instances"][0].get("absent"), rows


def bolt(c):
    return "bolt://127.0.0.1:%d" % c.server.bolt


def closed(server):
    """3.5 ends when it has neither: there HTTPS is left, with a certificate of its own making that nobody trusts."""
    if server.old:
        return {"dbms__connector__http__enabled": "false", "dbms__connector__https__enabled": "true",
                "dbms__connector__https__listen_address": "127.0.0.1:%d" % (server.port - 1)}
    return {"dbms__connector__http__enabled" if server.line == "4.4" else "server__http__enabled": "false"}


def close_http(c):
    """Once for each server; what it said over HTTP is kept."""
    if c.server.before:
        return
    c.graph()
    before = {v: answer(c, v, c.url) for v in views()}
    c.server.again(**closed(c.server))
    until(c.server.is_online, 60, "its databases do not come online")
    until(lambda: c.deck.run("check", "-i", bolt(c)).status < 2, 60, "it does not calm down")
    assert not servers.listens(c.server.port), "HTTP is open"
    c.server.before = before


@case("without http: every view", *LINES)
def every_view(c):
    close_http(c)
    for view, (status, absent, rows) in c.server.before.items():
        now = answer(c, view, bolt(c))
        equal(now[:2], (status, absent), "exit status and reason of " + view)
        if view in SAME:
            gone, come = [x for x in rows if x not in now[2]], [x for x in now[2] if x not in rows]
            equal((gone[:3], come[:3]), ([], []), "rows of %s, before and now" % view)


@case("without http: found by itself", *LINES)
def found(c):
    close_http(c)
    r = c.deck.run("show", "instances", "--format", "json", password=False, env=c.deck.env(NEO4J_HOME=c.server.home))
    row = next(x for x in r.json()["rows"] if os.path.basename(x["instance"]) == os.path.basename(c.server.home))
    equal((row["found"], row["address"], row["login"]), (True, bolt(c), "needed"), "found: %s" % row)
    row = c.deck.show("instances", c.server.home)["rows"][0]
    equal((row["login"], row["state"] in ("up", "slow")), ("ok", True), "by its home: %s" % row)
    has(row["protocol"], r"^bolt [3-6]\.\d$", "protocol")
    has(c.deck.run("check", "-i", c.server.home).out, "^(OK|WARNING)", "check")


@case("without http: info and words", *LINES)
def info(c):
    close_http(c)
    out = c.deck.run("info", "-i", bolt(c)).out
    for words in (r"dialect: +bolt \d\.\d, one login a connection", "server calls itself: +Neo4j/" + re.escape(c.server.version),
                  "tag of our statements: +sent", "read access mode: +sent", "told to end it", "lives in: +" + re.escape(c.server.home)):
        has(out, words, "info")
    one_line(c.deck.run("show", "databases", "-i", c.url), 4, "HTTP is disabled: then give its bolt:// address")
    r = c.deck.run("info", "-i", c.url, "--protocol", "bolt")
    has(r.out, r"bolt://127.0.0.1:7687, its port is a guess: .*refused", "the port that nobody told")


@case("without http: the console", *LISTING)
def console(c):
    close_http(c)
    app = boltclient.Client(c.server, RUNAWAY, "closed-console")
    c.undo.append(app.end)
    row = app.begin()
    screens = c.deck.play(bolt(c), ["wait idle", "dump dashboard.dump", ":instances", "wait idle", ":info", "wait idle", "dump instance.dump", "keys Esc",
                                    ":transactions", "wait idle", ":filter RETURN count", "keys g Enter", "wait idle", "advance 2s",
                                    "wait idle", "dump detail.dump", ":transactions", "wait idle", "keys g x", "wait idle", "dump plan.dump"],
                          "--read-only", size="200x60")
    has(screens["dashboard"], "neo4j +online", "dashboard")
    has(screens["instance"], r"dialect: +bolt [4-6]\.\d, one login a connection", "the instance")
    for words in (row["transactionId"], "closed-console", row["connectionId"], boltclient.AGENT):
        has(screens["detail"], re.escape(words), "details")
    for words in ("ProduceResults", "NodeByLabelScan", "CartesianProduct"):
        has(screens["plan"], words, "plan")


@case("without http: kills", *LISTING)
def kills(c):
    close_http(c)
    for view, column, since, in_list in (("transactions", "transactionId", "start_time", "SHOW TRANSACTIONS"),
                                         ("connections", "connectionId", "connect_time", "CALL dbms.listConnections()")):
        app = boltclient.Client(c.server, RUNAWAY, "closed-" + view)
        c.undo.append(app.end)
        target = app.begin()[column]
        row = until(lambda: [r for r in c.deck.rows(view, bolt(c)) if target in (r.get("transaction_id"), r.get("connection_id"))][:1], 60,
                    "%s is not shown" % target)[0]
        r = c.deck.run("kill", target, "--started", row[since], "--yes", "-i", bolt(c))
        equal(r.status, 0, "exit status: %s" % r)
        assert target not in [x[column] for x in c.server.rows_over_bolt(in_list)], "the server still lists it"
        app.join(60)
        assert app.error, "the client goes on"


@case("tls only, and a client certificate is wanted", "tls")
def tls_only(c):
    c.server.again(server__http__enabled="false", server__https__enabled="false", server__bolt__tls_level="REQUIRED",
                   dbms__ssl__policy__bolt__client_auth="REQUIRE")
    folder = os.path.join(c.server.home, "certificates")

    def show(scheme, *names):
        lines = ["%s = %s" % (option, os.path.join(folder, name)) for option, name in names]
        file = c.deck.file("tls.conf", '[instance "secure"]\nuri = %s://localhost:%d\n%s\n' % (scheme, c.server.bolt, "\n".join(lines)))
        return c.deck.run("show", "databases", "--format", "json", "--config", file, "-i", "secure")
    ca, ours = ("ca_file", "ca.crt"), (("client_cert", "client.crt"), ("client_key", "client.key"))
    until(lambda: show("bolt+s", ca, *ours).status == 0, 60, "the client certificate is not taken: %s" % show("bolt+s", ca, *ours))
    one_line(show("bolt+s", ca), 4, "refused the TLS handshake", "client_cert")
    one_line(show("bolt+s", *ours), 4, "certificate .* not trusted", "ca_file")
    one_line(show("bolt+s", ("ca_file", "client.crt"), *ours), 4, "certificate .* not trusted", "ca_file")
    one_line(show("bolt"), 4, r"TLS only \(bolt\+s://")
    r = c.deck.run("show", "instances", "--format", "json", password=False, env=c.deck.env(NEO4J_HOME=c.server.home))
    row = next(x for x in r.json()["rows"] if os.path.basename(x["instance"]) == os.path.basename(c.server.home))
    assert row["state"] not in ("up", "slow") and row["message"], "found without a certificate: %s" % row


@case("without bolt", "nologin")
def without_bolt(c):
    c.server.again(server__bolt__enabled="false")
    row = c.deck.show("instances", c.server.home)["rows"][0]
    equal((row["address"], row["protocol"], row["login"]), (c.url, "jolt", "off"), "auto")
    one_line(c.deck.run("show", "databases", "-i", bolt(c)), 4, "connection refused")
    has(c.deck.run("info", "-i", c.url, "--protocol", "bolt").out, "names no Bolt port, perhaps it is switched off", "info")
