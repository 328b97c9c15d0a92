"""What the tests themselves ask a server, over its transactional HTTP API: the truth that neodeck's output is compared with."""
import base64
import http.client
import json
import threading
import time


class Refused(Exception):
    def __init__(self, code, message, status):
        super().__init__("%s: %s (HTTP %d)" % (code, message, status))
        self.code, self.message, self.status = code, message, status


class Neo:
    """A server at 127.0.0.1, asked as one user."""

    host, port = "127.0.0.1", 0

    def __init__(self, user, password, version):
        self.user, self.password, self.version = user, password, version
        self.old = version.startswith("3.")
        self.link, self.lock = None, threading.RLock()

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.port

    def login(self, user=None, password=None):
        word = "%s:%s" % (user or self.user, password or self.password)
        return {"Authorization": "Basic " + base64.b64encode(word.encode()).decode(), "Content-Type": "application/json",
                "Accept": "application/json", "User-Agent": "live-test/1"}

    def path(self, database, rest):
        if self.old:
            return "/db/data/transaction" + rest
        return "/db/%s/tx%s" % (database or "neo4j", rest)

    def raw(self, method, path, body=None, headers=None, timeout=60, link=None):
        """(status, document) over a connection of its own, or the given one."""
        mine = link is None
        link = link or http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            link.request(method, path, None if body is None else json.dumps(body), headers or self.login())
            answer = link.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text.strip() else {}
        finally:
            if mine:
                link.close()

    def ask(self, statement, database=None, limit=None, user=None, password=None, **params):
        """Rows as dicts."""
        headers = self.login(user, password)
        if limit:
            headers["max-execution-time"] = str(int(limit * 1000))
        body = {"statements": [{"statement": statement, "parameters": params}]}
        status, answer = self.raw("POST", self.path(database, "/commit"), body, headers)
        return rows_of(status, answer)

    def admin(self, statement, **params):
        return self.ask(statement, database="system", **params)

    # ---- what is there, by version

    def transactions(self):
        """All but the one that asks."""
        return [t for t in self.admin("SHOW TRANSACTIONS YIELD *") if not t["currentQuery"].startswith("SHOW TRANSACTIONS YIELD *")]

    def transaction(self, tx):
        return next((t for t in self.transactions() if t["transactionId"] == tx), None)

    def connections(self):
        return self.admin("CALL dbms.listConnections()")

    def terminate(self, tx):
        self.admin("TERMINATE TRANSACTIONS $id", id=tx)

    def add_user(self, name, password, change=False):
        if self.old:
            self.ask("CALL dbms.security.createUser($n, $p, $c)", n=name, p=password, c=change)
        else:
            self.admin("CREATE USER %s SET PASSWORD $p CHANGE %sREQUIRED" % (name, "" if change else "NOT "), p=password)

    def drop_user(self, name):
        if self.old:
            self.ask("CALL dbms.security.deleteUser($n)", n=name)
        else:
            self.admin("DROP USER %s" % name)


def rows_of(status, answer):
    for e in answer.get("errors", []):
        raise Refused(e.get("code", ""), e.get("message", ""), status)
    rows = []
    for result in answer.get("results", []):
        for row in result["data"]:
            rows.append(dict(zip(result["columns"], row["row"])))
    return rows


class Client(threading.Thread):
    """An application: one connection, in a thread of its own. It runs a statement in a transaction that it opened, tagged with
    metadata, and keeps what became of it in `error` (a code, "cut", or "" when it went through)."""

    def __init__(self, server, statement=None, app="live-app", limit=3600, **params):
        super().__init__(daemon=True)
        self.server, self.statement, self.params, self.app, self.limit = server, statement, params, app, limit
        self.link = http.client.HTTPConnection(server.host, server.port, timeout=3600)
        self.location, self.error, self.rows = None, None, None
        self.tx = None
        self.open()

    def open(self):
        """The transaction, with metadata; `tx` is its id. Servers may put metadata on another transaction that the same thread
        of theirs began over HTTP, and refuse it when that one was killed: then once more."""
        before = {t["transactionId"] for t in self.server.transactions()}
        tag = {"statement": "CALL tx.setMetaData($about)", "parameters": {"about": {"app": self.app}}}
        headers = dict(self.server.login(), **{"max-execution-time": str(self.limit * 1000)})
        for _ in range(20):
            self.link.request("POST", self.server.path(None, ""), json.dumps({"statements": [tag]}), headers)
            answer = self.link.getresponse()
            answer.read()
            self.location = answer.headers["Location"].split("/", 3)[3]
            mine = [t for t in self.server.transactions() if t["transactionId"] not in before and t["metaData"] == {"app": self.app}]
            if mine:
                self.tx = mine[0]["transactionId"]
                return
            self.delete()
        raise AssertionError("the server takes no metadata")

    def delete(self):
        self.link.request("DELETE", "/" + self.location, None, self.server.login())
        self.link.getresponse().read()

    def say(self, statement, **params):
        """A statement inside the open transaction, waited for."""
        self.link.request("POST", "/" + self.location, json.dumps({"statements": [{"statement": statement, "parameters": params}]}),
                          self.server.login())
        answer = self.link.getresponse()
        return rows_of(answer.status, json.loads(answer.read()))

    def run(self):
        try:
            self.rows = self.say(self.statement, **self.params)
            self.error = ""
        except Refused as e:
            self.error = e.code
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            self.error = "cut"

    def begin(self):
        """Starts the statement and waits until the server has it."""
        self.start()
        until(lambda: any(t["transactionId"] == self.tx and t["currentQuery"] == self.statement for t in self.server.transactions()),
              60, "the server does not list the statement of %s" % self.app)
        return self

    def end(self):
        """Whatever state it is in."""
        if self.tx and any(t["transactionId"] == self.tx for t in self.server.transactions()):
            self.server.terminate(self.tx)
        try:
            if self.is_alive():
                self.join(5)
            if self.is_alive() or self.error == "cut":
                self.link.close()
            if not self.is_alive():
                self.delete()
        except (OSError, http.client.HTTPException, AttributeError):
            pass
        self.link.close()


def until(condition, seconds, words):
    """The first true value of condition(); AssertionError with the words when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, words
        time.sleep(0.05)
