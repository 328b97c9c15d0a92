"""What may go to a terminal: text, and the sequences that curses has for it. Everything else came from a server."""
import re

# C0 that moves the cursor, and the shifts of the line drawing set.
C0 = b'\b\t\n\r\x0e\x0f'
CSI = re.compile(rb'\033\[(\??)([0-9;]*)([ -/]?)([@-~])')
ESC = re.compile(rb'\033(?:[()][0AB]|[=>78MH])')
CAN = 0x18  # ends a sequence that a signal cut in the middle
PRIVATE = {'1', '7', '12', '25', '1000', '1002', '1003', '1006', '1049', '2004'}
FINALS = set('ABCDGHJKLMPSTX@bdrm')
COLOURS = set(range(30, 40)) | set(range(40, 50)) | set(range(90, 98)) | set(range(100, 108))
STYLES = {0, 1, 2, 3, 4, 7, 10, 11, 22, 23, 24, 27}
UNSEEN = set(range(0x202a, 0x202f)) | set(range(0x2066, 0x206a)) | {0x61c, 0x200e, 0x200f, 0x200b, 0x200d, 0x2028, 0x2029,
                                                                      0xfeff, 0xfffe} | set(range(0xe0000, 0xe0080))


def sgr_numbers(parameters):
    """The attributes of one SGR; those of an indexed or direct colour count as that colour."""
    words, out = [int(x or 0) for x in parameters.split(';')], []
    while words:
        n = words.pop(0)
        out.append(n)
        if n in (38, 48) and words:
            del words[:2 if words[0] == 5 else 4]
    return out


def csi_fault(private, parameters, between, final):
    if between:
        return True
    if private:
        return final not in 'hl' or not set(parameters.split(';')) <= PRIVATE
    if final == 't':  # the title stack around the alternate screen
        return parameters not in ('22;0;0', '23;0;0')
    if final in 'hl':
        return parameters != '4'
    if final == 'm':
        return not set(sgr_numbers(parameters)) <= COLOURS | STYLES
    return final not in FINALS


def faults(data, cut=False):
    """Words for each byte or sequence that has no business on the wire. `cut`: the first bytes may be half a sequence."""
    found, text, i = [], bytearray(), 0
    while i < len(data):
        c = data[i]
        if c == 0x1b:
            m = ESC.match(data, i)
            s = None if m else CSI.match(data, i)
            if s and csi_fault(*(g.decode() for g in s.groups())) or not m and not s:
                found.append('%r at %d' % (data[i:i + 24], i))
            i = (m or s).end() if m or s else i + 1
            continue
        if (c < 0x20 and c not in C0 and c != CAN) or c == 0x7f:
            found.append('byte %#04x in %r at %d' % (c, data[max(0, i - 8):i + 16], i))
        text.append(c)
        i += 1
    try:
        string = bytes(text).decode()
    except UnicodeDecodeError as e:
        return found + ['no UTF-8: %r' % bytes(text[max(0, e.start - 8):e.start + 8])]
    found += ['U+%04X' % ord(c) for c in sorted(set(string)) if 0x7f < ord(c) < 0xa0 or ord(c) in UNSEEN]
    return found


def colours(data):
    """The SGR attributes on the wire that are colours."""
    found = set()
    for m in CSI.finditer(data):
        if m.group(4) == b'm' and not m.group(1):
            found |= COLOURS & set(sgr_numbers(m.group(2).decode()))
    return sorted(found)
