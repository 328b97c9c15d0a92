"""The machine of a server: what is shown of it is what /proc, statvfs and du say."""
import os
import re
import subprocess

from cases import LINES, case, equal
from cases_show import TIME


def near(a, b, share, what):
    assert abs(a - b) <= share * max(abs(a), abs(b), 1), "%s: %r is far from %r" % (what, a, b)


def process_of(home):
    """The Java that runs with this home."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as f:
                words = f.read().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"java") and b"--home-dir=" + home.encode() in words:
            return int(pid)
    raise AssertionError("no process runs with the home " + home)


def status(pid):
    with open("/proc/%d/status" % pid, encoding="utf-8") as f:
        return dict(line.split(":", 1) for line in f)


@case("show host", *LINES)
def host(c):
    row = c.deck.show("host", c.url)["rows"][0]
    pid = process_of(c.server.home)
    equal([row[k] for k in ("status", "pid", "home", "hostname", "cores")],
          ["running", pid, c.server.home, os.uname().nodename, os.cpu_count()], "host")
    equal(row["disagreements"], [], "disagreements")
    near(row["resident_bytes"], int(status(pid)["VmRSS"].split()[0]) * 1024, 0.2, "resident")
    near(row["open_files"], len(os.listdir("/proc/%d/fd" % pid)), 0.2, "open files")
    assert 0 < row["heap_used_bytes"] <= row["heap_max_bytes"], "heap"
    near(row["heap_percent"], row["heap_used_bytes"] * 100 / row["heap_max_bytes"], 0.01, "heap")
    assert re.match(r"\d+\.\d+", row["java"]), row["java"]
    assert TIME.match(row["started"]) and TIME.match(row["last_start"]) and row["last_start"] >= row["started"], row["last_start"]
    assert 0 < row["memory_bytes"] and 0 < row["available_bytes"] < row["memory_bytes"], "memory"


@case("show disks", *LINES)
def disks(c):
    rows = {r["directory"]: r for r in c.deck.show("disks", c.url)["rows"]}
    assert {"data", "logs"} <= set(rows), sorted(rows)
    for r in rows.values():
        space = os.statvfs(r["path"])
        equal(r["size_bytes"], space.f_blocks * space.f_frsize, "size of " + r["path"])
        near(r["available_bytes"], space.f_bavail * space.f_frsize, 0.1, "available at " + r["path"])
        taken = int(subprocess.run(["du", "-skx", "--", r["path"]], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[0]) * 1024
        near(r["taken_bytes"], taken, 0.2, "taken by " + r["path"])


@case("show stores", *LINES)
def stores(c):
    rows = {r["database"]: r for r in c.deck.show("stores", c.url)["rows"]}
    equal(sorted(rows), ["graph.db"] if c.server.old else ["neo4j", "system"], "stores")
    for r in rows.values():
        assert r["store_bytes"] > 0 and r["tx_logs_bytes"] > 0 and TIME.match(r["last_written"]), r
        files = [f for f in os.listdir(r["tx_logs_path"]) if f.startswith("neostore.transaction.db.")]
        equal(r["tx_log_files"], len(files), "files of " + r["tx_logs_path"])
