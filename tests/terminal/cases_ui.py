"""What a person arranges: the mouse, how views were left; and where the cursor of a question is."""
import os
import re
import signal
import time

from harness import case, check, check_restored, until

MOUSE_ON, MOUSE_OFF = b'\033[?1000h\033[?1006h', b'\033[?1006l\033[?1000l'


def mouse(button, x, y):
    """What a terminal reports, from 0: 0 is a click, 64 and 65 the wheel."""
    return b'\033[<%d;%d;%dM\033[<%d;%d;%dm' % (button, x + 1, y + 1, button, x + 1, y + 1)


@case('mouse', each=['quit', 'TERM', 'SEGV', 'option'])
def mouse_is_given_back(stage, how):
    p = stage.pty(*(['--mouse'] if how == 'option' else []), stage.fake().url)
    p.ready()
    if how != 'option':
        check(MOUSE_ON not in p.out, 'it takes the mouse without being asked', p.tail)
        p.write(mouse(0, 5, 5))
        p.write(':mouse\r')
    p.wait(re.escape(MOUSE_ON))
    p.quiet()
    p.write(mouse(0, 5, 5) + mouse(65, 5, 5) + b'\033[<999;1;1M' + b'\033[<0;0;0M' + b'\033[<0;9999;9999M')
    p.quiet()
    if how in ('quit', 'option'):
        p.write(':quit\r')
    else:
        p.signal(getattr(signal, 'SIG' + how))
    p.wait_end()
    check_restored(p)
    check(bytes(p.out).rfind(MOUSE_OFF) > bytes(p.out).rfind(MOUSE_ON), 'the mouse is not given back', p.tail)


@case('mouse-suspended')
def mouse_comes_back(stage):
    """Off while it is stopped, on again afterwards."""
    p = stage.pty(stage.fake().url)
    p.ready()
    p.write(':mouse on\r')
    p.wait(re.escape(MOUSE_ON))
    p.quiet()
    before = len(p.out)
    p.signal(signal.SIGCONT)
    p.wait(re.escape(MOUSE_ON), since=before)
    p.quiet()
    before = len(p.out)
    p.write(':mouse off\r')
    p.wait(re.escape(MOUSE_OFF), since=before)


@case('mouse-click', tmux=True)
def mouse_selects(stage):
    pane = stage.pane('--mouse', stage.fake(transactions=9).url)
    pane.ready()
    pane.keys('p', 'z')
    pane.wait(r'^.transactions  9')
    pane.text(mouse(0, 10, 8).decode())
    check(until(lambda: pane.cursor()[0] == 8 and '>' in pane.cursor()[1]), 'a click does not select', pane.screen)
    pane.text(mouse(0, 3, 3).decode())
    pane.wait(r'transaction_id')
    check(pane.dead() is None, 'it ended', pane.screen)


@case('question-cursor', tmux=True)
def cursor_of_a_question(stage):
    """Screen readers follow the hardware cursor: into the line of a question, behind what is typed."""
    pane = stage.pane(stage.fake().url)
    pane.ready()
    pane.keys('K')
    pane.wait(r'type yes')
    check(until(lambda: 'type yes' in pane.cursor()[1]), 'the cursor is not in the line of the question', pane.screen)
    x = int(pane.ask('cursor_x'))
    check(pane.cursor()[1][:x].rstrip().endswith(':'), 'the cursor is not behind the question', pane.screen)
    time.sleep(0.6)  # what comes sooner is not taken as an answer
    pane.keys('Escape')
    check(until(lambda: '>' in pane.cursor()[1]), 'the cursor does not come back to the row', pane.screen)


def leave(pane):
    pane.text(':quit')
    pane.keys('Enter')
    check(until(lambda: pane.dead() is not None), ':quit does not end it', pane.screen)


def kept_file(stage):
    return os.path.join(stage.home, 'state', 'neodeck', 'views')


