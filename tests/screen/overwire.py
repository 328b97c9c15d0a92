"""What makes playing a case over a protocol another thing than playing it from its tape: the servers, what is masked, what is not played."""
import contextlib
import os
import re

from wireserver import PASSWORD, Servers

PROTOCOLS = ("http", "bolt")

# Cases that are not played over a protocol, and why.
NOT_PLAYED = {
    "cut": "servers that have 50,000 rows, or break off in the middle, to show five: tests/faults has them",
    "dashboard-connecting": "a server that never answers carries nothing; tests/faults has it",
    "dashboard-down": "a server that is down carries nothing, and the words of its tape are of another address; tests/faults has it",
    "dashboard-states": "nine states that nine servers would have to be in at one time, in words made by hand; tests/faults has them one by one",
    "host": "about machines; one server is down in words made by hand, the other is up on the tape before its machine is looked at",
    "info": "it says by which protocol a server is asked, and where",
    "login-refused": "the words of a refused login are made by hand; tests/faults has it",
    "open-server": "a certificate that is not verified: these servers have none; tests/live has it over both",
    "pictures-fleet": "the tape of dashboard-states",
    "roles-states": "the tape of dashboard-states",
}

# What differs by its nature, as narrow as it goes: the protocols it differs over, a pattern, why. All that it matches but its groups is
# masked in both texts, with as many columns as it has.
MASKED = (
    (PROTOCOLS, r"(\d\.\d+\.\d+  )\d+(?:\.\d+)?m?s *", "latency of an instance on the dashboard: of the tape, and of today"),
    (PROTOCOLS, r"( com) +\d+(?:\.\d+)?m?s\b", "the same in the list of instances"),
    (PROTOCOLS, r"( down, retry )[^│]*", "when the next attempt is due is drawn by lot, and what stands behind it moves"),
    (("bolt",), r"^(✖ stage down: .* listening there\?).*", "these words are shorter there, and what stands behind them moves"),
)
# Who was refused over Bolt is not told to try Bolt: over Bolt these words are blanks.
HINT = re.compile(r"\(or HTTP is disabled: then [^│)…\n]*[)…]")
# Lines in which only the words and their order count over Bolt: a column is as wide as the widest message, and that was this one.
CLOSE = re.compile(r"^│.*(?: latency message .*| up +ok +.*| down .*listening there\?.*)$", re.M)


def cover(pattern, text):
    def one(m):
        out, at = [], m.start()
        for g in range(1, m.re.groups + 1):
            out += ["~" * (m.start(g) - at), m.group(g)]
            at = m.end(g)
        at_end = text[m.end():m.end() + 1] in ("", "\n")  # blanks there are not kept
        return "".join(out) + "~" * (1 if at_end else m.end() - at)
    return re.sub(pattern, one, text, flags=re.M)


class Wire:
    def __init__(self, over):
        self.over, self.servers = over, Servers()

    @contextlib.contextmanager
    def playing(self, script, copy):
        """The script with the addresses of servers that play its tape is written to `copy`."""
        with open(script, encoding="utf-8") as f:
            text = f.read()
        name = re.search(r"^tape (.*)$", text, re.M).group(1)
        tape = os.path.join(os.path.dirname(script), name)
        playing = self.servers.play(tape, self.over)
        with open(copy, "w", encoding="utf-8") as f:
            f.write("".join(playing.lines) + re.sub(r"^tape .*$", lambda m: "tape " + tape, text, count=1, flags=re.M))
        try:
            yield playing
        finally:
            self.servers.stop(playing)

    def mask(self, text):
        if self.over == "bolt":
            text = HINT.sub(lambda m: " " * len(m.group()), text)
        for protocols, pattern, _ in MASKED:
            if self.over in protocols:
                text = cover(pattern, text)
        return CLOSE.sub(lambda m: " ".join(m.group().split()), text) if self.over == "bolt" else text
