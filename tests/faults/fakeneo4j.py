#!/usr/bin/env python3
"""A server that looks like many Neo4j instances over HTTP and misbehaves on command; see README.

usage: fakeneo4j.py [--count N] [--base-port P] [--control P] [--config JSON] [--tls CERT KEY] [--until-eof]

Prints one line when it listens: {"control": port, "ports": [port, ...]}. It serves until SIGTERM, {"quit": true} on the
control port or, with --until-eof, the end of its input.
"""
import argparse
import asyncio
import json
import os
import resource
import signal
import ssl
import sys
import time

from fakedata import Data, moment
from fakehttp import KNOWN, Connection, HttpProtocol

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'fixtures', 'http')
OK = {'do': 'ok'}


class Instance:
    """One virtual server: its port, its state, its rules and what it counted."""

    def __init__(self, number, config, tls):
        self.number, self.tls, self.port, self.server = number, tls, 0, None
        self.state, self.rules, self.connections, self.next_name = 'up', [], {}, 0
        self.new_password, self.new_password_at = None, 0
        self.wrong_logins, self.last_wrong, self.refused_at = 0, 0, 0
        self.data = Data(number, config, FIXTURES, self.later)
        self.data.http_connections = self.http_rows
        self.data.close_connection = self.close_connection
        self.reset()

    def later(self, seconds, what):
        asyncio.get_event_loop().call_later(seconds, what)

    async def listen(self, port=0):
        loop = asyncio.get_event_loop()
        self.server = await loop.create_server(lambda: Connection(self), '127.0.0.1', port or self.port, ssl=self.tls)
        self.port = self.server.sockets[0].getsockname()[1]

    async def set_state(self, state):
        """up; down: nobody listens; half_open: accepts and reads nothing; silent: reads and says nothing; bolt; tls."""
        self.state = state
        if state == 'down' and self.server:
            self.server.close()
            self.server = None
            self.drop()
        elif state != 'down' and not self.server:
            await self.listen()
        for c in list(self.connections.values()):
            (c.transport.pause_reading if state == 'half_open' else c.transport.resume_reading)()

    def drop(self):
        for c in list(self.connections.values()):
            c.transport.abort()

    # --- connections ---

    def opened(self, c):
        self.next_name += 1
        c.name = 'http-%d' % self.next_name
        self.connections[c.name] = c
        self.count('connections')
        self.counters['connections_peak'] = max(self.counters['connections_peak'], len(self.connections))

    def closed(self, c):
        self.connections.pop(c.name, None)
        if c.busy:
            self.count('gave_up')

    def close_connection(self, name):
        if name in self.connections:
            self.later(0.01, self.connections[name].transport.close)
        return name in self.connections

    def http_rows(self):
        return [{'connectionId': c.name, 'connectTime': moment(c.since), 'connector': 'http',
                 'username': self.data.config['user'], 'userAgent': c.agent,
                 'serverAddress': '127.0.0.1:%d' % self.port, 'clientAddress': c.peer} for c in self.connections.values()]

    def password(self, now):
        return self.new_password if self.new_password is not None and now >= self.new_password_at else self.data.config['password']

    # --- rules: the first that fits counts; `times` wears it out ---

    def rule(self, statements):
        for r in self.rules:
            if 'match' in r and not any(r['match'] in s for s in statements):
                continue
            if 'times' in r:
                if r['times'] <= 0:
                    continue
                r['times'] -= 1
            return r
        return OK

    # --- counters ---

    def reset(self):
        self.counters = dict.fromkeys(('requests connections connections_peak refused rate_limited after_first_refusal gave_up '
                                       'left_total left_peak without_timeout without_tag').split(), 0)
        self.by_kind, self.refused_at = {}, 0

    def count(self, what):
        self.counters[what] += 1

    def arrived(self, kinds):
        now = time.time()
        for k in kinds:
            c = self.by_kind.setdefault(k, {'count': 0, 'together': 0, 'together_peak': 0, 'gap_ms': 0, 'last': now, 'given_up': 0})
            c['gap_ms'] = max(c['gap_ms'], int((now - c['last']) * 1000))
            c['last'] = now
            c['count'] += 1
            c['together'] += 1
            c['together_peak'] = max(c['together_peak'], c['together'])

    def answered(self, kinds, why):
        for k in kinds:
            c = self.by_kind.get(k)
            if c:
                c['together'] = max(0, c['together'] - 1)
                c['given_up'] += why == 'gone'

    def left_now(self):
        return [t for t in self.data.txs.values() if t.left]

    def left_behind(self):
        self.count('left_total')
        self.counters['left_peak'] = max(self.counters['left_peak'], len(self.left_now()))

    def report(self):
        left = [{'id': t.id, 'kinds': t.kind, 'age_ms': int((time.time() - t.started) * 1000)} for t in self.left_now()]
        kinds = {k: {x: v for x, v in c.items() if x != 'last'} for k, c in self.by_kind.items()}
        return dict(self.counters, instance=self.number, port=self.port, state=self.state, connections_now=len(self.connections),
                    left_now=len(left), left=left, kills=self.data.kills, transactions=len(self.data.txs), by_kind=kinds)


