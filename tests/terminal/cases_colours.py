"""What is on the wire: no colours where none are wanted, no byte beyond ASCII, and never a server's own sequences."""
import unicodedata

import wire
from harness import case, check, until

NASTY = ('MATCH \x1b[31mred\x1b[0m \x1b[5mblink \x1b[2J\x1b[H \x1b]0;title\x07 \x1b[?1049l \x1bc \x07 \x08\x08 '
         '\u9001\u5217\u6f22\u5b57 e\u0301 a\u0308\u0323 \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 '
         '\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f \U0001f1e9\U0001f1ea '
         '\u202eabc\u202c \u2066x\u2069 \u200f\u200e \x9b31m \x9d0;t\x9c \uff21 \ufeff\u00ad \u2028 end')


def tour(p):
    """Through every kind of screen."""
    for keys in ('j', 'k', '\t', '\t', '\t', '3', '\r', 'q', 'z', 'z', 'K', '\033', '!', '\033', '?', 'q', ':transactions\r', 'w', 'w',
                 'o', '\033', '\r', 'w', 'q', 'q', ':connections\r', '\r', 'q', 'q', ':databases\r', 'q', ':settings\r', 'q', ':indexes\r', 'q',
                 ':procedures\r', 'q', ':users\r', 'q', ':messages\r', 'q', ':history\r', 'q', ':info\r', 'q', '/xyz', '\033', 'x', 'q', '\014'):
        p.write(keys)
        p.taken()
        p.read(0.05)
    p.read(0.6)  # a dialog takes nothing just after it was drawn
    p.write('\033')
    p.read(0.3)


@case('wire', each=['controls', 'nasty', 'types', 'huge'])
def nothing_raw_from_a_server(stage, what):
    fake = stage.fake(transactions=12, query=NASTY if what == 'nasty' else None)
    if what != 'nasty':
        fake.ctl(rules=[{'do': what, 'n': 50000} if what == 'huge' else {'do': what}])
    p = stage.pty('--interval', '500ms', fake.url, size=(120, 40))
    p.wait(b'neodeck')
    p.read(2)
    tour(p)
    check(not p.ended(), 'it ended with %s' % p.status, p.tail)
    p.leave()
    found = wire.faults(bytes(p.out))
    check(not found, '%d faults on the wire' % len(found), '\n'.join(found[:40]))
    check(p.out.count(b'\033[?1049l') == 1, 'the screen was left more than once')


def columns(line):
    """Of the terminal."""
    return sum(0 if unicodedata.category(c) in ('Mn', 'Me', 'Cf') else 2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in line)


def crooked(screen):
    """Words for the first line whose border is not where it belongs, or None."""
    for line in screen.split('\n'):
        if line.endswith(('│', '┐', '┘')) and columns(line) != 100:
            return '%d columns: %r' % (columns(line), line)
        if line.startswith(('│', '└', '┌')) and line[-1] not in '│┐┘':
            return 'no border at the end: %r' % line
    return None


@case('aligned', tmux=True, each=['nasty', 'controls'])
def columns_stay_aligned(stage, what):
    """The border is where it belongs in every row, as tmux counts columns."""
    fake = stage.fake(transactions=12, query=NASTY if what == 'nasty' else None)
    if what == 'controls':
        fake.ctl(rules=[{'do': 'controls'}])
    pane = stage.pane(fake.url, size=(100, 30))
    pane.wait(r'transactions  \d')
    pane.keys('p')
    pane.wait('paused')
    for keys in ('Tab', 'j', 'z', 'w', 'j', 'Enter'):
        pane.keys(keys)
        pane.taken()
        screen = pane.settle()
        if crooked(screen):  # half a frame, perhaps: a whole one has to come
            until(lambda: not crooked(pane.screen()), 5)
            screen = pane.screen()
        check(not crooked(screen), 'after %s: %s' % (keys, crooked(screen)), screen)
    check(pane.ask('pane_title') not in ('title', 't', 'x'), 'the title was set by a server')


@case('ascii', each=['locale', 'option', 'posix'])
def nothing_beyond_ascii(stage, how):
    fake = stage.fake(query='MATCH (p {name: "Jos\u00e9 \u9001\u5217 \U0001f600"}) RETURN p')
    locale = {'locale': 'C', 'option': 'C.UTF-8', 'posix': None}[how]
    p = stage.pty(*(['--ascii'] if how == 'option' else []), fake.url, env=stage.env(LC_ALL=locale))
    p.ready()
    tour(p)
    check(not any(b > 126 for b in p.out), 'bytes beyond ASCII: %r' % sorted({b for b in p.out if b > 126})[:20], p.tail)
    found = wire.faults(bytes(p.out))
    check(not found, '%d faults on the wire' % len(found), '\n'.join(found[:40]))
    check(b'+' in p.out and b'|' in p.out, 'no frame', p.tail)


@case('lines')
def lines_in_utf8(stage):
    p = stage.pty(stage.fake().url)
    p.ready()
    for c in '┌┐└┘│─':
        check(c.encode() in p.out, 'no %s' % c, p.tail)
    check(not wire.faults(bytes(p.out)), 'faults on the wire', '\n'.join(wire.faults(bytes(p.out))[:40]))


@case('no-colour', each=['NO_COLOR', 'option', 'theme', 'vt100'])
def no_colours(stage, how):
    env = {'NO_COLOR': stage.env(NO_COLOR='1'), 'vt100': stage.env(term='vt100')}.get(how, stage.env())
    p = stage.pty(*{'option': ['--no-color'], 'theme': ['--theme', 'mono']}.get(how, []), stage.fake().url, env=env)
    p.ready()
    tour(p)
    found = set(wire.colours(bytes(p.out))) - ({39, 49} if how == 'theme' else set())  # those are no colours but the terminal's own
    check(not found, 'colours: %s' % sorted(found), p.tail)
    check(b'\033[7m' in p.out or b';7m' in p.out or b'\033[1m' in p.out, 'nothing is set off without colours', p.tail)


@case('colours', each=['xterm-256color', 'xterm', 'linux'])
def colours_within_what_there_is(stage, term):
    """256 colours only where there are 256."""
    p = stage.pty(stage.fake().url, env=stage.env(term=term))
    p.ready()
    check(wire.colours(bytes(p.out)), 'no colours', p.tail)
    check((b'38;5;' in p.out) == ('256' in term), 'wrong kind of colours', p.tail)
