"""Over Bolt the same as over HTTP: rows, kills, and nothing is left behind on the server."""
import os

from cases import LINES, LISTING, MOVES, case, equal, has, one_line
from neo import Refused, until
from proxy import Pipe

VIEWS = ("databases", "indexes", "constraints", "users", "procedures", "settings", "plugins")


def bolt(c, scheme="bolt", host="127.0.0.1"):
    return "%s://%s:%d" % (scheme, host, c.server.bolt)


def rows(c, view, url):
    """Without what an address says, and what moves."""
    return [{k: v for k, v in row.items() if k not in MOVES} for row in c.deck.show(view, url)["rows"]]


@case("the same rows over bolt", *LINES)
def same_rows(c):
    for view in VIEWS:
        equal(rows(c, view, bolt(c)), rows(c, view, c.url), view)


@case("bolt shows its version", *LINES)
def protocol(c):
    row = c.deck.show("instances", bolt(c))["rows"][0]
    has(row["protocol"], r"^bolt [3-6]\.\d$", "protocol")
    r = c.deck.run("info", "-i", bolt(c, "neo4j"))
    has(r.out, r"bolt \d\.\d, one login a connection", "info")
    has(r.out, "Neo4j/" + c.server.version.split(".")[0], "info")


@case("kill over bolt", *LISTING)
def kill(c):
    app = c.runaway()
    row = until(lambda: [r for r in c.deck.rows("transactions", bolt(c)) if r["transaction_id"] == app.tx], 60, "it is not shown")[0]
    r = c.deck.run("kill", app.tx, "--started", row["start_time"], "--yes", "-i", bolt(c))
    equal(r.status, 0, "exit status: %s" % r)
    has(r.err, "gone", "words")
    equal(c.server.transaction(app.tx), None, "what the server lists")


@case("nothing is left behind over bolt", *LISTING)
def nothing_left(c):
    """Screens that are left in the middle of their questions: the server has nothing of ours a moment later."""
    lines = []
    for view in ("procedures", "settings", "locks", "transactions") * 3:
        lines += [": view " + view, "advance 100ms"]
    c.deck.play(bolt(c), ["wait idle", *lines, "wait idle"])
    until(lambda: not [t for t in c.server.transactions() if (t.get("metaData") or {}).get("app") == "neodeck"], 20, "something of ours still runs")
    until(lambda: not [x for x in c.server.connections() if "neodeck" in (x.get("userAgent") or "")], 20, "a connection of ours is open")


@case("wrong password over bolt", *LINES)
def wrong_password(c):
    deck = c.new_deck("wrong-one")
    one_line(deck.run("show", "databases", "-i", bolt(c)), 4, "refused the login of user 'neo4j'")
    deck.run("show", "databases", "-i", bolt(c))
    equal(c.deck.run("show", "databases", "-i", bolt(c)).status, 0, "the right one after two wrong ones")


@case("bolt without a login", "nologin")
def without_login(c):
    row = c.deck.show("instances", bolt(c))["rows"][0]
    equal(row["login"], "off", "login")


@case("bolt to the port of http, and the other way", *LINES)
def crossed(c):
    one_line(c.deck.run("show", "databases", "-i", "bolt://127.0.0.1:%d" % c.server.port), 4, "is an HTTP port")
    one_line(c.deck.run("show", "databases", "-i", "http://127.0.0.1:%d" % c.server.bolt), 4, "Bolt|no Neo4j, or the port is wrong")