class Control(HttpProtocol):
    """GET /ctl and POST /ctl."""

    def __init__(self, instances, stop):
        self.instances, self.stop = instances, stop

    async def handle(self, request):
        try:
            reply, status = await self.obey(json.loads(request.body or b'{}')), 200
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError) as e:
            reply, status = {'error': '%s: %s' % (type(e).__name__, e)}, 400
        self.respond(status, 'application/json', json.dumps(reply).encode())

    def chosen(self, which):
        if which in (None, 'all'):
            return self.instances
        by_port = {i.port: i for i in self.instances}
        numbers = which if isinstance(which, list) else [which]
        return [by_port[n] if n in by_port else self.instances[n] for n in numbers]

    async def obey(self, c):
        unknown = set(c) - {'instances', 'rules', 'add_rule', 'state', 'config', 'password', 'clear', 'drop_connections',
                            'reset_counters', 'quit', 'brief'}
        if unknown:
            raise ValueError('unknown command: ' + ', '.join(sorted(unknown)))
        for r in c.get('rules', []) + ([c['add_rule']] if 'add_rule' in c else []):
            if r['do'] not in KNOWN:
                raise ValueError('unknown behaviour: %s (there are: %s)' % (r['do'], ' '.join(KNOWN)))
        instances = self.chosen(c.get('instances'))
        for i in instances:
            await self.change(i, c)
        if c.get('quit'):
            asyncio.get_event_loop().call_later(0.05, self.stop)
        reports = [i.report() for i in instances]
        sums = ('requests connections connections_now refused rate_limited after_first_refusal gave_up left_now left_total '
                'kills without_timeout without_tag').split()
        total = {k: sum(r[k] for r in reports) for k in sums}
        return {'total': total} if c.get('brief') else {'total': total, 'instances': reports}

    async def change(self, i, c):
        if c.get('clear'):
            i.rules = []
            await i.set_state('up')
        if 'config' in c:
            i.data.configure(c['config'])
        if 'password' in c:
            i.new_password = c['password'].get('new', 'changed')
            i.new_password_at = time.time() + c['password'].get('after_ms', 0) / 1000
        if 'rules' in c:
            i.rules = [dict(r) for r in c['rules']]
        if 'add_rule' in c:
            i.rules.insert(0, dict(c['add_rule']))
        if 'state' in c:
            await i.set_state(c['state'])
        if c.get('drop_connections'):
            i.drop()
        if c.get('reset_counters'):
            i.reset()


def options():
    p = argparse.ArgumentParser(description='fake Neo4j instances that misbehave on command')
    p.add_argument('--count', type=int, default=1, help='instances, one port each (1)')
    p.add_argument('--base-port', type=int, default=0, help='first port; 0: any free ones (0)')
    p.add_argument('--control', type=int, default=0, help='control port; 0: any free one (0)')
    p.add_argument('--config', type=json.loads, default={}, help='settings of all instances, JSON, see README')
    p.add_argument('--tls', nargs=2, metavar=('CERT', 'KEY'), help='https with this certificate')
    p.add_argument('--until-eof', action='store_true', help='end when the input ends, so with the test that started it')
    return p.parse_args()


def raise_open_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else max(soft, 65536), hard))


async def main():
    o = options()
    raise_open_files()
    loop = asyncio.get_event_loop()
    ended = asyncio.Event()
    tls = None
    if o.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*o.tls)
    instances = [Instance(n, o.config, tls) for n in range(o.count)]
    for n, i in enumerate(instances):
        await i.listen(o.base_port + n if o.base_port else 0)
    control = await loop.create_server(lambda: Control(instances, ended.set), '127.0.0.1', o.control)
    for s in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(s, ended.set)
    if o.until_eof:
        loop.add_reader(0, lambda: os.read(0, 4096) or ended.set())
    print(json.dumps({'control': control.sockets[0].getsockname()[1], 'ports': [i.port for i in instances]}), flush=True)
    await ended.wait()


if __name__ == '__main__':
    try:
        asyncio.run(main())
    except OSError as e:
        sys.exit('fakeneo4j.py: %s' % e)
