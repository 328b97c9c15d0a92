"""The rows of a fake server over HTTP, in the dialect Jolt: in chunks, made as they are taken, until the client has gone. fleet.py and
program.py's servers write them with the knobs below in `s` (any object that has them, and those of fleetbolt.py)."""
import asyncio
import json

KNOBS = {
    'row_s': 0.0,          # pause after every 1,000 rows
    'row_fault': (0, ''),  # after so many rows: 'fails', 'dies' and 'stops' in the middle of the next one, 'garbage', 'ragged',
                           # 'long' (a row of 3 MB), 'huge' (of 20), 'closes' (in order, without an end)
    'row_split': False,    # every byte is a chunk of its own
}
KIND = 'application/vnd.neo4j.jolt-v2;strict=true'
BATCH = 200
ERROR = {'error': {'errors': [{'code': 'Neo.TransientError.Transaction.DeadlockDetected', 'message': 'a deadlock'}]}}


async def chunk(s, writer, text):
    data = text.encode()
    if not data:  # would be the end of the answer
        return
    for piece in ([data[n:n + 1] for n in range(len(data))] if s.row_split else [data]):
        writer.write(b'%x\r\n' % len(piece) + piece + b'\r\n')
        await writer.drain()
        if s.row_split:
            await asyncio.sleep(0)
    s.sent += len(data)


def line(event):
    return json.dumps(event) + '\n'


async def fault(s, writer, what, row):
    """True: that was the end of the connection, False: of the rows."""
    if what == 'fails':
        await chunk(s, writer, line(ERROR) + line({'info': {}}))
        return False
    if what == 'garbage':
        await chunk(s, writer, '<html>too late</html>\n')
    elif what == 'ragged':
        await chunk(s, writer, line({'data': [{'Z': '1'}]}))
    elif what in ('long', 'huge'):
        await chunk(s, writer, line({'data': [{'U': 'row'}, {'U': 'x' * (3000000 if what == 'long' else 20000000)}]}))
    elif what in ('dies', 'stops'):
        await chunk(s, writer, line(row)[:20])
    while what == 'stops' and not writer.transport.is_closing():
        await asyncio.sleep(0.02)
    if what == 'closes':
        writer.write(b'0\r\n\r\n')
    elif what in ('dies', 'stops'):
        writer.transport.abort()
    else:
        return False
    return True


async def rows(s, writer, fields, cells, tag=''):
    """The whole answer. A client that leaves ends it when the next rows are written, and only then."""
    s.number += 1
    me = s.number
    s.running[me] = tag
    s.left += 1
    try:
        writer.write(f'HTTP/1.1 200 X\r\nContent-Type: {KIND}\r\nTransfer-Encoding: chunked\r\n\r\n'.encode())
        text, made = line({'header': {'fields': fields}}), 0
        for row in cells:
            if s.row_fault[1] and made == s.row_fault[0]:
                await chunk(s, writer, text)
                text = ''
                if await fault(s, writer, s.row_fault[1], {'data': row}):
                    return
                if s.row_fault[1] == 'fails':
                    break
            made += 1
            s.pulled += 1
            text += line({'data': row})
            if made % BATCH == 0:
                await chunk(s, writer, text)
                text = ''
                await asyncio.sleep(s.row_s if made % 1000 == 0 else 0)
        else:
            await chunk(s, writer, text + line({'summary': {}}) + line({'info': {}}))
        writer.write(b'0\r\n\r\n')
        await writer.drain()
    finally:
        s.left -= 1
        del s.running[me]