@case('kept', tmux=True)
def views_are_kept(stage):
    fake = stage.fake(transactions=5)
    pane = stage.pane(fake.url)
    pane.ready()
    for line in (':sort elapsed_ms', '/user:neo4j', ':zoom'):
        pane.text(line)
        pane.keys('Enter')
    pane.wait(r'^.transactions  \d+ of \d+ .*/user:neo4j .*elapsed_ms')
    check(until(lambda: os.path.exists(kept_file(stage))), 'nothing is written while it runs', pane.screen)
    leave(pane)
    check(os.stat(kept_file(stage)).st_mode & 0o777 == 0o600, 'the file is not for its owner alone')
    check(os.listdir(os.path.dirname(kept_file(stage))).count('views') == 1, 'a temporary file is left')
    pane = stage.pane(fake.url)
    pane.wait(r'filtered as you left it: transactions; Esc there shows all')
    pane.wait(r'instances .*databases')  # not zoomed: one sees all of it first
    pane.wait(r'3 transactions  \d+ of \d+ .*/user:neo4j .*elapsed_ms')
    pane.keys('Escape')
    pane.wait(r'/user:neo4j', gone=True)
    pane.text(':reset')
    pane.keys('Enter')
    pane.wait(r'instances .*databases')
    pane.wait(r'elapsed_ms', gone=True)
    leave(pane)
    with open(kept_file(stage), encoding='utf-8') as f:
        check('view' not in f.read().split('\n', 1)[1], 'reset does not forget')


@case('kept-garbage', tmux=True, each=['garbage', 'unreadable', 'unknown'])
def kept_garbage(stage, what):
    """A file that is none is a message; the views open as they are."""
    os.makedirs(os.path.dirname(kept_file(stage)))
    if what == 'unreadable':
        os.mkdir(kept_file(stage))
    else:
        with open(kept_file(stage), 'wb') as f:
            f.write({'garbage': b'\0\xff\x1b[31m[[[[\n= = =\n' * 50,
                     'unknown': b'[view "transactions"]\nsort = "no_such_column"\nfilter = "~((("\ncolumns = "a,b"\nlike = "this"\n'}[what])
    pane = stage.pane(stage.fake().url)
    pane.ready()
    pane.text(':messages')
    pane.keys('Enter')
    pane.wait(r'warn .*views')
    leave(pane)
    check(pane.dead() == 0, 'status %s' % pane.dead(), pane.screen)


@case('theme-anew', tmux=True)
def theme_is_read_anew(stage):
    """Somebody writes a theme, and looks at it again and again."""
    os.makedirs(stage.home + '/config/neodeck/themes')
    name = stage.home + '/config/neodeck/themes/mine.theme'
    pane = stage.pane(stage.fake().url)
    pane.ready()
    pane.text(':theme mine')
    pane.keys('Enter')
    pane.wait(r"no theme 'mine'")
    for colour in (53, 54):
        with open(name, 'w', encoding='utf-8') as f:
            f.write('text = 231 on %d\n' % colour)
        pane.text(':theme mine')
        pane.keys('Enter')
        check(until(lambda c=colour: '48;5;%d' % c in pane.screen(colours=True)), 'the theme is not read anew', pane.screen)


@case('theme-preview', tmux=True)
def theme_is_worn_while_it_stands_in_the_line(stage):
    pane = stage.pane(stage.fake().url)
    pane.ready()
    pane.wait('no Neo4j (was found )?on this machine')  # the last that comes: from then on nothing changes by itself
    pane.keys('p')
    pane.wait('paused')
    for _ in range(3):  # a message may end between the two that are compared
        before = pane.screen(colours=True)
        check('48;5;235' not in before, 'the theme is worn already', pane.screen)
        pane.text(':theme dusk')
        check(until(lambda: '48;5;235' in pane.screen(colours=True)), 'the theme is not shown', pane.screen)
        pane.escape()
        after = until(lambda: pane.screen(colours=True) == before, 5)
        if after:
            break
    check(after, 'the theme stays after Esc', pane.screen)
    pane.text(':theme dusk')
    pane.keys('Enter')
    check(until(lambda: '48;5;235' in pane.screen(colours=True)), 'the theme is not taken', pane.screen)
