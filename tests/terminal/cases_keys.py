"""Keys: what they reach on each terminal, what pasted and typed-ahead ones must not reach, and where the cursor is."""
import os
import re
import time

from harness import Late, Skip, case, check, until

TERMS = ['xterm-256color', 'screen-256color', 'tmux-256color', 'screen', 'linux', 'vt100', 'xterm']


def has_description(term):
    return any(os.path.exists('%s/%s/%s' % (d, term[0], term))
               for d in ('/usr/share/terminfo', '/lib/terminfo', '/etc/terminfo'))


def selected(pane):
    """The id of the transaction that the hardware cursor is on."""
    y, line = pane.cursor()
    found = re.search(r'>\s*(?:neo4j-transaction-)?(\d+)', line)
    return int(found.group(1)) if found else None, y


def move(pane, key, wanted, what):
    """Presses it; `wanted` tells the new (id, row) right or wrong."""
    before = selected(pane)
    pane.keys(key)
    check(until(lambda: wanted(before, selected(pane))), '%s does not %s: %s, then %s' % (key, what, before, selected(pane)),
          pane.screen)


@case('keys', tmux=True, each=TERMS)
def keys_and_frame(stage, term):
    if not has_description(term):
        raise Skip('no description of %s on this machine' % term)
    pane = stage.pane(stage.fake(transactions=60, connections=3).url, env=stage.env(term=term))
    pane.ready()
    check_frame(pane, 80, 24)
    pane.keys('p')
    pane.wait('paused')
    pane.keys('z', 'Home')
    pane.wait(r'^.transactions  60')
    pane.taken()
    first, top = until(lambda: (lambda s: s[0] is not None and s)(selected(pane))) or (None, 0)
    check(first is not None, 'the cursor is not on a transaction', pane.screen)
    move(pane, 'Down', lambda a, b: b[1] == a[1] + 1 and b[0], 'go down')
    move(pane, 'Up', lambda a, b: b == (first, top), 'go up')
    move(pane, 'j', lambda a, b: b[1] == a[1] + 1 and b[0], 'go down')
    move(pane, 'PPage', lambda a, b: b == (first, top), 'go a page up')
    move(pane, 'NPage', lambda a, b: b[0] not in (first, a[0], None), 'go a page down')
    move(pane, 'End', lambda a, b: b[0] not in (a[0], None) and b[1] > top + 10, 'go to the end')
    move(pane, 'Home', lambda a, b: b == (first, top), 'go to the start')
    pane.keys('F1')
    pane.wait('menu of the actions')
    pane.escape()
    pane.wait('menu of the actions', gone=True)
    redraw_changes_nothing(pane)
    pane.keys('z')
    pane.wait(r'instances .*databases')
    pane.settle()
    before = pane.cursor()[0]
    pane.keys('Tab')
    check(until(lambda: pane.cursor()[0] != before), 'Tab does not go to the next pane', pane.screen)
    two, y = pane.settle(), pane.cursor()[0]
    pane.keys('BTab')
    check(until(lambda: pane.cursor()[0] != y), 'Shift-Tab does not go to the pane before', two)
    redraw_changes_nothing(pane)
    pane.text(':quit')
    pane.keys('Enter')
    check(until(lambda: pane.dead() is not None), ':quit does not end it', pane.screen)
    check(pane.dead() == 0, 'status %s' % pane.dead(), pane.screen)


def frame_fault(lines, w, h):
    """What is wrong with the dashboard, that fills the screen from its header to its bottom line; or None."""
    if len(lines) < h or not lines[0].startswith('neodeck'):
        return 'no header'
    if not lines[h - 1].startswith(' : command'):
        return 'no bottom line'
    if any(len(line) > w for line in lines):
        return 'a line is too long'
    if not re.fullmatch(r'[└+].*[┘+]', lines[h - 2]) or len(lines[h - 2]) != w:
        return 'the bottom of the panes is not in its place'
    return None


def check_frame(pane, w, h):
    seen = ['']

    def there():
        seen[0] = pane.screen()
        return not frame_fault(seen[0].split('\n'), w, h)
    until(there)
    screen = seen[0]
    fault = frame_fault(screen.split('\n'), w, h)
    check(not fault, 'at %dx%d: %s' % (w, h, fault), screen)


def redraw_changes_nothing(pane):
    """What was sent piece by piece is what a full drawing shows. Only for a paused console."""
    for _ in range(3):  # a message may end, or a slow machine be late, between the two
        before = pane.settle()
        pane.keys('C-l')
        pane.taken()
        time.sleep(0.1)
        after = pane.settle()
        if before == after:
            break
    check(before == after, 'Ctrl-L changes what is on the screen', lambda: before + '\n--- after Ctrl-L ---\n' + after)


