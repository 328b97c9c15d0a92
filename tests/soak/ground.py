"""What neodeck is run on: a server with load, and a log of it that grows and is rotated."""
import os
import random
import subprocess
import sys
import tempfile
import time

import neo
import servers

LOAD = os.path.join(servers.TOP, "scripts", "neo4j-load")


class Ground:
    """The server that was named, or one of our own, which ends with us."""

    def __init__(self, args):
        self.url, self.password_file, self.home = args.url, args.password_file, args.home
        self.server = self.load = self.temporary = None

    def start(self):
        if self.url:
            return
        self.server = servers.Server("soak", "5.26.30", "soak", 22000, ["--heap", "300m"])
        self.server.start()
        self.server.warm()
        self.url, self.home = "http://127.0.0.1:%d" % self.server.port, self.server.home
        self.temporary = tempfile.mkdtemp(prefix="neodeck-soak-")
        self.password_file = os.path.join(self.temporary, "password")
        with open(os.open(self.password_file, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as f:
            f.write(servers.PASSWORD + "\n")
        command = [sys.executable, LOAD, self.url, "--password-file", self.password_file]
        subprocess.run(command + ["--data", "20000"], check=True, stdout=subprocess.DEVNULL, timeout=600)
        self.load = subprocess.Popen(command + ["--run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def left_behind(self):
        """Transactions that neodeck has tagged as its own and that are there long after it ended."""
        with open(self.password_file, encoding="utf-8") as f:
            asked = neo.Neo("neo4j", f.readline().strip(), "5")
        asked.port = int(self.url.rsplit(":", 1)[1])
        statement = "SHOW TRANSACTIONS YIELD transactionId, parameters, metaData, currentQuery " \
                    "WHERE parameters.neodeck IS NOT NULL OR metaData.app = 'neodeck' RETURN transactionId"
        for _ in range(20):
            left = [row["transactionId"] for row in asked.admin(statement)]
            if not left:
                break
            time.sleep(1)
        return " ".join(left)

    def stop(self):
        if self.load:
            self.load.terminate()
            self.load.wait(60)
        if self.server:
            self.server.stop()
        if self.temporary:
            os.unlink(self.password_file)
            os.rmdir(self.temporary)


class Log:
    """query.log, to which Community writes nothing: some lines a second, a new file every minute."""

    KEPT = 3

    def __init__(self, home):
        self.path = home and os.path.join(home, "logs", "query.log")
        self.file, self.rotated, self.next, self.number = None, 0, 0, 0
        self.open()

    def open(self):
        if self.path:
            self.file = open(self.path, "a", encoding="utf-8")
            self.next = time.monotonic() + 60

    def grow(self):
        if not self.file:
            return
        for _ in range(random.randrange(60)):
            self.number += 1
            now = time.time()
            stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)) + ".%03d+0000" % (now % 1 * 1000)
            self.file.write("%s INFO  id:%d - transaction id:%d - %d ms: (planning: 1, waiting: 0) - 400 B - 0 page hits, 0 page faults - "
                            "bolt-session\tbolt\tload\t\tclient/127.0.0.1:1\tserver/127.0.0.1:7687>\tneo4j - app - MATCH (n%s) RETURN n - {} - "
                            "runtime=slotted - {}\n" % (stamp, self.number, self.number, random.randrange(9000), "x" * random.randrange(200)))
        self.file.flush()
        if time.monotonic() > self.next:
            self.rotate()

    def rotate(self):
        self.file.close()
        for n in range(self.KEPT, 0, -1):
            old = self.path if n == 1 else "%s.%02d" % (self.path, n - 1)
            if os.path.exists(old):
                os.replace(old, "%s.%02d" % (self.path, n))
        self.rotated += 1
        self.open()

    def close(self):
        if self.file:
            self.file.close()
            for n in range(1, self.KEPT + 1):
                if os.path.exists("%s.%02d" % (self.path, n)):
                    os.unlink("%s.%02d" % (self.path, n))
            os.truncate(self.path, 0)
