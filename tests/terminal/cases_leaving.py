"""However it ends, the terminal is given back; and it does end."""
import os
import signal
import subprocess
import time

from harness import case, check, check_restored, until

ORDERLY = {'TERM': 15, 'HUP': 1, 'INT': 2, 'QUIT': 3}
FATAL = {'ABRT': 6, 'SEGV': 11, 'BUS': 7, 'FPE': 8, 'ILL': 4}


@case('signal', each=[*ORDERLY, *FATAL])
def signal_ends_it(stage, name):
    p = stage.pty(stage.fake().url)
    p.ready()
    check(b'\033[?2004h' in p.out, 'bracketed paste was not asked for', p.tail)
    p.signal(getattr(signal, 'SIG' + name))
    status = p.wait_end()
    check_restored(p)
    wanted = 128 + ORDERLY[name] if name in ORDERLY else -FATAL[name]
    check(status == wanted, 'status %d, expected %d' % (status, wanted), p.tail)


@case('signal-before-data')
def signal_while_connecting(stage):
    fake = stage.fake()
    fake.ctl(state='silent')
    p = stage.pty(fake.url)
    p.wait(b'neodeck')
    p.signal(signal.SIGTERM)
    check(p.wait_end() == 143, 'status %s' % p.status, p.tail)
    check_restored(p)


@case('quit')
def quit_by_key(stage):
    p = stage.pty(stage.fake().url)
    p.ready()
    p.write(':quit\r')
    check(p.wait_end() == 0, 'status %s' % p.status, p.tail)
    check_restored(p)
    check(bytes(p.out).rstrip().endswith(b't') or bytes(p.out).endswith(b'l'), 'text came after the screen was left', p.tail)


@case('ctrl-c')
def quit_by_ctrl_c(stage):
    p = stage.pty(stage.fake().url)
    p.ready()
    p.write('\003')
    check(p.wait_end() == 0, 'status %s' % p.status, p.tail)
    check_restored(p)


@case('hangup', each=['plain', 'nohup', 'masked'])
def terminal_goes_away(stage, how):
    """Also when no SIGHUP comes: the orphan must see it by itself."""
    hup = [signal.SIGHUP]
    p = stage.pty(stage.fake().url, **{'plain': {}, 'nohup': {'ignore': hup}, 'masked': {'mask': hup}}[how])
    p.ready()
    p.hang_up()
    status = p.wait_end(reading=False)
    check(status == 129, 'status %d, expected 129' % status)


@case('hangup-stopped-server')
def terminal_goes_away_while_waiting(stage):
    fake = stage.fake()
    p = stage.pty(fake.url)
    p.ready()
    fake.signal(signal.SIGSTOP)
    time.sleep(0.2)
    p.hang_up()
    check(p.wait_end(reading=False) == 129, 'status %s' % p.status)


@case('stalled-signal')
def ended_while_nobody_reads(stage):
    """Its restoring bytes cannot get out; the modes can."""
    fake = stage.fake(transactions=60, churn=30)
    p = stage.pty('--interval', '500ms', fake.url, size=(200, 60))
    p.ready()
    stall(p)
    p.signal(signal.SIGTERM)
    status = p.wait_end(reading=False)
    check(status == 143, 'status %d, expected 143' % status)
    check(p.cooked(), 'the terminal is left in raw mode')


def stall(p):
    """Makes it write, reading nothing, until the pty takes no more: its full screens drawn anew."""
    for _ in range(40):
        p.write('\014?q')
        time.sleep(0.01)
    time.sleep(0.5)


@case('stalled')
def nobody_reads_for_a_while(stage):
    fake = stage.fake(transactions=60, churn=30)
    p = stage.pty('--interval', '500ms', fake.url, size=(200, 60))
    p.ready()
    stall(p)
    before = p.cpu()
    time.sleep(4)
    used = p.cpu() - before
    check(not p.ended(), 'it ended', p.tail)
    check(used < 0.8, '%.2f s of CPU in 4 s with nobody reading' % used)
    waiting = len(p.read(0.5))
    check(waiting < 400000, '%d bytes had piled up' % waiting)
    p.quiet(2)
    seen = len(p.out)
    p.write(':help\r')
    p.wait(b'menu of the actions', since=seen)


