"""A way to the server that remembers every request and answer, and may change a request under way."""
import http.client
import socket
import threading
import time


class Exchange:
    """One request and what became of it."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.began, self.seconds, self.status, self.answer = time.monotonic(), None, None, b""


class Proxy:
    """Listens on a port of the loopback; rewrite(exchange) may change path, headers and body before they go on. The way to the
    server stays open when the client leaves, so that what the server does then can be seen."""

    def __init__(self, server, rewrite=None, host="127.0.0.1"):
        self.server, self.rewrite, self.seen = server, rewrite, []
        self.listener = socket.create_server((host, 0), backlog=16)
        self.port = self.listener.getsockname()[1]
        self.url = "http://%s:%d" % (host, self.port)
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        upstream = http.client.HTTPConnection(self.server.host, self.server.port, timeout=600)
        stream = client.makefile("rb")
        try:
            while self.one(client, stream, upstream):
                pass
        except (OSError, ValueError, http.client.HTTPException):
            pass
        upstream.close()
        client.close()

    def one(self, client, stream, upstream):
        words = stream.readline().decode("latin-1").split()
        if len(words) != 3:
            return False
        headers = {}
        for line in iter(lambda: stream.readline().decode("latin-1").strip(), ""):
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        x = Exchange(words[1], headers, stream.read(int(headers.get("content-length", 0))))
        self.seen.append(x)
        if self.rewrite:
            self.rewrite(x)
        x.headers.pop("content-length", None)
        upstream.request(words[0], x.path, x.body or None, x.headers)
        answer = upstream.getresponse()
        x.answer, x.status = answer.read(), answer.status
        x.seconds = time.monotonic() - x.began
        head = ["HTTP/1.1 %d %s" % (answer.status, answer.reason)]
        head += ["%s: %s" % (k, v) for k, v in answer.headers.items() if k.lower() not in ("transfer-encoding", "content-length")]
        client.sendall(("\r\n".join(head + ["Content-Length: %d" % len(x.answer)]) + "\r\n\r\n").encode("latin-1") + x.answer)
        return True

    def statuses(self):
        return [x.status for x in self.seen]


class Pipe:
    """Bytes from one address to another, untouched: the server under another name."""

    def __init__(self, host, to):
        self.to = to
        self.listener = socket.create_server((host, 0), backlog=16)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            for a, b in ((client, server), (server, client)):
                threading.Thread(target=self.copy, args=(a, b), daemon=True).start()

    @staticmethod
    def copy(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass
