"""A relay between neodeck and a server that counts the bytes of both directions, and the HTTP requests among them."""
import select
import socket
import threading


class Relay:
    def __init__(self, port, host='127.0.0.1'):
        self.to, self.up, self.down, self.requests = (host, port), 0, 0, 0
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.url = 'http://127.0.0.1:%d' % self.port
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client = self.listener.accept()[0]
            server = socket.create_connection(self.to)
            for s in client, server:
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.carry, args=(client, server), daemon=True).start()

    def carry(self, client, server):
        while True:
            for s in select.select([client, server], [], [])[0]:
                data = s.recv(65536)
                if not data:
                    client.close()
                    server.close()
                    return
                if s is client:
                    self.up += len(data)
                    self.requests += data.count(b'POST /') + data.count(b'GET /')
                    server.sendall(data)
                else:
                    self.down += len(data)
                    client.sendall(data)
