"""What is printed and drawn: nothing of it may act on a terminal, and what cannot be written is told."""
import csv
import io
import os
import subprocess
import unicodedata
from program import case, check

VIEWS = 'transactions databases connections plugins instances findings messages dashboard'.split()


def hostile(fake):
    for words in ('SHOW', 'CALL', 'RETURN'):
        fake.rule('controls', words)
    return fake


def acts_on_a_terminal(c):
    return c not in '\n\t' and (unicodedata.category(c) in ('Cc', 'Cs', 'Zl', 'Zp', 'Cf'))


def check_harmless(raw, where, *allowed):
    text = raw.decode('utf-8')  # strict: what is printed is UTF-8
    bad = sorted({c for c in text if acts_on_a_terminal(c) and c not in allowed})
    check(not bad, '%s holds %s' % (where, ' '.join('U+%04X' % ord(c) for c in bad[:8])), repr(text[:400]))


@case('output-controls', each={'%s-%s' % (v, f): (v, f) for v in VIEWS for f in ('table', 'json', 'csv')})
def controls(stage, row):
    view, form = row
    r = stage.show(view, hostile(stage.fake()).url, '--format', form)
    check(r.status in (0, 1), 'exit status %s' % r.status, r)
    check_harmless(r.raw_out.replace(b'\r\n', b'\n') if form == 'csv' else r.raw_out, 'standard output')
    check_harmless(r.raw_err, 'standard error')
    if form == 'json':
        r.json()
    if form == 'csv' and view != 'dashboard':
        lines = list(csv.reader(io.StringIO(r.out), strict=True))
        check(len({len(line) for line in lines}) == 1, 'not the same number of fields in every line', r)


INFO_KEYS = set('neodeck config read state themes system_themes session instances'.split())
INSTANCE_KEYS = set('name uri protocol auth user home read_only state login message server_version edition connection machine'.split())


@case('output-check-json', each={'fine': ({}, 0, 'ok'), 'hostile': ({}, None, None), 'down': ({'state': 'down'}, 3, 'unknown')})
def check_json(stage, row):
    """The exit status stays that of monitoring, and stands in the document; each finding is a row."""
    ctl, status, word = row
    fake = stage.fake(transactions=0)
    if word is None:
        hostile(fake)
    if ctl:
        fake.ctl(**ctl)
    for form in ('json', 'csv'):
        r = stage.run('check', '-i', fake.url, '--format', form)
        check_harmless(r.raw_out.replace(b'\r\n', b'\n') if form == 'csv' else r.raw_out, 'standard output')
        check(status is None or r.status == status, 'exit status %s' % r.status, r)
        if form == 'csv':
            check(r.out.startswith('level,instance,kind,subject,message'), 'no header', r)
            continue
        doc = r.json()
        check(doc['view'] == 'check' and doc['status'] == (word or doc['status']), "status is '%s'" % doc['status'], r)
        check(all(set(f) >= {'level', 'instance', 'kind', 'subject', 'message'} for f in doc['rows']), 'a finding lacks a key', r)
        check(not ctl or doc['rows'], 'nothing is found of a server that is down', r)


@case('output-info-json', each={'up': {}, 'hostile': None, 'down': {'state': 'down'}})
def info_json(stage, row):
    """The keys are always there: what is not known is null."""
    fake = hostile(stage.fake()) if row is None else stage.fake()
    if row:
        fake.ctl(**row)
    r = stage.run('info', '-i', fake.url, '--format', 'json').must(0)
    check_harmless(r.raw_out, 'standard output')
    doc = r.json()
    check(set(doc) == INFO_KEYS, 'keys are %s' % sorted(doc), r)
    one, = doc['instances']
    check(set(one) == INSTANCE_KEYS, 'keys of an instance are %s' % sorted(one), r)
    check(one['uri'] == {'value': fake.url, 'from': 'command line'}, 'its address is %s' % one['uri'], r)
    check(one['machine']['error'], 'nothing says that its machine shows no server', r)


@case('output-controls-in-errors')
def controls_in_errors(stage):
    fake = stage.fake()
    fake.rule('error', 'SHOW', message='a\x1b[2Jb\x9bc\u202ed\ne', code='Neo.Client\x1b[31mError.X.Y')
    for form in ('table', 'json'):
        r = stage.show('transactions', fake.url, '--format', form).must(1)
        check_harmless(r.raw_out, 'standard output')
        check_harmless(r.raw_err, 'standard error')
        check(r.raw_err.count(b'\n') == 1, 'more than one line', r)


@case('output-controls-on-the-terminal')
def controls_on_the_terminal(stage):
    p = stage.pty(hostile(stage.fake()).url)
    p.wait(rb'transactions')
    p.read(1.5)
    for keys in ('3', '\r', 'q', ':databases\r', ':connections\r', ':messages\r'):
        p.write(keys)
        p.read(0.3)
    p.write(':quit\r')
    p.wait_end()
    for sent in (b'\033]52;c;aGk', b'\033P+q544e', b'\033]0;title', b'\033[6n', b'\302\233', b'\302\235', b'\342\200\256', b'\357\273\277'):
        check(sent not in p.out, 'the terminal gets %r' % sent)


@case('output-full', each={'show': ['show', 'databases'], 'large': ['show', 'transactions', '--format', 'json'], 'info': ['info'],
                           'dashboard': ['--plain'], 'help': ['--help'], 'version': ['--version'], 'history': ['history']})
def full(stage, args):
    fake = stage.fake(transactions=2000 if 'json' in args else 7)
    target = [] if args[0].startswith('--h') or args[0].startswith('--v') else [fake.url] if args == ['--plain'] else ['-i', fake.url]
    with open('/dev/full', 'w', encoding='ascii') as to:
        stage.run(*args, *target, stdout=to).must(1, 'cannot write the output')


