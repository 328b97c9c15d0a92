"""What a process holds, and whether that grows."""
import os
import statistics
import time

# What may be more at the end than after warming up.
BOUNDS = {"memory": 1536, "descriptors": 2, "threads": 0}
CPU_PERCENT = 4.0  # of a core, over the whole time: somebody presses a key every second, and has the logs on the screen
WARM_UP = 0.25     # of the time: lines of logs and samples of curves are kept up to a number, and have to get there
END = 0.25


def status(pid, *names):
    with open("/proc/%d/status" % pid, encoding="ascii", errors="replace") as f:
        found = dict(line.split(":", 1) for line in f)
    return [int(found[n].split()[0]) for n in names]


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as f:
        words = f.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


class Measure:
    def __init__(self, pid):
        self.pid, self.samples, self.next = pid, [], 0

    def sample(self):
        """Every five seconds: time, CPU seconds, and what is compared."""
        now = time.monotonic()
        if now < self.next:
            return
        self.next = now + 5
        anonymous, threads, resident = status(self.pid, "RssAnon", "Threads", "VmRSS")
        self.samples.append({"time": now, "cpu": cpu_seconds(self.pid), "memory": anonymous, "resident": resident, "threads": threads,
                             "descriptors": len(os.listdir("/proc/%d/fd" % self.pid))})

    def words(self):
        s = self.samples[-1]
        return "%d KB anonymous, %d KB resident, %d descriptors, %d threads, %.1f s of CPU" % (
            s["memory"], s["resident"], s["descriptors"], s["threads"], s["cpu"])


def judge(samples):
    """[(verdict, name, words)]: the middle value of a part after the warming up against that of the last part."""
    part = max(1, int(len(samples) * END))
    warm = samples[int(len(samples) * WARM_UP):][:part]
    last = samples[-part:]
    found = []
    for name, bound in BOUNDS.items():
        before, after = (statistics.median_high([s[name] for s in some]) for some in (warm, last))
        unit = " KB" if name == "memory" else ""
        found.append(("PASS" if after - before <= bound else "FAIL", name, "%d%s after warming up, %d%s at the end (at most %d more)" %
                      (before, unit, after, unit, bound)))
    first = samples[int(len(samples) * WARM_UP)]
    seconds = max(0.001, last[-1]["time"] - first["time"])
    percent = 100 * (last[-1]["cpu"] - first["cpu"]) / seconds
    found.append(("PASS" if percent <= CPU_PERCENT else "FAIL", "cpu", "%.2f %% of a core (at most %.1f)" % (percent, CPU_PERCENT)))
    found.append(("PASS", "resident", "%d KB at the end" % last[-1]["resident"]))
    return found
