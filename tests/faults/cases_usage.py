"""Words that are wrong: each is told with what would be right, and nothing is asked of any server."""
from program import case, check

URLS = {
    'empty-host': ('http://', 'no host'),
    'port-too-large': ('http://127.0.0.1:99999', 'port is out of range.*65535'),
    'port-zero': ('http://127.0.0.1:0', 'port is out of range'),
    'port-no-number': ('http://127.0.0.1:abc', "'abc' is no port"),
    'scheme': ('ftp://db', "'ftp' is no scheme.*http"),
    'password-inside': ('http://neo4j:hunter2@127.0.0.1:7474', 'no password in a URI.*--password-file'),
    'user-inside': ('http://neo4j@127.0.0.1:7474', 'no user in a URI.*-u NAME'),
    'path': ('http://127.0.0.1:7474/db/neo4j', "leave out '/db/neo4j'"),
    'query': ('http://127.0.0.1:7474?x=1', 'leave out'),
    'fragment': ('http://127.0.0.1:7474#x', 'leave out'),
    'space': ('http://a b:7474', 'the host may only hold'),
    'ipv6': ('http://[::1', r'write \[::1\]'),
    'control': ('http://a\x1b[31mb', 'host may only hold'),
    'no-name': ('nosuchname', "'nosuchname' is no instance.*http://nosuchname"),
    'no-directory': ('/no/such/home', 'is no directory'),
}


@case('url', each=URLS)
def url(stage, row):
    r = stage.show('databases', row[0]).must(2, row[1]).must_say_in_one_line()
    check(r.out == '', 'something is printed', r)
    check('hunter2' not in r.err, 'the password is repeated', r)
    check('\x1b' not in r.err, 'an escape is repeated', r)


@case('url-slash-at-the-end')
def url_slash(stage):
    stage.show('databases', stage.fake().url + '/').must(0)


NOT_BUILT = {'ssh': 'ssh://db.invalid'}


@case('not-built', each=NOT_BUILT)
def not_built(stage, target):
    stage.show('databases', target).must(4, 'not built yet.*http://').must_say_in_one_line()


ARGS = {
    'view': (['show', 'transactionz'], "no view 'transactionz', did you mean 'transactions'"),
    'view-far': (['show', 'zzzzzzzzzzzz'], "no view 'zzzzzzzzzzzz'.*--help"),
    'no-view': (['show'], 'show wants one VIEW'),
    'command': (['shwo'], "did you mean the command 'show'"),
    'column': (['show', 'databases', '--columns', 'databse'], "no column 'databse' in databases.*database"),
    'no-column': (['show', 'databases', '--columns', ''], 'there is'),
    'sort': (['show', 'databases', '--sort', 'databse'], "no column 'databse' in databases.*database"),
    'filter-column': (['show', 'databases', '--filter', 'databse:x'], "no column 'databse'.*database"),
    'filter-regex': (['show', 'databases', '--filter', '~('], 'regular expression at character 2'),
    'filter-unit': (['show', 'transactions', '--filter', 'elapsed_ms>10parsec'], '10parsec'),
    'format': (['show', 'databases', '--format', 'xml'], "'xml'.*table json csv"),
    'interval': (['show', 'databases', '--interval', '1ms'], '500ms to 1h'),
    'interval-words': (['show', 'databases', '--interval', 'often'], "'often'"),
    'option': (['show', 'databases', '--colums', 'name'], "--colums.*--columns"),
    'size': (['show', 'databases', '--size', '80'], '80x24'),
    'kill-nothing': (['kill'], 'kill wants one ID'),
    'argument': (['info', 'databases'], 'info takes no argument'),
    'not-built': (['backup', 'neo4j'], 'not built yet'),
    'password-file': (['show', 'databases', '--password-file', '/no/such/file'], None),
}


@case('usage', each=ARGS)
def usage(stage, row):
    fake = stage.fake()
    if row[1] is None:
        stage.run(*row[0], '-i', fake.url).must(4, "cannot open '/no/such/file'").must_say_in_one_line()
    else:
        stage.run(*row[0], '-i', fake.url).must(2, row[1]).must_say_in_one_line()
    check(fake.total()['refused'] == 0, 'a login was tried')


@case('usage-check-is-unknown')
def usage_check(stage):
    """For monitoring 2 means critical: wrong usage is 3."""
    stage.run('check', 'x').must(3, 'check takes no argument')
    stage.run('check', '-i', 'http://127.0.0.1:0').must(3, 'out of range')


@case('usage-json-object')
def usage_json(stage):
    r = stage.run('show', 'databases', '--format', 'json', '-i', 'http://127.0.0.1:0').must(2, 'out of range')
    check(r.json()['error'] == 'usage' and 'out of range' in r.json()['message'], 'no object of the error', r)


SCRIPTS = {
    'verb': (['dance'], r'script:1: .*dance.*keys'),
    'key': (['keys j', 'keys NoSuchKey'], r"script:2: .*'NoSuchKey' is no key"),
    'wait': (['wait forever'], r'script:1: .*wait idle'),
    'duration': (['advance soon'], r"script:1: .*'soon'"),
    'size': (['size 80'], r"script:1: .*'80'.*80x24"),
    'dump': (['dump /no/such/directory/x'], r"script:1: .*/no/such/directory/x"),
}


@case('script', each=SCRIPTS)
def script(stage, row):
    r = stage.play(row[0], stage.fake().url)
    r.must(1 if 'dump' in row[0][0] else 2, row[1])


@case('script-missing')
def script_missing(stage):
    stage.run('--script', '/no/such/script', '--size', '80x24').must(2, '/no/such/script')
