"""The Debian package: built from the tarball, installed in a clean system, used, taken away again."""
import hashlib
import os
import re
import shutil
import subprocess
import tempfile

from bench import TOP, Skip, case, check, run
from cases_tarball import tarball

# A package fits the system on which it was built.
MIRRORS = {"debian": ("http://deb.debian.org/debian", "main"), "ubuntu": ("http://archive.ubuntu.com/ubuntu", "main,universe")}
# What dpkg and the system itself write.
NOT_OURS = re.compile(r"^\./(proc|sys|dev|tmp|run)(/|$)|^\./var/(lib/dpkg|log|cache|lib/apt|lib/systemd)(/|$)|^\./etc/(ld\.so\.cache|resolv\.conf)$")
FILES = ["usr/bin/neodeck", "usr/share/man/man1/neodeck.1.gz", "usr/share/man/man5/neodeck.conf.5.gz", "usr/share/man/man5/neodeck-themes.5.gz",
         "usr/share/bash-completion/completions/neodeck", "usr/share/zsh/vendor-completions/_neodeck",
         "usr/share/fish/vendor_completions.d/neodeck.fish", "usr/share/neodeck/themes/dark.theme", "usr/share/neodeck/lnav/neo4j.json",
         "usr/share/doc/neodeck/copyright"]


def cache():
    where = os.environ.get("NEODECK_PACKAGE_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "neodeck-check")
    os.makedirs(where, exist_ok=True)
    return where


def as_root(*argv):
    return list(argv) if os.geteuid() == 0 else ["sudo", "-n", *argv]


def system():
    """ID and code name of this one."""
    with open("/etc/os-release", encoding="utf-8") as f:
        found = dict(line.strip().replace('"', "").split("=", 1) for line in f if "=" in line)
    if found.get("ID") not in MIRRORS:
        raise Skip("this is neither Debian nor Ubuntu")
    return found["ID"], found["VERSION_CODENAME"]


def needs(packages):
    """The clean system with those packages in it, as a tar file that is made once."""
    name, suite = system()
    mirror, components = MIRRORS[name]
    path = os.path.join(cache(), "%s-%s-%s.tar" % (name, suite, hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12]))
    if os.path.exists(path):
        return path
    if not shutil.which("debootstrap"):
        raise Skip("debootstrap is not installed")
    if subprocess.run(as_root("true"), check=False, capture_output=True).returncode:
        raise Skip("a clean Debian needs root, or sudo without a password")
    work = tempfile.mkdtemp(prefix="neodeck-debian-")
    try:
        run(as_root("debootstrap", "--variant=minbase", "--components=" + components, "--include=" + ",".join(packages), suite,
                    work + "/root", mirror), timeout=1800)
        run(as_root("tar", "-C", work + "/root", "-cf", path + ".new", "."))
        run(as_root("chown", str(os.getuid()), path + ".new"))
        os.rename(path + ".new", path)
    finally:
        run(as_root("rm", "-rf", work))
    return path


def depends_of(deb):
    """Names of what it depends on, the first of each choice."""
    field = run(["dpkg-deb", "-f", deb, "Depends"])
    return sorted({re.split(r"[ (|]", d.strip())[0] for d in field.split(",") if d.strip()})


def inside(root, *argv, status=0):
    return run(as_root("chroot", root, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8", "TERM=dumb",
                       "DEBIAN_FRONTEND=noninteractive", *argv), status)


def everything(root):
    listed = run(as_root("sh", "-c", 'cd "$1" && find . -xdev -print', "sh", root)).splitlines()
    return {f for f in listed if not NOT_OURS.match(f)}


def use(root):
    """What a person would try first, where no server is and none can be reached."""
    out = inside(root, "neodeck", "--version")
    check(re.match(r"neodeck \d+\.\d+\.\d+\n", out), "--version says " + out)
    out = inside(root, "neodeck", "-i", "http://127.0.0.1:9", "show", "databases", status=4)
    check("127.0.0.1" in out, "what nobody answers is not named: " + out)
    for theme in ("auto", "dark"):
        inside(root, "neodeck", "--theme", theme, "-i", "http://127.0.0.1:9", "check", status=3)
    inside(root, "ls", *["/" + name for name in FILES])


def build_package(build, into):
    options = "nocheck parallel=2"
    out = run([TOP + "/scripts/make-deb", tarball(build), into], timeout=900, env={"DEB_BUILD_OPTIONS": options})
    debs = [os.path.join(into, f) for f in os.listdir(into) if re.match(r"neodeck_.*\.deb$", f)]
    check(len(debs) == 1, "one package, not: %s\n%s" % (debs, out[-2000:]))
    return debs[0]


@case("debian")
def debian(build):
    """One case: each step needs what the one before made."""
    if not shutil.which("dpkg-buildpackage") or not shutil.which("dh"):
        raise Skip("dpkg-dev and debhelper are not installed")
    work = tempfile.mkdtemp(prefix="neodeck-package-")
    root = work + "/root"
    try:
        deb = build_package(build, work)
        if shutil.which("lintian"):
            run(["lintian", "--fail-on", "error,warning", "--allow-root", "--suppress-tags", "initial-upload-closes-no-bugs", deb])
        os.mkdir(root)
        run(as_root("tar", "-C", root, "-xf", needs(depends_of(deb))))
        before = everything(root)
        run(as_root("cp", deb, root + "/tmp/neodeck.deb"))
        inside(root, "dpkg", "-i", "/tmp/neodeck.deb")
        use(root)
        inside(root, "rm", "-rf", "/root/.local")
        inside(root, "dpkg", "--purge", "neodeck")
        left = everything(root) - before
        check(not left, "left behind: " + " ".join(sorted(left)))
    finally:
        run(as_root("rm", "-rf", work))