@case('cursor', tmux=True)
def hardware_cursor(stage):
    """Screen readers follow the hardware cursor: it is on the selected row, and in the prompt when one is open."""
    pane = stage.pane(stage.fake(transactions=20).url)
    pane.ready()
    pane.keys('p')
    pane.wait('paused')
    for key, step in (('j', 1), ('j', 1), ('k', -1), ('Down', 1), ('Up', -1)):
        move(pane, key, lambda a, b: b[1] == a[1] + step and b[0], 'move the cursor with the selection')
    pane.keys('/')
    check(until(lambda: int(pane.ask('cursor_y')) == 23), 'the cursor is not in the prompt', pane.screen)
    pane.text('abc')
    check(until(lambda: pane.ask('cursor_x') == str(len(pane.lines()[23].rstrip()))), 'the cursor is not behind what was typed',
          pane.screen)
    pane.keys('Escape')
    check(until(lambda: selected(pane)[0]), 'the cursor does not come back to the row', pane.screen)


@case('paste', tmux=True)
def pasted_text_is_no_keys(stage):
    fake = stage.fake()
    pane = stage.pane(fake.url)
    pane.ready()
    before = selected(pane)
    pane.paste('K\ryes\rjjj:quit\r')
    pane.wait('pasted text')
    time.sleep(1)
    check(pane.dead() is None, 'it ended', pane.screen)
    check(fake.ctl()['kills'] == 0, 'it killed', pane.screen)
    check(not re.search('┌kill|menu of the actions', pane.screen()) and selected(pane) == before, 'pasted text was taken as keys', pane.screen)
    pane.keys(':')
    pane.wait(r'^ ?:\s*$')
    pane.paste('transactions\rquit\r\033[A\x1b]0;x\x07end')
    pane.wait(r'^ ?: ?transactions quit.*end')
    time.sleep(0.3)
    check(pane.dead() is None and 'instances' in pane.screen(), 'pasted lines were run', pane.screen)
    pane.escape()
    pane.keys('K')
    pane.wait(r'type yes or')
    time.sleep(0.7)
    pane.paste('yes\r')
    time.sleep(0.7)
    pane.keys('Enter')
    time.sleep(0.7)
    check(fake.ctl()['kills'] == 0, 'pasted text answered the question', pane.screen)


@case('typed-ahead')
def typed_ahead_cannot_kill(stage):
    fake = stage.fake(kill_delay_ms=200)
    p = stage.pty(fake.url)
    p.ready()
    p.write('Kyes\r')
    p.read(0.9)
    check(fake.ctl()['kills'] == 0, 'typed-ahead keys answered the question', p.tail)
    p.write('\033')
    p.taken()
    p.read(0.4)
    asked, seen = time.monotonic(), len(p.out)
    p.write('K')
    p.wait(b'type |refused', since=seen)
    if time.monotonic() - asked > 0.3:
        raise Late('the question was not drawn in time to answer it too early')
    p.write('yes\r')
    p.taken()
    if time.monotonic() - asked > 0.45:
        raise Late('it read the keys when they were not too early any more')
    p.read(0.5)
    check(fake.ctl()['kills'] == 0, 'keys typed when it was just drawn answered the question', p.tail)
    p.read(0.3)
    p.write('\025yes\r')
    killed = until(lambda: p.read(0.05) is not None and fake.ctl()['kills'] == 1)
    if not killed and b'audit' in p.out:
        raise Skip('no audit log, no kill')
    check(killed, '`yes` and Enter do not kill', p.tail)
    p.wait(b'gone')


@case('copy', tmux=True)
def copy_in_tmux(stage):
    """OSC 52 is dropped by tmux: its buffer is filled instead."""
    words = 'MATCH (n:Copied) RETURN "%s", n' % ('long ' * 60)
    pane = stage.pane(stage.fake(transactions=1, query=words).url)
    pane.wait('Copied')
    pane.keys('y')
    pane.wait('bytes sent')
    check(until(lambda: pane.tmux.run('show-buffer', okay=False) == words), 'not what the row has',
          lambda: pane.tmux.run('show-buffer', okay=False))


@case('escape')
def escape_alone_and_in_pieces(stage):
    """A lone Esc closes; a sequence that comes in pieces, or that nobody knows, is no Esc and no letters."""
    fake = stage.fake()
    p = stage.pty(fake.url, env=stage.env(ESCDELAY='1000'))  # a machine that stands still between two pieces makes no Esc of the first
    p.ready()
    p.write('?')
    p.wait(b'menu of the actions')
    for piece in ('\033', '[', '2', '4', '~', '\033O', 'P'):  # F12, F1
        p.write(piece)
        time.sleep(0.005)
    for strange in ('\033[?1;2c', '\033[12;34R', '\033]11;rgb:0000/0000/0000\033\\', '\033[<0;10;10M', '\033[M !!', '\033P1$r0m\033\\'):
        p.write(strange)
    p.read(0.4)
    check(not p.ended(), 'it ended', p.tail)
    seen = len(p.out)
    p.write('\033')
    p.wait(b'running', since=seen)
    p.quiet()
    seen = len(p.out)
    p.read(0.3)
    p.write('\033[1;2R' * 20)
    p.write('?')
    p.wait(b'menu of the actions', since=seen)
