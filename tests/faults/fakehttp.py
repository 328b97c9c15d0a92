"""Connections of the fake server: HTTP requests in, answers out, and what can go wrong in between."""
import asyncio
import base64
import json
import re
import socket
import struct
import time

import fakewire as wire
from fakedata import ADMIN, Tx
from fakewire import Answer, Failure

REASONS = {200: 'OK', 302: 'Found', 401: 'Unauthorized', 404: 'Not Found', 429: 'Too Many Requests',
           500: 'Internal Server Error', 503: 'Service Unavailable'}
LOCK_S, WRONG_LOGINS = 5, 3
MAX_REQUEST = 64 * 1024 * 1024
TIMED_OUT = Failure('Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration',
                    'The transaction has been terminated. The transaction has not completed within the timeout specified at '
                    'its start by the client. You may want to retry with a longer timeout. ')
KILLED = Failure('Neo.ClientError.Transaction.Terminated',
                 'The transaction has been terminated. Explicitly terminated by the user. ')
NOTICE = {'code': 'Neo.ClientNotification.Request.FeatureDeprecationWarning', 'severity': 'WARNING',
          'title': 'This feature is deprecated and will be removed in future versions.',
          'description': 'HTTP API is deprecated. It is replaced by Query API.'}


KNOWN = ('ok delay hang json status redirect cut broken close reset garbage html empty bolt tls trickle chunked endless '
         'headers').split() + wire.DAMAGES


class Request:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body


class HttpProtocol(asyncio.Protocol):
    """Whole requests, one at a time, to handle(request)."""

    def connection_made(self, transport):
        self.transport, self.buffer, self.busy, self.gone, self.writable = transport, b'', False, False, None
        sock = transport.get_extra_info('socket')
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data):
        self.buffer += data
        if not self.busy:
            self.next_request()

    def next_request(self):
        end = self.buffer.find(b'\r\n\r\n')
        if end < 0 or self.gone:
            return
        lines = self.buffer[:end].decode('latin-1').split('\r\n')
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(':') for line in lines[1:])}
        length = int(headers.get('content-length') or 0)
        if length > MAX_REQUEST:
            self.transport.abort()
        if len(self.buffer) < end + 4 + length:
            return
        body, self.buffer = self.buffer[end + 4:end + 4 + length], self.buffer[end + 4 + length:]
        method, path, _ = (lines[0] + '  ').split(' ', 2)
        self.busy = True
        asyncio.ensure_future(self.serve(Request(method, path, headers, body)))

    async def serve(self, request):
        try:
            await self.handle(request)
        finally:
            self.busy = False
            self.next_request()

    def respond(self, status, content_type, body, extra=()):
        if self.gone:
            return
        head = ['HTTP/1.1 %d %s' % (status, REASONS.get(status, 'Other')), 'Content-Type: ' + content_type,
                'Content-Length: %d' % len(body), *extra, '', '']
        self.transport.write('\r\n'.join(head).encode() + body)

    def connection_lost(self, error):
        self.gone = True
        self.resume_writing()

    def pause_writing(self):
        self.writable = asyncio.get_event_loop().create_future()

    def resume_writing(self):
        if self.writable and not self.writable.done():
            self.writable.set_result(None)
        self.writable = None

    async def drain(self):
        if self.writable:
            await self.writable


