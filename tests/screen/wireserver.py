"""Servers that say what is on a tape, over HTTP or Bolt: as much of both as a client of that version meets, written for these tests and
with nothing of neodeck's own code. All listen on free ports of 127.0.0.1, in one loop in a thread."""
import asyncio
import base64
import json
import re
import threading

from wiretape import Failure, Struct, Tape, jolt, numbers_of, packed, plain, plan_args, plan_beside
from fakepack import chunks, pack, unpack

USER, PASSWORD = "neo4j", "on-the-tape"
MAGIC = b"\x60\x60\xb0\x17"
HELLO, GOODBYE, RESET, RUN, DISCARD, PULL, ROUTE, LOGON, LOGOFF = 1, 2, 0x0F, 0x10, 0x2F, 0x3F, 0x66, 0x6A, 0x6B
SUCCESS, RECORD, IGNORED, FAILURE = 0x70, 0x71, 0x7E, 0x7F
# The newest version of Bolt that a server of that line takes; from 5.7 on it is told by a manifest.
BOLT = (((3, 5), (3, 0)), ((4, 0), (4, 0)), ((4, 1), (4, 1)), ((4, 2), (4, 2)), ((4, 3), (4, 3)), ((4, 4), (4, 4)), ((5,), (5, 0)),
        ((5, 26), (5, 8)), ((2025, 10), (6, 0)))


def bolt_of(version):
    return [bolt for since, bolt in BOLT if numbers_of(version) >= since][-1]


def dumps(v):
    return json.dumps(v, separators=(",", ":"), ensure_ascii=False)


# --- HTTP ------------------------------------------------------------------------------------------------------------

def discovery(server, port):
    here, version = "http://127.0.0.1:%d" % port, numbers_of(server.version)
    if version < (4,):
        return {"data": here + "/db/data/", "management": here + "/db/manage/", "bolt": "bolt://localhost:7687"}
    about = {"bolt_routing": "neo4j://localhost:7687", "bolt_direct": "bolt://localhost:7687", "neo4j_version": server.version,
             "neo4j_edition": server.edition, "transaction": here + "/db/{databaseName}/tx"}
    if version >= (5, 25):
        about["query"] = here + "/db/{databaseName}/query/v2"
    return about


def jolt_plan(op):
    return {k: [jolt_plan(c) for c in v] if k == "children" else jolt(v) for k, v in op.items()}


def in_jolt(answers, failure):
    out = []
    for a in answers:
        out.append({"header": {"fields": a.columns}})
        out += [{"data": [jolt(v) for v in row]} for row in a.rows]
        out.append({"summary": {"plan": {"root": jolt_plan(plan_beside(a.plan))}} if a.plan else {}})
    if failure:
        out.append({"error": {"errors": [{"code": {"U": failure.code}, "message": {"U": failure.message}}]}})
    out.append({"info": {}})
    return "".join(dumps(line) + "\n" for line in out)


def in_json(answers, failure):
    results = []
    for a in answers:
        result = {"columns": a.columns, "data": [{"row": plain(row), "meta": [None] * len(row)} for row in a.rows]}
        if a.plan:
            result["plan"] = {"root": plain(plan_beside(a.plan))}
        results.append(result)
    return dumps({"results": results, "errors": [{"code": failure.code, "message": failure.message}] if failure else []})


