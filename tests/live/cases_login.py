"""Logins that fail, and servers that want none: no second try, and words that tell what to do."""
import os
import re
import time

from cases import LINES, case, equal, has, one_line
from neo import Refused, until

MANY_WRONG = 4  # a server locks a user for some seconds at the third


def refusals(p):
    return [s for s in p.statuses() if s in (401, 403, 429)]


@case("wrong password: tried once", *LINES)
def wrong(c):
    c.user("live_wrong")
    p = c.proxy()
    r = c.deck.run("show", "databases", "-u", "live_wrong", "-i", p.url)
    one_line(r, 4, "refused", "live_wrong|user name or password", ":password|password")
    assert "secret" not in r.err + r.out, "the password is printed: %s" % r
    equal(refusals(p), [401], "answers of refusal")


@case("wrong password: the console does not try again", *LINES)
def wrong_console(c):
    c.user("live_wrong2")
    p = c.proxy()
    screen = c.deck.play(p.url, ["wait idle", "advance 5s", "keys r", "advance 1s", ":databases", "advance 1s", "keys q", "wait idle",
                                 ":instances", "wait idle", "dump end.dump"], "-u", "live_wrong2", "--interval", "500ms")["end"]
    equal(refusals(p), [401], "answers of refusal")
    has(screen, "refused", "screen")


@case("two instances, one wrong password: one refusal", "5.26")
def wrong_fleet(c):
    c.user("live_wrong3")
    p, q = c.proxy(), c.proxy()
    r = c.deck.run("show", "databases", "-u", "live_wrong3", "-i", p.url, "-i", q.url)
    equal(r.status, 4, "exit status: %s" % r)
    equal(refusals(p) + refusals(q), [401], "answers of refusal of both")


@case("expired password", *LINES)
def expired(c):
    password = c.user("live_expired", change=True)
    c.deck.file("password", password + "\n")
    r = c.deck.run("show", "databases", "-u", "live_expired", "-i", c.url)
    one_line(r, 4, "expired", "ALTER CURRENT USER|change it")
    screen = c.deck.play(c.url, ["wait idle", ":instances", "wait idle", "dump end.dump"], "-u", "live_expired")["end"]
    has(screen, "expired", "screen")


@case("locked user", *LINES)
def locked(c):
    password = c.user("live_locked")
    for _ in range(MANY_WRONG):
        try:
            c.server.ask("RETURN 1", user="live_locked", password="no")
        except Refused as e:
            status = e.status
    equal(status, 429, "the server's own answer")
    c.deck.file("password", password + "\n")
    r = c.deck.run("show", "databases", "-u", "live_locked", "-i", c.url)
    one_line(r, 4, "too many wrong logins|locked", "wait|again")


@case("locked user comes back by itself", "5.26")
def unlocked(c):
    password = c.user("live_locked2")
    for _ in range(MANY_WRONG):
        try:
            c.server.ask("RETURN 1", user="live_locked2", password="no")
        except Refused:
            pass
    c.deck.file("password", password + "\n")
    p = c.proxy()
    running = c.deck.start("--script", c.deck.file("script", "advance 25s\n:instances\nadvance 200ms\ndump end.dump\n"), "--size", "120x40",
                           "-u", "live_locked2", p.url)
    r = c.deck.finish(running)
    equal(r.status, 0, "exit status: %s" % r)
    has(c.deck.dumps()["end"], r"up +ok", "screen")
    assert len(refusals(p)) <= 6, "asked %d times while locked" % len(refusals(p))


@case("no password at all", "5.26")
def none_given(c):
    p = c.proxy()
    r = c.deck.run("show", "databases", "-i", p.url, password=False)
    one_line(r, 4, "password")
    equal(refusals(p), [], "answers of refusal")
    r = c.deck.run("show", "databases", "-i", p.url, password=False, env=c.deck.env(NEO4J_PASSWORD=c.server.password))
    equal(r.status, 0, "exit status with NEO4J_PASSWORD: %s" % r)


@case("a password file that others can read", "5.26")
def loose_file(c):
    loose = c.deck.file("loose", c.server.password + "\n")
    os.chmod(loose, 0o644)
    p = c.proxy()
    r = c.deck.run("show", "databases", "-i", p.url, "--password-file", loose, password=False)
    assert r.status in (2, 4), "exit status: %s" % r
    has(r.err, r"others|0600|readable", "words")
    equal(refusals(p), [], "answers of refusal")


@case("password typed again in the console", "5.26")
def typed_again(c):
    c.user("live_typed", "typed-password-1")
    t = c.tmux("-u", "live_typed", c.url)
    t.see("refused")
    t.text(":password")
    t.keys("Enter")
    t.see("password of")
    time.sleep(0.7)  # a dialog takes no key in its first half second
    t.text("typed-password-1")
    assert "typed-password-1" not in t.screen(), "the password is on the screen"
    t.keys("Enter")
    t.see(r"neo4j +online")


@case("login is off", "nologin")
def off(c):
    for login in (True, False):
        r = c.deck.run("show", "instances", "--format", "json", "-i", c.url, password=login)
        if login:
            equal(r.status, 0, "exit status: %s" % r)
            equal(r.json()["rows"][0]["login"], "off", "login")
    conf = c.deck.file("open.conf", '[instance "open"]\nuri = %s\nauth = none\n' % c.url)
    r = c.deck.run("show", "databases", "--format", "json", "--config", conf, "-i", "open", password=False)
    equal(r.status, 0, "exit status with auth = none: %s" % r)
    equal(sorted(x["database"] for x in r.json()["rows"]), ["neo4j", "system"], "databases")
    screen = c.deck.play("open", ["wait idle", "dump end.dump"], "--config", conf)["end"]
    has(screen.splitlines()[0], "AUTH OFF", "header")


@case("login is wanted but none configured", "5.26")
def none_configured(c):
    conf = c.deck.file("open.conf", '[instance "open"]\nuri = %s\nauth = none\n' % c.url)
    r = c.deck.run("show", "databases", "--config", conf, "-i", "open", password=False)
    equal(r.status, 4, "exit status: %s" % r)
    has(r.err, "login|auth|password", "words")


@case("a login that comes back after a change", "5.26")
def changed_elsewhere(c):
    """The password is changed while the console runs: one refusal, then silence."""
    c.user("live_changed", "first-password-1")
    c.deck.file("password", "first-password-1\n")
    p = c.proxy()
    running = c.deck.start("--script", c.deck.file("script", "wait idle\nadvance 15s\n:instances\nadvance 200ms\ndump end.dump\n"),
                           "--size", "120x40", "--interval", "500ms", "-u", "live_changed", p.url)
    until(lambda: len([s for s in p.statuses() if s == 200]) > 6, 60, "no data")
    c.server.admin("ALTER USER live_changed SET PASSWORD 'second-password-1' CHANGE NOT REQUIRED")
    r = c.deck.finish(running)
    equal(r.status, 0, "exit status: %s" % r)
    assert 1 <= len(refusals(p)) <= 2, "%d refusals" % len(refusals(p))
    assert re.search("refused", c.deck.dumps()["end"]), c.deck.dumps()["end"]
