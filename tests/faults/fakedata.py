"""What one fake instance holds (transactions, databases, connections) and how it answers each statement."""
import random
import re
import time

from fakewire import Answer, Failure, Temporal, columns, evaluate, project, recorded

TRANSACTION = ('database transactionId currentQueryId outerTransactionId connectionId clientAddress username metaData '
               'currentQuery parameters planner runtime indexes startTime currentQueryStartTime protocol requestUri status '
               'currentQueryStatus statusDetails resourceInformation activeLockCount currentQueryActiveLockCount elapsedTime '
               'cpuTime waitTime idleTime currentQueryElapsedTime currentQueryCpuTime currentQueryWaitTime '
               'currentQueryIdleTime currentQueryAllocatedBytes allocatedDirectBytes estimatedUsedHeapMemory pageHits '
               'pageFaults currentQueryPageHits currentQueryPageFaults initializationStackTrace').split()
DATABASE = ('name type aliases access databaseID serverID address role writer requestedStatus currentStatus statusMessage '
            'default home currentPrimariesCount currentSecondariesCount requestedPrimariesCount requestedSecondariesCount '
            'creationTime lastStartTime lastStopTime store lastCommittedTxn replicationLag constituents options').split()
CONNECTION = 'connectionId connectTime connector username userAgent serverAddress clientAddress'.split()
INDEX = 'name state populationPercent type entityType labelsOrTypes properties failureMessage'.split()
KILLED = ['transactionId', 'username', 'message']
TERMINATED = 'Terminated with reason: Status.Code[Neo.ClientError.Transaction.Terminated]'

QUERIES = ['MATCH (p:Person)-[:KNOWS*1..4]->(q:Person) WHERE p.id = $id RETURN q.name ORDER BY q.score DESC LIMIT 25',
           'MATCH (o:Order {id: $order})-[:CONTAINS]->(i:Item)\nSET i.reserved = true, o.state = "picking"\nRETURN count(i)',
           'LOAD CSV WITH HEADERS FROM "file:///prices.csv" AS row MERGE (p:Product {sku: row.sku}) SET p.price = row.price',
           'CALL db.index.fulltext.queryNodes("titles", $words) YIELD node, score RETURN node.title, score LIMIT 10',
           'UNWIND range(1, 300000000) AS x MATCH (c:City) RETURN count(*)',
           'MATCH (n) WHERE n.updated < datetime() - duration("P90D") DETACH DELETE n']
USERS = ['reports', 'orders', 'neo4j', 'etl', 'analytics']


def moment(at):
    """As the server prints it: milliseconds without their trailing zeros."""
    fraction = ('.%03d' % (int(at * 1000) % 1000)).rstrip('0').rstrip('.')
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(at)) + fraction + 'Z'


def span(seconds):
    return Temporal('PT' + ('%.3f' % max(0, seconds)).rstrip('0').rstrip('.') + 'S')


class Tx:
    """One open transaction: made up, or of a request that this server is working on."""

    def __init__(self, tx_id, database, username, query, started, **more):
        self.id, self.database, self.username, self.query, self.started = tx_id, database, username, query, started
        self.status, self.meta, self.parameters, self.protocol = 'Running', {}, {}, 'bolt'
        self.connection, self.client, self.locks, self.kind = 'bolt-1', '127.0.0.1:50000', 1, None
        self.blocked_by = []
        self.left = False    # its client is gone
        self.wake = None     # called when it is terminated
        self.__dict__.update(more)

    def row(self, now, address):
        age, waits = now - self.started, bool(self.blocked_by)
        status = self.status if self.status != 'Running' or not waits else 'Blocked by: [%s]' % ', '.join(self.blocked_by)
        busy = bool(self.query)
        return {
            'database': self.database, 'transactionId': self.id, 'outerTransactionId': '',
            'currentQueryId': 'query-%s' % self.id.rsplit('-', 1)[1] if busy else '',
            'connectionId': self.connection, 'clientAddress': self.client, 'username': self.username,
            'metaData': self.meta, 'currentQuery': self.query, 'parameters': self.parameters,
            'planner': 'idp' if busy else '', 'runtime': 'slotted' if busy else '', 'indexes': [],
            'startTime': moment(self.started), 'currentQueryStartTime': moment(self.started) if busy else '',
            'protocol': self.protocol, 'requestUri': address, 'status': status,
            'currentQueryStatus': ('waiting' if waits else 'running') if busy else '', 'statusDetails': '',
            'resourceInformation': {'lockMode': 'EXCLUSIVE', 'resourceType': 'NODE', 'resourceIds': [0]} if waits else {},
            'activeLockCount': self.locks, 'currentQueryActiveLockCount': self.locks if busy else None,
            'elapsedTime': span(age), 'cpuTime': None, 'waitTime': span(age if waits else 0), 'idleTime': None,
            'currentQueryElapsedTime': span(age) if busy else None, 'currentQueryCpuTime': None,
            'currentQueryWaitTime': span(age if waits else 0) if busy else None, 'currentQueryIdleTime': None,
            'currentQueryAllocatedBytes': 64 if busy else None, 'allocatedDirectBytes': 0,
            'estimatedUsedHeapMemory': 2097152 + int(age) * 1024, 'pageHits': int(age * 1000), 'pageFaults': int(age),
            'currentQueryPageHits': int(age * 1000) if busy else None, 'currentQueryPageFaults': 0 if busy else None,
            'initializationStackTrace': ''}


