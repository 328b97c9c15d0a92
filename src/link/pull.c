/* The rows of a statement over Bolt: pulled in slices, each only after the one before it was taken over, so that the server waits for who
 * takes them and nothing piles up here. Those that are wanted in parts are handed on as they come and let go of. When there are as many
 * as were wanted the server is told to forget the rest. */
#include "base/clock.h"
#include "base/mem.h"
#include "link/bolt_inside.h"

static void send_rows_wanted(struct connection *c, void (*write)(struct text *m, const struct connection *c))
{
    struct text m;

    text_init(&m, 100);
    write(&m, c);
    connection_send(c, &m);
    text_release(&m);
}

/* ---- slices ---- */

void pull_begin(struct connection *c, struct ride *r)
{
    r->slice = SLICE_ROWS;
    r->given = clock_mono_ms();
}

/* Never more than are wanted: whether there are more, the end of the slice tells. */
static void write_pull(struct text *m, const struct connection *c)
{
    const struct ride *r = c->ride;
    size_t most = r->flight->max_rows;
    bool rest = most && most - r->taken < (size_t)r->slice;

    bolt_pull(m, c->version, rest ? (int64_t)(most - r->taken) : r->slice);
}

void pull_slice(struct connection *c)
{
    c->ride->pulled = clock_mono_ms();
    send_rows_wanted(c, write_pull);
}

/* ---- parts ---- */

struct arena *pull_arena(struct connection *c)
{
    struct ride *r = c->ride;

    r->rows.arena = c->named && r->flight->parts ? &r->part : &r->flight->arena; /* the names stay until the end */
    return r->rows.arena;
}

static size_t part_bytes(const struct ride *r)
{
    return r->part.bytes + r->rows.nrows * r->rows.ncols * sizeof(struct value);
}

/* False: who took it wants no more, and the ride is over. */
static bool give_part(struct connection *c)
{
    struct ride *r = c->ride;
    struct neo_result rows = {0};

    if (!r->rows.nrows)
        return true;
    r->bytes += part_bytes(r);
    rows_finish(&r->rows, &rows);
    r->giving = true;
    flight_part(r->flight, &rows, stream_number(c->stream));
    r->giving = false;
    arena_release(&r->part);
    r->rows.nrows = 0;
    r->given = clock_mono_ms();
    if (r->dropped)
        ride_drop(r);
    return !c->closed && c->ride == r;
}

static bool part_is_due(const struct ride *r)
{
    return r->flight->parts && (part_bytes(r) >= PART_BYTES || clock_mono_ms() - r->given >= PART_MS);
}

/* ---- enough ---- */

static void write_discard(struct text *m, const struct connection *c)
{
    bolt_discard(m, c->version);
}

/* Bolt 3 knows no slices, and its servers go on sending after RESET: only a connection that is closed stops them. A server that is in
 * the middle of a slice is stopped by RESET, one that waits for the next PULL by DISCARD. */
static void stop(struct connection *c, bool between)
{
    struct ride *r = c->ride;

    c->tag[0] = '\0';
    if (c->version.major < 4) {
        r->at = NULL;
        connection_close(c, false);
    } else if (between) {
        c->stage = CONN_DISCARDING;
        c->ride = NULL;
        send_rows_wanted(c, write_discard);
        timer_set(c->timer, DISCARD_MS);
    } else {
        connection_reset(c);
    }
}

static void enough(struct connection *c, bool between)
{
    struct ride *r = c->ride;

    r->more = true;
    stop(c, between);
    ride_done(r, NULL, v_absent(ABSENT_NULL));
}

void pull_discarded(struct connection *c, const struct bolt_answer *a)
{
    if (a->said != BOLT_SUCCESS) {
        connection_reset(c);
        return;
    }
    connection_free(c);
    flights_pump(c->bolt->instance);
}

/* ---- what comes ---- */

static bool is_too_much(struct ride *r, size_t n)
{
    if (r->flight->parts)
        return r->bytes + part_bytes(r) > PARTS_MOST * r->flight->max_bytes;
    r->bytes += n;
    return r->bytes > r->flight->max_bytes;
}

static void too_large(struct connection *c)
{
    struct ride *r = c->ride;

    if (r->flight->parts) {
        enough(c, false);
        return;
    }
    err_set(&r->err, ERR_TOO_LARGE, "the answer is larger than %zu bytes and was dropped: ask for less at a time", r->flight->max_bytes);
    connection_failed(c, &r->err);
}

void pull_row(struct connection *c, const struct bolt_answer *a, size_t n)
{
    struct ride *r = c->ride;
    size_t most = r->flight->max_rows;

    if (is_too_much(r, n)) {
        too_large(c);
    } else if (!c->named) {
        shape_error(&r->err, "a row before the names of the columns");
        connection_failed(c, &r->err);
    } else if (most && r->taken >= most) {
        enough(c, false);
    } else if (!bolt_rows_add(&r->rows, a->fields)) {
        connection_failed(c, &r->err);
    } else {
        if (r->taken++ == 0)
            r->first = clock_mono_ms();
        if (part_is_due(r))
            give_part(c);
    }
}

void pull_more(struct connection *c)
{
    struct ride *r = c->ride;
    size_t most = r->flight->max_rows;

    if (most && r->taken >= most) {
        enough(c, true);
    } else if (!r->flight->parts || give_part(c)) {
        if (clock_mono_ms() - r->pulled < SLICE_MS && r->slice < SLICE_MOST)
            r->slice *= 2;
        pull_slice(c);
    }
}
