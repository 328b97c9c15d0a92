"""The machine of a server: what is shown of it is what /proc, statvfs and du say."""
import hashlib
import os
import re
import signal
import stat
import subprocess
import zipfile

import deck
import servers
from cases import LINES, case, equal, has
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


def weight(pid):
    return {"resident_bytes": int(status(pid)["VmRSS"].split()[0]) * 1024, "open_files": len(os.listdir("/proc/%d/fd" % pid))}


@case("show host", *LINES)
def host(c):
    pid = process_of(c.server.home)
    before = weight(pid)
    row = c.deck.show("host", c.url)["rows"][0]
    after = weight(pid)
    equal([row[k] for k in ("status", "pid", "home", "hostname", "cores")],
          ["running", pid, c.server.home, os.uname().nodename, os.cpu_count()], "host")
    equal(row["disagreements"], [], "disagreements")
    for name in before:  # it works, and may need more or less from one moment to the next
        low, high = sorted((before[name], after[name]))
        assert 0.8 * low <= row[name] <= 1.2 * high, "%s: %d is far from %d to %d" % (name, row[name], low, high)
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


# ---- plugins: what is loaded, and what lies there ----

def jar(path, artifact, version):
    """As a build by Maven names itself; nothing else is in it."""
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nImplementation-Version: %s\n\n" % version)
        z.writestr("META-INF/maven/org.neo4j.procedure/%s/pom.properties" % artifact,
                   "groupId=org.neo4j.procedure\nartifactId=%s\nversion=%s\n" % (artifact, version))


def plugin(c, file=None):
    """The row of APOC, or that of a file."""
    rows = c.deck.show("plugins", c.url)["rows"]
    return next((r for r in rows if (r["file"] == file if file else r["plugin"] == "apoc" and r["state"] != "available")), None)


@case("plugins and their files", "5.26")
def plugin_files(c):
    folder = os.path.join(c.server.home, "plugins")
    name = next(f for f in os.listdir(folder) if f.startswith("apoc-core-"))
    path, aside = os.path.join(folder, name), os.path.join(c.server.home, name)
    row = plugin(c)
    with open(path, "rb") as f:
        equal([row[k] for k in ("state", "file", "path", "size_bytes", "sha256")],
              ["loaded", name, folder, os.path.getsize(path), hashlib.sha256(f.read()).hexdigest()], "APOC")
    loaded = [row[k] for k in ("version", "procedures", "functions")]

    def back():
        if os.path.exists(aside):
            os.rename(aside, path)
    c.undo.append(back)
    os.rename(path, aside)
    row = plugin(c)
    equal([row["state"]] + [row[k] for k in ("version", "procedures", "functions")], ["file gone"] + loaded, "APOC without its file")
    assert "sha256" in row["absent"], "a hash of no file: %s" % row["sha256"]
    back()
    equal(plugin(c)["state"], "loaded", "APOC with its file again")


@case("plugins that came while it runs", "2026", "4.4")
def plugin_came(c):
    folder, labs = os.path.join(c.server.home, "plugins"), os.path.join(c.server.home, "labs")
    right = ".".join(c.server.version.split(".")[:2]) + ".7"
    made = [os.path.join(folder, "apoc-core-5.1.0.jar"), os.path.join(labs, "apoc-%s-core.jar" % right)]
    for d in (folder, labs):
        if not os.path.isdir(d):
            os.mkdir(d)
            c.undo.append(lambda d=d: os.rmdir(d))
    for path, version in zip(made, ("5.1.0", right)):
        jar(path, "apoc-core", version)
        c.undo.append(lambda path=path: os.unlink(path))
    row = plugin(c, os.path.basename(made[0]))
    equal([row[k] for k in ("plugin", "version", "state", "fits")], ["apoc", "5.1.0", "not loaded", "no"], "one for another server")
    has(row["message"], "take " + re.escape(right.rsplit(".", 1)[0]), "words")
    row = plugin(c, os.path.basename(made[1]))
    equal([row[k] for k in ("plugin", "version", "state", "fits")], ["apoc", right, "available", "yes"], "one in labs")


# ---- one that is stopped ----

BY_ITSELF = 150  # seconds: nobody is attached to these terminals, so it asks about once a minute

def second(c):
    """An instance beside the one of this line, for this case alone."""
    two = servers.Server("two", c.server.version, "livetwo", 11000, ["--heap", "300m"])
    c.undo.append(two.stop)
    two.start()
    return two


