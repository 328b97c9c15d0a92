"""The statements of src/tables/statements.def, from their text back to their name: what neodeck sends is recognised by nothing less."""
import os
import re

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "tables", "statements.def")
STRING = r'"(?:[^"\\]|\\.)*"'
VARIANT = re.compile(r'VARIANT\(\s*(\w+)\s*,\s*(%s)\s*,\s*(%s)\s*,\s*(\w+)\s*,\s*(\w+)\s*,\s*((?:%s\s*)+)\)' % (STRING, STRING, STRING))


def unquote(literals):
    return "".join(re.sub(r"\\(.)", r"\1", s[1:-1]) for s in re.findall(STRING, literals))


def numbers(version):
    return tuple(int(n) for n in re.findall(r"\d+", version))


class Variant:
    def __init__(self, name, low, high, edition, database, text):
        self.name, self.edition, self.database, self.text = name, edition, database, unquote(text)
        self.low, self.high = numbers(unquote(low)), numbers(unquote(high))

    def fits(self, version, edition):
        v = numbers(version)
        return self.low <= v and (not self.high or v < self.high) and self.edition in ("ANY", edition.upper())


def table():
    with open(TABLE, encoding="utf-8") as f:
        text = f.read()
    found = [Variant(*groups) for groups in VARIANT.findall(text)]
    if len(found) != len(re.findall(r"^VARIANT\(", text, re.M)):
        raise ValueError("statements.def has lines that are not understood here")
    return found


class Statements:
    """Those that a server of one version and edition gets: the first variant of each."""

    def __init__(self, version, edition):
        self.by_text, named = {}, set()
        for v in table():
            if v.fits(version, edition) and v.name not in named:
                named.add(v.name)
                self.by_text[v.text] = v

    def find(self, text):
        """(variant, the query of an EXPLAIN or None); variant None: neodeck has no business sending this."""
        if text.startswith("EXPLAIN "):
            return self.by_text.get("EXPLAIN "), text[len("EXPLAIN "):]
        return self.by_text.get(text), None
