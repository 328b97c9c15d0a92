"""Answers to statements that make no sense, do not end, or do not come. 1 for the only target: it failed."""
import os
import time
from program import case, check, in_time, until

BAD = {
    'html': ({'do': 'html'}, 'no answer of Neo4j'),
    'empty': ({'do': 'empty'}, 'no answer of Neo4j'),
    'garbage': ({'do': 'garbage', 'n': 50}, 'no answer of Neo4j'),
    'no-json-in-a-line': ({'do': 'types', 'n': 18}, 'makes no sense.*no JSON'),
    'wide': ({'do': 'wide'}, 'makes no sense.*more cells'),
    'narrow': ({'do': 'narrow'}, 'makes no sense.*fewer cells'),
    'deep': ({'do': 'deep'}, 'makes no sense'),
    'deep-plain': ({'do': 'deep', 'plain': True}, 'makes no sense'),
    'huge-row': ({'do': 'huge', 'n': 3000000}, 'a row of the answer is larger than 16M'),
    'huge-plain': ({'do': 'huge', 'n': 300000, 'plain': True}, 'larger than 16M'),
    'headers': ({'do': 'headers'}, 'header.*larger'),
    'close': ({'do': 'close'}, 'closed the connection'),
    'reset': ({'do': 'reset'}, 'was cut'),
    'trickle': ({'do': 'trickle', 'ms': 50}, 'no whole answer.*within 10'),
    'hang': ({'do': 'hang'}, 'no whole answer.*within 10'),
    'redirect': ({'do': 'redirect'}, None),
    '500': ({'do': 'status', 'code': 500}, 'made to fail'),
    'error': ({'do': 'error', 'message': 'out of cheese'}, 'out of cheese'),
}


@case('answer', each=BAD)
def answer(stage, row):
    fake = stage.fake()
    fake.ctl(rules=[dict(row[0], match='SHOW TRANSACTIONS')])
    r = stage.show('transactions', fake.url, '--format', 'json')
    (r if 'no whole' in (row[1] or '') else in_time(r)).must(1, row[1])
    instance = r.json()['instances'][0]
    check(r.json()['rows'] == [] and instance.get('absent') and instance.get('message'), 'the reason is not in the JSON', r)
    check(len(r.err) < 700, 'too many words', r)
    stage.show('databases', fake.url).must(0)


PART = {
    'broken': ({'do': 'broken'}, 4, 'first 4 only: .*makes no sense.*cut'),
    'cut': ({'do': 'cut'}, 4, 'first 4 only: .*cut after'),
    'error-after-rows': ({'do': 'error_in_rows', 'message': 'out of cheese'}, 7, 'first 8 only: .*out of cheese'),  # ours is not shown
    'endless': ({'do': 'endless'}, 50000, 'first 50,000, the server has more'),
}


@case('answer-in-part', each=PART)
def in_part(stage, row):
    """What came before it broke off is worth something. 5 for that it is not all."""
    fake = stage.fake()
    fake.ctl(rules=[dict(row[0], match='SHOW TRANSACTIONS')])
    r = in_time(stage.show('transactions', fake.url, '--format', 'json')).must(5, row[2])
    check(len(r.json()['rows']) == row[1], '%d rows' % len(r.json()['rows']), r)
    check(r.json()['instances'][0].get('truncated') is True, 'nothing in JSON tells of it', r)
    stage.show('databases', fake.url).must(0)


ODD = {
    'json': {'do': 'json'},
    'chunked': {'do': 'chunked'},
    'no-rows': {'do': 'no_rows'},
    'other-columns': {'do': 'fields'},
    'slow': {'do': 'delay', 'ms': 1500},
    'trickle-that-ends': {'do': 'trickle', 'n': 200, 'ms': 30},
    'large': {'do': 'many', 'n': 3000},
    'larger': {'do': 'many', 'n': 40000},
}


