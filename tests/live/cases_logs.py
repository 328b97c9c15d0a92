"""Logs: what is printed of them is what stands in the files of the server."""
import json
import os
import re

from cases import LINES, case, equal
from cases_show import TIME


def raw(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return b""


def line_at(home, row):
    return raw(os.path.join(home, "logs", row["log"]))[row["offset"]:].split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8", "replace")


def messages(pairs):
    return "\n".join(value for name, value in pairs if name == "message" and isinstance(value, str))


def text_of(line):  # in JSON a message may stand twice
    return json.loads(line, object_pairs_hook=messages) if line.startswith("{") else line


@case("show logs", *LINES)
def newest(c):
    home = c.server.home
    document = c.deck.show("logs", c.url)
    rows = document["rows"]
    assert 20 < len(rows) <= 200, "%d lines" % len(rows)
    stamps = [r["time"] for r in rows if r["time"]]
    equal(stamps, sorted(stamps), "order of the times")
    assert {r["log"] for r in rows} <= {"neo4j.log", "debug.log", "security.log"}, "logs %s" % {r["log"] for r in rows}
    for row in rows:
        line = line_at(home, row)
        assert row["message"].strip().split("\n")[0] in text_of(line), "%r is not in %r of %s at %d" % (row["message"], line, row["log"], row["offset"])
        assert not row["time"] or TIME.match(row["time"]), row["time"]
        if re.match(r"\d{4}-\d\d-\d\d |{", line):  # others belong to the line before
            assert row["level"] in line, "%s is not in %r" % (row["level"], line)
    mine = [r for r in rows if r["log"] == "debug.log"][-1]
    rest = raw(os.path.join(home, "logs", "debug.log"))[mine["offset"]:].count(b"\n")
    assert rest < 20, "%d lines of debug.log are behind the newest" % rest  # some may have been written since


@case("show logs passes what the filter says", *LINES)
def filtered(c):
    rows = c.deck.rows("logs", c.url, "--filter", "log:neo4j.log level:INFO", "--columns", "time,log,level,message")
    assert rows, "no line"
    equal({(r["log"], r["level"]) for r in rows}, {("neo4j.log", "INFO")}, "logs and levels")
    assert any("Started." in r["message"] for r in rows), "the start is not among them"
