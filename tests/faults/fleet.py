#!/usr/bin/env python3
"""Some fake Neo4j servers in one process, with the manners that matter to a session: logins that are counted and
locked, statements that go on working after their client has gone, lists of what runs, and ways to be unwell.

usage: fleet.py COUNT          listens on COUNT free ports of 127.0.0.1 and prints them in one line

Each line on stdin is a command, N the number of a server (from 0) or "all"; each is answered with one line:

    N set KEY VALUE      KEY is one of the knobs below, VALUE a Python literal
    N get KEY            the value of a counter or knob
    all sum KEY / all max KEY
    N reset              counters to 0
    N drop               closes its connections
    N close / N open     stops and starts listening (the same port)

Each port speaks HTTP and, where a connection begins so, Bolt (fleetbolt.py). Ends at the end of stdin.
"""
import ast
import asyncio
import base64
import json
import os
import sys
import time

import fleetbolt
import fleetjolt

KNOBS = {
    'password': 'right',
    'auth': True,          # False: any login does
    'expired': False,      # the password must be changed
    'lock_after': 3,       # wrong logins
    'lock_s': 5.0,
    'refuse_s': 0.0,       # how long it takes to refuse a login
    'front': '',           # GET / answers: '' well, '503', '302', '401', 'html', 'hang', 'empty'
    'version': '5.26.30',
    'edition': 'community',
    'server_id': 'aaaa0000-0000-4000-8000-000000000001',
    'tx': '',              # statements answer: '' well, '404', '503', 'starting', 'garbage', 'cut'
    'query': True,         # GET / names the Query API
    'bolt_direct': 'bolt://127.0.0.1:7687', # GET / says that Bolt is there; 'own': at this port; '': nothing of it
    'routing': 'core',     # answers as that member of a cluster of 3.5 did; 'replica' has no table, 'nonsense' none that makes sense
    'delay_s': 0.0,        # of every statement
    'hold': '',            # statements with this text work for hold_s, whether their client waits or not
    'hold_s': 0.0,
    'early': False,        # the head of the answer comes before the work is done
    'rows': 1,             # of an ordinary answer
    'width': 60,           # characters of their text
    'transactions': 0,     # rows of the list of transactions, made as they are taken
    'list': '',            # '' well, 'error': OWN_TRANSACTIONS is refused
}
COUNTERS = ('requests', 'logins', 'refused', 'locked', 'statements', 'held', 'held_peak', 'at_once', 'at_once_peak',
            'lists', 'late', 'connections', 'discoveries', 'probes', 'limits', 'reads')


def recorded(name):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'fixtures', 'http', '3.5-enterprise', name + '.txt'),
              encoding='utf-8') as f:
        return json.loads(f.read().split('\n\n', 1)[1])


