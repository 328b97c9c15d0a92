"""The real servers that the live tests ask: started by scripts/neo4j-provision, two at a time, on ports of their own."""
import os
import queue
import shutil
import socket
import subprocess
import threading
import time

import boltclient
import neo

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PROVISION = os.path.join(TOP, "scripts", "neo4j-provision")
ROOT = os.environ.get("NEODECK_NEO4J_DIR") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "neodeck-check", "servers")
PASSWORD = "secret-live-1"
NO_JAVA = 77


class Missing(Exception):
    """The server cannot run on this machine, which is no fault of anybody."""


def listens(port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


class Server(neo.Neo):
    """One instance. `line` is what its cases are called after; options go to neo4j-provision."""

    def __init__(self, line, version, name, base, options=(), damaged=False):
        self.line, self.version, self.name, self.base = line, version, name, base
        self.options, self.damaged = list(options), damaged
        self.home = os.path.join(ROOT, version if name == "main" else "%s-%s" % (version, name))
        self.ready, self.problem, self.no_java, self.touched = threading.Event(), "", False, False
        self.starting, self.ports, self.before = None, [], None
        super().__init__("neo4j", PASSWORD, version)

    def run(self, verb, *options, timeout=600):
        env = dict(os.environ, NEODECK_NEO4J_DIR=ROOT, NEODECK_NEO4J_PASSWORD=PASSWORD)
        name = [] if verb in ("install",) else ["--name", self.name]
        self.starting = subprocess.Popen([PROVISION, verb, self.version] + name + list(options), env=env, text=True,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                         start_new_session=True)
        out, _ = self.starting.communicate(timeout=timeout)
        return self.starting.returncode, out

    def choose_ports(self):
        """The first free step of ten above the base, which is below the ports that the kernel gives to clients."""
        step = 0
        while any(listens(self.base + step + d) for d in (474, 687, 473)):
            step += 10
            if step > 90:
                raise RuntimeError("ports from %d on are all taken" % (self.base + 474))
        self.port, self.https = self.base + 474 + step, self.base + 473 + step
        self.bolt = self.base + 687 + step
        ports = ["--http-port", str(self.port), "--bolt-port", str(self.bolt)]
        self.ports = ports + (["--https-port", str(self.https)] if "--https" in self.options else [])
        return self.ports

    def check(self, verb, *options):
        status, out = self.run(verb, *options)
        if status == NO_JAVA:
            self.no_java = True
        if status:
            raise RuntimeError("neo4j-provision %s %s: %s" % (verb, self.version, " | ".join(out.strip().splitlines()[-3:])))

    def start(self):
        """A fresh instance, whatever an interrupted run left of this name."""
        if os.path.exists(os.path.join(self.home, "run", "started")):
            self.check("stop")
        shutil.rmtree(self.home, ignore_errors=True)
        apoc = [o for o in self.options if o == "--with-apoc"]
        self.check("install", *apoc)
        options = self.options + self.choose_ports()
        self.touched = True
        self.check("start", *options)
        if self.damaged:
            self.check("stop")
            self.damage()
            self.check("start", *options)

    def again(self, **settings):
        """The same instance with other settings, until its databases are online; "__" stands for a dot."""
        extra = ["--extra=%s=%s" % (name.replace("__", "."), value) for name, value in settings.items()]
        self.check("stop")
        self.check("start", *self.options, *self.ports, *[w for e in extra for w in e.split("=", 1)])

    def over_bolt(self, user=None, password=None):
        return boltclient.Bolt(self.bolt, user or self.user, password or self.password)

    def rows_over_bolt(self, statement, **params):
        b = self.over_bolt()
        try:
            return b.run(statement, params, **({} if self.old else {"db": "system"}))
        finally:
            b.close()

    def is_online(self):
        """Asked over Bolt."""
        try:
            return self.old or all(r["currentStatus"] == "online" for r in self.rows_over_bolt("SHOW DATABASES"))
        except (OSError, neo.Refused):
            return False

    def warm(self):
        """The first time of each statement takes seconds on a busy machine; that is not what is tested."""
        for statement in ("SHOW DATABASES YIELD *", "SHOW TRANSACTIONS YIELD *", "CALL dbms.listConnections()", "SHOW PROCEDURES",
                          "SHOW DATABASE system", "SHOW CURRENT USER"):
            if not self.old:
                self.admin(statement)
        if not self.damaged:
            self.ask("CALL db.indexes()" if self.old else "SHOW INDEXES")

    def damage(self):
        """A store file of the user database that makes no sense: the database stays offline."""
        folder = os.path.join(self.home, "data", "databases", "neo4j")
        for name in sorted(os.listdir(folder)):
            if name in ("neostore", "neostore.nodestore.db", "neostore.counts.db"):
                with open(os.path.join(folder, name), "r+b") as f:
                    f.write(b"damaged " * 1024)

    def stop(self):
        """Also while it is being started."""
        starting = self.starting
        if not self.touched:
            if starting and starting.poll() is None:
                starting.terminate()
            return
        for _ in range(600):
            started = os.path.exists(os.path.join(self.home, "run", "started"))
            if started or not starting or starting.poll() is not None:
                break
            time.sleep(0.1)
        status, out = self.run("stop")
        if status:
            print("cannot stop %s: %s" % (self.home, out), flush=True)
        self.touched = False


class Farm:
    def __init__(self, servers):
        self.servers = servers
        self.waiting = queue.Queue()
        self.closing = False

    def start(self, wanted):
        for s in self.servers:
            if s.line in wanted:
                self.waiting.put(s)
        for _ in range(2):
            threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while not self.closing:
            try:
                s = self.waiting.get_nowait()
            except queue.Empty:
                return
            try:
                s.start()
                s.warm()
            except Exception as e:  # pylint: disable=broad-except
                s.problem = str(e) or type(e).__name__
            s.ready.set()

    def get(self, line):
        server = next(s for s in self.servers if s.line == line)
        server.ready.wait()
        if server.no_java:
            raise Missing(server.problem)
        if server.problem:
            raise RuntimeError(server.problem)
        return server

    def stop(self, line=None):
        """Ends the servers that were started here, of one line or all."""
        if line is None:
            self.closing = True
        for s in self.servers:
            if line in (None, s.line):
                s.stop()


def farm():
    small = ["--heap", "300m"]
    return Farm([
        Server("5.26", "5.26.30", "live", 15000, ["--with-apoc"]),
        Server("4.4", "4.4.48", "live", 14000),
        Server("2026", "2026.08.1", "live", 16000),
        Server("3.5", "3.5.35", "live", 13000, small),
        Server("tls", "5.26.30", "livetls", 18000, ["--https"] + small),
        Server("offline", "5.26.30", "livebad", 12000, small, damaged=True),
        Server("nologin", "5.26.30", "liveopen", 19000, ["--no-auth"] + small),
    ])
