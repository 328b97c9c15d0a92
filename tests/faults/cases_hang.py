"""A disk that does not answer any more, as a network file system whose server is gone: who asks there is told, nothing else waits."""
import os
import re
import shutil
import signal
import subprocess
import time
from cases_host import LINE, has_sanitizer, opened, put
from cases_homes import Server, home
from program import HERE, Skip, case, check, until


def shim(stage):
    """hang.c as a library: system calls on paths that begin with HANG_PATH wait while the file HANG_WHILE is there."""
    compiler = next(filter(None, map(shutil.which, ('cc', 'gcc', 'clang'))), None)
    if not compiler:
        raise Skip('no C compiler')
    library = os.path.join(stage.home, 'hang.so')
    r = subprocess.run([compiler, '-shared', '-fPIC', '-O1', '-D_GNU_SOURCE', '-o', library, os.path.join(HERE, 'hang.c'), '-ldl'],
                       capture_output=True, text=True, check=False)
    if r.returncode:
        raise Skip('the library that hangs cannot be built: ' + r.stderr[:300])
    return library


class Disk:
    """Where files of this case are; it hangs when told to."""

    def __init__(self, stage, path):
        self.switch = os.path.join(stage.home, 'disk-hangs')
        self.env = stage.env(LD_PRELOAD=shim(stage), HANG_PATH=path, HANG_WHILE=self.switch)
        if has_sanitizer(stage):
            self.env['ASAN_OPTIONS'] += ':verify_asan_link_order=0'
        stage.closing.append(self)

    def hang(self):
        with open(self.switch, 'w', encoding='ascii'):
            pass

    def answer(self):
        if os.path.exists(self.switch):
            os.unlink(self.switch)

    close = answer


def on_disk(stage, name='graph', **fake):
    """A home with a log, on a disk of its own."""
    server = stage.fake(**fake)
    path = home(stage, name, server.port)
    put(path, 'logs/neo4j.log', LINE % 'first line')
    return path, server


LEAVING = {  # how, after so many seconds of hanging: before and after anybody gave up
    'quit-soon': (lambda c: c.write(':quit\r'), 1.0),
    'quit-late': (lambda c: c.write(':quit\r'), 12.0),
    'term-soon': (lambda c: os.kill(c.pid, signal.SIGTERM), 1.0),
    'hangup-late': (lambda c: os.kill(c.pid, signal.SIGHUP), 12.0),
}


@case('hang-leaves', each=LEAVING)
def leaves(stage, row):
    leave, after = row
    path, _ = on_disk(stage)
    disk = Disk(stage, path)
    console = opened(stage, path, '--interval', '500ms', env=disk.env)
    console.write(':logs\r')
    console.wait(rb'first line')
    disk.hang()
    console.write(':host\r')
    console.read(after)
    check(not console.ended(), 'it ended by itself', bytes(console.out[-500:]))
    began = time.monotonic()
    leave(console)
    console.wait_end()
    took = time.monotonic() - began
    check(took < 8, 'it took %.1f s to leave' % took)


@case('hang-is-told', each={'first-look': 0.0, 'middle-of-first-look': 0.3, 'later': 2.0})
def is_told(stage, after):
    """Words for what hangs, also when it begins while the machine is looked at first; the console lives: it draws, and all comes again."""
    path, _ = on_disk(stage)
    disk = Disk(stage, path)
    console = opened(stage, path, '--interval', '500ms', env=disk.env, size=(200, 50))
    console.write(':logs\r')
    console.wait(rb'first line')
    console.read(after)  # at last the first look at the machine is over
    disk.hang()
    put(path, 'logs/neo4j.log', LINE % 'first line' + LINE % 'WRITTENMEANWHILE')
    console.wait(rb'does not answer|has not answered', 60)
    for view, words in (('databases', rb'online'), ('help', rb'keys and commands')):
        console.write(':%s\r' % view)
        console.wait(words)
    console.write(':logs\r')
    disk.answer()
    console.wait(rb'WRITTENMEANWHILE', 60)
    console.write(':quit\r')
    check(console.wait_end() == 0, 'exit status %s' % console.status)


@case('hang-hides-no-others')
def hides_no_others(stage):
    """Two homes, one on a disk that hangs from the beginning: of the other everything is told."""
    lost, server = on_disk(stage, 'lost')
    well, _ = on_disk(stage, 'well')
    stage.closing.append(Server(stage, well))
    disk = Disk(stage, lost)
    disk.hang()
    stage.show('logs', lost, env=disk.env).must(1, 'has not answered for 3 s: its disk or network file system hangs').must_say_in_one_line()
    r = stage.show('logs', well, env=disk.env).must(0)
    check('first line' in r.out, 'the log of the other is not there', r)
    config = stage.file('c.conf', '[instance "lost"]\nuri = %s\nhome = %s\n[instance "well"]\nhome = %s\n' % (server.url, lost, well))
    r = stage.run('show', 'host', '-i', 'well', '-i', 'lost', '--format', 'json', '--config', config, env=disk.env, seconds=50)
    check([row['status'] for row in r.json()['rows'] if row['instance'] == 'well'] == ['running'], 'the other is not told of', r)
    check(lost in r.out + r.err and re.search('took too long|has not answered', r.out + r.err), 'what hangs is not named', r.out[-2500:], r.err)


@case('hang-audit-is-written')
def audit(stage):
    """What is changed while a disk hangs is recorded all the same, and done."""
    path, server = on_disk(stage)
    disk = Disk(stage, path)
    console = opened(stage, path, '--interval', '500ms', env=disk.env, size=(160, 40))
    console.write(':logs\r')
    console.wait(rb'first line')
    disk.hang()
    for view in ('host', 'plugins', 'stores', 'disks', 'settings'):
        console.write(':%s\r' % view)
        console.read(0.6)
    console.write(':transactions\r')
    console.wait(rb'transaction-101|[^0-9]101[^0-9]')
    console.write(':kill\r')
    console.wait(rb'type yes')
    console.read(0.8)  # what is typed too early does not count
    console.write('yes\r')
    check(until(lambda: console.read(0.1) or server.total()['kills'] == 1), 'nothing was killed', bytes(console.out[-1500:]))
    check(until(lambda: console.read(0.1) or lines(stage)), 'it is not recorded')
    console.write(':quit\r')
    console.wait_end()


def lines(stage):
    r = stage.run('history', '--format', 'json')
    return r.status == 0 and 'kill transaction' in r.out