@case("bolt over tls", "tls")
def over_tls(c):
    ca = "ca_file = " + os.path.join(c.server.home, "certificates", "ca.crt")

    def show(uri, *lines):
        file = c.deck.file("tls.conf", '[instance "secure"]\nuri = %s\n%s\n' % (uri, "\n".join(lines)))
        return c.deck.run("show", "instances", "--format", "json", "--config", file, "-i", "secure")
    for scheme in ("bolt+s", "neo4j+s"):
        r = show(bolt(c, scheme, "localhost"), ca)
        equal((r.status, r.json()["rows"][0]["tls"]), (0, "verified"), str(r))
    r = show(bolt(c, "bolt+ssc", "localhost"))
    equal((r.status, r.json()["rows"][0]["tls"]), (0, "insecure"), str(r))
    one_line(c.deck.run("show", "databases", "-i", bolt(c, "bolt+s", "localhost")), 4, "certificate .* not trusted", "ca_file")
    equal(c.deck.run("show", "databases", "-i", bolt(c)).status, 0, "in the clear, where both are allowed")
    pipe = Pipe("127.0.0.2", c.server.bolt)
    c.undo.append(pipe.close)
    for scheme in ("bolt+s", "neo4j+s"):
        r = show("%s://127.0.0.2:%d" % (scheme, pipe.port), ca)
        equal(r.status, 4, "exit status: %s" % r)
        has(r.err, "another name than '127.0.0.2'", "words")
    equal(show("bolt+ssc://127.0.0.2:%d" % pipe.port).status, 0, "whatever its name")
    one_line(c.deck.run("show", "databases", "-i", "bolt+s://localhost:%d" % c.server.port), 4, "TLS")
    r = show("https://localhost:%d" % c.server.https, ca, "protocol = bolt")
    equal((r.status, r.json()["rows"][0]["tls"]), (0, "verified"), str(r))
    has(r.json()["rows"][0]["protocol"], "bolt 5", "protocol")
    has(c.deck.run("info", "--config", c.deck.home + "/tls.conf", "-i", "secure").out, r"bolt\+s://localhost:%d, its port as GET" % c.server.bolt, "info")


@case("expired password over bolt", *LINES)
def expired(c):
    password = c.user("live_bolt_expired", change=True)
    c.deck.file("password", password + "\n")
    r = c.deck.run("show", "databases", "-u", "live_bolt_expired", "-i", bolt(c))
    one_line(r, 4, "expired", "ALTER CURRENT USER|change it")


@case("locked user over bolt", *LINES)
def locked(c):
    password = c.user("live_bolt_locked")
    for _ in range(4):
        try:
            c.server.over_bolt("live_bolt_locked", "no").close()
        except Refused as e:
            code = e.code
    has(code, "AuthenticationRateLimit", "the server's own answer")
    c.deck.file("password", password + "\n")
    r = c.deck.run("show", "databases", "-u", "live_bolt_locked", "-i", bolt(c))
    one_line(r, 4, "too many wrong logins|locked", "wait|again")


@case("a token over bolt, where none is taken", "5.26")
def bearer(c):
    file = c.deck.file("token.conf", '[instance "a"]\nuri = %s\nauth = bearer\ntoken_command = echo no-token\n' % bolt(c))
    r = c.deck.run("show", "databases", "--config", file, "-i", "a", password=False)
    equal(r.status, 4, "exit status: %s" % r)
    has(r.err, "token", "words")
    assert "no-token" not in r.out + r.err, "the token is printed: %s" % r


@case("an http address asked over bolt", *LINES)
def over_bolt(c):
    """The port is what GET / tells."""
    out = c.deck.run("info", "-i", c.url, "--protocol", "bolt").out
    has(out, r"bolt address: +bolt://127.0.0.1:%d, its port as GET /" % c.server.bolt, "info")
    has(out, r"dialect: +bolt \d", "info")
    has(out, "state: +(up|slow), login ok", "info")


@case("routing table", *LINES)
def routing(c):
    out = c.deck.run("info", "-i", bolt(c, "neo4j")).out
    here = r"(localhost|127\.0\.0\.1):%d" % c.server.bolt
    table = "writes: %s; reads: %s; routes: %s; until 20" % (here, here, here)
    has(out, "this version and edition have none" if c.server.old else table, "info")
