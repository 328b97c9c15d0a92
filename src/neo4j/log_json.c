/* Lines of the JSON layouts. */
#include "neo4j/log_inside.h"

#include <string.h>

#include "base/clock.h"
#include "neo4j/tree.h"

/* What the members of the layouts mean, Neo4j's own first. */
enum member { M_TIME, M_LEVEL, M_CATEGORY, M_TYPE, M_DATABASE, M_MESSAGE, M_NONE };

static enum member member_of(struct slice key)
{
    static const struct {
        const char *name;
        size_t n;
        enum member means;
    } names[] = {
#define NAME(text, means) {text, sizeof text - 1, means}
        NAME("time", M_TIME),        NAME("level", M_LEVEL),           NAME("category", M_CATEGORY), NAME("message", M_MESSAGE),
        NAME("type", M_TYPE),        NAME("database", M_DATABASE),     NAME("query", M_MESSAGE),     NAME("logger", M_CATEGORY),
        NAME("timestamp", M_TIME),   NAME("@timestamp", M_TIME),       NAME("severity", M_LEVEL),    NAME("log.level", M_LEVEL),
        NAME("loggerName", M_CATEGORY), NAME("log.logger", M_CATEGORY), NAME("logger_name", M_CATEGORY), NAME("short_message", M_MESSAGE),
        NAME("databaseName", M_DATABASE),
#undef NAME
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].n == key.n && !memcmp(names[i].name, key.s, key.n))
            return names[i].means;
    return M_NONE;
}

/* The closing quote of a string whose first byte is at p; end when it was cut. */
static const char *closing_quote(const char *p, const char *end)
{
    for (const char *q = p; (q = memchr(q, '"', (size_t)(end - q))); q++) {
        const char *b = q;

        while (b > p && b[-1] == '\\')
            b--;
        if (!((q - b) & 1))
            return q;
    }
    return end;
}

struct walk {
    const char *p, *end;
    bool cut; /* the last value goes on behind the end */
};

static void skip_blanks(struct walk *w)
{
    while (w->p < w->end && (*w->p == ' ' || *w->p == '\t'))
        w->p++;
}

/* The inside of a string, or a scalar, list or map as it stands. */
static bool take_value(struct walk *w, struct slice *value)
{
    const char *end;

    if (w->p < w->end && *w->p == '"') {
        end = closing_quote(++w->p, w->end);
        *value = (struct slice){w->p, (size_t)(end - w->p)};
        w->cut = end == w->end;
        w->p = w->cut ? end : end + 1;
        return true;
    }
    return scan_value(&w->p, w->end, value);
}

/* One member; false at the end, or where it is no JSON. */
static bool next_member(struct walk *w, struct slice *key, struct slice *value)
{
    skip_blanks(w);
    if (w->p < w->end && *w->p == ',')
        w->p++;
    skip_blanks(w);
    if (w->cut || w->p >= w->end || *w->p != '"' || !take_value(w, key) || w->cut)
        return false;
    skip_blanks(w);
    if (w->p >= w->end || *w->p != ':')
        return false;
    w->p++;
    skip_blanks(w);
    return take_value(w, value);
}

static bool take_time(struct log_reader *r, struct slice v, int64_t *ms)
{
    char buf[48];
    struct value number;

    if (log_stamp(r, v.s, v.n, ms))
        return true;
    if (!v.n || v.n >= sizeof buf)
        return false;
    memcpy(buf, v.s, v.n);
    buf[v.n] = '\0';
    if (time_parse(buf, ms))
        return true;
    /* seconds since 1970, with a fraction */
    if (!tree_number(buf, &number))
        return false;
    if (number.type == V_INT)
        number = v_float((double)number.u.i);
    if (!(number.u.d > 0 && number.u.d < 1e11))
        return false;
    *ms = (int64_t)(number.u.d * 1000);
    return true;
}

/* A name, or the number of syslog. */
static uint8_t take_level(struct slice v)
{
    static const uint8_t syslog[] = {LOG_LEVEL_ERROR, LOG_LEVEL_ERROR, LOG_LEVEL_ERROR, LOG_LEVEL_ERROR,
                                     LOG_LEVEL_WARN,  LOG_LEVEL_INFO,  LOG_LEVEL_INFO,  LOG_LEVEL_DEBUG};

    if (v.n == 1 && v.s[0] >= '0' && v.s[0] <= '7')
        return syslog[v.s[0] - '0'];
    return (uint8_t)log_level_parse(v.s, v.n);
}

