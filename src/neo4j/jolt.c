/* The events of a Jolt answer: header, data, summary for each statement, then at most one error, and info at the very end. */
#include "neo4j/jolt.h"

#include <cJSON.h>
#include <string.h>

#include "neo4j/plan.h"
#include "neo4j/rows.h"
#include "neo4j/tree.h"

static bool is_ours(const struct jolt_events *ev)
{
    return ev->headers == ev->d->result_index + 1;
}

static bool on_header(struct jolt_events *ev, const cJSON *header)
{
    ev->headers++;
    ev->open = true;
    return !is_ours(ev) || rows_names(&ev->rows, tree_get(header, "fields"));
}

static bool on_data(struct jolt_events *ev, const cJSON *data)
{
    if (!ev->open || !cJSON_IsArray(data))
        return shape_error(ev->d->e, "a row without a header");
    if (!is_ours(ev))
        return true;
    for (const cJSON *c = data->child; c; c = c->next)
        if (!rows_cell(&ev->rows, jolt_value(c, ev->rows.arena)))
            return false;
    return rows_end(&ev->rows);
}

static bool on_summary(struct jolt_events *ev, const cJSON *summary)
{
    const cJSON *plan = tree_get(summary, "plan");

    if (!ev->open)
        return shape_error(ev->d->e, "a summary without a header");
    ev->open = false;
    if (is_ours(ev)) {
        ev->complete = true;
        if (plan && !ev->rows.nrows && ev->d->out)
            ev->planned = plan_rows(plan, ev->d->arena, ev->d->out);
    }
    return true;
}

static bool on_error(struct jolt_events *ev, const cJSON *error)
{
    if (ev->failed)
        return true;
    ev->failed = true;
    if (!decode_errors(ev->d, tree_get(error, "errors")))
        shape_error(ev->d->e, "an error without words");
    return true;
}

static bool on_info(struct jolt_events *ev, const cJSON *info)
{
    ev->ended = true;
    return true;
}

static bool on_event(struct jolt_events *ev, const cJSON *event)
{
    static const struct {
        const char *name;
        bool (*on)(struct jolt_events *, const cJSON *);
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

bool jolt_line(const char **p, const char *end, struct slice *line)
{
    while (scan_line(p, end, line)) {
        *line = slice_trim(*line, "\x1e \t\r");
        if (line->n)
            return true;
    }
    return false;
}

bool jolt_event(struct jolt_events *ev, struct slice line, bool last)
{
    cJSON *event = tree_parse(line);
    bool ok = event ? on_event(ev, event) : shape_error(ev->d->e, last ? "it was cut" : "a line that is no JSON");

    cJSON_Delete(event);
    return ok;
}

bool jolt_events_end(struct jolt_events *ev, bool read)
{
    if (ev->failed)
        return false; /* with the server's words, even when the answer was cut behind them */
    if (read && !ev->ended)
        return shape_error(ev->d->e, "it was cut");
    return read && (ev->complete || shape_error(ev->d->e, "a result is missing"));
}

static bool walk(struct jolt_events *ev)
{
    const char *p = ev->d->body.s, *end = p + ev->d->body.n;
    struct slice line;

    while (!ev->ended && jolt_line(&p, end, &line))
        if (!jolt_event(ev, line, p == end))
            return false;
    return true;
}

/* Refused logins and the like come as plain JSON, whatever was asked for. */
static bool is_plain_json(struct slice body)
{
    const char *p = body.s, *end = body.s + body.n;
    struct slice whole, v, line;

    if (jolt_line(&p, end, &line) && scan_whole(line, &v))
        return scan_get(line, "results", &v) || scan_get(line, "errors", &v);
    return scan_whole(body, &whole) && (scan_get(whole, "results", &v) || scan_get(whole, "errors", &v));
}

bool jolt_decode(const struct decoding *d)
{
    struct jolt_events ev = {.d = d, .rows = {.arena = d->arena, .e = d->e, .max_cells = d->max_cells}};
    bool ok;

    if (is_plain_json(d->body))
        return json_decode(d);
    ok = jolt_events_end(&ev, walk(&ev));
    if (ok && !ev.planned)
        rows_finish(&ev.rows, d->out);
    rows_drop(&ev.rows);
    return ok;
}
