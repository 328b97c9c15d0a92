"""Sizes, silence, and speed."""
import os
import random
import re
import signal
import time

from cases_keys import check_frame, frame_fault, redraw_changes_nothing
from harness import Pty, case, check, until


@case('too-small', tmux=True)
def says_that_it_is_too_small(stage):
    pane = stage.pane(stage.fake().url, size=(20, 5))
    pane.wait(r'20x5 is too small')
    pane.wait(r'60x15')
    pane.keys('j', 'K', 'Tab', 'F1')
    pane.taken()
    pane.resize(80, 24)
    pane.ready()
    pane.wait(r'too small', gone=True)
    check('menu of the actions' not in pane.screen() and '┌kill' not in pane.screen(), 'keys did what nobody could see', pane.screen)
    check_frame(pane, 80, 24)
    pane.resize(59, 24)
    pane.wait(r'59x24 is too small')
    pane.resize(80, 14)
    pane.wait(r'80x14 is too small')
    pane.resize(60, 15)
    pane.ready()
    check_frame(pane, 60, 15)
    pane.resize(1, 1)
    time.sleep(0.3)
    pane.resize(200, 50)
    pane.ready()
    check_frame(pane, 200, 50)
    check(pane.dead() is None, 'it ended', pane.screen)


@case('smallest', tmux=True)
def works_at_60x15(stage):
    pane = stage.pane(stage.fake().url, size=(60, 15))
    pane.ready()
    check_frame(pane, 60, 15)
    pane.keys('p', 'j', 'Tab', 'F1')
    pane.wait('menu of the actions')
    pane.keys('q')
    pane.wait('menu of the actions', gone=True)
    redraw_changes_nothing(pane)


def shown(stage, data, size):
    """The screen that these bytes make: tmux is the terminal."""
    name = os.path.join(stage.home, 'bytes-%d' % len(stage.closing))
    with open(name, 'wb') as f:
        f.write(data)
    pane = stage.tmux.pane(['sh', '-c', 'stty raw -echo; cat "$0"; exec sleep 100', name], stage.env(), size)
    stage.closing.append(pane)
    until(lambda: pane.screen().strip(), 5)
    return pane.settle()


def last_drawing(p):
    """The bytes from the last clearing of the screen on."""
    return bytes(p.out[max(0, bytes(p.out).rfind(b'\033[H\033[2J')):])


def whole(stage, p):
    """The screen of its last drawing when that is all of one; else None."""
    p.quiet()
    screen = shown(stage, last_drawing(p), (90, 26))
    return None if frame_fault(screen.split('\n'), 90, 26) else screen


@case('resizes', tmux=True)
def storm_of_resizes(stage):
    p = stage.pty(stage.fake().url)
    p.ready()
    p.write('p')
    p.quiet()
    sizes, before, had = random.Random(7), p.cpu(), len(p.out)
    for _ in range(3):  # a message may end between the two that are compared
        for _ in range(200):
            p.resize(sizes.randint(1, 200), sizes.randint(1, 60))
            p.read(0.005)
            check(not p.ended(), 'it ended', p.tail)
        p.resize(90, 26)
        used, sent = p.cpu() - before, len(p.out) - had
        storm = until(lambda: whole(stage, p)) or shown(stage, last_drawing(p), (90, 26))
        p.write('\014')
        p.taken()
        quiet = until(lambda: whole(stage, p)) or ''
        if storm == quiet:
            break
        before, had = p.cpu(), len(p.out)
    check(used < 2.5, '%.2f s of CPU' % used)
    check(sent < 3000000, '%d bytes' % sent)
    check(storm == quiet, 'the screen after the storm is not right', lambda: storm + '\n--- right:\n' + quiet)
    check(not frame_fault(storm.split('\n'), 90, 26), frame_fault(storm.split('\n'), 90, 26), storm)


