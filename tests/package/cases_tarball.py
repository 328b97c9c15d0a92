"""The tarball: the same bytes each time, complete, and good for a distribution."""
import glob
import hashlib
import os
import tarfile
import tempfile

from bench import TOP, case, check, make, run

MADE = ["man/neodeck.1", "man/neodeck.conf.5", "man/neodeck-themes.5", "completions/bash/neodeck", "completions/zsh/_neodeck",
        "completions/fish/neodeck.fish", "configure", "Makefile.in", "contrib/debian/control", "tests/screen/run"]


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


KEPT = {}


def tarball(build):
    """Makes it, once; its path."""
    if build not in KEPT:
        KEPT[build] = make_tarball(build)
    return KEPT[build]


def make_tarball(build):
    for old in glob.glob(build + "/neodeck-*.tar.xz"):
        os.unlink(old)
    make(build, "dist")
    found = glob.glob(build + "/neodeck-*.tar.xz")
    check(len(found) == 1, "make dist makes one tarball, not: %s" % found)
    return found[0]


def configured(source, into):
    os.makedirs(into)
    run([source + "/configure", "-q"], cwd=into)
    return into


@case("tarball-twice")
def twice(build):
    """From here, from a clone in another place with another umask where a test was built, and from the unpacked tarball itself: the same bytes."""
    first = tarball(build)
    wanted = digest(first)
    with tempfile.TemporaryDirectory() as tmp:
        if os.path.exists(TOP + "/.git"):
            changed = run(["git", "-C", TOP, "status", "--porcelain", "--untracked-files=no"])
            if not changed:
                run(["git", "clone", "-q", TOP, tmp + "/clone"])
                run(["sh", "-c", "umask 077 && ./autogen.sh"], cwd=tmp + "/clone")
                other = configured(tmp + "/clone", tmp + "/clone/b")
                make(other, "tests/unit/base/test_text")
                check(digest(tarball(other)) == wanted, "the tarball of a clone is another one")
        run(["tar", "-xf", first, "-C", tmp])
        unpacked = glob.glob(tmp + "/neodeck-*")[0]
        check(digest(tarball(configured(unpacked, tmp + "/b"))) == wanted, "the tarball of the unpacked tarball is another one")
        check(digest(first) == wanted, "the first tarball was changed")


@case("tarball-content")
def content(build):
    with tarfile.open(tarball(build)) as tar:
        members = tar.getmembers()
    names = {m.name.split("/", 1)[1] for m in members if "/" in m.name}
    check({m.uid for m in members} | {m.gid for m in members} == {0}, "the owner of everything is number 0")
    check(len({m.mtime for m in members}) == 1, "everything has one date, that of the commit")
    for name in MADE:
        check(name in names, name + " is not in the tarball")
    for name in names:
        check(not name.endswith((".o", ".pyc", ".log", "~")) or "fixtures" in name, name + " is in the tarball")
        check(".deps" not in name and ".dirstamp" not in name, name + " is in the tarball, and belongs to a build")


@case("distcheck")
def distcheck(build):
    """Built out of a tree that cannot be written, installed, taken away again without rest. The tests of the tree have layers of their own."""
    make(build, "-j2", "distcheck", "TESTS=", "check_PROGRAMS=", "DISTCHECK_CONFIGURE_FLAGS=--enable-werror CFLAGS=-O0", timeout=900)
