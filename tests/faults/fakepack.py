"""PackStream for the fake servers: enough of it, and nothing of neodeck's own code."""
import struct


class Struct:
    def __init__(self, tag, *fields):
        self.tag, self.fields = tag, fields


def sized(n, tiny, first):
    if n < 16:
        return bytes([tiny | n])
    if n < 0x100:
        return bytes([first, n])
    if n < 0x10000:
        return bytes([first + 1]) + struct.pack('>H', n)
    return bytes([first + 2]) + struct.pack('>I', n)


def integer(v):
    if -16 <= v < 128:
        return struct.pack('>b', v)
    for marker, code, bits in ((0xc8, 'b', 8), (0xc9, 'h', 16), (0xca, 'i', 32), (0xcb, 'q', 64)):
        if -(1 << (bits - 1)) <= v < 1 << (bits - 1):
            return bytes([marker]) + struct.pack('>' + code, v)
    raise ValueError(v)


def pack(v):
    if v is None:
        return b'\xc0'
    if v is True or v is False:
        return b'\xc3' if v else b'\xc2'
    if isinstance(v, int):
        return integer(v)
    if isinstance(v, float):
        return b'\xc1' + struct.pack('>d', v)
    if isinstance(v, str):
        data = v.encode()
        return sized(len(data), 0x80, 0xd0) + data
    if isinstance(v, bytes):
        return sized(len(v), 0xc0, 0xcc) if len(v) > 15 else bytes([0xcc, len(v)]) + v
    if isinstance(v, (list, tuple)):
        return sized(len(v), 0x90, 0xd4) + b''.join(pack(x) for x in v)
    if isinstance(v, dict):
        return sized(len(v), 0xa0, 0xd8) + b''.join(pack(k) + pack(x) for k, x in v.items())
    return bytes([0xb0 | len(v.fields), v.tag]) + b''.join(pack(x) for x in v.fields)


def unpack(data, at=0):
    """(value, the place behind it); a structure is a Struct."""
    m = data[at]
    at += 1

    def take(n):
        nonlocal at
        at += n
        return data[at - n:at]

    def several(n):
        nonlocal at
        out = []
        for _ in range(n):
            v, at = unpack(data, at)
            out.append(v)
        return out

    def size(first):
        return int.from_bytes(take(1 << (m - first)), 'big')
    if m < 0x80 or m >= 0xf0:
        return (m if m < 0x80 else m - 256), at
    if m < 0x90 or 0xd0 <= m <= 0xd2:
        n = m & 15 if m < 0x90 else size(0xd0)
        return take(n).decode(), at
    if m < 0xa0 or 0xd4 <= m <= 0xd6:
        n = m & 15 if m < 0xa0 else size(0xd4)
        return several(n), at
    if m < 0xb0 or 0xd8 <= m <= 0xda:
        n = m & 15 if m < 0xb0 else size(0xd8)
        flat = several(2 * n)
        return dict(zip(flat[::2], flat[1::2])), at
    if m < 0xc0:
        tag = take(1)[0]
        return Struct(tag, *several(m & 15)), at
    if 0xc8 <= m <= 0xcb:
        return int.from_bytes(take(1 << (m - 0xc8)), 'big', signed=True), at
    if m == 0xc1:
        return struct.unpack('>d', take(8))[0], at
    if 0xcc <= m <= 0xce:
        return bytes(take(size(0xcc))), at
    return {0xc0: None, 0xc2: False, 0xc3: True}[m], at


def chunks(message, piece=0xffff):
    out = b''
    for i in range(0, len(message), piece):
        part = message[i:i + piece]
        out += struct.pack('>H', len(part)) + part
    return out + b'\0\0'