class Data:
    """The state behind the answers. `number` makes each instance's own."""

    DEFAULTS = {'version': '5.26.30', 'edition': 'community', 'transactions': 7, 'databases': 1, 'connections': 4,
                'churn': 0, 'kill_delay_ms': 100, 'idle_stays_ms': 30000, 'user': 'neo4j', 'password': 'secret-demo-1',
                'auth': True, 'expired': False, 'query': None}

    def __init__(self, number, config, fixtures, later):
        self.number, self.fixtures, self.later = number, fixtures, later
        self.config = dict(self.DEFAULTS, **config)
        self.random = random.Random(number)
        self.server_id = '%08x-0000-4000-8000-%012x' % (number + 1, number + 1)
        self.started = time.time() - 3600
        self.next_id = 100
        self.txs, self.bolt = {}, {}
        self.kills = 0
        self.http_connections = lambda: []
        self.close_connection = lambda name: False
        self.fill()

    def configure(self, config):
        self.config.update(config)
        if {'transactions', 'connections'} & set(config):
            self.fill()

    def fill(self):
        self.txs = {k: t for k, t in self.txs.items() if t.kind}
        self.bolt = {'bolt-%d' % (i + 1): time.time() - 60 * i for i in range(self.config['connections'])}
        for i in range(self.config['transactions']):
            self.invent(i, age=self.random.choice((0.2, 3, 41, 700, 9000)) * (1 + self.random.random()))

    def new_id(self, database):
        self.next_id += 1
        return '%s-transaction-%d' % (database, self.next_id)

    def invent(self, i, age):
        tx_id = self.new_id('neo4j')
        idle = i % 5 == 3
        t = Tx(tx_id, 'neo4j', USERS[i % len(USERS)], '' if idle else self.config['query'] or QUERIES[i % len(QUERIES)], time.time() - age,
               connection='bolt-%d' % (i % max(1, self.config['connections']) + 1), client='10.0.%d.%d:4%04d' % (i % 250, i % 7, i),
               meta={'app': USERS[i % len(USERS)]} if i % 2 else {}, parameters={} if idle else {'id': i}, protocol='bolt')
        if i % 6 == 5 and self.txs:
            t.blocked_by = [next(iter(self.txs))]
        self.txs[tx_id] = t

    def stir(self):
        """`churn` transactions end and as many begin, at each listing."""
        invented = [k for k, t in self.txs.items() if not t.kind]
        for k in self.random.sample(invented, min(self.config['churn'], len(invented))):
            del self.txs[k]
            self.invent(self.random.randrange(1000), 0.1)

    # --- statements ---

    def kind_of(self, s):
        s = re.sub(r'^CYPHER \d+ ', '', s.strip())
        for kind, pattern in KINDS:
            if re.search(pattern, s):
                return kind
        return 'OTHER'

    def answer(self, tx, database, s, params):
        kind = self.kind_of(s)
        s = re.sub(r'^CYPHER \d+ ', '', s.strip())
        handler = getattr(self, 'do_' + kind.lower(), None)
        if handler:
            return handler(tx, database, s, params)
        a = recorded(self.fixtures, self.config['version'], RECORDED.get(kind, ''))
        if not a:
            a = recorded(self.fixtures, '5.26.30', RECORDED.get(kind, ''))
        if a and a.fields is not None:
            rows = [dict(zip(a.fields, r)) for r in a.rows]
            try:
                return project(s, rows, a.fields)
            except Failure:
                return Answer(a.fields, a.rows)
        if s.startswith('CALL'):
            name = re.match(r'CALL\s+([\w.]+)', s)
            raise Failure('Neo.ClientError.Procedure.ProcedureNotFound', 'There is no procedure with the name `%s` '
                          'registered for this database instance.' % (name.group(1) if name else '?'))
        if re.match(r'RETURN \d+$', s):
            return Answer([s[7:]], [[int(s[7:])]])
        if re.search(r'\b(apoc|gds)\.version', s):
            raise Failure('Neo.ClientError.Statement.SyntaxError', 'Unknown function')
        return Answer(columns_of(s), [])

    def do_metadata(self, tx, database, s, params):
        if database == 'system':
            raise Failure('Neo.ClientError.Statement.SemanticError', 'Not a recognised system command or procedure. '
                          'This Cypher command can only be executed in a user database: %s' % s)
        given = re.search(r'setMetaData\(\s*\$(\w+)', s)
        if given and isinstance(params.get(given.group(1)), dict):
            tx.meta.update(params[given.group(1)])
        for k, v in re.findall(r"(\w+):\s*('[^']*'|\$\w+)", s):
            tx.meta[k] = params.get(v[1:]) if v[0] == '$' else v[1:-1]
        return Answer([])

    def do_explain(self, tx, database, s, params):
        a = recorded(self.fixtures, self.config['version'], 'explain') or recorded(self.fixtures, '5.26.30', 'explain')
        return Answer(a.fields if a else [], [], summary=a.summary if a else {})

    def do_transactions(self, tx, database, s, params):
        self.stir()
        txs = list(self.txs.values())
        if '$id' in s.split('YIELD')[0]:
            wanted = params.get('id')
            wanted = wanted if isinstance(wanted, list) else [wanted]
            txs = [t for t in txs if t.id in wanted]
        now = time.time()
        rows = [t.row(now, 'http://127.0.0.1/') for t in txs]
        if '$tag' in s:
            tag = params.get('tag')
            rows = [r for r in rows if tag in (evaluate('parameters.neodeck', r), evaluate('metaData.tag', r)) and
                    evaluate('parameters.tag', r) is None]
        return project(s, rows, TRANSACTION)

    def do_kill(self, tx, database, s, params):
        """SHOW TRANSACTIONS $id YIELD .. WHERE .. TERMINATE: only the one that is still what was seen."""
        t = self.txs.get(params.get('id'))
        if t is None or not t.id or ('$started' in s and moment(t.started) != params.get('started')) or \
                ('$user' in s and t.username != params.get('user')):
            return Answer(KILLED)
        return Answer(KILLED, [[t.id, t.username, self.terminate(t)]])

    def do_terminate(self, tx, database, s, params):
        named = re.search(r'\$(\w+)', s)
        ids = params.get(named.group(1)) if named else re.findall(r"'([^']*)'", s)
        out = []
        for i in ids if isinstance(ids, list) else [ids]:
            if not re.fullmatch(r'.+-transaction-\d+', str(i)):
                return Answer(KILLED, error=Failure('Neo.ClientError.General.InvalidArguments', 'Could not parse id (expected '
                                                    'format: <databasename>-transaction-<id>)'))
            t = self.txs.get(i)
            out.append([i, t.username, self.terminate(t)] if t else [i, None, 'Transaction not found.'])
        return Answer(KILLED, out)

    def terminate(self, t):
        """The answer comes at once, the end later: kill_delay_ms (< 0: never), an idle one stays for its client."""
        self.kills += 1
        t.status = TERMINATED
        delay = self.config['idle_stays_ms'] if not t.query else self.config['kill_delay_ms']
        if delay >= 0:
            self.later(delay / 1000, lambda: self.end(t))
        return 'Transaction terminated.'

    def end(self, t):
        self.txs.pop(t.id, None)
        if t.wake:
            t.wake()

    def do_databases(self, tx, database, s, params):
        names = ['neo4j', 'system'] + ['db%03d' % i for i in range(1, self.config['databases'])]
        one = re.match(r'SHOW DATABASE (\w+)', s)
        rows = [self.database(n) for n in sorted(names) if not one or n == one.group(1)]
        return project(s, rows, DATABASE)

    def database(self, name):
        since = Temporal(moment(self.started))
        return {'name': name, 'type': 'system' if name == 'system' else 'standard', 'aliases': [], 'access': 'read-write',
                'databaseID': ('%032X' % (hash_of(name) + self.number)) * 2, 'serverID': self.server_id,
                'address': 'localhost:7687', 'role': 'primary', 'writer': True, 'requestedStatus': 'online',
                'currentStatus': 'online', 'statusMessage': '', 'default': name == 'neo4j', 'home': name == 'neo4j',
                'currentPrimariesCount': 1, 'currentSecondariesCount': 0, 'requestedPrimariesCount': None,
                'requestedSecondariesCount': None, 'creationTime': since, 'lastStartTime': since, 'lastStopTime': None,
                'store': 'record-aligned-1.1', 'lastCommittedTxn': None, 'replicationLag': 0, 'constituents': [], 'options': {}}

    def do_connections(self, tx, database, s, params):
        rows = [{'connectionId': n, 'connectTime': moment(at), 'connector': 'bolt', 'username': 'reports',
                 'userAgent': 'neo4j-python/5.28.1', 'serverAddress': '127.0.0.1:7687', 'clientAddress': '10.0.0.7:4%04d' % i}
                for i, (n, at) in enumerate(self.bolt.items())] + self.http_connections()
        if '$id' in s:
            rows = [r for r in rows if r['connectionId'] == params.get('id')]
        return project(s, rows, CONNECTION)

    def do_kill_connection(self, tx, database, s, params):
        named = re.search(r'\$(\w+)', s)
        name = params.get(named.group(1)) if named else (re.findall(r"'([^']*)'", s) or [''])[0]
        fields = ['connectionId', 'username', 'message']
        if self.bolt.pop(name, None) is not None or self.close_connection(name):
            for t in [t for t in self.txs.values() if t.connection == name]:
                self.end(t)
            return Answer(fields, [[name, 'neo4j', 'Connection found']])
        return Answer(fields, [[name, 'n/a', 'No connection found with this id']])

    def do_procedures(self, tx, database, s, params):
        if 'prefix' in s:
            return Answer(['prefix', 'procedures'], [['db', 45], ['dbms', 21], ['tx', 2], ['jwt', 1]])
        a = recorded(self.fixtures, '5.26.30', 'procedures')
        if not a:
            return Answer(['name'], [['db.ping'], ['dbms.components']])
        return project(s, [dict(zip(a.fields, r)) for r in a.rows], a.fields)

    def do_indexes(self, tx, database, s, params):
        if database == 'system':
            raise Failure('Neo.ClientError.Statement.SemanticError',
                          'The following commands are not allowed on a system database: SHOW INDEXES.')
        rows = [dict(zip(INDEX, ['person_id', 'ONLINE', 100.0, 'RANGE', 'NODE', ['Person'], ['id'], ''])),
                dict(zip(INDEX, ['titles', 'POPULATING', 41.5, 'FULLTEXT', 'NODE', ['Book', 'Film'], ['title'], ''])),
                dict(zip(INDEX, ['broken', 'FAILED', 0.0, 'TEXT', 'NODE', ['City'], ['name'], 'java.lang.RuntimeException: disk']))]
        return project(s, rows, INDEX)

    def do_components(self, tx, database, s, params):
        rows = [{'name': 'Neo4j Kernel', 'versions': [self.config['version']], 'edition': self.config['edition']}]
        return project(s, rows, ['name', 'versions', 'edition'])

    def do_current_user(self, tx, database, s, params):
        fields = ['user', 'roles', 'passwordChangeRequired', 'suspended', 'home']
        return Answer(fields, [[self.config['user'], None, False, None, None]] if self.config['auth'] else [])