class Http:
    def __init__(self, server, port):
        self.server, self.port = server, port
        self.login = "Basic " + base64.b64encode(("%s:%s" % (USER, PASSWORD)).encode()).decode()

    async def serve(self, first, reader, writer):
        data = first
        while True:
            while b"\r\n\r\n" not in data:
                data += await self.more(reader)
            head, _, data = data.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
            length = int(headers.get("content-length", 0))
            while len(data) < length:
                data += await self.more(reader)
            body, data = data[:length], data[length:]
            status, form, text = self.answer(*lines[0].split(" ")[:2], headers, body)
            text = text.encode()
            writer.write(b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, form, len(text)) + text)
            await writer.drain()

    async def more(self, reader):
        data = await reader.read(65536)
        if not data:
            raise ConnectionError
        return data

    def answer(self, method, path, headers, body):
        version = numbers_of(self.server.version)
        if (method, path) == ("GET", "/"):
            return b"200 OK", b"application/json", dumps(discovery(self.server, self.port))
        commit = re.fullmatch(r"/db/data/transaction/commit" if version < (4,) else r"/db/([^/]+)/tx/commit", path)
        if method != "POST" or not commit:
            return b"404 Not Found", b"application/json", dumps({"errors": []})
        if headers.get("authorization") != self.login:
            self.server.strange.append("%s was asked without its login" % self.server.name)
            code = {"code": "Neo.ClientError.Security.Unauthorized", "message": "Invalid credential."}
            return b"401 Unauthorized", b"application/json", dumps({"errors": [code]})
        if "max-execution-time" not in headers:
            self.server.strange.append("%s was asked without a limit" % self.server.name)
        answers, failure = self.run(json.loads(body), unquoted(commit.group(1)) if commit.groups() else None)
        return (b"200 OK", *self.dressed(version, headers, answers, failure))

    def run(self, body, database):
        answers = []
        try:
            for s in body["statements"]:
                answers.append(self.server.answer(s["statement"], database, s.get("parameters", {})))
        except Failure as e:
            return answers, e
        return answers, None

    def dressed(self, version, headers, answers, failure):
        """The newest form that was asked for and that this version has: Jolt came with 4.2, its second edition with 5."""
        second = b"application/vnd.neo4j.jolt-v2;strict=true"
        form = second if version >= (5,) else second.replace(b"-v2", b"")
        if version >= (4, 2) and form.decode() in headers.get("accept", ""):
            return form, in_jolt(answers, failure)
        return b"application/json", in_json(answers, failure)


def unquoted(path):
    return re.sub(r"((?:%[0-9A-Fa-f]{2})+)", lambda m: bytes.fromhex(m.group(1).replace("%", "")).decode(), path)


# --- Bolt ------------------------------------------------------------------------------------------------------------

class Bolt:
    """A conversation after the magic bytes. Messages are answered in their order, so whoever sends several at once is answered, too."""

    def __init__(self, server, number):
        self.server, self.number, self.newest = server, number, bolt_of(server.version)
        self.failed = self.known = False
        self.answer, self.at = None, 0

    async def agree(self, reader, writer):
        offers = [await reader.readexactly(4) for _ in range(4)]
        major, minor = self.newest
        if self.newest >= (5, 7) and b"\0\0\1\xff" in offers:
            writer.write(b"\0\0\1\xff\2" + bytes([0, minor, minor, major]) + b"\0\4\4\4\0")
            chosen = await reader.readexactly(5)
            return chosen[3], chosen[2]
        for o in offers:
            for v in (self.newest, (5, 8)) + ((4, 4),) * (self.newest >= (4, 4)):
                if v <= self.newest and o[3] == v[0] and o[2] - o[1] <= v[1] <= o[2]:
                    writer.write(bytes([0, 0, v[1], v[0]]))
                    return v
        writer.write(b"\0\0\0\0")
        raise ConnectionError

    async def serve(self, reader, writer):
        self.version = await self.agree(reader, writer)
        self.utc = self.version >= (5, 0)
        while True:
            message = b""
            while True:
                n = int.from_bytes(await reader.readexactly(2), "big")
                if not n:
                    break
                message += await reader.readexactly(n)
            m, _ = unpack(message) if message else (None, 0)
            if m and m.tag == GOODBYE:
                return
            for reply in self.replies(m) if m else ():
                writer.write(chunks(pack(reply)))
            await writer.drain()

    def failure(self, code, message):
        self.failed = True
        about = {"code": code, "message": message}
        if self.version >= (5, 7):
            about = {"neo4j_code": code, "gql_status": "50N42", "message": message, "description": "error: " + message,
                     "diagnostic_record": {"OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/"}}
        return [Struct(FAILURE, about)]

    def replies(self, m):
        if m.tag == RESET:
            self.failed, self.answer = False, None
            return [Struct(SUCCESS, {})]
        if self.failed:
            return [Struct(IGNORED)]
        if m.tag == HELLO:
            return self.hello(m.fields[0])
        if m.tag == LOGON:
            return self.login(m.fields[0]) or [Struct(SUCCESS, {})]
        if m.tag == LOGOFF:
            self.known = False
            return [Struct(SUCCESS, {})]
        if not self.known:
            return self.failure("Neo.ClientError.Request.Invalid", "nobody has logged in")
        if m.tag == RUN:
            return self.run(*m.fields)
        if m.tag in (PULL, DISCARD):
            return self.pull(m.tag == PULL, m.fields[0].get("n", -1) if m.fields else -1)
        return self.failure("Neo.ClientError.Request.Invalid", "not on the tape")

    def hello(self, about):
        refused = self.login(about) if self.version < (5, 1) else None
        told = {"server": "Neo4j/" + self.server.version, "connection_id": "bolt-%d" % self.number}
        if self.version[0] == 4 and self.version >= (4, 3) and "utc" in about.get("patch_bolt", []):
            self.utc, told["patch_bolt"] = True, ["utc"]
        if self.version >= (4, 3):
            told["hints"] = {"connection.recv_timeout_seconds": 120}
        return refused or [Struct(SUCCESS, told)]

    def login(self, about):
        """None when it is accepted."""
        if (about.get("scheme"), about.get("principal"), about.get("credentials")) == ("basic", USER, PASSWORD):
            self.known = True
            return None
        self.server.strange.append("%s was asked without its login" % self.server.name)
        return self.failure("Neo.ClientError.Security.Unauthorized", "The client is unauthorized due to authentication failure.")

    def run(self, text, params, extra):
        if not extra.get("tx_timeout") or extra.get("tx_metadata", {}).get("app") != "neodeck":
            self.server.strange.append("%s was asked without a limit or without our name" % self.server.name)
        if self.version < (4, 0) and "db" in extra:
            return self.failure("Neo.ClientError.Request.Invalid", "there is one database")
        try:
            self.answer = self.server.answer(text, extra.get("db"), params)
        except Failure as e:
            return self.failure(e.code, e.message)
        self.at = 0
        return [Struct(SUCCESS, {"fields": self.answer.columns, "t_first": 1})]

    def pull(self, wanted, n):
        if not self.answer:
            return self.failure("Neo.ClientError.Request.Invalid", "nothing to pull")
        rows = self.answer.rows[self.at:] if n < 0 else self.answer.rows[self.at:self.at + n]
        self.at += len(rows)
        out = [Struct(RECORD, packed(row, self.utc)) for row in rows] if wanted else []
        if self.at < len(self.answer.rows):
            return out + [Struct(SUCCESS, {"has_more": True})]
        about = {"type": "r", "t_last": 1}
        if self.version >= (4, 0):
            about["db"] = "neo4j"
        if self.answer.plan:
            about["plan"] = plan_args(self.answer.plan)
        self.answer = None
        return out + [Struct(SUCCESS, about)]


