"""Logins that are refused, locked, expired, missing, or change while everybody polls. 4 when it was the only target."""
import time
from program import PASSWORD, case, check, until


def logins(fake):
    """Requests that carried a login."""
    t = fake.ctl()
    return t['total']['refused'] + sum(k['count'] for i in t['instances'] for name, k in i['by_kind'].items() if name != 'DISCOVERY')


def settled(count):
    """A number once it has stood still for longer than any request under way takes; a program that goes on asking has 5 s to show it."""
    seen, since, end = count(), time.monotonic(), time.monotonic() + 5
    while time.monotonic() - since < 0.7 and time.monotonic() < end:
        time.sleep(0.05)
        now = count()
        if now != seen:
            seen, since = now, time.monotonic()
    return seen


@case('login-wrong-password')
def wrong_password(stage):
    fake = stage.fake()
    r = stage.show('databases', fake.url, env=stage.env(NEO4J_PASSWORD='wrong-one'))
    r.must(4, "refused the login of user 'neo4j'; give the right password with --password-file").must_say_in_one_line()
    check(fake.total()['refused'] == 1, 'it was tried %d times' % fake.total()['refused'])
    check('wrong-one' not in r.out + r.err, 'the password is repeated', r)


@case('login-wrong-password-of-many')
def wrong_of_many(stage):
    """One login is one try, however many servers it is for."""
    fake = stage.fake(20)
    stage.file('password', 'wrong-one\n')
    config = stage.file('many.conf', '[options]\npassword_file = password\n' +
                        ''.join('[instance "i%d"]\nuri = %s\n' % (n, u) for n, u in enumerate(fake.urls)))
    stage.run('show', 'databases', '--config', config).must(4, 'i7: .*refused')
    check(fake.total()['refused'] == 1, 'it was tried %d times' % fake.total()['refused'])


@case('login-console-does-not-try-again')
def console_once(stage):
    fake = stage.fake()
    stage.play(['wait idle', 'advance 3s', 'keys r r', 'advance 2s', 'dump screen'], fake.url, '--interval', '500ms',
               env=stage.env(NEO4J_PASSWORD='wrong-one')).must(0)
    check(fake.total()['refused'] == 1, 'it was tried %d times' % fake.total()['refused'])
    check('refused' in stage.read('screen') and ':password' in stage.read('screen'), 'not on the screen', stage.read('screen'))


@case('login-none-given')
def none_given(stage):
    fake = stage.fake()
    stage.show('databases', fake.url, env=stage.env(NEO4J_PASSWORD=None)).must(4, "no password for user 'neo4j'.*--password-file")
    check(fake.total()['refused'] == 0, 'a login without a password was tried')


@case('login-none-wanted')
def none_wanted(stage):
    fake = stage.fake(auth=False)
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\nauth = none\n' % fake.url)
    stage.show('databases', 'a', '--config', config, env=stage.env(NEO4J_PASSWORD=None)).must(0)


@case('login-none-sent-but-wanted')
def none_sent(stage):
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\nauth = none\n' % stage.fake().url)
    stage.show('databases', 'a', '--config', config).must(4, 'wants a login.*user')


@case('login-locked')
def locked(stage):
    fake = stage.fake()
    fake.rule('status', 'dbms.components', code=429)
    stage.show('databases', fake.url).must(4, 'locked').must_say_in_one_line()
    check(fake.ctl()['instances'][0]['by_kind']['COMPONENTS']['count'] == 1, 'it was tried again at once')


@case('login-expired')
def expired(stage):
    stage.show('databases', stage.fake(expired=True).url).must(4, 'password has expired').must_say_in_one_line()


@case('login-refused-later')
def later(stage):
    """The login works, then a statement is refused: that is no answer of the server's either."""
    stage.show('databases', stage.fake().rule('status', 'SHOW DATABASES', code=401).url).must(4, 'refused the login')


SOURCES = {
    'file-missing': ('password_file = nothing', "cannot open '.*nothing'"),
    'file-empty': ('password_file = empty', "gives nothing"),
    'file-others-can-read': ('password_file = open', 'others can read.*chmod 600'),
    'file-directory': ('password_file = .', 'directory'),
    'command-fails': ("password_command = sh -c 'echo no such entry >&2; exit 3'", 'password_command failed with status 3: no such entry'),
    'command-missing': ('password_command = /no/such/command', 'password_command cannot be run'),
    'command-silent': ('password_command = true', 'gives nothing'),
    'command-endless': ('password_command = yes', 'did not end within'),
    'command-long-line': ("password_command = sh -c 'head -c 100000 /dev/zero | tr \\\\\\\\0 x'", 'password_command|refused the login'),
}


@case('login-source', each=SOURCES)
def source(stage, row):
    stage.file('empty', '')
    stage.file('open', PASSWORD + '\n', 0o644)
    fake = stage.fake()
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\n%s\n' % (fake.url, row[0]))
    stage.show('databases', 'a', '--config', config, seconds=60).must(4, row[1]).must_say_in_one_line()
    check(fake.total()['refused'] <= 1, 'tried %d times' % fake.total()['refused'])


@case('login-command-hangs')
def command_hangs(stage):
    """It holds up those who need it, nobody else, and ends with us."""
    fake = stage.fake(2)
    stage.file('password', PASSWORD + '\n')
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\npassword_command = sleep 1000\n[instance "b"]\nuri = %s\npassword_file = password\n'
                        % tuple(fake.urls))
    r = stage.run('show', 'databases', '--config', config, '--format', 'json', seconds=60)
    r.must(5, 'a: password_command did not end within')
    check({row['instance'] for row in r.json()['rows']} == {'b'}, 'not the rows of the other', r)


@case('login-password-changes-while-twenty-poll')
def changes(stage):
    """Nothing leaves with the old password once its refusal was read; no server sees a third wrong login, which would lock."""
    fake = stage.fake(20)
    stage.file('password', PASSWORD + '\n')
    config = stage.file('many.conf', '[options]\npassword_file = password\ninterval = 500ms\n' +
                        ''.join('[instance "i%d"]\nuri = %s\n' % (n, u) for n, u in enumerate(fake.urls)))
    stage.file('script', 'wait idle\nadvance 18s\ndump screen\n')
    process = stage.start('--script', 'script', '--size', '120x40', '--config', config)
    check(until(lambda: logins(fake) > 20 * 8), 'they do not poll')
    fake.ctl(password={'new': 'another'})
    check(until(lambda: fake.total()['refused']), 'nobody was refused')
    before = settled(lambda: logins(fake))  # what was under way was answered, and all refusals were read
    check(process.poll() is None, 'it ended too early')
    time.sleep(2.5)
    check(process.poll() is None, 'it ended too early')
    after, t = logins(fake), fake.ctl()
    check(after == before, '%d more requests left with the refused password' % (after - before))
    worst = max(i['refused'] for i in t['instances'])
    check(worst <= 2, 'one server saw %d wrong logins' % worst)
    check(t['total']['rate_limited'] == 0, 'the login was locked')
    check(t['total']['refused'] <= 20, '%d refusals' % t['total']['refused'])
    process.communicate(timeout=60)
    check('refused' in stage.read('screen'), 'not on the screen', stage.read('screen'))