@case('output-full-check-is-unknown')
def full_check(stage):
    with open('/dev/full', 'w', encoding='ascii') as to:
        r = stage.run('check', '-i', stage.fake(transactions=0).url, stdout=to)
    check(r.status != 0 and 'cannot write' in r.err, 'nobody would see it', r)


@case('output-reader-has-gone')
def reader_has_gone(stage):
    fake = stage.fake(transactions=2000)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, 'w') as to:
        stage.show('transactions', fake.url, '--format', 'json', stdout=to).must(1, 'the reader has gone')


@case('output-closed')
def closed(stage):
    """Nothing of ours may be given to the first socket that takes the number of standard output."""
    fake = stage.fake()
    r = stage.run('show', 'databases', '-i', fake.url, wrap=['sh', '-c', '"$@" >&-', 'sh']).must(1, 'cannot write the output')
    check(r.out == '', 'something is printed', r)
    first = fake.ctl()['total']['requests']
    fake.ctl(reset_counters=True)
    stage.show('databases', fake.url).must(0)
    check(fake.ctl()['total']['requests'] == first, 'the server got something else')


@case('output-is-a-snapshot-without-a-terminal')
def snapshot(stage):
    r = stage.run(stage.fake().url).must(0)
    check('reports' in r.out and 'online' in r.out, 'no dashboard', r)
    check_harmless(r.raw_out, 'standard output')


@case('terminal-too-small')
def too_small(stage):
    """It says so, waits, and goes on when there is room."""
    p = stage.pty(stage.fake().url, size=(20, 5))
    p.wait(rb'20x5')
    p.wait(rb'60x15')
    p.write('jjkK')
    p.taken()
    p.read(0.2)
    check(not p.ended(), 'it ended')
    del p.out[:]
    p.resize(80, 24)
    p.wait(rb'running')
    p.write(':quit\r')
    check(p.wait_end() == 0, 'exit status %s' % p.status)


TERMS = {'dumb': 'dumb', 'unknown': 'no-such-terminal', 'empty': '', 'not-set': None}


@case('terminal-unusable', each=TERMS)
def unusable(stage, term):
    p = stage.pty(stage.fake().url, env=stage.env(TERM=term))
    check(p.wait_end() == 2, 'exit status %s' % p.status, bytes(p.out))
    check(b'neodeck: ' in p.out and b'TERM' in p.out, 'no words', bytes(p.out))
    check(b'\033' not in p.out, 'an escape sequence was written', bytes(p.out))


# ---- kill ----

KILLS = {
    'without-identity': ([], 2, '--started TIME or --older-than'),
    'too-young': (['--older-than', '90d', '--yes'], 3, 'only'),
    'another-one': (['--started', '2020-01-01T00:00:00Z', '--yes'], 3, 'another one'),
    'no-time': (['--started', 'yesterday', '--yes'], 2, "'yesterday'"),
    'not-confirmed': (['--older-than', '0ms'], 3, 'add --yes'),
    'read-only': (['--older-than', '0ms', '--yes', '--read-only'], 3, 'read-only'),
}


@case('kill', each=KILLS)
def kill(stage, row):
    fake = stage.fake()
    stage.run('kill', 'neo4j-transaction-101', '-i', fake.url, *row[0]).must(row[1], row[2])
    check(fake.total()['kills'] == 0, 'it was killed')
    rows = stage.run('history', '--format', 'json', '-i', fake.url).must(0).json()['rows']
    check('neo4j-transaction-101' in str(rows), 'the refusal is not recorded', rows)


@case('kill-unknown')
def kill_unknown(stage):
    fake = stage.fake()
    for name in ('neo4j-transaction-999', '999', 'rubbish', '; DROP', '\x1b[31m'):
        r = stage.run('kill', name, '-i', fake.url, '--older-than', '0ms', '--yes').must(3, 'no transaction or connection')
        check_harmless(r.raw_err, 'standard error')
    check(fake.total()['kills'] == 0, 'something was killed')


@case('kill-that-does-not-end')
def kill_does_not_end(stage):
    """Its answer is cut: it may have been done, and that is said."""
    fake = stage.fake()
    fake.rule('cut', 'TERMINATE')
    r = stage.run('kill', 'neo4j-transaction-101', '-i', fake.url, '--older-than', '0ms', '--yes', seconds=60)
    check(r.status in (0, 1), 'exit status %s' % r.status, r)
    check(r.err, 'no words', r)


ONE_DOCUMENT = {'databases': ['show', 'databases'], 'findings': ['show', 'findings'], 'instances': ['show', 'instances'], 'plugins': ['show', 'plugins'],
                'jobs': ['show', 'jobs'], 'history': ['show', 'history'], 'dashboard': ['--plain'], 'no-view': ['show', 'nothing'],
                'filter': ['show', 'databases', '--filter', 'x>>'], 'kill': ['kill', '1', '--started', '2026-01-01T00:00:00Z']}


@case('output-json-is-one-document', each=ONE_DOCUMENT)
def one_document(stage, args):
    """Whether the only target answers, refuses the login or is down: one object on standard output, words on standard error."""
    fake = stage.fake()
    stage.run(*args, '--format', 'json', '-i', fake.url).json()
    fake.ctl(password={'new': 'another', 'after_ms': 0})
    stage.run(*args, '--format', 'json', '-i', fake.url).json()
    fake.ctl(state='down')
    stage.run(*args, '--format', 'json', '-i', fake.url).json()
