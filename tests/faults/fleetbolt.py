"""The Bolt side of a fake server: a conversation on a connection that begins with Bolt's magic bytes. fleet.py and program.py's servers
hand it over with the knobs below in `s` (any object that has them)."""
import asyncio
import time

from fakepack import Struct, chunks, pack, unpack

MAGIC = b'\x60\x60\xb0\x17'
HELLO, GOODBYE, RESET, RUN, DISCARD, PULL, ROUTE, LOGON = 1, 2, 0x0f, 0x10, 0x2f, 0x3f, 0x66, 0x6a
SUCCESS, RECORD, IGNORED, FAILURE = 0x70, 0x71, 0x7e, 0x7f

KNOBS = {
    'bolt': '',            # '' well, or one of the faults of `agree` and `Conversation`
    'bolt_version': (5, 8),
    'reset_s': 0.0,        # how long RESET takes to end what runs
    'recv_hint_s': 0,      # connection.recv_timeout_seconds
    'auto_expired': True,  # 5.x: LOGON is accepted with credentials_expired; else HELLO or LOGON fails
    'pull_s': 0.0,         # how long each PULL but the first of a statement takes
    'pull_fault': (0, ''), # the PULL of that number of a statement 'fails', 'dies' or 'stops' in the middle
    'discard': '',         # DISCARD: '' well, 'hangs' until RESET, 'fails'
}
COUNTERS = ('agreements', 'hellos', 'resets', 'goodbyes', 'runs', 'pulls', 'routes', 'discards', 'pulled', 'sent')


async def agree(s, reader, writer):
    """The version, or None when there is none."""
    offers = [await reader.readexactly(4) for _ in range(4)]
    s.agreements += 1
    strange = {'magic': b'\x01\x02\x03\x04', 'http': b'HTTP/1.1 400 Bad Request\r\n\r\n', 'tls': b'\x15\x03\x03\x00\x02\x02\x46',
               'zero': b'\0\0\0\0', 'unasked': b'\0\0\x09\x07', 'ssh': b'SSH-2.0-OpenSSH_9.2\r\n'}
    if s.bolt in strange:
        writer.write(strange[s.bolt])
        await writer.drain()
        await asyncio.sleep(0.05)
        return None
    if s.bolt == 'silent':
        await asyncio.sleep(3600)
    if s.bolt == 'half':
        writer.write(b'\0\0')
        await writer.drain()
        await asyncio.sleep(3600)
    if s.bolt == 'shut':
        return None
    major, minor = s.bolt_version
    if s.bolt == 'manifest' or (major, minor) >= (5, 7):
        if b'\0\0\1\xff' in offers:
            writer.write(b'\0\0\1\xff\x02' + bytes([0, minor, minor, major]) + b'\0\4\4\4\0')
            chosen = await reader.readexactly(5)
            return chosen[3], chosen[2]
    for o in offers:
        if o[3] == major and o[2] - o[1] <= minor <= o[2]:
            writer.write(bytes([0, 0, minor, major]))
            return major, minor
    writer.write(b'\0\0\0\0')
    await writer.drain()
    return None


class Rows:
    """What a statement gives, row by row as it is asked for; `s.left` counts those that are not at their end yet."""

    def __init__(self, s, rows):
        self.s, self.rows, self.pulls = s, iter(rows), 0
        self.next = next(self.rows, None)
        s.left += 1

    def take(self, n):
        while self.next is not None and n:
            now, self.next = self.next, next(self.rows, None)
            n -= 1
            yield list(now)

    def more(self):
        return self.next is not None

    def end(self):
        self.s.left -= 1


