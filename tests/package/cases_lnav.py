"""The formats of lnav, on the logs of real servers."""
import glob
import os
import re
import shutil
import tempfile

from bench import TOP, Skip, case, check, run

FORMATS = os.path.join(TOP, "contrib", "lnav")
LOGS = os.path.join(TOP, "tests", "fixtures", "files", "logs")
# By the end of the name; gc17.log has no times that lnav could take.
EXPECTED = [("2026-debug.log", "neo4j_json_log"), ("query.log", "neo4j_query_log"), ("security.log", "neo4j_security_log"),
            ("http.log", "neo4j_http_log"), ("gc17.log", ""), ("gc25.log", "neo4j_gc_log"), ("gc8.log", "neo4j_gc_log"),
            ("debug.log", "neo4j_log"), ("neo4j.log", "neo4j_log")]


def lnav(home, *args):
    return run(["lnav", *args], env={"HOME": home, "XDG_CONFIG_HOME": home + "/.config", "TERM": "xterm"}, timeout=60)


def with_formats(play):
    if not shutil.which("lnav"):
        raise Skip("lnav is not installed")
    with tempfile.TemporaryDirectory() as home:
        shutil.copytree(FORMATS, home + "/.config/lnav/formats/neo4j")
        play(home)


@case("lnav-formats")
def formats(_build):
    """lnav itself checks each format, and the samples in it."""
    def play(home):
        out = lnav(home, "-C")
        check(not re.search(r"error|warning", out), out)
    with_formats(play)


@case("lnav-logs")
def logs(_build):
    def play(home):
        for path in sorted(glob.glob(LOGS + "/*.log")):
            wanted = next(f for end, f in EXPECTED if path.endswith(end))
            out = lnav(home, "-n", "-N", "-c", ";SELECT format FROM lnav_file", "-c", ":write-csv-to -", path)
            got = out.strip().splitlines()[-1].replace("<NULL>", "")
            check(got == wanted, "%s is taken as '%s', not '%s'" % (os.path.basename(path), got, wanted))
    with_formats(play)


@case("lnav-fields")
def fields(_build):
    """Not only recognised: the numbers of a query are fields that can be asked for."""
    def play(home):
        out = lnav(home, "-n", "-N", "-c", ";SELECT max(elapsed_ms) AS longest, sum(page_hits) AS hits FROM neo4j_query_log", "-c",
                   ":write-csv-to -", LOGS + "/3.4-query.log")
        check(out.strip().endswith("8289,0"), "the longest query of 3.4-query.log: " + out)
    with_formats(play)