@case('no-terminal', each=['dumb', 'unset', 'unknown', 'none'])
def no_terminal_to_draw_on(stage, what):
    """Status 2 and words on stderr; nothing is drawn."""
    term = {'dumb': 'dumb', 'unset': None, 'unknown': 'no-such-terminal', 'none': 'xterm-256color'}[what]
    p = stage.pty('http://127.0.0.1:1', env=stage.env(term=term), controlling=what != 'none')
    status = p.wait_end()
    check(status == 2, 'status %d, expected 2' % status, p.tail)
    out = bytes(p.out).decode()
    check(out.startswith('neodeck: ') and out.count('\n') == 1, 'no one line of words', out)
    check('\033' not in out, 'escape sequences on a terminal that nobody knows', p.tail)
    check({'dumb': 'dumb', 'unset': 'TERM', 'unknown': 'no-such-terminal', 'none': '/dev/tty'}[what] in out, 'words', out)
    check(p.cooked(), 'the terminal is left in raw mode')


@case('no-tty-at-all')
def nothing_is_a_terminal(stage):
    """stdout is a pipe, and there is no controlling terminal: the plain dashboard."""
    fake = stage.fake()
    r = subprocess.run([stage.neodeck, fake.url], env=stage.env(term=None), stdin=subprocess.DEVNULL, capture_output=True,
                       text=True, timeout=60, start_new_session=True, check=False)
    check(r.returncode == 0 and '\033' not in r.stdout and 'running' in r.stdout,
          'status %d' % r.returncode, r.stdout + r.stderr)


def second_of_cpu(p):
    """What it takes in a second in which nobody does anything."""
    before = p.cpu()
    p.read(1)
    return p.cpu() - before


@case('stdin', each=['file', 'null', 'pipe', 'closed-pipe'])
def stdin_is_no_terminal(stage, what):
    """Keys come from /dev/tty."""
    name = os.path.join(stage.home, 'input')
    with open(name, 'w', encoding='ascii') as f:
        f.write(':quit\n' * 100)
    r, w = os.pipe()
    stdin = {'file': lambda: os.open(name, os.O_RDONLY), 'null': lambda: os.open(os.devnull, os.O_RDONLY),
             'pipe': lambda: r, 'closed-pipe': lambda: r}[what]()
    if what == 'closed-pipe':
        os.close(w)
    p = stage.pty(stage.fake().url, stdin=stdin)
    p.ready()
    seen = len(p.out)
    p.write('?')
    p.wait(b'menu of the actions', since=seen)
    used = [second_of_cpu(p)]
    check(until(lambda: used[-1] < 0.1 or used.append(second_of_cpu(p)), 8), 'it spins: %s s of CPU, second by second' % used)
    p.write(':quit\r')
    check(p.wait_end() == 0, 'status %s' % p.status, p.tail)
    check_restored(p)
    for fd in {r, stdin} | ({w} if what != 'closed-pipe' else set()):
        os.close(fd)


@case('signal-twice')
def a_second_signal_while_leaving(stage):
    p = stage.pty(stage.fake().url)
    p.ready()
    for _ in range(5):
        if not p.ended():
            p.signal(signal.SIGTERM)
            p.signal(signal.SIGHUP)
    check(p.wait_end() in (143, 129, -15, -1), 'status %s' % p.status, p.tail)
    check_restored(p)


@case('leaves-no-child')
def nothing_stays_behind(stage):
    """In tmux it asks who is attached: that child must not outlive it."""
    p = stage.pty(stage.fake().url)
    p.ready()
    p.signal(signal.SIGTERM)
    p.wait_end()
    left = until(lambda: not children_of_session(p.pid))
    check(left, 'children stay: %s' % children_of_session(p.pid))


def children_of_session(session):
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % pid, encoding='ascii', errors='replace') as f:
                if int(f.read().rsplit(')', 1)[1].split()[3]) == session:
                    found.append(int(pid))
        except (OSError, IndexError):
            continue
    return found