class Conversation:
    def __init__(self, server, reader, writer, version):
        self.s, self.reader, self.writer, self.version = server, reader, writer, version
        self.failed = self.hello = self.authed = False
        self.text, self.params = '', {}
        self.rows, self.fields = None, None
        self.inbox = asyncio.Queue()
        self.interrupt = asyncio.Event()

    # ---- bytes ----

    async def send(self, *messages):
        data = b''
        for m in messages:
            data += b'\0\0' * 3 if self.s.bolt == 'noop' else b''
            data += chunks(pack(m), 3 if self.s.bolt == 'small' else 0xffff)
        if self.s.bolt == 'split':
            for i in range(len(data)):
                self.writer.write(data[i:i + 1])
                await self.writer.drain()
                await asyncio.sleep(0)
            return
        self.writer.write(data)
        self.s.sent += len(data)
        await self.writer.drain()

    async def listen(self):
        """RESET overtakes: it interrupts what is under way the moment it is read."""
        try:
            while True:
                message = b''
                while True:
                    n = int.from_bytes(await self.reader.readexactly(2), 'big')
                    if not n:
                        break
                    message += await self.reader.readexactly(n)
                if not message:
                    continue
                m, _ = unpack(message)
                if m.tag == RESET:
                    self.interrupt.set()
                await self.inbox.put(m)
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            self.interrupt.set()
            await self.inbox.put(None)

    async def run(self):
        ears = asyncio.create_task(self.listen())
        try:
            while True:
                m = await self.inbox.get()
                if m is None or not await self.take(m):
                    return
        finally:
            ears.cancel()
            self.end()

    # ---- messages ----

    def end(self):
        """No more of the rows."""
        if self.rows:
            self.rows.end()
        self.rows = None

    async def success(self, **about):
        await self.send(Struct(SUCCESS, about))

    async def failure(self, code, message):
        self.failed = True
        self.end()
        about = {'code': 'Neo.' + code, 'message': message}
        if self.version >= (5, 7):
            about = {'neo4j_code': 'Neo.' + code, 'gql_status': '50N42', 'message': message, 'description': 'error: ' + message,
                     'diagnostic_record': {'OPERATION': '', '_classification': 'CLIENT_ERROR'}}
        await self.send(Struct(FAILURE, about))

    async def take(self, m):
        s = self.s
        if m.tag == GOODBYE:
            s.goodbyes += 1
            return False
        if m.tag == RESET:
            s.resets += 1
            if s.bolt == 'reset_hangs':
                await asyncio.sleep(3600)
            if s.bolt == 'reset_fails':
                await self.failure('DatabaseError.General.UnknownError', 'cannot reset')
                return False
            self.interrupt.clear()
            self.failed = False
            self.end()
            await self.success()
            return True
        if self.failed:
            await self.send(Struct(IGNORED))
            return True
        if m.tag == HELLO:
            return await self.take_hello(m.fields[0])
        if m.tag == LOGON:
            return await self.take_logon(m.fields[0])
        if not self.authed:
            return False
        if m.tag == RUN:
            s.runs += 1
            return await self.take_run(*m.fields)
        if m.tag == ROUTE and self.version >= (4, 3):
            s.routes += 1
            return await self.take_route()
        if m.tag == PULL:
            s.pulls += 1
            return await self.take_pull(m.fields[0] if m.fields else {'n': -1})
        if m.tag == DISCARD:
            s.discards += 1
            return await self.take_discard()
        await self.failure('ClientError.Request.Invalid', 'what is that?')
        return True

    async def take_hello(self, about):
        s = self.s
        s.hellos += 1
        if s.bolt == 'garbage':
            self.writer.write(b'\0\x05\xb1\x70\xdf\xff\xff\0\0')
            await self.writer.drain()
            return True
        if s.bolt == 'huge':
            await self.huge()
            return False
        if self.version < (5, 1) and not await self.login(about):
            return False
        hints = {'connection.recv_timeout_seconds': s.recv_hint_s} if s.recv_hint_s else {}
        expired = {'credentials_expired': True} if s.expired and self.version < (4, 0) else {}
        await self.success(server='Neo4j/' + s.version, connection_id='bolt-7', hints=hints, **expired)
        return True

    async def take_logon(self, about):
        if not await self.login(about):
            return False
        await self.success(**({'credentials_expired': True} if self.s.expired else {}))
        return True

    async def login(self, about):
        s = self.s
        if about.get('scheme') != 'none':
            s.logins += 1
        if s.bolt == 'login_hangs':
            await asyncio.sleep(3600)
        while s.bolt == 'login_waits' and self.inbox.empty():  # for what is behind it
            await asyncio.sleep(0.001)
        if s.auth:
            if about.get('scheme') == 'none':
                await self.failure('ClientError.Security.Unauthorized', "scheme 'none' is not allowed")
                return False
            if time.monotonic() < s.locked_until:
                s.locked += 1
                await self.failure('ClientError.Security.AuthenticationRateLimit', 'Too many failed authentication requests.')
                return False
            if about.get('credentials') != s.password:
                s.refused += 1
                s.failed += 1
                if s.failed >= s.lock_after:
                    s.failed, s.locked_until = 0, time.monotonic() + s.lock_s
                await asyncio.sleep(s.refuse_s)
                await self.failure('ClientError.Security.Unauthorized', 'The client is unauthorized due to authentication failure.')
                return False
            s.failed = 0
        if s.expired and self.version < (5, 0) and s.auto_expired is False:
            await self.failure('ClientError.Security.CredentialsExpired', 'must be changed')
            return False
        self.authed = True
        return True

    async def huge(self):
        """A text of 2 GB is claimed, in chunks without end."""
        self.writer.write(b'\xff\xff\xb1\x70\xd2\x7f\xff\xff\xff' + b'x' * (0xffff - 7))
        try:
            for _ in range(1000):
                self.writer.write(b'\xff\xff' + b'x' * 0xffff)
                await self.writer.drain()
        except (ConnectionError, OSError):
            pass

    async def take_run(self, text, params, extra):
        s = self.s
        s.statements += 1
        s.reads += extra.get('mode') == 'r'
        s.limits += 'tx_timeout' in extra
        if 'dbms.components' in text:
            s.probes += 1
        if s.tx == 'starting':
            await self.failure('TransientError.General.DatabaseUnavailable', "Database 'system' is unavailable.")
            return True
        if s.expired and self.version >= (4, 0):  # 3.5 carries out what reads no graph
            await self.failure('ClientError.Security.CredentialsExpired', 'must be changed')
            return True
        probe = 'dbms.components' in text
        if s.routing == 'replica' and 'getRoutingTable' in text:
            return await self.no_table()
        if s.bolt == 'run_fails' and not probe:
            await self.failure('ClientError.Statement.SyntaxError', 'no such thing')
            return True
        if s.bolt == 'run_ignored' and not probe:
            await self.send(Struct(IGNORED))
            return True
        if s.bolt == 'names_wrong' and not probe:
            await self.success(fields=7)
            return True
        if s.bolt == 'record_first' and not probe:
            await self.send(Struct(RECORD, [1]))
        self.fields, rows = s.table(text, params)
        self.rows = Rows(s, rows)
        self.text, self.params = text, params
        await self.success(fields=self.fields, t_first=1)
        return True

    async def no_table(self):
        e = self.s.recorded('routing-table-replica')['errors'][0]
        await self.failure(e['code'].partition('.')[2], e['message'])
        return True

    async def take_route(self):
        if self.s.routing == 'replica':
            return await self.no_table()
        await self.success(rt=self.s.routing_table())
        return True

    async def work(self):
        """False: it was interrupted."""
        s = self.s
        if s.delay_s:
            await asyncio.sleep(s.delay_s)
        if not (s.hold and s.hold in self.text):
            return True
        s.number += 1
        me = s.number
        s.running[me] = self.params.get('neodeck', '')
        s.held += 1
        s.held_peak = max(s.held_peak, len(s.running))
        try:
            await asyncio.wait_for(self.interrupt.wait(), s.hold_s)
            await asyncio.sleep(s.reset_s)
            return False
        except asyncio.TimeoutError:
            return True
        finally:
            del s.running[me]

    async def take_pull(self, about):
        s = self.s
        probe = 'dbms.components' in self.text
        if self.rows is None:
            await self.failure('ClientError.Request.Invalid', 'nothing to pull')
            return True
        if not await self.work():
            await self.failure('ClientError.Transaction.Terminated', 'The transaction has been terminated.')
            return True
        first, self.rows.pulls = self.rows.next or [], self.rows.pulls + 1
        fault = '' if probe else s.pull_fault[1] if self.rows.pulls == s.pull_fault[0] else s.bolt
        if fault in ('dies', 'dies_in_pull'):
            await self.send(Struct(RECORD, list(first)))
            self.writer.write(b'\0\x40\xb1\x71')
            await self.writer.drain()
            self.writer.transport.abort()
            return False
        if fault == 'closes_in_pull':
            return False
        if fault in ('fails', 'fails_in_pull'):
            await self.send(Struct(RECORD, list(first)))
            await self.failure('TransientError.Transaction.DeadlockDetected', 'a deadlock')
            return True
        if fault == 'deep':
            self.writer.write(chunks(b'\xb1\x71\x92' + b'\x91' * 100000 + b'\x01' + pack('flat')))
            await self.writer.drain()
            self.rows.next = None
        if fault == 'large':
            for _ in range(1200):
                self.writer.write(chunks(pack(Struct(RECORD, ['x' * 60000, 'y']))))
                await self.writer.drain()
            self.rows.next = None
        if fault == 'ragged':
            self.rows.next, self.rows.rows = [1], iter([[1, 2, 3]])
        if fault in ('stops', 'stops_in_pull'):
            await self.send(Struct(RECORD, list(first)))
            if fault == 'stops_in_pull':  # and RESET does not help
                await asyncio.sleep(3600)
            await self.interrupted(3600)
            return True
        if self.rows.pulls > 1 and await self.interrupted(s.pull_s):
            return True
        await self.give(about.get('n', -1))
        return True

    async def interrupted(self, seconds):
        """Whether RESET came within that time."""
        try:
            await asyncio.wait_for(self.interrupt.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        await self.failure('ClientError.Transaction.Terminated', 'The transaction has been terminated.')
        return True

    async def give(self, n):
        """That many rows, as fast as they are taken; RESET ends it, but not before Bolt 4."""
        batch = []
        for row in self.rows.take(n):
            batch.append(Struct(RECORD, row))
            self.s.pulled += 1
            if len(batch) == 200:
                await self.send(*batch)
                batch = []
                await asyncio.sleep(0)
                if self.interrupt.is_set() and self.version >= (4, 0):
                    await self.failure('ClientError.Transaction.Terminated', 'The transaction has been terminated.')
                    return
        if self.rows.more():
            await self.send(*batch, Struct(SUCCESS, {'has_more': True}))
        else:
            self.end()
            await self.send(*batch, Struct(SUCCESS, {'type': 'r', 't_last': 2, 'db': 'neo4j'}))

    async def take_discard(self):
        if self.rows is None:
            await self.failure('ClientError.Request.Invalid', 'nothing to discard')
        elif self.s.discard == 'fails':
            await self.failure('DatabaseError.General.UnknownError', 'cannot discard')
        elif self.s.discard != 'hangs' or not await self.interrupted(3600):
            self.end()
            await self.success(type='r', t_last=2, db='neo4j')
        return True


async def converse(s, reader, writer):
    """After the magic bytes."""
    version = await agree(s, reader, writer)
    if version:
        await Conversation(s, reader, writer, version).run()
