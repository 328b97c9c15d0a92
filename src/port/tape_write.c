#include "port/tape.h"

#include <math.h>
#include <string.h>
#include "base/clock.h"
#include "base/json.h"
#include "port/tape_bytes.h"

static const char hidden[] = "(hidden)";

static const char *const kinds[] = {
    [ASK_STATEMENT] = "statement", [ASK_STATE] = "state", [ASK_RETRY] = "retry", [ASK_AUDIT] = "audit",
    [ASK_HISTORY] = "history", [ASK_REMEMBER] = "remember", [ASK_RECALL] = "recall", [ASK_HOST] = "host",
};

bool tape_takes(const struct ask *a)
{
    return a->kind == ASK_STATEMENT || a->kind == ASK_STATE || a->kind == ASK_HISTORY || a->kind == ASK_HOST;
}

/* Parameters of our own statements whose values tell no secret. */
static bool is_harmless(const char *name)
{
    static const char *const names[] = {"id", "ids", "started", "user", "database"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* ---- values ---- */

static void write_value(struct json *j, struct value v);

static void tagged_str(struct json *j, const char *tag, const char *s)
{
    json_begin_object(j);
    json_key(j, tag);
    json_str(j, s);
    json_end_object(j);
}

static void tagged_int(struct json *j, const char *tag, int64_t i)
{
    json_begin_object(j);
    json_key(j, tag);
    json_int(j, i);
    json_end_object(j);
}

/* Years of four digits as people read them, all else as the number that it is. */
static void write_time(struct json *j, int64_t ms)
{
    char buf[40];

    if (ms >= 0 && ms < INT64_C(253402300800000))
        tagged_str(j, "time", time_rfc3339(ms, buf, sizeof buf));
    else
        tagged_int(j, "time", ms);
}

static void write_map(struct json *j, struct value v, bool hide)
{
    json_begin_object(j);
    json_key(j, "map");
    json_begin_object(j);
    for (uint32_t i = 0; i + 1 < v.len; i += 2) {
        json_key(j, value_str(v.u.list[i], "?"));
        if (hide)
            json_str(j, hidden);
        else
            write_value(j, v.u.list[i + 1]);
    }
    json_end_object(j);
    json_end_object(j);
}

static void write_list(struct json *j, struct value v)
{
    json_begin_list(j);
    for (uint32_t i = 0; i < v.len; i++)
        write_value(j, v.u.list[i]);
    json_end_list(j);
}

/* JSON is UTF-8; other bytes would not come back as they were. */
static void write_text(struct json *j, struct value v)
{
    struct text t;

    if (utf8_valid(v.u.s, v.len)) {
        json_string(j, v.u.s, v.len);
        return;
    }
    text_init(&t, TAPE_LINE_MAX);
    base64_add(&t, v.u.s, v.len);
    tagged_str(j, "base64", t.s);
    text_release(&t);
}

static void write_value(struct json *j, struct value v)
{
    enum { DEEPEST = 56 }; /* a map is two levels, and its last one needs room for a tag */

    if ((v.type == V_LIST || v.type == V_MAP) && j->depth > DEEPEST)
        v = v_absent(ABSENT_TOO_LARGE);
    switch (v.type) {
    case V_BOOL: json_bool(j, v.u.i != 0); break;
    case V_INT: json_int(j, v.u.i); break;
    case V_FLOAT:
        if (isfinite(v.u.d))
            json_float(j, v.u.d);
        else
            tagged_str(j, "float", isnan(v.u.d) ? "NaN" : v.u.d > 0 ? "Infinity" : "-Infinity");
        break;
    case V_TEXT: write_text(j, v); break;
    case V_LIST: write_list(j, v); break;
    case V_MAP: write_map(j, v, false); break;
    case V_TIME: write_time(j, v.u.i); break;
    case V_DURATION: tagged_int(j, "ms", v.u.i); break;
    default:
        if (v.absent == ABSENT_NULL)
            json_null(j);
        else
            tagged_str(j, "absent", absent_name((enum absent)v.absent));
    }
}

/* ---- what was asked ---- */

static void member_str(struct json *j, const char *name, const char *s)
{
    if (!s || !*s)
        return;
    json_key(j, name);
    json_str(j, s);
}

static void write_params(struct json *j, const struct statement *s)
{
    if (!s->nparams)
        return;
    json_key(j, "params");
    json_begin_object(j);
    for (size_t i = 0; i < s->nparams; i++) {
        json_key(j, s->params[i].name);
        if (is_harmless(s->params[i].name))
            write_value(j, s->params[i].value);
        else
            json_str(j, hidden);
    }
    json_end_object(j);
}

static void member_int(struct json *j, const char *name, int64_t i)
{
    if (!i)
        return;
    json_key(j, name);
    json_int(j, i);
}

static void write_host_call(struct json *j, const struct host_call *c)
{
    member_str(j, "call", host_what_name(c->what));
    if (c->as != AS_SELF)
        member_str(j, "as", host_as_name(c->as));
    if (c->what != HOST_RUN) {
        member_str(j, "path", c->path);
        member_int(j, "from", c->from);
        member_int(j, "n", c->n);
        member_int(j, "inode", c->inode);
        return;
    }
    member_str(j, "command", host_command(c->command)->name);
    json_key(j, "args");
    json_begin_list(j);
    for (size_t i = 0; i < c->nargs; i++)
        json_str(j, c->args[i]);
    json_end_list(j);
}

static void write_ask(struct json *j, const struct ask *a)
{
    if (a->instance != INSTANCE_NONE) {
        json_key(j, "instance");
        json_int(j, a->instance);
    }
    json_key(j, "ask");
    json_str(j, (size_t)a->kind < sizeof kinds / sizeof *kinds ? kinds[a->kind] : "");
    if (a->kind == ASK_HOST)
        write_host_call(j, &a->u.host);
    if (a->kind != ASK_STATEMENT)
        return;
    member_str(j, "statement", statement_name(a->u.statement.id));
    member_str(j, "database", a->u.statement.database);
    member_str(j, "text", a->u.statement.text);
    write_params(j, &a->u.statement);
}

void tape_key(struct text *out, const struct ask *a)
{
    struct json j;

    json_init(&j, out, false);
    json_begin_object(&j);
    write_ask(&j, a);
    json_end_object(&j);
}

/* ---- what was answered ---- */

static bool may_hide(const struct ask *a, const char *name)
{
    return a->kind == ASK_HOST && (strcmp(name, "bytes") == 0 || strcmp(name, "stdout") == 0 || strcmp(name, "stderr") == 0);
}

static void write_hiding(struct json *j, struct value v)
{
    struct text t;

    text_init(&t, TAPE_LINE_MAX);
    tape_hide(&t, v.u.s, v.len);
    write_value(j, v_textn(t.s, t.len));
    text_release(&t);
}

static void write_rows(struct json *j, const struct ask *a, const struct reply *r)
{
    json_key(j, "columns");
    json_begin_list(j);
    for (size_t i = 0; i < r->ncols; i++)
        json_str(j, r->names[i]);
    json_end_list(j);
    json_key(j, "rows");
    json_begin_list(j);
    for (size_t row = 0; row < r->nrows; row++) {
        json_begin_list(j);
        for (size_t col = 0; col < r->ncols; col++) {
            struct value v = r->cells[row * r->ncols + col];
            if (v.type == V_MAP && strcmp(r->names[col], "parameters") == 0)
                write_map(j, v, true);
            else if (v.type == V_TEXT && may_hide(a, r->names[col]))
                write_hiding(j, v);
            else
                write_value(j, v);
        }
        json_end_list(j);
    }
    json_end_list(j);
}

static void write_err(struct json *j, const struct err *e)
{
    json_key(j, "error");
    json_begin_object(j);
    member_str(j, "kind", err_name(e->kind));
    if (e->absent != ABSENT_NULL)
        member_str(j, "absent", absent_name(e->absent));
    member_str(j, "code", e->code);
    member_str(j, "words", e->words);
    json_end_object(j);
}

static void member_time(struct json *j, const char *name, int64_t ms)
{
    if (!ms)
        return;
    json_key(j, name);
    write_time(j, ms);
}

static void write_state(struct json *j, const struct instance_state *s)
{
    json_key(j, "state");
    json_begin_object(j);
    member_str(j, "phase", phase_name(s->phase));
    member_str(j, "login", login_name(s->login));
    member_str(j, "version", s->version);
    member_str(j, "edition", s->edition);
    member_str(j, "server_id", s->server_id);
    member_str(j, "protocol", s->protocol);
    member_str(j, "tls", s->tls);
    member_str(j, "message", s->message);
    if (s->latency_ms >= 0) {
        json_key(j, "latency");
        json_int(j, s->latency_ms);
    }
    member_time(j, "since", s->since_ms);
    member_time(j, "next_try", s->next_try_ms);
    member_time(j, "answered", s->answered_ms);
    json_end_object(j);
}

void tape_write_reply(struct text *out, int64_t at_ms, const struct ask *a, const struct reply *r)
{
    struct json j;

    json_init(&j, out, false);
    json_begin_object(&j);
    json_key(&j, "at");
    json_int(&j, at_ms);
    write_ask(&j, a);
    member_int(&j, "took", r->elapsed_ms);
    member_int(&j, "connection", r->connection);
    if (r->err)
        write_err(&j, r->err);
    if (r->more) {
        json_key(&j, "more");
        json_bool(&j, true);
    }
    if (r->state && !r->err)
        write_state(&j, r->state);
    else if (!r->err || r->nrows) /* what came before it failed */
        write_rows(&j, a, r);
    json_end_object(&j);
}

static void write_places(struct json *j, const struct place_of_server *places, size_t n)
{
    json_key(j, "places");
    json_begin_list(j);
    for (size_t i = 0; i < n; i++) {
        json_begin_object(j);
        if (places[i].port) {
            json_key(j, "port");
            json_int(j, places[i].port);
        }
        if (places[i].home) {
            json_key(j, "home");
            json_str(j, places[i].home);
        }
        json_end_object(j);
    }
    json_end_list(j);
}

void tape_write_head(struct text *out, int64_t clock_ms, const char *const *instances, const struct place_of_server *places, size_t n)
{
    struct json j;
    char buf[40];

    json_init(&j, out, false);
    json_begin_object(&j);
    json_key(&j, "tape");
    json_int(&j, TAPE_VERSION);
    json_key(&j, "clock");
    json_str(&j, time_rfc3339(clock_ms, buf, sizeof buf));
    json_key(&j, "instances");
    json_begin_list(&j);
    for (size_t i = 0; i < n; i++)
        json_str(&j, instances[i]);
    json_end_list(&j);
    if (places && n)
        write_places(&j, places, n);
    json_end_object(&j);
}
