#include "neo4j/bolt_frame.h"

#include <string.h>

enum { CHUNK_MAX = 0xffff };

/* ---- chunks ---- */

void bolt_chunk(struct text *out, const void *message, size_t n)
{
    const char *p = message;

    while (n) {
        size_t chunk = n < CHUNK_MAX ? n : CHUNK_MAX;
        const char head[] = {(char)(chunk >> 8), (char)(chunk & 0xff)};
        text_add(out, head, 2);
        text_add(out, p, chunk);
        p += chunk;
        n -= chunk;
    }
    text_add(out, "\0\0", 2);
}

static void begin_message(struct bolt_reader *r)
{
    if (!r->message.max)
        text_init(&r->message, r->most);
    text_clear(&r->message);
    r->began = true;
    r->done = false;
}

/* The two bytes before a chunk are there: true when something is to be told. */
static bool take_head(struct bolt_reader *r, enum bolt_chunked *what)
{
    r->left = (size_t)r->head[0] << 8 | r->head[1];
    r->nhead = 0;
    if (r->left) {
        if (!r->began)
            begin_message(r);
        return false;
    }
    *what = r->began ? BOLT_MESSAGE : BOLT_NOOP;
    r->began = false;
    return true;
}

size_t bolt_read(struct bolt_reader *r, const char *bytes, size_t n, enum bolt_chunked *what)
{
    size_t taken = 0;

    *what = BOLT_MORE;
    while (taken < n) {
        size_t piece = n - taken;
        if (!r->left) {
            r->head[r->nhead++] = (uint8_t)bytes[taken++];
            if (r->nhead == 2 && take_head(r, what))
                return taken;
            continue;
        }
        piece = piece < r->left ? piece : r->left;
        if (r->message.len + piece > r->most) {
            *what = BOLT_TOO_LARGE;
            return n;
        }
        text_add(&r->message, bytes + taken, piece);
        taken += piece;
        r->left -= piece;
    }
    return taken;
}

void bolt_reader_release(struct bolt_reader *r)
{
    text_release(&r->message);
}

/* ---- versions ---- */

bool bolt_at_least(struct bolt_version v, unsigned major, unsigned minor)
{
    return v.major > major || (v.major == major && v.minor >= minor);
}

/* From a minor version down `below` more. */
struct range {
    uint8_t below, minor, major;
};

/* What we speak. 5.5 is in the range, but no server may pick it. */
static const struct range spoken[] = {{0, 0, 6}, {8, 8, 5}, {4, 4, 4}, {0, 0, 3}};

void bolt_offer(enum bolt_offer o, uint8_t out[BOLT_OFFER_BYTES])
{
    static const uint8_t offers[][BOLT_OFFER_BYTES] = {
        [BOLT_OFFER_NEW] = {0x60, 0x60, 0xb0, 0x17, 0, 0, 1, 0xff, 0, 8, 8, 5, 0, 2, 4, 4, 0, 0, 1, 4},
        [BOLT_OFFER_OLD] = {0x60, 0x60, 0xb0, 0x17, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0},
    };

    memcpy(out, offers[o], BOLT_OFFER_BYTES);
}

static bool speaks(uint8_t major, uint8_t minor)
{
    if (major == 5 && minor == 5)
        return false;
    for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++)
        if (spoken[i].major == major && minor <= spoken[i].minor && minor + spoken[i].below >= spoken[i].minor)
            return true;
    return false;
}

/* Seven bits a byte, the low ones first. False: not whole yet; *at stays. More than 64 bits: *at is behind `n`. */
static bool read_varint(const struct bolt_agreement *a, size_t *at, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; *at + i < a->n; i++) {
        uint8_t byte = a->got[*at + i];
        if (i >= 10)
            break;
        *out |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (!(byte & 0x80)) {
            *at += i + 1;
            return true;
        }
    }
    return false;
}

/* The best of a range that the server speaks. */
static void consider(struct bolt_agreement *a, const uint8_t range[4])
{
    uint8_t major = range[3], top = range[2], below = range[1];

    for (int minor = top; minor >= 0 && minor >= top - below; minor--) {
        if (!speaks(major, (uint8_t)minor))
            continue;
        if (!bolt_at_least(a->version, major, (unsigned)minor))
            a->version = (struct bolt_version){major, (uint8_t)minor};
        return;
    }
}

/* The list of all that the server speaks (5.7 and later): its length, the ranges, its abilities. We choose one and no ability. */
static enum bolt_agreed take_manifest(struct bolt_agreement *a)
{
    size_t at = 4;
    uint64_t ranges, abilities;

    if (!read_varint(a, &at, &ranges))
        return a->n >= at + 10 ? BOLT_AGREE_WRONG : BOLT_AGREE_MORE;
    if (ranges > (sizeof a->got - 30) / 4)
        return BOLT_AGREE_WRONG;
    if (a->n < at + 4 * ranges)
        return BOLT_AGREE_MORE;
    for (uint64_t i = 0; i < ranges; i++)
        consider(a, a->got + at + 4 * i);
    at += 4 * ranges;
    if (!read_varint(a, &at, &abilities))
        return a->n >= at + 10 ? BOLT_AGREE_WRONG : BOLT_AGREE_MORE;
    if (!a->version.major)
        return BOLT_AGREE_NONE;
    a->nreply = 5;
    memcpy(a->reply, (uint8_t[]){0, 0, a->version.minor, a->version.major, 0}, 5);
    return BOLT_AGREED;
}

static bool was_offered(const struct bolt_agreement *a)
{
    if (a->offer == BOLT_OFFER_OLD)
        return a->version.minor == 0 && (a->version.major == 4 || a->version.major == 3);
    return speaks(a->version.major, a->version.minor) && a->version.major >= 4 && a->version.major < 6;
}

static enum bolt_agreed take_answer(struct bolt_agreement *a)
{
    const uint8_t *g = a->got;

    if (memcmp(g, "\0\0\1\xff", 4) == 0 && a->offer == BOLT_OFFER_NEW)
        return take_manifest(a);
    if (memcmp(g, "\0\0\0\0", 4) == 0)
        return BOLT_AGREE_NONE;
    if (memcmp(g, "HTTP", 4) == 0)
        return BOLT_AGREE_HTTP;
    if (g[0] == 0x15 && g[1] == 3)
        return BOLT_AGREE_TLS;
    if (g[0] || g[1])
        return BOLT_AGREE_WRONG;
    a->version = (struct bolt_version){g[3], g[2]};
    return was_offered(a) ? BOLT_AGREED : BOLT_AGREE_WRONG;
}

size_t bolt_agree(struct bolt_agreement *a, const char *bytes, size_t n, enum bolt_agreed *what)
{
    size_t taken = 0;

    *what = BOLT_AGREE_MORE;
    while (taken < n && *what == BOLT_AGREE_MORE) { /* byte by byte: what follows belongs to somebody else */
        if (a->n == sizeof a->got) {
            *what = BOLT_AGREE_WRONG;
            break;
        }
        a->got[a->n++] = (uint8_t)bytes[taken++];
        if (a->n >= 4)
            *what = take_answer(a);
    }
    return taken;
}
