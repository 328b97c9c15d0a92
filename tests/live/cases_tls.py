"""Addresses that are wrong in one way or another, and certificates."""
import os
import socket

from cases import LISTING, case, equal, has, one_line
from proxy import Pipe


def conf(c, uri, *lines):
    return c.deck.file("tls.conf", '[instance "secure"]\nuri = %s\n%s\n' % (uri, "\n".join(lines)))


def authority(c):
    return "ca_file = " + os.path.join(c.server.home, "certificates", "ca.crt")


def show(c, file, *args):
    return c.deck.run("show", "instances", "--format", "json", "--config", file, "-i", "secure", *args)


@case("verified with ca_file", "tls")
def verified(c):
    for host in ("localhost", "127.0.0.1"):
        r = show(c, conf(c, "https://%s:%d" % (host, c.server.https), authority(c)))
        equal(r.status, 0, "exit status: %s" % r)
        row = r.json()["rows"][0]
        assert row["state"] in ("up", "slow"), row["state"]  # slow: on a busy machine
        equal((row["tls"], row["instance"]), ("verified", "secure"), "instance")
    databases = c.deck.run("show", "databases", "--format", "json", "--config", c.deck.home + "/tls.conf", "-i", "secure")
    equal(sorted(x["database"] for x in databases.json()["rows"]), ["neo4j", "system"], "databases")


@case("not trusted", "tls")
def untrusted(c):
    r = c.deck.run("show", "databases", "-i", "https://localhost:%d" % c.server.https)
    one_line(r, 4, "certificate .* not trusted", "ca_file")


@case("wrong host name", "tls")
def wrong_name(c):
    pipe = Pipe("127.0.0.2", c.server.https)
    c.undo.append(pipe.close)
    r = c.deck.run("show", "databases", "--config", conf(c, "https://127.0.0.2:%d" % pipe.port, authority(c)), "-i", "secure")
    one_line(r, 4, "another name than '127.0.0.2'")


@case("tls = insecure is shown", "tls")
def insecure(c):
    file = conf(c, "https://localhost:%d" % c.server.https, "tls = insecure")
    r = show(c, file)
    equal(r.status, 0, "exit status: %s" % r)
    equal(r.json()["rows"][0]["tls"], "insecure", "tls")
    screen = c.deck.play("secure", ["wait idle", "dump end.dump"], "--config", file)["end"]
    has(screen.splitlines()[0], "TLS INSECURE", "header")


@case("ca_file that is none", "tls")
def bad_authority(c):
    for text in (None, "nothing of a certificate\n"):
        file = c.deck.home + "/absent.pem" if text is None else c.deck.file("bad.pem", text)
        r = c.deck.run("show", "databases", "--config", conf(c, "https://localhost:%d" % c.server.https, "ca_file = " + file),
                       "-i", "secure")
        assert r.status in (2, 4), "exit status: %s" % r
        has(r.err, "ca_file|absent.pem|bad.pem", "words")


@case("http on the https port", "tls")
def plain_on_tls(c):
    r = c.deck.run("show", "databases", "-i", "http://localhost:%d" % c.server.https)
    one_line(r, 4, "https")


@case("https on the http port", "tls")
def tls_on_plain(c):
    r = c.deck.run("show", "databases", "-i", "https://localhost:%d" % c.server.port)
    one_line(r, 4, "does not speak TLS|http://")


@case("bolt address", *LISTING)
def bolt(c):
    for scheme in ("bolt", "neo4j"):
        r = c.deck.run("show", "databases", "-i", "%s://127.0.0.1:%d" % (scheme, c.server.bolt))
        assert r.status == 0 and "online" in r.out, "%s: %s" % (scheme, r)
    one_line(c.deck.run("show", "databases", "-i", "bolt+s://127.0.0.1:%d" % c.server.bolt), 4, "TLS")


@case("http on the bolt port", "5.26")
def http_on_bolt(c):
    r = c.deck.run("show", "databases", "-i", "http://127.0.0.1:%d" % c.server.bolt)
    assert r.status == 4, "exit status: %s" % r
    has(r.err, str(c.server.bolt), "words")


@case("closed port", "5.26")
def closed(c):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    r = c.deck.run("show", "databases", "-i", "http://127.0.0.1:%d" % port)
    one_line(r, 4, "127.0.0.1:%d" % port, "refused|listens|running|started")
    assert r.seconds < 15, "it took %.1f s to say so" % r.seconds


@case("no such host", "5.26")
def no_host(c):
    r = c.deck.run("show", "databases", "-i", "http://no-such-host.invalid:7474")
    one_line(r, 4, "no-such-host.invalid")


@case("two targets, one is down", "5.26")
def some(c):
    r = c.deck.run("show", "databases", "--format", "json", "-i", c.url, "-i", "http://127.0.0.1:1")
    equal(r.status, 5, "exit status: %s" % r)
    has(r.err, "127.0.0.1:1", "the one that is down is named")
    equal({x["database"] for x in r.json()["rows"]}, {"neo4j", "system"}, "databases of the other one")
    by_name = {i["name"]: i for i in r.json()["instances"]}
    equal(by_name["127.0.0.1:1"]["absent"], "server_unreachable", "reason")


@case("wrong usage", "5.26")
def usage(c):
    for args in (["show"], ["show", "nothing"], ["show", "backups"], ["show", "databases", "--sort", "nothing"], ["--nothing"],
                 ["show", "transactions", "--filter", "nothing>1"], ["show", "databases", "--format", "xml"], ["kill"],
                 ["check", "more"], ["backup"], ["show", "databases", "--columns", "nothing"], ["--size", "huge"]):
        r = c.deck.run(*args, "-i", c.url)
        equal(r.status, 2 if args[0] != "check" else r.status, "exit status of %s" % args)
        assert r.status in (2, 3), "exit status of %s: %s" % (args, r)
        has(r.err, "^neodeck: ", "words of %s" % args)