# --- listening -------------------------------------------------------------------------------------------------------

class Playing:
    """The servers of one tape while one case is played: `lines` are for its script; `strange` is what they were asked and cannot know."""

    def __init__(self, servers, listeners, lines, tasks):
        self.servers, self.listeners, self.lines, self.tasks = servers, listeners, lines, tasks

    @property
    def strange(self):
        return [words for s in self.servers for words in s.strange]


class Servers:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.connections = 0
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def play(self, path, over):
        return asyncio.run_coroutine_threadsafe(self.listen(Tape(path), over), self.loop).result()

    def stop(self, playing):
        asyncio.run_coroutine_threadsafe(self.close(playing), self.loop).result()

    async def listen(self, tape, over):
        listeners, lines, tasks = [], [], set()
        for s in tape.servers:
            if not s.up:  # one that nobody answers for: the port of tcpmux, where nobody listens
                lines.append("wire %s %s://127.0.0.1:1\n" % (s.name, over))
                continue
            listener = await asyncio.start_server(lambda r, w, s=s: self.converse(s, over, r, w, tasks), "127.0.0.1", 0)
            listeners.append(listener)
            lines.append("wire %s %s://127.0.0.1:%d\n" % (s.name, over, listener.sockets[0].getsockname()[1]))
        return Playing(tape.servers, listeners, lines, tasks)

    async def converse(self, server, over, reader, writer, tasks):
        tasks.add(asyncio.current_task())
        self.connections += 1
        try:
            first = await reader.readexactly(4)
            if (first == MAGIC) != (over == "bolt"):
                server.strange.append("%s was not asked over %s" % (server.name, over))
            elif first == MAGIC:
                await Bolt(server, self.connections).serve(reader, writer)
            else:
                await Http(server, writer.get_extra_info("sockname")[1]).serve(first, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            tasks.discard(asyncio.current_task())

    async def close(self, playing):
        for listener in playing.listeners:
            listener.close()
        for task in list(playing.tasks):
            task.cancel()