def stopped_by_batch(c, two):
    homes = ["-i", c.server.home, "-i", two.home]
    name = os.path.basename(two.home)

    def rows(view, status=0):
        r = c.deck.run("show", view, "--format", "json", *homes)
        equal(r.status, status, "exit status of %s: %s" % (view, r.err))
        return [x for x in r.json()["rows"] if x["instance"] == name]
    row = rows("instances", 5)[0]
    equal((row["state"], row["message"]), ("stopped", "no process runs from " + two.home), "its state")
    row = rows("host")[0]
    equal([row[k] for k in ("status", "pid", "home", "disagreements")], ["stopped", None, two.home, []], "its machine")
    assert "Stopped." in [r["message"] for r in rows("logs")], "its log does not tell that it was stopped"
    assert {r["directory"] for r in rows("disks")} >= {"data", "logs"}, "its disks"
    equal(sorted(r["database"] for r in rows("stores")), ["neo4j", "system"], "its stores")
    equal(rows("plugins"), [], "its plugins")
    assert [r for r in rows("settings") if str(two.port) in str(r)], "its settings tell nothing of port %d" % two.port
    has(c.deck.run("info", *homes).out, r"(?s)%s.*no process runs with this home" % re.escape(two.home), "info")
    r = c.deck.run("check", *homes)
    equal(r.status, 2, "exit status of check: " + r.out)
    has(r.out, r"^CRITICAL: %s stopped: no process runs from %s" % (re.escape(name), re.escape(two.home)), "check")


def found_without_configuration(c, two):
    r = c.deck.run("show", "instances", "--format", "json", password=False, env=c.deck.env(NEO4J_HOME=two.home))
    rows = {os.path.basename(x["instance"]): x for x in r.json()["rows"]}
    one = rows[os.path.basename(c.server.home)]
    equal((one["found"], one["login"]), (True, "needed"), "the one that runs: %s" % one)
    down = rows[os.path.basename(two.home)]
    equal((down["found"], down["state"], down["message"]), (True, "stopped", "no process runs from " + two.home), "the other")


def fingerprint(home):
    """All that stands below a home: names, modes, times of writing, bytes."""
    digest = hashlib.sha256()
    for folder, names, files in os.walk(home):
        names.sort()
        for name in sorted(names + files):
            path = os.path.join(folder, name)
            at = os.lstat(path)
            digest.update(("%s %o %d %d\n" % (path, at.st_mode, at.st_mtime_ns, at.st_size)).encode())
            if stat.S_ISREG(at.st_mode):
                with open(path, "rb") as f:
                    digest.update(hashlib.sha256(f.read()).digest())
    return digest.hexdigest()


def views():
    with open(os.path.join(servers.TOP, "src", "tables", "views.def"), encoding="utf-8") as f:
        return re.findall(r'^VIEW\(\w+, "([^"]+)"', f.read(), re.M)


def nothing_changes(c, two):
    """Whatever is pressed on whatever screen: read-only leaves the home as it was."""
    before = fingerprint(two.home)
    lines = ["wait idle"]
    for view in views():
        lines += [":" + view, "wait idle", "keys j Space K Enter x R B ! Enter Esc Esc w X q q"]
    c.deck.play(two.home, lines + ["keys Esc", "dump left.dump"], "--read-only")
    equal(fingerprint(two.home), before, "the home after all keys in read-only")


@case("one of two is stopped, started, killed", "5.26")
def stopped(c):
    two = second(c)
    name = re.escape(os.path.basename(two.home))
    screens = [c.new_deck(), c.new_deck()]
    screens = [deck.Tmux(d, [c.server.home, two.home], size) for d, size in zip(screens, ((80, 24), (200, 50)))]
    for t in screens:
        t.see("[●◐] " + name, BY_ITSELF)
    two.check("stop")
    for t in screens:
        t.see(name + " stopped: no proc", BY_ITSELF)  # what else is wrong stands behind it
    stopped_by_batch(c, two)
    found_without_configuration(c, two)
    nothing_changes(c, two)
    two.check("start")
    for t in screens:
        t.see("[●◐] " + name, BY_ITSELF)
        t.miss(name + " stopped", BY_ITSELF)
    pid = process_of(two.home)
    os.kill(pid, signal.SIGKILL)
    screens[1].text(":refresh")  # nobody is attached to this terminal: by itself it asks once a minute
    screens[1].keys("Enter")
    screens[1].see(name + " stopped: no process runs from .*killed, or crashed", BY_ITSELF)
    row = c.deck.show("host", two.home)["rows"][0]
    equal(row["status"], "stopped", "killed")
    has("\n".join(row["disagreements"]), r"pid file.* %d" % pid, "disagreements")