@case('answer-odd-but-right', each=ODD)
def odd(stage, rule):
    fake = stage.fake()
    fake.ctl(rules=[dict(rule, match='SHOW TRANSACTIONS')])
    r = in_time(stage.show('transactions', fake.url, '--format', 'json')).must(0)
    rows = len(r.json()['rows'])
    wanted = {'no_rows': (0,), 'many': range(rule.get('n', 0) * 5 // 6, rule.get('n', 0) + 1), 'fields': (8,)}.get(rule['do'], (7,))  # 8: its own one is not known as such
    check(rows in wanted, '%d rows instead of %s' % (rows, wanted), r)


TYPES = dict(zip('number text null boolean list map float large duration sigil nothing bare digits digits-many text-number map-number '
                 'list-map temporal-number'.split(), range(18)))


@case('answer-wrong-type', each=TYPES)
def wrong_type(stage, n):
    """Every cell of one wrong type: told or left out, in every format, and never a crash."""
    fake = stage.fake()
    for statement in ('SHOW', 'CALL dbms.listConnections'):
        fake.rule('types', statement, n=n)
    for view in ('transactions', 'databases', 'connections', 'plugins', 'findings'):
        r = stage.show(view, fake.url, '--format', 'json')
        check(r.status in (0, 1), 'exit status %s' % r.status, r)
        r.json()
    stage.play(['wait idle', 'dump -', ':databases', 'dump -', ':connections', 'dump -', 'keys q q', 'keys 3 Enter', 'dump -'],
               fake.url).must(0)


@case('answer-exact-integers', each={'jolt': False, 'json': True})
def exact(stage, plain):
    """64 bits, which no double holds; plain JSON is what 3.x speaks."""
    fake = stage.fake()
    fake.rule('types', 'SHOW TRANSACTIONS', n=7, plain=plain)
    r = stage.show('transactions', fake.url, '--format', 'json').must(0)
    locks = {row['locks'] for row in r.json()['rows']}
    check(locks == {2**62 + 1}, 'locks are %s instead of %d' % (locks, 2**62 + 1), r)


@case('answer-one-hangs-the-others-do-not')
def one_hangs(stage):
    """A statement that gets no answer holds up no other view, and is not sent again while it may run."""
    fake = stage.fake()
    fake.rule('hang', 'SHOW TRANSACTIONS')
    stage.play(['advance 4s', ':databases', 'dump databases', 'advance 14s'], fake.url, '--interval', '500ms').must(0)
    check('online' in stage.read('databases'), 'the databases are not there', stage.read('databases'))
    i = fake.ctl()['instances'][0]
    check(i['left_peak'] <= 1, '%d transactions were left behind at once' % i['left_peak'])
    check(i['by_kind']['TRANSACTIONS']['together_peak'] <= 2, 'asked again while the first one ran', i['by_kind']['TRANSACTIONS'])
    check(i['without_timeout'] == 0, '%d requests had no max-execution-time' % i['without_timeout'])


@case('answer-server-comes-and-goes')
def comes_and_goes(stage):
    """The last data stay, and new ones come by themselves."""
    fake = stage.fake()
    stage.file('script', 'wait idle\ndump first\nadvance 6s\ndump gone\nadvance 12s\ndump back\n')
    process = stage.start('--script', 'script', '--size', '120x40', '--interval', '500ms', fake.url)
    check(until(lambda: os.path.exists(stage.home + '/first')), 'it does not start')
    fake.ctl(state='down')
    check(until(lambda: os.path.exists(stage.home + '/gone')), 'it stands still while the server is down')
    fake.ctl(state='up')
    process.communicate(timeout=60)
    gone, back = stage.read('gone'), stage.read('back')
    check(('stale' in gone or 'refused' in gone) and 'reports' in gone, 'down: the reason and the last transactions', gone)
    check('refused' not in back and 'stale' not in back and 'reports' in back, 'up again: as before', back)


@case('answer-every-damage-on-the-screen')
def every_damage(stage):
    """All at once, one after the other, in one console."""
    fake = stage.fake()
    lines = ['wait idle']
    stage.file('script', '\n'.join(lines + ['advance 500ms'] * 30 + ['dump screen']) + '\n')
    process = stage.start('--script', 'script', '--size', '120x40', '--interval', '500ms', fake.url)
    for do in 'html empty garbage broken wide narrow types controls many fields deep cut close reset redirect error json'.split():
        fake.ctl(rules=[{'do': do, 'n': 2000} if do == 'many' else {'do': do}])
        time.sleep(0.8)
    process.communicate(timeout=60)
    check(process.returncode == 0, 'exit status %s' % process.returncode)