class Server:
    def __init__(self):
        self.__dict__.update(KNOBS)
        self.__dict__.update(fleetbolt.KNOBS)
        self.__dict__.update(fleetjolt.KNOBS)
        self.reset()
        self.failed, self.locked_until = 0, 0.0
        self.left = 0              # statements whose rows are not at their end
        self.running = {}          # number -> tag
        self.number = 0
        self.writers = set()
        self.listener, self.port = None, 0

    def reset(self):
        for c in COUNTERS + fleetbolt.COUNTERS:
            setattr(self, c, 0)

    async def listen(self):
        self.listener = await asyncio.start_server(self.client, '127.0.0.1', self.port, limit=1 << 24)
        self.port = self.listener.sockets[0].getsockname()[1]

    async def close(self):
        if self.listener:
            self.listener.close()
            self.listener = None
        self.drop()

    def drop(self):
        for w in list(self.writers):
            w.transport.abort()

    async def client(self, reader, writer):
        if not self.listener:  # accepted just before it was closed
            writer.transport.abort()
            return
        self.writers.add(writer)
        self.connections += 1
        try:
            first = await reader.readexactly(4)
            if first[0] == 0x16:  # TLS
                writer.transport.abort()
                return
            if first == fleetbolt.MAGIC:
                await fleetbolt.converse(self, reader, writer)
                return
            while True:
                head = (first + await reader.readuntil(b'\r\n\r\n')).decode('latin-1').split('\r\n')
                method, path, _ = head[0].split(' ', 2)
                headers = {k.strip().lower(): v.strip() for k, v in (h.split(':', 1) for h in head[1:] if ':' in h)}
                body = await reader.readexactly(int(headers.get('content-length', 0)))
                self.requests += 1
                first = b''
                await self.request(writer, method, path, headers, body)
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    async def send(self, writer, status, body, kind='application/json', extra=''):
        data = body.encode()
        if self.early:
            writer.write(f'{len(data):x}\r\n'.encode() + data + b'\r\n0\r\n\r\n')
        else:
            writer.write(f'HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n{extra}\r\n'.encode() + data)
        await writer.drain()

    async def request(self, writer, method, path, headers, body):
        if method == 'GET' and path == '/':
            self.discoveries += 1
            await self.front_page(writer)
            return
        self.at_once += 1
        self.at_once_peak = max(self.at_once_peak, self.at_once)
        try:
            if await self.logged_in(writer, headers):
                await self.statement(writer, headers, json.loads(body))
        finally:
            self.at_once -= 1

    async def front_page(self, writer):
        if self.front == 'hang':
            await asyncio.sleep(3600)
        elif self.front == '503':
            await self.send(writer, 503, '<html>busy</html>', 'text/html')
        elif self.front == '302':
            await self.send(writer, 302, '', extra='Location: https://elsewhere:7473/\r\n')
        elif self.front == '401':
            await self.send(writer, 401, 'who are you', 'text/plain')
        elif self.front == 'html':
            await self.send(writer, 200, '<html><title>It works</title></html>', 'text/html')
        elif self.front == 'empty':
            await self.send(writer, 200, '')
        else:
            host = f'http://127.0.0.1:{self.port}'
            page = {'transaction': host + '/db/{databaseName}/tx',
                    'neo4j_version': self.version, 'neo4j_edition': self.edition}
            if self.bolt_direct:
                page['bolt_direct'] = f'bolt://advertised.invalid:{self.port}' if self.bolt_direct == 'own' else self.bolt_direct
            if self.query:
                page['query'] = host + '/db/{databaseName}/query/v2'
            await self.send(writer, 200, json.dumps(page))

    async def errors(self, writer, status, code, message):
        await self.send(writer, status, json.dumps({'errors': [{'code': 'Neo.' + code, 'message': message}]}))

    async def logged_in(self, writer, headers):
        given = headers.get('authorization', '')
        if given:
            self.logins += 1
        if not self.auth:
            return True
        if not given:
            await self.errors(writer, 401, 'ClientError.Security.Unauthorized', 'No authentication header supplied.')
            return False
        if time.monotonic() < self.locked_until:
            self.locked += 1
            await self.errors(writer, 429, 'ClientError.Security.AuthenticationRateLimit',
                              'Too many failed authentication requests. Please wait 5 seconds and try again.')
            return False
        secret = given.split(' ', 1)[1]
        if given.startswith('Basic '):
            secret = base64.b64decode(secret).decode().split(':', 1)[1]
        if secret == self.password:
            self.failed = 0
            return True
        self.refused += 1
        self.failed += 1
        if self.failed >= self.lock_after:
            self.failed, self.locked_until = 0, time.monotonic() + self.lock_s
        await asyncio.sleep(self.refuse_s)
        await self.errors(writer, 401, 'ClientError.Security.Unauthorized', 'Invalid credential.')
        return False

    async def jolt(self, writer, fields, rows):
        lines = [json.dumps({'header': {'fields': fields}})]
        lines += [json.dumps({'data': row}) for row in rows]
        lines += ['{"summary":{}}', '{"info":{}}', '']
        await self.send(writer, 200, '\n'.join(lines), 'application/vnd.neo4j.jolt-v2;strict=true')

    async def jolt_error(self, writer, code, message):
        error = {'error': {'errors': [{'code': {'U': 'Neo.' + code}, 'message': {'U': message}}]}}
        await self.send(writer, 200, json.dumps(error) + '\n{"info":{}}\n', 'application/vnd.neo4j.jolt-v2;strict=true')

    async def statement(self, writer, headers, body):
        sent = body['statements'][-1] if 'statements' in body else body
        text, params = sent['statement'], sent.get('parameters', {})
        self.statements += 1
        self.limits += 'max-execution-time' in headers
        self.reads += headers.get('access-mode') == 'READ'
        if 'dbms.components' in text:
            self.probes += 1
        if self.tx == '404':
            await self.send(writer, 404, '', 'text/html')
        elif self.tx == '503':
            await self.send(writer, 503, 'busy', 'text/plain')
        elif self.tx == 'starting':
            await self.jolt_error(writer, 'TransientError.General.DatabaseUnavailable', "Database 'system' is unavailable.")
        elif self.tx == 'garbage':
            await self.send(writer, 200, '{"header":{"fie\x01', 'application/vnd.neo4j.jolt-v2;strict=true')
        elif self.tx == 'cut':
            writer.write(b'HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n{"header"')
            await writer.drain()
            writer.transport.abort()
        elif self.expired:
            await self.jolt_error(writer, 'ClientError.Security.CredentialsExpired', 'must be changed')
        else:
            if self.early:
                writer.write(b'HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n')
            await self.work(text, params)
            await self.answer(writer, text, params)

    async def work(self, text, params):
        """What a client's leaving does not stop."""
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if self.hold and self.hold in text:
            self.number += 1
            me = self.number
            self.running[me] = params.get('neodeck', '')
            self.held += 1
            self.held_peak = max(self.held_peak, len(self.running))
            await asyncio.sleep(self.hold_s)
            del self.running[me]

    recorded = staticmethod(recorded)

    def routing_table(self):
        if self.routing == 'nonsense':
            return {'ttl': 'for ever', 'servers': [7, {'addresses': 'db1'}, {'role': 3}]}
        row = recorded('routing-table-core')['results'][0]['data'][0]['row']
        return {'ttl': row[0], 'servers': row[1], 'db': 'neo4j'}

    def open_transactions(self):
        names = ['transactionId', 'database', 'username', 'elapsedTime', 'currentQuery', 'clientAddress', 'status', 'connectionId',
                 'startTime', 'currentQueryId', 'protocol', 'activeLockCount', 'neodeck']
        query = 'MATCH (c:Customer {id: $id})-[:ORDERED]->(o:Order)-[:CONTAINS]->(p:Product) WHERE o.placed > $since RETURN o, p'
        return names, ([f'neo4j-transaction-{n}', 'neo4j', f'app-{n % 40}', f'PT{n % 600}.5S', query, f'10.0.{n >> 8 & 255}.{n & 255}:50000',
                        'Running', f'bolt-{n}', '2026-11-22T10:00:00Z', f'query-{n}', 'bolt', n % 7, None] for n in range(self.transactions))

    def table(self, text, params):
        """Fields and rows of what is asked, as Bolt has them, or Jolt that is not strict."""
        if 'dbms.components' in text:
            return ['name', 'versions', 'edition'], [['Neo4j Kernel', [self.version], self.edition]]
        if text.startswith('SHOW DATABASE system'):
            return ['name', 'serverID', 'databaseID', 'address', 'role'], [['system', self.server_id, 'X', '127.0.0.1:7687', 'primary']]
        if text.startswith('SHOW CURRENT USER') or 'showCurrentUser' in text:
            return ['user', 'roles'], [['neo4j', None]] if self.auth else []
        if 'getRoutingTable' in text:
            table = self.routing_table()
            return ['ttl', 'servers'], [[table['ttl'], table['servers']]]
        if self.transactions and 'SHOW TRANSACTIONS YIELD transactionId, database' in text:
            return self.open_transactions()
        if 'parameters.tag IS NULL' in text:
            self.lists += 1
            return ['transactionId'], [[f'neo4j-transaction-{n}'] for n, t in self.running.items() if t == params['tag']]
        return ['name', 'text'], ([f'row {n}', 'x' * self.width] for n in range(self.rows))

    async def answer(self, writer, text, params):
        if self.transactions and 'SHOW TRANSACTIONS YIELD transactionId, database' in text:
            await fleetjolt.rows(self, writer, *self.open_transactions(), params.get('neodeck', ''))
        elif 'dbms.components' in text:
            await self.jolt(writer, ['name', 'versions', 'edition'],
                            [[{'U': 'Neo4j Kernel'}, {'[]': [{'U': self.version}]}, {'U': self.edition}]])
        elif text.startswith('SHOW DATABASE system'):
            await self.jolt(writer, ['name', 'serverID', 'databaseID', 'address', 'role'],
                            [[{'U': 'system'}, {'U': self.server_id}, {'U': 'X'}, {'U': '127.0.0.1:7687'}, {'U': 'primary'}]])
        elif text.startswith('SHOW CURRENT USER'):
            await self.jolt(writer, ['user', 'roles'], [[{'U': 'neo4j'}, None]] if self.auth else [])
        elif 'parameters.tag IS NULL' in text:
            self.lists += 1
            if self.list == 'error':
                await self.jolt_error(writer, 'ClientError.Security.Forbidden', 'not you')
                return
            tag = params['tag']
            tag = tag['U'] if isinstance(tag, dict) else tag
            rows = [[{'U': f'neo4j-transaction-{n}'}] for n, t in self.running.items()
                    if (t['U'] if isinstance(t, dict) else t) == tag]
            await self.jolt(writer, ['transactionId'], rows)
        elif self.early:
            await self.jolt(writer, ['name', 'text'], [[{'U': f'row {n}'}, {'U': 'x' * 60}] for n in range(self.rows)])
        else:
            fields, rows = self.table(text, params)
            await fleetjolt.rows(self, writer, fields, rows, params.get('neodeck', ''))


async def command(servers, words):
    who = servers if words[0] == 'all' else [servers[int(words[0])]]
    verb = words[1]
    if verb == 'set':
        value = ast.literal_eval(words[3])
        for s in who:
            setattr(s, words[2], value)
    elif verb == 'get':
        return getattr(who[0], words[2])
    elif verb == 'sum':
        return sum(getattr(s, words[2]) for s in who)
    elif verb == 'max':
        return max(getattr(s, words[2]) for s in who)
    elif verb == 'reset':
        for s in who:
            s.reset()
    elif verb == 'drop':
        for s in who:
            s.drop()
    elif verb == 'close':
        for s in who:
            await s.close()
    elif verb == 'open':
        for s in who:
            await s.listen()
    else:
        return 'unknown'
    return 'ok'


async def main():
    servers = [Server() for _ in range(int(sys.argv[1]))]
    for s in servers:
        await s.listen()
    print(' '.join(str(s.port) for s in servers), flush=True)
    loop = asyncio.get_running_loop()
    stdin = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    while True:
        line = (await stdin.readline()).decode()
        if not line:
            break
        print(await command(servers, line.split(None, 3)), flush=True)
    os._exit(0)  # whatever hangs need not be told

asyncio.run(main())