def hash_of(text):
    return int.from_bytes(text.encode()[:8].ljust(8, b'.'), 'big')


def columns_of(s):
    return [n for n, _ in columns(s, [])[0]]


# First match counts. Administration commands need a request of their own (ADMIN).
KINDS = [('METADATA', r'tx\.setMetaData'), ('EXPLAIN', r'^EXPLAIN'), ('KILL', r'^SHOW TRANSACTIONS?\b.*\bTERMINATE\b'),
         ('TERMINATE', r'^TERMINATE|dbms\.killTransaction'), ('KILL_CONNECTION', r'dbms\.killConnection'),
         ('TRANSACTIONS', r'^SHOW TRANSACTIONS?\b'), ('DATABASES', r'^SHOW DATABASES?\b'), ('CONNECTIONS', r'dbms\.listConnections'),
         ('PROCEDURES', r'^SHOW PROCEDURES'), ('INDEXES', r'^SHOW INDEX'), ('COMPONENTS', r'dbms\.components'),
         ('CURRENT_USER', r'^SHOW CURRENT USER'), ('USERS', r'^SHOW USERS'), ('SETTINGS', r'^SHOW SETTINGS'),
         ('CONSTRAINTS', r'^SHOW CONSTRAINT'), ('FUNCTIONS', r'^SHOW FUNCTIONS')]
RECORDED = {'USERS': 'users', 'SETTINGS': 'settings', 'CONSTRAINTS': 'constraints', 'FUNCTIONS': 'functions'}
ADMIN = {'DATABASES', 'USERS', 'CURRENT_USER'}
CHANGES = {'KILL', 'TERMINATE', 'KILL_CONNECTION'}
