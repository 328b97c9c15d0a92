/* The structures of Bolt as the values that Jolt makes of the same data (https://neo4j.com/docs/bolt/current/bolt/structure-semantics/). */
#include "neo4j/unpack_inside.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "neo4j/jolt.h"

enum { DAY_S = 86400, PATH_MAX_STEPS = 100000 };

#define NANOS INT64_C(1000000000)

static struct value keep(struct unpack *u, const char *s)
{
    return v_copy_text(u->arena, s, strlen(s));
}

static int64_t field(struct value f, uint32_t i)
{
    return value_i64(f.u.list[i], 0);
}

/* ---- times ---- */

/* Days since 1970 as a date of the Gregorian calendar, the years before 0 with a sign. */
static void date_words(struct text *out, int64_t days)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (month <= 2);

    text_addf(out, year < 0 ? "-%04lld-%02d-%02d" : "%04lld-%02d-%02d", (long long)(year < 0 ? -year : year), (int)month, (int)day);
}

/* ".5", without the zeros at its end; nothing for 0. */
static void fraction_words(struct text *out, int64_t nanos)
{
    char digits[16];
    size_t n;

    if (nanos <= 0 || nanos >= NANOS)
        return;
    n = (size_t)snprintf(digits, sizeof digits, "%09lld", (long long)nanos);
    while (n && digits[n - 1] == '0')
        digits[--n] = '\0';
    text_addf(out, ".%s", digits);
}

static void time_words(struct text *out, int64_t seconds, int64_t nanos)
{
    text_addf(out, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
    fraction_words(out, nanos);
}

static void offset_words(struct text *out, int64_t seconds)
{
    int64_t s = seconds < 0 ? -seconds : seconds;

    if (seconds == 0) {
        text_adds(out, "Z");
        return;
    }
    text_addf(out, "%c%02d:%02d", seconds < 0 ? '-' : '+', (int)(s / 3600 % 100), (int)(s / 60 % 60));
    if (s % 60)
        text_addf(out, ":%02d", (int)(s % 60));
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static void date_time_words(struct text *out, int64_t seconds, int64_t nanos)
{
    int64_t days = floor_div(seconds, DAY_S);

    date_words(out, days);
    text_adds(out, "T");
    time_words(out, seconds - days * DAY_S, nanos);
}

static struct value finish(struct unpack *u, struct text *t, bool temporal)
{
    struct value v = temporal ? temporal_value(u->arena, t->s) : keep(u, t->s);

    text_release(t);
    return v;
}

static struct value date_value(struct unpack *u, struct value f)
{
    struct text t;

    text_init(&t, 100);
    date_words(&t, field(f, 0));
    return finish(u, &t, false);
}

static struct value local_time_value(struct unpack *u, struct value f)
{
    struct text t;

    text_init(&t, 100);
    time_words(&t, field(f, 0) / NANOS, field(f, 0) % NANOS);
    return finish(u, &t, false);
}

static struct value time_value(struct unpack *u, struct value f)
{
    struct text t;

    text_init(&t, 100);
    time_words(&t, field(f, 0) / NANOS, field(f, 0) % NANOS); /* of the clock there, not UTC */
    offset_words(&t, field(f, 1));
    return finish(u, &t, false);
}

static struct value local_date_time_value(struct unpack *u, struct value f)
{
    struct text t;

    text_init(&t, 100);
    date_time_words(&t, field(f, 0), field(f, 1));
    return finish(u, &t, false);
}

/* Further away than milliseconds can count is no time that anybody looks at. */
static struct value instant(int64_t seconds, int64_t nanos)
{
    if (seconds > INT64_MAX / 2000 || seconds < INT64_MIN / 2000)
        return v_absent(ABSENT_TOO_LARGE);
    return v_time(seconds * 1000 + nanos / 1000000);
}

static struct value date_time_value(struct unpack *u, struct value f)
{
    (void)u;
    return instant(field(f, 0), field(f, 1));
}

/* Before 5.0, unless the UTC patch was agreed upon: the seconds are those of the clock there. */
static struct value legacy_date_time_value(struct unpack *u, struct value f)
{
    (void)u;
    return instant(field(f, 0) - field(f, 2), field(f, 1));
}

/* The same with the name of a zone: without its rules the moment is not known, so the clock there and the zone are told. */
static struct value legacy_zone_value(struct unpack *u, struct value f)
{
    struct text t;

    text_init(&t, 400);
    date_time_words(&t, field(f, 0), field(f, 1));
    text_addf(&t, "[%s]", value_str(f.u.list[2], "?"));
    return finish(u, &t, false);
}

/* ---- durations, as Neo4j prints them ---- */

static void unit_words(struct text *out, int64_t n, char unit)
{
    if (n)
        text_addf(out, "%lld%c", (long long)n, unit);
}

static void seconds_words(struct text *out, int64_t seconds, int64_t nanos)
{
    if (seconds < 0 && nanos > 0) { /* -0.5 s travels as -1 s and 500 ms more */
        seconds++;
        nanos = NANOS - nanos;
        text_adds(out, seconds == 0 ? "-" : "");
    }
    if (!seconds && !nanos)
        return;
    text_addf(out, "%lld", (long long)seconds);
    fraction_words(out, nanos);
    text_adds(out, "S");
}

static struct value duration_value(struct unpack *u, struct value f)
{
    int64_t months = field(f, 0), days = field(f, 1), seconds = field(f, 2), nanos = field(f, 3);
    struct text t;

    text_init(&t, 200);
    text_adds(&t, "P");
    unit_words(&t, months / 12, 'Y');
    unit_words(&t, months % 12, 'M');
    unit_words(&t, days, 'D');
    if (seconds || nanos) {
        text_adds(&t, "T");
        unit_words(&t, seconds / 3600, 'H');
        unit_words(&t, seconds / 60 % 60, 'M');
        seconds_words(&t, seconds % 60, nanos);
    }
    if (t.len == 1)
        text_adds(&t, "T0S");
    return finish(u, &t, true);
}

/* ---- places ---- */

/* 2.0 as Neo4j prints it, always with a point. */
static void coordinate(struct text *out, struct value v)
{
    double d = v.type == V_FLOAT ? v.u.d : (double)value_i64(v, 0);
    char digits[40];

    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, d);
        if (strtod(digits, NULL) == d)
            break;
    }
    text_addf(out, "%s%s", digits, strpbrk(digits, ".enEN") ? "" : ".0");
}

static struct value point_value(struct unpack *u, struct value f)
{
    struct text t;

    text_init(&t, 400);
    text_addf(&t, "SRID=%lld;POINT%s(", (long long)field(f, 0), f.len > 3 ? " Z " : "");
    for (uint32_t i = 1; i < f.len; i++) {
        text_adds(&t, i > 1 ? " " : "");
        coordinate(&t, f.u.list[i]);
    }
    text_adds(&t, ")");
    return finish(u, &t, false);
}

/* ---- nodes and relationships ---- */

static struct value record(struct unpack *u, const char *const *names, const struct value *v, uint32_t n)
{
    struct value *m = arena_alloc(u->arena, 2 * n * sizeof *m);

    for (uint32_t i = 0; i < n; i++) {
        m[2 * i] = v_text(names[i]);
        m[2 * i + 1] = v[i];
    }
    return (struct value){.type = V_MAP, .len = 2 * n, .u.list = m};
}

/* id, labels, properties, from 5.0 on the element id, which is the one to show. */
static struct value node_value(struct unpack *u, struct value f)
{
    static const char *const names[] = {"id", "labels", "properties"};
    const struct value v[] = {f.len > 3 ? f.u.list[3] : f.u.list[0], f.u.list[1], f.u.list[2]};

    return record(u, names, v, 3);
}

static const char *const relationship_names[] = {"id", "start", "type", "end", "properties"};

/* id, start, end, type, properties, from 5.0 on the element ids of itself, start and end. */
static struct value relationship_value(struct unpack *u, struct value f)
{
    bool ids = f.len >= 8;
    const struct value v[] = {f.u.list[ids ? 5 : 0], f.u.list[ids ? 6 : 1], f.u.list[3], f.u.list[ids ? 7 : 2], f.u.list[4]};

    return record(u, relationship_names, v, 5);
}

/* Within a path: id, type, properties, and the element id. */
static struct value unbound_value(struct unpack *u, struct value f)
{
    static const char *const names[] = {"id", "type", "properties"};
    const struct value v[] = {f.len > 3 ? f.u.list[3] : f.u.list[0], f.u.list[1], f.u.list[2]};

    return record(u, names, v, 3);
}

/* The relationship between two nodes of a path; its number is negative when it points against the path. */
static struct value step_value(struct unpack *u, struct value from, struct value relationship, struct value to, bool backwards)
{
    static const char *const reversed[] = {"id", "end", "type", "start", "properties"};
    const struct value v[] = {value_get(relationship, "id"), value_get(from, "id"), value_get(relationship, "type"), value_get(to, "id"),
                              value_get(relationship, "properties")};

    return record(u, backwards ? reversed : relationship_names, v, 5);
}

static bool element(struct value list, int64_t at, struct value *out)
{
    if (at < 0 || at >= (int64_t)list.len)
        return false;
    *out = list.u.list[at];
    return true;
}

/* Its nodes, its relationships, and numbers in turn: of a relationship (from 1), of the node behind it (from 0). */
static struct value path_value(struct unpack *u, struct value f)
{
    struct value nodes = f.u.list[0], relationships = f.u.list[1], steps = f.u.list[2], at, *v;

    if (nodes.type != V_LIST || relationships.type != V_LIST || steps.type != V_LIST || steps.len % 2 || steps.len > PATH_MAX_STEPS ||
        !element(nodes, 0, &at))
        return v_absent(ABSENT_WRONG_SHAPE);
    v = arena_alloc(u->arena, ((size_t)steps.len + 1) * sizeof *v);
    v[0] = at;
    for (uint32_t i = 0; i < steps.len; i += 2) {
        int64_t number = value_i64(steps.u.list[i], 0);
        struct value relationship, to;
        if (number == INT64_MIN || !element(relationships, (number < 0 ? -number : number) - 1, &relationship) ||
            !element(nodes, value_i64(steps.u.list[i + 1], -1), &to))
            return v_absent(ABSENT_WRONG_SHAPE);
        v[i + 1] = step_value(u, v[i], relationship, to, number < 0);
        v[i + 2] = to;
    }
    return (struct value){.type = V_LIST, .len = steps.len + 1, .u.list = v};
}

/* ---- Bolt 6 ---- */

/* The marker of its elements, and the elements as they lie in memory, big-endian: as bytes they say little, so only what it is. */
static struct value vector_value(struct unpack *u, struct value f)
{
    static const struct {
        const char *marker, *name;
        size_t size;
    } kinds[] = {{"C6", "FLOAT32", 4}, {"C1", "FLOAT", 8}, {"C8", "INTEGER8", 1}, {"C9", "INTEGER16", 2}, {"CA", "INTEGER32", 4},
                 {"CB", "INTEGER", 8}};
    struct text t;

    if (f.u.list[0].type != V_TEXT || f.u.list[1].type != V_TEXT)
        return v_absent(ABSENT_WRONG_SHAPE);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].marker, f.u.list[0].u.s) != 0)
            continue;
        text_init(&t, 100);
        text_addf(&t, "vector of %zu %s", (size_t)f.u.list[1].len / 2 / kinds[i].size, kinds[i].name);
        return finish(u, &t, false);
    }
    return v_absent(ABSENT_WRONG_SHAPE);
}

/* Name, and the version of Bolt that has it. */
static struct value unsupported_value(struct unpack *u, struct value f)
{
    struct text t;

    text_init(&t, 400);
    text_addf(&t, "type %s needs Bolt %lld.%lld", value_str(f.u.list[0], "?"), (long long)field(f, 1), (long long)field(f, 2));
    return finish(u, &t, false);
}

static struct value unknown_value(struct unpack *u, uint8_t tag, struct value f)
{
    static const char *const names[] = {"tag", "fields"};
    const struct value v[] = {v_int(tag), f};

    return record(u, names, v, 2);
}

/* ---- which is which ---- */

/* `numbers`: that many of the first fields have to be integers. */
static const struct {
    uint8_t tag, least, most, numbers;
    struct value (*value)(struct unpack *u, struct value f);
} structures[] = {
    {0x4e, 3, 4, 0, node_value},
    {0x52, 5, 8, 0, relationship_value},
    {0x72, 3, 4, 0, unbound_value},
    {0x50, 3, 3, 0, path_value},
    {0x44, 1, 1, 1, date_value},
    {0x74, 1, 1, 1, local_time_value},
    {0x54, 2, 2, 2, time_value},
    {0x64, 2, 2, 2, local_date_time_value},
    {0x49, 3, 3, 3, date_time_value},
    {0x69, 3, 3, 2, date_time_value},
    {0x46, 3, 3, 3, legacy_date_time_value},
    {0x66, 3, 3, 2, legacy_zone_value},
    {0x45, 4, 4, 4, duration_value},
    {0x58, 3, 3, 1, point_value},
    {0x59, 4, 4, 1, point_value},
    {0x56, 2, 2, 0, vector_value},
    {0x3f, 4, 4, 0, unsupported_value},
};

/* Further than any calendar of Neo4j: nothing is computed from it, nothing overflows. */
static bool is_sane(struct value v)
{
    return v.type == V_INT && v.u.i > -(INT64_C(1) << 56) && v.u.i < (INT64_C(1) << 56);
}

struct value structure_value(struct unpack *u, uint8_t tag, struct value f)
{
    for (size_t i = 0; i < sizeof structures / sizeof *structures; i++) {
        if (structures[i].tag != tag)
            continue;
        if (f.len < structures[i].least || f.len > structures[i].most)
            return v_absent(ABSENT_WRONG_SHAPE);
        for (uint32_t k = 0; k < structures[i].numbers; k++)
            if (!is_sane(f.u.list[k]))
                return v_absent(ABSENT_WRONG_SHAPE);
        return structures[i].value(u, f);
    }
    return unknown_value(u, tag, f);
}
