/* The events of a Jolt answer: header, data, summary for each statement, then at most one error, and info at the very end. */
#include "neo4j/jolt.h"

#include <cJSON.h>
#include <string.h>

#include "neo4j/plan.h"
#include "neo4j/rows.h"
#include "neo4j/tree.h"

struct events {
    const struct decode *d;
    struct rows rows;
    size_t headers;        /* results begun so far */
    bool open, complete;   /* inside our result; our result had its summary */
    bool failed;           /* the server reported an error: *d->e holds it */
    bool ended;
    bool planned;          /* *d->out holds the rows of a plan */
};

static bool is_ours(const struct events *ev)
{
    return ev->headers == ev->d->result_index + 1;
}

static bool on_header(struct events *ev, const cJSON *header)
{
    ev->headers++;
    ev->open = true;
    return !is_ours(ev) || rows_names(&ev->rows, tree_get(header, "fields"));
}

static bool on_data(struct events *ev, const cJSON *data)
{
    if (!ev->open || !cJSON_IsArray(data))
        return shape_error(ev->d->e, "a row without a header");
    if (!is_ours(ev))
        return true;
    for (const cJSON *c = data->child; c; c = c->next)
        if (!rows_cell(&ev->rows, jolt_value(c, ev->d->arena)))
            return false;
    return rows_end(&ev->rows);
}

static bool on_summary(struct events *ev, const cJSON *summary)
{
    const cJSON *plan = tree_get(summary, "plan");

    if (!ev->open)
        return shape_error(ev->d->e, "a summary without a header");
    ev->open = false;
    if (is_ours(ev)) {
        ev->complete = true;
        if (plan && !ev->rows.nrows)
            ev->planned = plan_rows(plan, ev->d->arena, ev->d->out);
    }
    return true;
}

static bool on_error(struct events *ev, const cJSON *error)
{
    if (ev->failed)
        return true;
    ev->failed = true;
    if (!decode_errors(ev->d, tree_get(error, "errors")))
        shape_error(ev->d->e, "an error without words");
    return true;
}

static bool on_info(struct events *ev, const cJSON *info)
{
    ev->ended = true;
    return true;
}

static bool on_event(struct events *ev, const cJSON *event)
{
    static const struct {
        const char *name;
        bool (*on)(struct events *, const cJSON *);
    } table[] = {
        {"header", on_header}, {"data", on_data}, {"summary", on_summary}, {"error", on_error}, {"info", on_info},
    };

    if (!cJSON_IsObject(event) || !event->child)
        return shape_error(ev->d->e, "a line that is no event");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(tree_name(event->child), table[i].name))
            return table[i].on(ev, event->child);
    return true; /* an event of later days */
}

/* The line at *p without its end; json-seq puts a record separator in front. */
static bool next_line(const char **p, const char *end, struct slice *line)
{
    while (*p < end) {
        const char *nl = memchr(*p, '\n', (size_t)(end - *p)), *from = *p;

        *p = nl ? nl + 1 : end;
        nl = nl ? nl : end;
        while (from < nl && strchr("\x1e \t\r", *from) && *from)
            from++;
        while (nl > from && (nl[-1] == '\r' || nl[-1] == ' '))
            nl--;
        if (nl > from) {
            *line = (struct slice){from, (size_t)(nl - from)};
            return true;
        }
    }
    return false;
}

static bool walk(struct events *ev)
{
    const char *p = ev->d->body.s, *end = p + ev->d->body.n;
    struct slice line;

    while (!ev->ended && next_line(&p, end, &line)) {
        cJSON *event = tree_parse(line);
        bool ok = event ? on_event(ev, event) : shape_error(ev->d->e, p == end ? "it was cut" : "a line that is no JSON");

        cJSON_Delete(event);
        if (!ok)
            return false;
    }
    return true;
}

/* Refused logins and the like come as plain JSON, whatever was asked for. */
static bool is_plain_json(struct slice body)
{
    const char *p = body.s, *end = body.s + body.n;
    struct slice whole, v, line;

    if (next_line(&p, end, &line) && scan_whole(line, &v))
        return scan_get(line, "results", &v) || scan_get(line, "errors", &v);
    return scan_whole(body, &whole) && (scan_get(whole, "results", &v) || scan_get(whole, "errors", &v));
}

bool jolt_decode(const struct decode *d)
{
    struct events ev = {.d = d, .rows = {.arena = d->arena, .e = d->e, .max_cells = d->max_cells}};
    bool ok;

    if (is_plain_json(d->body))
        return json_decode(d);
    ok = walk(&ev);
    if (ev.failed)
        ok = false; /* with the server's words, even when the answer was cut behind them */
    else if (ok && !ev.ended)
        ok = shape_error(d->e, "it was cut");
    else if (ok && !ev.complete)
        ok = shape_error(d->e, "a result is missing");
    if (ok && !ev.planned)
        rows_finish(&ev.rows, d->out);
    rows_drop(&ev.rows);
    return ok;
}