class Connection(HttpProtocol):
    """A client's connection to one instance."""

    def __init__(self, instance):
        self.instance = instance

    def connection_made(self, transport):
        super().connection_made(transport)
        self.waiter, self.since = None, time.time()
        self.agent, self.peer = '', '%s:%s' % tuple(transport.get_extra_info('peername')[:2])
        self.instance.opened(self)
        if self.instance.state == 'half_open':
            transport.pause_reading()

    def data_received(self, data):
        raw = {'bolt': wire.BOLT, 'tls': wire.TLS_ALERT}.get(self.instance.state)
        if raw:
            self.transport.write(raw)
            self.transport.close()
        elif self.instance.state != 'silent':
            super().data_received(data)

    def connection_lost(self, error):
        super().connection_lost(error)
        self.instance.closed(self)
        self.wake('gone')

    def wake(self, why):
        if self.waiter and not self.waiter.done():
            self.waiter.set_result(why)

    async def wait(self, seconds):
        """'done' after the time (None: never), 'gone' when the client leaves, 'killed' when the transaction was."""
        if self.gone:
            return 'gone'
        loop = asyncio.get_event_loop()
        self.waiter = loop.create_future()
        timer = loop.call_later(seconds, self.wake, 'done') if seconds is not None else None
        why = await self.waiter
        self.waiter = None
        if timer:
            timer.cancel()
        return why

    # --- one request ---

    async def handle(self, request):
        inst = self.instance
        self.agent = request.headers.get('user-agent', '')
        inst.count('requests')
        commit = re.fullmatch(r'/db/([^/]+)/(?:tx|transaction)/commit', request.path)
        if request.method == 'GET' and request.path == '/':
            await self.discover(request)
        elif request.method == 'POST' and commit:
            if not self.login(request):
                return
            await self.commit(request, commit.group(1))
        else:
            self.respond(404, 'application/json', wire.error_body('Neo.ClientError.Request.Invalid', 'Not Found'))

    async def discover(self, request):
        inst = self.instance
        inst.arrived(['DISCOVERY'])
        rule = inst.rule(['GET /'])
        accepts = request.headers.get('accept', '*/*')
        if '*/*' not in accepts and 'application/json' not in accepts:
            inst.answered(['DISCOVERY'], 'done')
            self.respond(406, 'application/json', wire.error_body('Neo.ClientError.Request.Invalid', 'Not Acceptable'))
            return
        host = request.headers.get('host', 'localhost')
        body = {'bolt_routing': 'neo4j://127.0.0.1:7687', 'transaction': 'http://%s/db/{databaseName}/tx' % host,
                'bolt_direct': 'bolt://127.0.0.1:7687', 'neo4j_version': inst.data.config['version'],
                'neo4j_edition': inst.data.config['edition']}
        why = await self.wait(rule.get('ms', 1000) / 1000 if rule['do'] == 'delay' else None) \
            if rule['do'] in ('delay', 'hang') else 'done'
        inst.answered(['DISCOVERY'], why)
        if why == 'done':
            await self.send(200, 'application/json', wire.dumps(body).encode(), rule)

    def login(self, request):
        """False when it was refused, and answered."""
        inst, now = self.instance, time.time()
        config = inst.data.config
        if not config['auth']:
            return True
        if inst.refused_at:
            inst.count('after_first_refusal')
        if inst.wrong_logins >= WRONG_LOGINS and now - inst.last_wrong < LOCK_S:
            inst.count('rate_limited')
            self.refuse(429, 'Neo.ClientError.Security.AuthenticationRateLimit',
                        'Too many failed authentication requests. Please wait 5 seconds and try again.')
            return False
        given = request.headers.get('authorization', '')
        if given == 'Basic ' + base64.b64encode(('%s:%s' % (config['user'], inst.password(now))).encode()).decode():
            inst.wrong_logins = 0
            return True
        inst.count('refused')
        inst.refused_at = inst.refused_at or now
        inst.last_wrong = now
        if given:
            inst.wrong_logins += 1
        self.refuse(401, 'Neo.ClientError.Security.Unauthorized',
                    'Invalid credential.' if given else 'No authentication header supplied.')
        return False

    def refuse(self, status, code, message):
        extra = ['WWW-Authenticate: Basic realm="Neo4j", Bearer realm="Neo4j"'] if status == 401 else []
        self.respond(status, 'application/json;charset=utf-8', wire.error_body(code, message), extra)

    def parse(self, request):
        try:
            body = json.loads(request.body or b'{}')
            return [(s['statement'], s.get('parameters') or {}) for s in body.get('statements', [])]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Failure('Neo.ClientError.Request.InvalidFormat', 'Could not parse the incoming JSON')

    async def commit(self, request, database):
        inst, data = self.instance, self.instance.data
        info = {'lastBookmarks': ['FB:kcwQAAAAAAAAAAAAAAAAAAAAASqQ']}
        if data.config['version'].startswith('20'):
            info = {'notifications': [NOTICE], **info}
        accepts = request.headers.get('accept', '')
        jolt = wire.JOLT1 if data.config['version'].startswith('4.') else wire.JOLT2
        form, encode = (jolt, wire.encode_jolt) if 'vnd.neo4j.jolt' in accepts else (wire.JSON, wire.encode_json)
        try:
            statements = self.parse(request)
        except Failure as e:
            self.respond(200, form, encode([Answer(error=e)], {}))
            return
        kinds = [data.kind_of(s) for s, _ in statements]
        inst.arrived(kinds)
        rule = inst.rule([s for s, _ in statements])
        if database not in ('neo4j', 'system') and not re.fullmatch(r'db\d{3}', database):
            missing = Failure('Neo.ClientError.Database.DatabaseNotFound', 'The database requested does not exists. Requested '
                              "database name: '%s'." % database)
            inst.answered(kinds, 'done')
            self.respond(404, form, encode([Answer(error=missing)], {}))
            return
        tx = self.begin(request, database, statements, kinds)
        why = await self.work(request, tx, rule)
        inst.answered(kinds, why)
        if why == 'gone':
            if not tx.left:
                data.txs.pop(tx.id, None)
            return
        if rule['do'] == 'json' or rule.get('plain'):
            form, encode = wire.JSON, wire.encode_json
        data.txs[tx.id] = tx  # it sees itself
        answers = self.answers(tx, database, statements, kinds, why)
        data.txs.pop(tx.id, None)
        answers = wire.damage(answers, rule)
        await self.send(200, form, wire.put_deep(encode(answers, info)), rule)

    def begin(self, request, database, statements, kinds):
        inst, data = self.instance, self.instance.data
        shown, params = next(((s, p) for (s, p), k in zip(reversed(statements), reversed(kinds)) if k != 'METADATA'), ('', {}))
        tx = Tx(data.new_id(database), database, data.config['user'], shown, time.time(), parameters=params, kind=kinds,
                connection=self.name, client=self.peer, protocol='http', locks=0)
        tx.wake = lambda: self.wake('killed')
        data.txs[tx.id] = tx
        timeout = request.headers.get('max-execution-time', '')
        if not timeout.isdigit():
            inst.count('without_timeout')
        if 'METADATA' not in kinds and not any('neodeck' in p for _, p in statements):
            inst.count('without_tag')
        for (s, p), k in zip(statements, kinds):
            if k == 'METADATA' and database != 'system':
                data.do_metadata(tx, database, s, p)
        return tx

    async def work(self, request, tx, rule):
        """As long as the rule says, but no longer than max-execution-time. A client that leaves does not end it."""
        inst, do = self.instance, rule['do']
        if do not in ('delay', 'hang'):
            return 'gone' if self.gone else 'done'
        given = request.headers.get('max-execution-time', '')
        limit = int(given) / 1000 if given.isdigit() else None
        length = rule.get('ms', 1000) / 1000 if do == 'delay' else None
        end = min([t for t in (limit, length) if t is not None], default=None)
        if end is not None:
            inst.later(end, lambda: inst.data.end(tx))
        why = await self.wait(None)
        if why == 'gone' and tx.id in inst.data.txs:
            tx.left = True
            inst.left_behind()
        if why == 'killed' and do == 'hang':
            why = await self.wait(None)
        if why == 'killed' and tx.status == 'Running':
            why = 'done' if end == length else 'timed out'
        return why

    def answers(self, tx, database, statements, kinds, why):
        out, admin = [], None
        for (s, params), kind in zip(statements, kinds):
            try:
                if admin is not None and admin != (kind in ADMIN):
                    raise Failure('Neo.ClientError.Transaction.ForbiddenDueToTransactionType',
                                  'Tried to execute %s after executing %s query' % (
                                      ('Administration command', 'Read') if kind in ADMIN else ('Read query', 'Administration')))
                admin = kind in ADMIN
                if self.instance.data.config['expired']:
                    raise Failure('Neo.ClientError.Security.CredentialsExpired', "ACCESS on database '%s' is not allowed.\n\nThe "
                                  'credentials you provided were valid, but must be changed before you can use this instance.'
                                  % database)
                answer = self.instance.data.answer(tx, database, s, params)
                if why != 'done' and kind != 'METADATA':
                    answer = Answer(answer.fields, [], TIMED_OUT if why == 'timed out' else KILLED)
            except Failure as e:
                answer = Answer(error=e)
            out.append(answer)
            if answer.error:
                break
        return out

    # --- answers that go wrong on their way ---

    async def send(self, status, form, body, rule):
        way = getattr(self, 'send_' + rule['do'], None)
        if way:
            result = way(form, body, rule)
            if asyncio.iscoroutine(result):
                await result
        else:
            self.respond(status, form, body)

    def raw(self, data):
        if not self.gone:
            self.transport.write(data)

    def head(self, form, length=None):
        how = 'Transfer-Encoding: chunked' if length is None else 'Content-Length: %d' % length
        self.raw(('HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s\r\n\r\n' % (form, how)).encode())

    def send_status(self, form, body, rule):
        code = rule.get('code', 500)
        extra = ['Location: ' + rule['location']] if 'location' in rule else []
        known = {401: ('Security.Unauthorized', 'Invalid credential.'),
                 429: ('Security.AuthenticationRateLimit', 'Too many failed authentication requests.'),
                 503: ('General.DatabaseUnavailable', 'The database is not available')}
        name, words = known.get(code, ('General.UnknownError', 'made to fail'))
        self.respond(code, 'application/json', wire.error_body('Neo.ClientError.' + name, words), extra)

    def send_redirect(self, form, body, rule):
        self.send_status(form, body, {'code': 302, 'location': rule.get('location', 'http://127.0.0.1:9/elsewhere')})

    def send_cut(self, form, body, rule):
        self.head(form, len(body))
        self.raw(body[:rule.get('n', len(body) // 2)])
        self.transport.close()

    def send_broken(self, form, body, rule):
        """The length is right, the last line is not whole."""
        self.respond(200, form, body[:rule.get('n', len(body) // 2)])

    def send_close(self, form, body, rule):
        self.transport.close()

    def send_reset(self, form, body, rule):
        sock = self.transport.get_extra_info('socket')
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.transport.abort()

    def send_garbage(self, form, body, rule):
        self.respond(200, form, wire.GARBAGE * rule.get('n', 1))

    def send_html(self, form, body, rule):
        self.respond(200, 'text/html', wire.HTML)

    def send_empty(self, form, body, rule):
        self.respond(200, form, b'')

    def send_bolt(self, form, body, rule):
        self.raw(wire.BOLT)
        self.transport.close()

    def send_tls(self, form, body, rule):
        self.raw(wire.TLS_ALERT)
        self.transport.close()

    async def send_trickle(self, form, body, rule):
        self.head(form, len(body))
        step = rule.get('n', 1)
        for i in range(0, len(body), step):
            self.raw(body[i:i + step])
            if await self.wait(rule.get('ms', 100) / 1000) == 'gone':
                return

    async def send_chunked(self, form, body, rule):
        self.head(form)
        step = rule.get('n', 7)
        for i in range(0, len(body), step):
            piece = body[i:i + step]
            self.raw(b'%x\r\n%s\r\n' % (len(piece), piece))
            await self.drain()
        self.raw(b'0\r\n\r\n')

    async def send_endless(self, form, body, rule):
        lines = body.split(b'\n')
        row = next((x for x in lines if x.startswith(b'{"data"')), b'{"data":[null]}') + b'\n'
        block = row * max(1, 65536 // len(row))
        self.head(form)
        self.raw(b'%x\r\n%s\n\r\n' % (len(lines[0]) + 1, lines[0]))
        while not self.gone:
            self.raw(b'%x\r\n%s\r\n' % (len(block), block))
            await self.drain()
            await asyncio.sleep(0)

    async def send_headers(self, form, body, rule):
        self.raw(b'HTTP/1.1 200 OK\r\n')
        while not self.gone:
            self.raw(b'X-Filler: ' + b'a' * 60000 + b'\r\n')
            await self.drain()
            await asyncio.sleep(0)
