"""Suspending: the shell gets its terminal, and `fg` brings the screen back."""
import os
import signal
import time

from cases_keys import check_frame
from harness import case, check, until


def child_of(pid):
    with open('/proc/%d/task/%d/children' % (pid, pid), encoding='ascii') as f:
        words = f.read().split()
    return int(words[0]) if words else 0


def shell(stage, url):
    """A shell with job control in tmux, with neodeck in its foreground: the pane, and the process."""
    pane = stage.tmux.pane(['bash', '--norc', '--noprofile', '-i'], stage.env(), (80, 24))
    stage.closing.append(pane)
    pane.wait(r'prompt>')
    pane.text('%s %s\n' % (stage.neodeck, url))
    pane.ready()
    return pane, until(lambda: child_of(pane.pid()))


def state_of(pid):
    with open('/proc/%d/stat' % pid, encoding='ascii', errors='replace') as f:
        return f.read().rsplit(')', 1)[1].split()[0]


def check_stopped(pane, pid):
    check(until(lambda: state_of(pid) == 'T'), 'it is not stopped, but %s' % state_of(pid), pane.screen)
    pane.wait(r'Stopped.*\n(.*\n)*prompt>')
    check(until(lambda: pane.ask('alternate_on') == '0'), 'the alternate screen was not left', pane.screen)
    check(until(lambda: pane.ask('cursor_flag') == '1'), 'the cursor is hidden', pane.screen)
    pane.text('clear\n')
    pane.wait(r'Stopped', gone=True)  # a second time nothing of the first is taken for its own
    pane.text('stty -a | grep -o "[-]*\\(icanon\\|echo\\|isig\\|opost\\|icrnl\\) "\n')
    pane.wait(r'^icrnl\s')
    check(' -i' not in pane.screen() and '\n-i' not in pane.screen(), 'modes are not those of the shell', pane.screen)


def check_back(pane, words):
    pane.wait(words)
    check(pane.ask('alternate_on') == '1', 'the alternate screen was not entered again', pane.screen)
    pane.keys('F1')
    pane.wait(r'menu of the actions')
    pane.keys('q')
    pane.wait(r'menu of the actions', gone=True)


@case('suspend', tmux=True, each=['key', 'signal'])
def suspend_and_continue(stage, how):
    pane, pid = shell(stage, stage.fake().url)
    if how == 'key':
        pane.keys('C-z')
    else:
        os.kill(pid, signal.SIGTSTP)
    check_stopped(pane, pid)
    pane.resize(100, 30)
    pane.text('fg\n')
    check_back(pane, r'running')
    check_frame(pane, 100, 30)
    pane.keys('C-z')
    check_stopped(pane, pid)
    pane.text('fg\n')
    check_back(pane, r'running')


@case('suspend-from-outside', tmux=True)
def stopped_by_force(stage):
    """SIGSTOP leaves no time to tidy up; `fg` must set the modes again, whatever the shell made of them."""
    pane, pid = shell(stage, stage.fake().url)
    os.kill(pid, signal.SIGSTOP)
    check(until(lambda: state_of(pid) == 'T'), 'it is not stopped', pane.screen)
    pane.wait(r'Stopped')
    pane.text('stty sane; echo is_"sane"\n')
    pane.wait(r'^is_sane')
    pane.text('fg\n')
    check_back(pane, r'running')
    check(pane.lines()[0].startswith('neodeck'), 'the screen was not drawn anew', pane.screen)


@case('suspend-background', tmux=True)
def continued_in_the_background(stage):
    """`bg` cannot give it the terminal: it stops again, and draws nothing over the shell."""
    pane, pid = shell(stage, stage.fake().url)
    pane.keys('C-z')
    check_stopped(pane, pid)
    pane.text('bg\n')
    time.sleep(0.8)
    check(pane.ask('alternate_on') == '0', 'it draws over the shell', pane.screen)
    pane.text('echo still here\n')
    pane.wait(r'^still here')
    pane.text('fg\n')
    check_back(pane, r'running')


@case('suspend-nobody-there')
def nobody_to_give_the_terminal_to(stage):
    """As the only program of a session (`ssh -t host neodeck`) nobody could continue it: it must not stop."""
    p = stage.pty(stage.fake().url)
    p.ready()
    p.write('\032')
    time.sleep(0.4)
    check(state_of(p.pid) != 'T', 'it is stopped, and nobody can continue it', p.tail)
    p.wait(b'not suspended')
    p.write('?')
    p.wait(b'menu of the actions')
    check(bytes(p.out).rfind(b'\033[?1049h') > bytes(p.out).rfind(b'\033[?1049l') > 0, 'the screen was not taken again', p.tail)
    check(not p.cooked(), 'the modes were not set again', p.tail)


@case('suspend-ended', tmux=True)
def ended_while_stopped(stage):
    pane, pid = shell(stage, stage.fake().url)
    pane.keys('C-z')
    check_stopped(pane, pid)
    os.kill(pid, signal.SIGTERM)
    pane.text('fg\n')
    pane.wait(r'prompt> fg\n.*\n(.*\n)*prompt>')
    check(not os.path.exists('/proc/%d' % pid), 'it still runs', pane.screen)
    check(pane.ask('alternate_on') == '0', 'the alternate screen is left on', pane.screen)
    pane.text('echo $((6*7))\n')
    pane.wait(r'^42')
