"""What the cases share: their list, and running a program that has to succeed."""
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CASES = []


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def case(name):
    def register(function):
        CASES.append((name, function))
        return function
    return register


def check(ok, why):
    if not ok:
        raise Failure(why)


def tail(text, lines=25):
    return "\n  | " + "\n  | ".join(text.strip().splitlines()[-lines:])


def run(argv, status=0, timeout=600, **more):
    """What it printed, errors behind; a failure when its exit status is another one."""
    env = dict(os.environ, LC_ALL="C.UTF-8", **more.pop("env", {}))
    r = subprocess.run(argv, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                       timeout=timeout, check=False, errors="replace", **more)
    check(r.returncode == status, "%s: status %d instead of %d%s" % (" ".join(argv), r.returncode, status, tail(r.stdout)))
    return r.stdout


def make(build, *what, **more):
    """make, not as a part of the make that may have started us."""
    return run(["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "-u", "MFLAGS", "make", "-s", "-C", build, *what], **more)
