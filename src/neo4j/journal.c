/* journalctl -o json: an object a line, all its values texts; a text that is no UTF-8 is a list of its bytes, and a field that was given
 * more than once a list of its values. */
#include "neo4j/systemd.h"

#include <stdlib.h>
#include <string.h>

#include "neo4j/scan.h"
#include "neo4j/tree.h"

enum { JOURNAL_LINE_MAX = 1024 * 1024 };

/* Appends the text of a JSON string, its quotes included in s. */
static void add_string(struct text *out, struct slice s)
{
    cJSON *node = tree_parse(s);
    const char *t = tree_text(node);

    if (t)
        text_adds(out, t);
    cJSON_Delete(node);
}

static int64_t number(struct slice s)
{
    int64_t n = 0;

    if (s.n >= 2 && *s.s == '"')
        s = (struct slice){s.s + 1, s.n - 2};
    if (!s.n || s.n > 18)
        return -1;
    for (size_t i = 0; i < s.n; i++) {
        if (s.s[i] < '0' || s.s[i] > '9')
            return -1;
        n = n * 10 + (s.s[i] - '0');
    }
    return n;
}

static void add_bytes(struct text *out, struct slice list, bool nested)
{
    struct scan sc;
    struct slice element;

    if (!scan_list(&sc, list))
        return;
    while (scan_element(&sc, &element) && !out->full) {
        int64_t b = *element.s == '"' ? -1 : number(element);

        if (*element.s == '"' && !out->len) { /* the first of several */
            add_string(out, element);
            return;
        }
        if (*element.s == '[' && !out->len && !nested) {
            add_bytes(out, element, true);
            return;
        }
        if (b > 0 && b < 256)
            text_addc(out, (char)b);
    }
}

static void copy(char *to, size_t size, struct slice v)
{
    struct text t;

    text_init(&t, size - 1);
    if (v.n && *v.s == '"')
        add_string(&t, v);
    memcpy(to, t.s, t.len + 1);
    text_release(&t);
}

/* PRIORITY is that of syslog: 0 emergency ... 3 error, 4 warning, 5 notice, 6 info, 7 debug. */
static uint8_t level_of(int64_t priority)
{
    return priority < 0    ? LOG_LEVEL_NONE
           : priority <= 3 ? LOG_LEVEL_ERROR
           : priority == 4 ? LOG_LEVEL_WARN
           : priority <= 6 ? LOG_LEVEL_INFO
                           : LOG_LEVEL_DEBUG;
}

static void take_message(struct slice v, struct journal_line *out, struct text *message)
{
    if (*v.s == '"')
        add_string(message, v);
    else if (*v.s == '[')
        add_bytes(message, v, false);
    else
        out->too_long = slice_is(v, "null");
    while (message->len && (message->s[message->len - 1] == '\n' || message->s[message->len - 1] == '\r'))
        message->s[--message->len] = '\0';
}

static void take_member(struct slice key, struct slice v, struct journal_line *out, struct text *message)
{
    int64_t us;

    if (slice_is(key, "MESSAGE")) {
        take_message(v, out, message);
    } else if (slice_is(key, "__REALTIME_TIMESTAMP")) {
        us = number(v);
        out->time_ms = us < 0 ? LOG_TIME_NONE : us / 1000;
    } else if (slice_is(key, "PRIORITY")) {
        out->level = level_of(number(v));
    } else if (slice_is(key, "_PID")) {
        out->pid = number(v);
    } else if (slice_is(key, "__CURSOR")) {
        copy(out->cursor, sizeof out->cursor, v);
    } else if (slice_is(key, "_SYSTEMD_UNIT")) {
        copy(out->unit, sizeof out->unit, v);
    } else if (slice_is(key, "SYSLOG_IDENTIFIER")) {
        copy(out->identifier, sizeof out->identifier, v);
    }
}

bool journal_parse(const char *line, size_t n, struct journal_line *out, struct text *message)
{
    struct slice whole, key, v;
    struct scan sc;

    memset(out, 0, sizeof *out);
    out->time_ms = LOG_TIME_NONE;
    out->pid = -1;
    text_clear(message);
    if (n > JOURNAL_LINE_MAX || !scan_whole((struct slice){line, n}, &whole) || !scan_object(&sc, whole))
        return false;
    while (scan_member(&sc, &key, &v))
        take_member(key, v, out, message);
    return !sc.broken && out->time_ms != LOG_TIME_NONE;
}

bool journal_is_hidden(const char *said)
{
    return strstr(said, "insufficient permissions") || strstr(said, "not seeing messages from other users");
}
