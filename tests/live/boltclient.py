"""An application over Bolt, for servers whose HTTP is closed; and nothing of neodeck's own code."""
import os
import socket
import sys
import threading

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))  # behind: names are the same

from fakepack import Struct, chunks, pack, unpack  # noqa: E402
from neo import Refused, until                     # noqa: E402

OFFERS = b"\x60\x60\xb0\x17" + b"\0\4\4\5" + b"\0\0\4\4" + b"\0\0\0\3" + b"\0\0\0\0"
HELLO, RUN, PULL, LOGON, SUCCESS, RECORD = 1, 0x10, 0x3f, 0x6a, 0x70, 0x71
AGENT = "live-test/1"


class Bolt:
    """One connection, logged in. Refused when the server says FAILURE; OSError when it is cut."""

    def __init__(self, port, user, password, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), 3600)
        self.socket.sendall(OFFERS)
        got = self.read(4)
        self.version = got[3], got[2]
        login = {"scheme": "basic", "principal": user, "credentials": password}
        later = self.version >= (5, 1)
        self.ask(HELLO, {"user_agent": AGENT, **({"bolt_agent": {"product": AGENT}} if later else login)})
        if later:
            self.ask(LOGON, login)

    def read(self, n):
        data = b""
        while len(data) < n:
            more = self.socket.recv(n - len(data))
            if not more:
                raise ConnectionResetError("closed by the server")
            data += more
        return data

    def receive(self):
        message = b""
        while True:
            n = int.from_bytes(self.read(2), "big")
            if n:
                message += self.read(n)
            elif message:
                return unpack(message)[0]

    def send(self, tag, *fields):
        self.socket.sendall(chunks(pack(Struct(tag, *fields))))

    def answer(self):
        m = self.receive()
        if m.tag in (SUCCESS, RECORD):
            return m
        about = m.fields[0] if m.fields else {}
        raise Refused(about.get("neo4j_code") or about.get("code", "ignored"), about.get("message", ""), 0)

    def ask(self, tag, *fields):
        self.send(tag, *fields)
        return self.answer().fields[0]

    def run(self, statement, params=None, **extra):
        """Rows as dicts."""
        names = self.ask(RUN, statement, params or {}, extra)["fields"]
        self.send(PULL, *([{"n": -1}] if self.version >= (4, 0) else []))
        rows = []
        while True:
            m = self.answer()
            if m.tag == SUCCESS:
                return rows
            rows.append(dict(zip(names, m.fields[0])))

    def close(self):
        self.socket.close()


class Client(threading.Thread):
    """A statement that runs in a thread of its own; what became of it is in `error`: a code, "cut", or ""."""

    def __init__(self, server, statement, app):
        super().__init__(daemon=True)
        self.server, self.statement, self.app, self.error = server, statement, app, None
        self.bolt = server.over_bolt()

    def run(self):
        try:
            self.bolt.run(self.statement, tx_metadata={"app": self.app}, tx_timeout=3600000)
            self.error = ""
        except Refused as e:
            self.error = e.code
            self.bolt.close()  # as a driver would send RESET: until then 5 keeps the transaction in its list
        except OSError:
            self.error = "cut"

    def begin(self):
        """Starts it and waits until the server has it: the row of the server's list."""
        self.start()
        mine = "SHOW TRANSACTIONS YIELD * WHERE metaData.app = $app RETURN transactionId, connectionId, currentQuery"
        with_query = lambda: [r for r in self.server.rows_over_bolt(mine, app=self.app) if r["currentQuery"]]  # noqa: E731
        return until(with_query, 60, "the server does not list the statement of %s" % self.app)[0]

    def end(self):
        self.bolt.close()
