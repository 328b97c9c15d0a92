"""What stands on a tape, as a server has to say it: answers in the order of each question, values in Jolt, JSON and PackStream."""
import base64
import datetime
import json
import math
import os
import re
import sys

from wirestatements import Statements

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))
from fakepack import Struct  # noqa: E402

HIDDEN = "(hidden)"
EAST = 5400  # the servers' zone, in seconds: date-times come with it, and are shown without


class Time(int):
    """Milliseconds since 1970, of a date-time with a zone."""


class Span(int):
    """Milliseconds of a duration."""


class Failure(Exception):
    """What the server says instead of rows."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code, self.message = code, message


class As:
    """What a tape has as a text or a map, because that is what it reads as, and a server says as a type of its own."""

    def __init__(self, sigil, text, tag, *fields):
        self.jolt, self.plain, self.struct = {sigil: text}, text, Struct(tag, *fields)


def nanoseconds(clock):
    hours, minutes, seconds = clock.split(":")
    whole, _, part = seconds.partition(".")
    return (int(hours) * 3600 + int(minutes) * 60 + int(whole)) * 10**9 + int(part.ljust(9, "0"))


def days(date):
    return (datetime.date.fromisoformat(date) - datetime.date(1970, 1, 1)).days


def zone(text):
    return int(text[:3]) * 3600 + int(text[0] + text[4:]) * 60


DATE, CLOCK, NUMBER = r"(\d{4}-\d\d-\d\d)", r"(\d\d:\d\d:\d\d(?:\.\d+)?)", r"(-?[\d.]+)"
TEXTS = (  # of values of their own
    (DATE, lambda t, d: As("T", t, 0x44, days(d))),
    (CLOCK, lambda t, c: As("T", t, 0x74, nanoseconds(c))),
    (CLOCK + r"([+-]\d\d:\d\d)", lambda t, c, z: As("T", t, 0x54, nanoseconds(c), zone(z))),
    (DATE + "T" + CLOCK, lambda t, d, c: As("T", t, 0x64, days(d) * 86400 + nanoseconds(c) // 10**9, nanoseconds(c) % 10**9)),
    (r"SRID=(\d+);POINT\(%s %s\)" % (NUMBER, NUMBER), lambda t, s, x, y: As("@", t, 0x58, int(s), float(x), float(y))),
    (r"SRID=(\d+);POINT Z \(%s %s %s\)" % (NUMBER, NUMBER, NUMBER),
     lambda t, s, x, y, z: As("@", t, 0x59, int(s), float(x), float(y), float(z))),
)


def typed_text(text):
    for pattern, make in TEXTS:
        m = re.fullmatch(pattern, text)
        if m:
            return make(text, *m.groups())
    return text.replace("\u2400", "\0")  # what reads NUL as its picture


def number_in(element):
    return element if isinstance(element, int) else int(element.rsplit(":", 1)[1])


def typed_map(v):
    """Ids are texts from 5 on, with the numbers beside them over Bolt."""
    properties = {k: jolt(x) for k, x in v["properties"].items()} if "properties" in v else None
    if list(v) == ["id", "labels", "properties"]:
        extra = [] if isinstance(v["id"], int) else [v["id"]]
        return As("()", [jolt_id(v["id"]), v["labels"], properties], 0x4E, number_in(v["id"]), v["labels"], v["properties"], *extra)
    if list(v) == ["id", "start", "type", "end", "properties"]:
        ends = [v["id"], v["start"], v["end"]]
        return As("->", [jolt_id(v["id"]), jolt_id(v["start"]), v["type"], jolt_id(v["end"]), properties], 0x52,
                  *map(number_in, ends), v["type"], v["properties"], *([] if isinstance(v["id"], int) else ends))
    return v


def jolt_id(element):
    return {"Z": str(element)} if isinstance(element, int) else element


def value(cell, made=False):
    """From the notation of src/port/tape.h; on a tape that was made by hand, forms stand for types."""
    if isinstance(cell, str):
        return typed_text(cell) if made else cell
    if isinstance(cell, list):
        return [value(c, made) for c in cell]
    if not isinstance(cell, dict):
        return cell
    (tag, inside), = cell.items()
    if tag == "map":
        inner = {k: value(v, made) for k, v in inside.items()}
        return typed_map(inner) if made else inner
    if tag == "time":
        return Time(inside if isinstance(inside, int) else milliseconds(inside))
    if tag == "ms":
        return Span(inside)
    if tag == "float":
        return float(inside)
    if tag == "base64":
        return base64.b64decode(inside)
    return None  # absent: the server said null


def milliseconds(text):
    when = datetime.datetime.fromisoformat(re.sub(r"(\.\d{3})\d*", r"\1", text).replace("Z", "+00:00"))
    return round(when.timestamp() * 1000)


def iso_time(t):
    when = datetime.datetime.fromtimestamp(t // 1000 + EAST, datetime.timezone.utc)
    return when.strftime("%Y-%m-%dT%H:%M:%S") + ".%03d+%02d:%02d" % (t % 1000, EAST // 3600, EAST // 60 % 60)


def iso_span(s):
    return "PT%s%d.%03dS" % ("-" if s < 0 else "", abs(s) // 1000, abs(s) % 1000)


def jolt(v):
    if v is None:
        return None
    if isinstance(v, As):
        return v.jolt
    if isinstance(v, Time):
        return {"T": iso_time(v)}
    if isinstance(v, Span):
        return {"T": iso_span(v)}
    if isinstance(v, bool):
        return {"?": "true" if v else "false"}
    if isinstance(v, int):
        return {"Z" if -2**31 <= v < 2**31 else "R": str(v)}
    if isinstance(v, float):
        return {"R": "NaN" if math.isnan(v) else repr(v).replace("inf", "Infinity")}
    if isinstance(v, bytes):
        return {"#": v.hex().upper()}
    if isinstance(v, str):
        return {"U": v}
    if isinstance(v, dict):
        return {"{}": {k: jolt(x) for k, x in v.items()}}
    return {"[]": [jolt(x) for x in v]}


def plain(v):
    """application/json: types are lost."""
    if isinstance(v, As):
        return v.plain
    if isinstance(v, Time):
        return iso_time(v)
    if isinstance(v, Span):
        return iso_span(v)
    if isinstance(v, float) and not math.isfinite(v):
        return "NaN" if math.isnan(v) else repr(v).replace("inf", "Infinity")
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [plain(x) for x in v]
    return v


def packed(v, utc):
    """For fakepack.pack. utc: since 5.0, or agreed upon, date-times count from 1970 UTC; before they are those of their zone."""
    if isinstance(v, As):
        return v.struct
    if isinstance(v, Time):
        return Struct(0x49 if utc else 0x46, v // 1000 + (0 if utc else EAST), v % 1000 * 1000000, EAST)
    if isinstance(v, Span):
        return Struct(0x45, 0, 0, v // 1000, v % 1000 * 1000000)
    if isinstance(v, dict):
        return {k: packed(x, utc) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [packed(x, utc) for x in v]
    return v


# --- plans -----------------------------------------------------------------------------------------------------------

FACTS = {"planner": "planner", "runtime": "runtime", "Cypher": "version"}


def plan_of(rows):
    """The tree under the lines of a plan: the first line tells about the whole, the second names columns, then one operator a row; the
    first input of an operator is told last."""
    root = None
    above = []
    for _, depth, operator, estimate, details in rows[2:]:
        about = {"EstimatedRows": value(estimate), "Details": details}
        op = {"operatorType": operator + "@neo4j", "about": about, "told": []}
        if root is None:
            root = op
        else:
            above[depth - 1]["told"].append(op)
        above[depth:] = [op]
    for fact in rows[0][0].split(", "):
        name, _, said = fact.partition(" ")
        root["about"][FACTS.get(name, name)] = said
    return root


def inputs(op):
    return op["told"][-1:] + op["told"][:-1]


def plan_beside(op):
    """HTTP: the arguments stand beside the name."""
    return {"operatorType": op["operatorType"], **op["about"], "identifiers": [], "children": [plan_beside(c) for c in inputs(op)]}


def plan_args(op):
    """Bolt."""
    return {"operatorType": op["operatorType"], "args": op["about"], "identifiers": [], "children": [plan_args(c) for c in inputs(op)]}


# --- answers ---------------------------------------------------------------------------------------------------------

class Answer:
    def __init__(self, columns, rows, plan=None):
        self.columns, self.rows, self.plan = columns, rows, plan


def same_params(told, given):
    """Values that may be secret are not on the tape."""
    return set(told) == set(given) and all(told[k] == HIDDEN or plain(value(told[k])) == given[k] for k in told)


class Server:
    """One instance of a tape. Each question gets its answers in their order, the last one for ever.
    made: the tape was written by hand, and has gaps. strange: what was asked that no server like that is asked."""

    def __init__(self, name, made):
        self.name, self.made, self.states, self.replies, self.given, self.strange = name, made, [], [], {}, []

    def ready(self):
        up = [s for s in self.states if s.get("version")]
        self.version = up[0]["version"] if up else ""
        self.edition = up[0].get("edition", "community") if up else "community"
        self.id = next((s["server_id"] for s in up if s.get("server_id")), "")
        self.statements = Statements(self.version, self.edition)
        self.up = bool(up)

    def answer(self, text, database, params):
        params = {k: v for k, v in params.items() if k != "neodeck"}
        variant, query = self.statements.find(text)
        if not variant:
            return self.unknown("a statement that is not of this version: " + text)
        if variant.database == "SYSTEM" and numbers_of(self.version) >= (4,) and database != "system":
            return self.unknown("%s on database %s" % (variant.name, database))
        wanted = database if variant.database == "GIVEN" else None
        for n, r in enumerate(self.replies):
            if r["statement"] == variant.name and same_params(r.get("params", {}), params) and (r.get("text") or query) == query and \
                    (not wanted or r.get("database", wanted) == wanted):
                return self.next_of(variant.name, n)
        return self.made_up(variant.name)

    def next_of(self, name, first):
        """The answers to one question stand in a row for themselves."""
        told = self.replies[first]
        same = [r for r in self.replies if all(r.get(k) == told.get(k) for k in ("statement", "database", "text", "params"))]
        at = self.given.get(first, 0)
        self.given[first] = min(at + 1, len(same) - 1)
        r = same[at]
        if "error" in r:
            if not r["error"].get("code"):
                return self.unknown("%s, which has no answer of a server on the tape" % name)
            raise Failure(r["error"]["code"], r["error"].get("message", r["error"]["words"]))
        if name == "EXPLAIN":
            return Answer(["n"], [], plan_of(r["rows"]))
        return Answer(r["columns"], [[value(c, self.made) for c in row] for row in r["rows"]])

    def made_up(self, name):
        """What link/ asks by itself is on no tape; the state that came of it is."""
        login = self.states[-1].get("login") if self.states else "ok"
        if name == "COMPONENTS":
            return Answer(["name", "versions", "edition"], [["Neo4j Kernel", [self.version], self.edition]])
        if name == "CURRENT_USER":
            return Answer(["user", "roles", "passwordChangeRequired", "suspended", "home"],
                          [] if login == "off" else [["neo4j", None, False, None, None]])
        if name == "SERVER_ID" and not self.made:
            return Answer(["name", "serverID", "databaseID", "address", "role"],
                          [["system", self.id, "0" * 64, "localhost:7687", "primary"]] if self.id else [])
        if self.made:
            raise Failure("Neo.ClientError.Statement.NotOnTheTape", name + " is not on the tape")
        return self.unknown("%s, which is not on the tape" % name)

    def unknown(self, what):
        self.strange.append("%s was asked %s" % (self.name, what))
        raise Failure("Neo.DatabaseError.General.UnknownError", "not on the tape")


def numbers_of(version):
    return tuple(int(n) for n in re.findall(r"\d+", version))


class Tape:
    def __init__(self, path):
        made = os.path.basename(path).startswith("made-")
        with open(path, encoding="utf-8") as f:
            lines = [json.loads(line) for line in f if line.strip() and not line.startswith("#")]
        self.names = lines[0]["instances"]
        self.servers = [Server(name, made) for name in self.names]
        for line in lines[1:]:
            if line["ask"] == "state" and "state" in line:
                self.servers[line["instance"]].states.append(line["state"])
            elif line["ask"] == "statement":
                self.servers[line["instance"]].replies.append(line)
        for s in self.servers:
            s.ready()