static void take_message(const char *line, struct slice v, struct log_line *out)
{
    size_t from = (size_t)(v.s - line);

    out->message = log_skip_database(line, from + v.n, from, &out->database);
    out->message_len = from + v.n - out->message;
}

bool log_take_json(struct log_reader *r, const char *s, size_t n, struct log_line *out)
{
    struct walk w = {.p = s + 1, .end = s + n};
    struct slice key, v;
    bool timed = false, messaged = false;

    while (!(timed && messaged && out->level) && next_member(&w, &key, &v))
        switch (member_of(key)) {
        case M_TIME:
            timed = timed || take_time(r, v, &out->time_ms);
            break;
        case M_LEVEL:
            out->level = take_level(v);
            break;
        case M_CATEGORY:
            out->category = v;
            break;
        case M_TYPE:
            if (!out->category.n)
                out->category = v;
            break;
        case M_DATABASE:
            out->database = v;
            break;
        case M_MESSAGE:
            if (!messaged)
                take_message(s, v, out);
            messaged = true;
            break;
        case M_NONE:
            break;
        }
    if (!timed)
        return false;
    if (!messaged)
        out->message_len = n;
    out->json = true;
    return true;
}

/* ---- for people ---- */

static void add_string(struct text *out, const cJSON *node)
{
    const char *s = tree_text(node);

    if (s)
        text_adds(out, s);
}

/* "fail 12 ms: neo4j - alice - MATCH ...": what a query line says beside its query. */
static void add_query(struct text *out, const cJSON *line)
{
    struct arena a = {0};
    int64_t ms = value_i64(tree_value(tree_get(line, "elapsedTimeMs"), &a), -1);

    arena_release(&a);
    add_string(out, tree_get(line, "event"));
    if (ms >= 0)
        text_addf(out, " %lld ms", (long long)ms);
    text_adds(out, ": ");
    add_string(out, tree_get(line, "database"));
    text_adds(out, " - ");
    add_string(out, tree_get(line, "executingUser") ? tree_get(line, "executingUser") : tree_get(line, "username"));
    text_adds(out, " - ");
    add_string(out, tree_get(line, "query"));
    if (tree_get(line, "failureReason")) {
        text_adds(out, " - ");
        add_string(out, tree_get(line, "failureReason"));
    }
}

/* Some messages name him themselves (2026.08: refused ones of security). */
static bool names_user(const char *message, const char *user)
{
    size_t n = strlen(user);

    return message && message[0] == '[' && strncmp(message + 1, user, n) == 0 && strncmp(message + 1 + n, "]: ", 3) == 0;
}

static void add_message(struct text *out, const cJSON *line)
{
    static const char *const names[] = {"message", "short_message", "event"};
    const char *user = tree_text(tree_get(line, "executingUser"));
    const cJSON *message = NULL;

    if (tree_text(tree_get(line, "query"))) {
        add_query(out, line);
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names && !tree_text(message); i++)
        message = tree_get(line, names[i]);
    if (user && *user && !names_user(tree_text(message), user))
        text_addf(out, "[%s]: ", user);
    if (tree_text(message))
        add_string(out, message);
}

static void add_json(struct text *out, const char *line, size_t n, const struct log_line *l)
{
    cJSON *tree = n <= LOG_TEXT_MAX ? tree_parse((struct slice){line, n}) : NULL;
    const char *trace;

    if (!tree) { /* cut, or too long for a tree: as it stands */
        text_add(out, line + l->message, l->message_len);
        return;
    }
    add_message(out, tree);
    trace = tree_text(tree_get(tree, "stacktrace"));
    if (trace && *trace)
        text_addf(out, "\n%s", trace);
    cJSON_Delete(tree);
}

void log_line_text(const char *line, size_t n, const struct log_line *l, struct text *out)
{
    if (l->json)
        add_json(out, line, n, l);
    else
        text_add(out, line + l->message, l->message_len < LOG_TEXT_MAX ? l->message_len : LOG_TEXT_MAX);
}
