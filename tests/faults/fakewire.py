"""How the fake server's answers look on the wire: Jolt and plain JSON, and every way to damage them."""
import json
import os
import re

JOLT2 = 'application/vnd.neo4j.jolt-v2;strict=true'
JOLT1 = 'application/vnd.neo4j.jolt;strict=true'
JSON = 'application/json'


class Temporal(str):
    """A date, a time or a duration, in the server's own text."""


class Raw:
    """A cell as it was recorded, in Jolt."""

    def __init__(self, jolt):
        self.jolt = jolt


class Failure(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code, self.message = code, message


class Answer:
    """What one statement gave: columns, rows, and an error that came before (no columns) or after them."""

    def __init__(self, fields=None, rows=(), error=None, summary=None):
        self.fields, self.rows, self.error, self.summary = fields, list(rows), error, summary or {}


def jolt(value):
    if value is None:
        return None
    if isinstance(value, Raw):
        return value.jolt
    if isinstance(value, bool):
        return {'?': 'true' if value else 'false'}
    if isinstance(value, int):
        return {'Z' if -2**31 <= value < 2**31 else 'R': str(value)}
    if isinstance(value, float):
        return {'R': repr(value)}
    if isinstance(value, Temporal):
        return {'T': str(value)}
    if isinstance(value, str):
        return {'U': value}
    if isinstance(value, dict):
        return {'{}': {k: jolt(v) for k, v in value.items()}}
    return {'[]': [jolt(v) for v in value]}


def plain(value):
    """The same for application/json, where types are lost."""
    if isinstance(value, Raw):
        return unjolt(value.jolt)
    if isinstance(value, Temporal):
        return str(value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


def unjolt(cell):
    if not isinstance(cell, dict) or len(cell) != 1:
        return cell
    (sigil, v), = cell.items()
    if sigil in ('Z', 'R'):
        return int(v) if re.fullmatch(r'-?\d+', v) else float(v)
    if sigil == '?':
        return v == 'true'
    if sigil == '{}':
        return {k: unjolt(x) for k, x in v.items()}
    if sigil == '[]':
        return [unjolt(x) for x in v]
    return v


def dumps(value):
    return json.dumps(value, separators=(',', ':'), ensure_ascii=False)


def encode_row(row):
    return dumps({'data': [jolt(v) for v in row]}) + '\n'


def encode_jolt(answers, info):
    out, failed = [], None
    for a in answers:
        if a.fields is not None:
            out.append(dumps({'header': {'fields': a.fields}}) + '\n')
        out.extend(encode_row(r) for r in a.rows)
        failed = a.error
        if failed:
            break
        out.append(dumps({'summary': a.summary}) + '\n')
    if failed:
        out.append(dumps({'error': {'errors': [{'code': {'U': failed.code}, 'message': {'U': failed.message}}]}}) + '\n')
    out.append(dumps({'info': {} if failed else info}) + '\n')
    return ''.join(out).encode('utf-8', 'surrogatepass')


def encode_json(answers, info):
    results, errors = [], []
    for a in answers:
        if a.error:
            errors.append({'code': a.error.code, 'message': a.error.message})
        if a.fields is not None and not a.error:
            data = [{'row': [plain(v) for v in r], 'meta': [None] * len(r)} for r in a.rows]
            results.append({'columns': a.fields, 'data': data})
        if a.error:
            break
    body = {'results': results, 'errors': errors, **info}
    return dumps(body).encode('utf-8', 'surrogatepass')


def error_body(code, message):
    """The plain form that refused logins come in."""
    return dumps({'errors': [{'code': code, 'message': message}]}).encode()


# --- the columns that a statement asks for ---------------------------------------------------------------------------

def split_top(text):
    """At commas outside of brackets."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += c in '([{'
        depth -= c in ')]}'
        if c == ',' and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return parts + [text[start:].strip()]


def columns(statement, defaults):
    """What a statement shows, [(name, expression)], and what it renamed, {alias: name}; YIELD * or none: the defaults."""
    renamed, shown = {}, [(n, n) for n in defaults]
    yielded = re.search(r'\bYIELD\b(.*?)(\bWHERE\b|\bRETURN\b|\bTERMINATE\b|\bWITH\b|\bORDER\b|$)', statement, re.S)
    returned = re.split(r'\bRETURN\b', statement)
    if yielded and yielded.group(1).strip() != '*':
        shown = []
        for part in split_top(yielded.group(1).strip()):
            name, _, alias = (x.strip() for x in part.partition(' AS '))
            renamed[alias or name] = name
            shown.append((alias or name, alias or name))
    if len(returned) > 1:
        parts = [part.partition(' AS ') for part in split_top(returned[-1].strip())]
        shown = [(alias.strip() or expression.strip(), expression.strip()) for expression, _, alias in parts]
    return shown, renamed


def evaluate(expression, row):
    """Names, name.key and toString(name) are all that the statements use; anything else is null."""
    inner = re.fullmatch(r'toString\((.*)\)', expression)
    if inner:
        v = evaluate(inner.group(1), row)
        return None if v is None else str(v)
    if expression in row:
        return row[expression]
    base, _, key = expression.partition('.')
    return row[base].get(key) if key and isinstance(row.get(base), dict) else None


def project(statement, rows, defaults):
    shown, renamed = columns(statement, defaults)
    for name in set(renamed.values()) - set(defaults):
        raise Failure('Neo.ClientError.Statement.SyntaxError', 'Trying to YIELD non-existing column: `%s`' % name)
    for row in rows:
        row.update({alias: row[name] for alias, name in renamed.items()})
    return Answer([n for n, _ in shown], [[evaluate(e, r) for _, e in shown] for r in rows])


# --- answers that were recorded --------------------------------------------------------------------------------------

_recorded = {}


def recorded(folder, version, name):
    """An Answer from tests/fixtures/http, or None."""
    key = (version, name)
    if key not in _recorded:
        path = os.path.join(folder, version, name + '.txt')
        _recorded[key] = parse_recorded(path) if os.path.exists(path) else None
    return _recorded[key]


def parse_recorded(path):
    with open(path, 'rb') as f:
        body = f.read().split(b'\n\n', 1)[1]
    a = Answer()
    for line in body.decode().splitlines():
        event = json.loads(line)
        if 'header' in event:
            a.fields = event['header']['fields']
        elif 'data' in event:
            a.rows.append([Raw(c) for c in event['data']])
        elif 'summary' in event:
            a.summary = event['summary']
        elif 'error' in event:
            e = event['error']['errors'][0]
            a.error = Failure(unjolt(e['code']), unjolt(e['message']))
    return a


# --- damage ----------------------------------------------------------------------------------------------------------

# Every class of what a terminal may act on: C0, DEL, C1 (as characters), escape, CSI, OSC, DCS, bidi, separators, tags.
CONTROLS = (''.join(map(chr, range(0x20))) + '\x7f' + ''.join(map(chr, range(0x80, 0xa0))) +
            '\x1b[31mred\x1b[0m \x1b[2J\x1b[H \x1b]0;title\x07 \x1b]52;c;aGk=\x07 \x1bP+q544e\x1b\\ \x1b[6n \x1bc '
            '\x9b31m \x9d0;t\x9c \u202eabc\u202c \u2066x\u2069 \u200f\u200e \u2028 \u2029 \ufeff \u00ad '
            '\U000e0041 \ufffe \ud800 e' + '\u0301' * 30 + ' \u200b\U0001f468\u200d\U0001f469\u200d\U0001f467 '
            '\u4e2d\u6587 \uff21')


def map_text(value, change):
    if isinstance(value, Raw):
        return map_text(unjolt(value.jolt), change)
    if isinstance(value, str):
        return type(value)(change(value))
    if isinstance(value, dict):
        return {change(k): map_text(v, change) for k, v in value.items()}
    if isinstance(value, list):
        return [map_text(v, change) for v in value]
    return value


WRONG = [lambda v: 7, lambda v: 'text', lambda v: None, lambda v: True, lambda v: [v, [v]], lambda v: {'k': {'k': 1}},
         lambda v: -1.5e300, lambda v: 2**62 + 1, lambda v: Temporal('P'), lambda v: Raw({'?!': 1}), lambda v: Raw({}),
         lambda v: Raw(1), lambda v: Raw({'Z': 'x'}), lambda v: Raw({'Z': '9' * 400}), lambda v: Raw({'U': 1}),
         lambda v: Raw({'{}': 3}), lambda v: Raw({'[]': {}}), lambda v: Raw({'T': 5}), lambda v: Raw(float('nan'))]


DAMAGES = 'wide narrow types controls huge many fields no_rows deep error_in_rows error'.split()


def damage(answers, rule):
    """Answers with other rows, as rule['do'] says; those of transport are done elsewhere."""
    what, n = rule['do'], rule.get('n')
    for a in answers:
        if a.fields is None:
            continue
        if what == 'wide':
            a.rows = [r + ['surplus'] * (n or 3) for r in a.rows]
        elif what == 'narrow':
            a.rows = [r[:max(0, len(r) - (n or 1))] for r in a.rows]
        elif what == 'types':
            a.rows = [[WRONG[(i + 5 * j) % len(WRONG) if n is None else n](v) for i, v in enumerate(r)] for j, r in enumerate(a.rows)]
        elif what == 'controls':
            a.rows = [[map_text(v, lambda s: s + CONTROLS) for v in r] for r in a.rows]
        elif what == 'huge':
            a.rows = [[map_text(v, lambda s: s + 'x' * (n or 1000000)) for v in r] for r in a.rows]
        elif what == 'many':
            a.rows = [a.rows[i % len(a.rows)] for i in range(n or 100000)] if a.rows else []
        elif what == 'fields':
            a.fields = ['f%d' % i for i in range(len(a.fields))]
        elif what == 'no_rows':
            a.rows = []
        elif what == 'deep':
            deep = Raw({'Z': '1'})
            text = '{"[]":[' * (n or 10000) + 'null' + ']}' * (n or 10000)
            a.rows = [[Deep(text) if i == 0 else v for i, v in enumerate(r)] for r in a.rows] or [[deep]]
        elif what == 'error_in_rows':
            a.error = Failure(rule.get('code', 'Neo.DatabaseError.General.UnknownError'), rule.get('message', 'broke off'))
    if what == 'error':
        return [Answer(error=Failure(rule.get('code', 'Neo.DatabaseError.General.UnknownError'),
                                     rule.get('message', 'made to fail')))]
    return answers


class Deep(Raw):
    """Nesting too deep for json.dumps: the text is put in afterwards."""

    def __init__(self, text):
        super().__init__('\u0001deep\u0001')
        self.text = text
        Deep.last = text


def put_deep(body):
    return body.replace(b'"\\u0001deep\\u0001"', Deep.last.encode()) if b'\\u0001deep' in body else body


GARBAGE = bytes((i * 167 + 13) % 256 for i in range(4096))
HTML = b'<html><head><title>Sign in</title></head><body><form>proxy login</form></body></html>'
BOLT = b'\x60\x60\xb0\x17\x00\x00\x04\x04'
TLS_ALERT = b'\x15\x03\x03\x00\x02\x02\x28'