@case('resizes-in-tmux', tmux=True)
def storm_of_resizes_in_tmux(stage):
    pane = stage.pane(stage.fake().url)
    pane.ready()
    pane.keys('p')
    pane.wait('paused')
    sizes = random.Random(8)
    for _ in range(25):
        pane.resize(sizes.randint(1, 200), sizes.randint(1, 60))
    pane.resize(100, 30)
    check_frame(pane, 100, 30)
    redraw_changes_nothing(pane)


@case('attach', tmux=True)
def detached_and_attached_again(stage):
    """Each time at another size, as from another desk."""
    pane = stage.pane(stage.fake().url, size=(80, 24))
    pane.ready()
    for size in ((100, 30), (61, 16), (200, 50)):
        client = Pty(['tmux', '-u', '-L', stage.tmux.socket, 'attach-session', '-t', '=' + pane.name], stage.env(), size)
        stage.closing.append(client)
        check(until(lambda: client.read(0.05) is not None and pane.ask('pane_width') == str(size[0])), 'tmux did not attach')
        check_frame(pane, *size)
        pane.keys('F1')
        pane.wait('menu of the actions')
        pane.keys('q')
        pane.wait('menu of the actions', gone=True)
        client.read(0.3)
        pane.tmux.run('detach-client', '-s', '=' + pane.name)
        client.wait_end()
        check_frame(pane, *size)


@case('silent-when-paused')
def paused_means_nothing(stage):
    """No byte, and nobody wakes up."""
    p = stage.pty(stage.fake(churn=3).url)
    p.ready()
    p.write('p')
    for _ in range(4):  # what was under way when it was paused comes yet, and a message ends
        p.quiet(pause=0.6)
        before, cpu = wakeups(p.pid), p.cpu()
        got = p.read(4)
        woken, used = wakeups(p.pid) - before, p.cpu() - cpu
        if not got and woken <= 2 and used < 0.1:
            break
    check(not got, '%d bytes while paused: %r' % (len(got), got[:200]))
    check(woken <= 2 and used < 0.1, 'woken %d times in 4 s, %.2f s of CPU' % (woken, used))


def wakeups(pid):
    """Of the thread that has the loop."""
    with open('/proc/%d/status' % pid, encoding='ascii', errors='replace') as f:
        return int(re.search(r'^voluntary_ctxt_switches:\s*(\d+)', f.read(), re.M).group(1))


@case('silent-when-unchanged', tmux=True)
def the_same_answers(stage):
    """Only the time of the newest data moves."""
    p = stage.pty('--interval', '1s', stage.fake(transactions=0, connections=0).url)
    p.wait(b'online')
    p.read(3)
    for _ in range(4):  # a slow machine is still being looked at, or an answer took long and is told
        got = p.read(5)
        rows = set(re.findall(rb'\033\[(\d+)(?:;\d+)?[Hd]', got)) - {b'1'}
        if 0 < len(got) < 5 * 40 and len(rows) <= 1:
            break
    check(0 < len(got) < 5 * 40, '%d bytes in 5 refreshes: %r' % (len(got), got[:400]))
    check(len(rows) <= 1, 'it draws in rows %s: %r' % (sorted(rows), got[:400]))


def answered(p, key):
    """Seconds from a key to the first bytes after it."""
    p.read(0.03)
    began = time.monotonic()
    p.write(key)
    check(until(lambda: p.read(0.002), 2, 0), 'a key is not answered while the server stands still', p.tail)
    return time.monotonic() - began


@case('server-stopped')
def keys_while_the_server_stands_still(stage):
    fake = stage.fake(transactions=20)
    p = stage.pty('--interval', '500ms', fake.url)
    p.ready()
    fake.signal(signal.SIGSTOP)
    p.read(1.5)
    for _ in range(5):  # the machine may be slow for a moment; a console that waits for the server is slow each time
        late = sorted(answered(p, 'jk'[i % 2]) for i in range(20))
        if late[17] < 0.1:
            break
    check(late[17] < 0.1, 'key to screen: %.0f ms (median %.0f ms)' % (late[17] * 1000, late[10] * 1000))
    fake.signal(signal.SIGCONT)
