#include "port/tape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "port/tape_bytes.h"

/* ---- values ---- */

static enum absent absent_by_name(const char *name)
{
    for (int i = 0; i < NABSENT; i++)
        if (strcmp(absent_name((enum absent)i), name) == 0)
            return (enum absent)i;
    return ABSENT_NULL;
}

static struct value float_by_name(const char *s)
{
    return v_float(strcmp(s, "Infinity") == 0 ? INFINITY : strcmp(s, "-Infinity") == 0 ? -INFINITY : NAN);
}

static bool untag(struct arena *a, struct value v, struct value *out, struct err *e);

static bool untag_list(struct arena *a, struct value v, size_t first, size_t step, struct value *out, struct err *e)
{
    struct value *list = arena_alloc(a, (v.len + 1) * sizeof *list);

    for (uint32_t i = 0; i < v.len; i++) {
        list[i] = v.u.list[i];
        if (i >= first && (i - first) % step == 0 && !untag(a, v.u.list[i], &list[i], e))
            return false;
    }
    *out = v;
    out->u.list = list;
    return true;
}

static bool untag_time(struct value v, struct value *out, struct err *e)
{
    int64_t ms;

    if (v.type == V_INT)
        *out = v_time(v.u.i);
    else if (v.type == V_TEXT && time_parse(v.u.s, &ms))
        *out = v_time(ms);
    else
        return err_set(e, ERR_SHAPE, "a time that is none");
    return true;
}

/* An object stands for what its only name says. */
static bool untag_object(struct arena *a, struct value v, struct value *out, struct err *e)
{
    const char *tag = v.len == 2 ? value_str(v.u.list[0], "") : "";
    struct value in = v.len == 2 ? v.u.list[1] : v_absent(ABSENT_NULL);

    if (strcmp(tag, "map") == 0 && in.type == V_MAP)
        return untag_list(a, in, 1, 2, out, e);
    if (strcmp(tag, "time") == 0)
        return untag_time(in, out, e);
    if (strcmp(tag, "ms") == 0 && in.type == V_INT)
        *out = v_duration(in.u.i);
    else if (strcmp(tag, "absent") == 0 && in.type == V_TEXT)
        *out = v_absent(absent_by_name(in.u.s));
    else if (strcmp(tag, "float") == 0 && in.type == V_TEXT)
        *out = float_by_name(in.u.s);
    else if (strcmp(tag, "base64") == 0 && in.type == V_TEXT && a)
        return base64_read(a, in.u.s, in.len, out) ? true : err_set(e, ERR_SHAPE, "base64 that is none");
    else
        return err_set(e, ERR_SHAPE, "a value that is an object must have one name: map, time, ms, float, base64 or absent");
    return true;
}

static bool untag(struct arena *a, struct value v, struct value *out, struct err *e)
{
    if (v.type == V_LIST)
        return untag_list(a, v, 0, 1, out, e);
    if (v.type == V_MAP)
        return untag_object(a, v, out, e);
    *out = v;
    return true;
}

/* ---- the first line ---- */

/* Tapes of before have none, and who writes one by hand may leave it out. */
static void read_places(struct value list, struct arena *a, struct tape_head *out)
{
    out->places = arena_zalloc(a, (out->ninstances + 1) * sizeof *out->places);
    for (uint32_t i = 0; list.type == V_LIST && i < list.len && i < out->ninstances; i++) {
        struct value home = value_get(list.u.list[i], "home"), port = value_get(list.u.list[i], "port");

        out->places[i].home = home.type == V_TEXT ? value_str(home, NULL) : NULL;
        out->places[i].port = port.type == V_INT && port.u.i > 0 && port.u.i < 65536 ? (int)port.u.i : 0;
    }
}

bool tape_read_head(const char *s, size_t n, struct arena *a, struct tape_head *out, struct err *e)
{
    struct value v, list;

    if (!tape_parse_json(s, n, a, &v, e))
        return false;
    if (value_get(v, "tape").type != V_INT)
        return err_set(e, ERR_SHAPE, "this is no tape: its first line has to say {\"tape\":%d,...}", TAPE_VERSION);
    if (value_get(v, "tape").u.i != TAPE_VERSION)
        return err_set(e, ERR_VERSION, "a tape of version %lld; this neodeck reads version %d", (long long)value_get(v, "tape").u.i,
                       TAPE_VERSION);
    if (!time_parse(value_str(value_get(v, "clock"), ""), &out->clock_ms))
        return err_set(e, ERR_SHAPE, "\"clock\" is no time");
    list = value_get(v, "instances");
    if (list.type != V_LIST)
        return err_set(e, ERR_SHAPE, "\"instances\" is no list of names");
    out->ninstances = list.len;
    out->instances = arena_alloc(a, (list.len + 1) * sizeof *out->instances);
    for (uint32_t i = 0; i < list.len; i++)
        out->instances[i] = value_str(list.u.list[i], "");
    read_places(value_get(v, "places"), a, out);
    return true;
}

/* ---- a reply ---- */

static const char *text_of(struct value v, const char *name)
{
    return value_str(value_get(v, name), "");
}

static bool read_kind(struct value v, enum ask_kind *out, struct err *e)
{
    static const struct {
        const char *name;
        enum ask_kind kind;
    } kinds[] = {{"statement", ASK_STATEMENT}, {"state", ASK_STATE}, {"history", ASK_HISTORY}, {"audit", ASK_AUDIT}, {"host", ASK_HOST}};
    const char *name = text_of(v, "ask");

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            *out = kinds[i].kind;
            return true;
        }
    }
    return err_set(e, ERR_SHAPE, "\"ask\" is '%.40s'; it may be statement, state, history, audit or host", name);
}

static bool read_statement(struct value v, struct arena *a, struct statement *s, struct err *e)
{
    struct value params = value_get(v, "params");
    struct param *list = arena_alloc(a, (params.type == V_MAP ? params.len / 2 + 1 : 1) * sizeof *list);

    s->id = statement_by_name(text_of(v, "statement"));
    if (s->id == STMT_NONE)
        return err_set(e, ERR_SHAPE, "there is no statement '%.60s'", text_of(v, "statement"));
    s->database = text_of(v, "database");
    s->text = text_of(v, "text");
    s->params = list;
    for (uint32_t i = 0; params.type == V_MAP && i + 1 < params.len; i += 2) {
        list[s->nparams].name = value_str(params.u.list[i], "");
        if (!untag(a, params.u.list[i + 1], &list[s->nparams++].value, e))
            return false;
    }
    return true;
}

static bool read_what(struct value v, struct host_call *c, struct err *e)
{
    const char *name = text_of(v, "call"), *as = text_of(v, "as");

    for (c->as = AS_SELF; *as && c->as < AS_ASKED && strcmp(host_as_name(c->as), as) != 0;)
        c->as++;
    if (c->as == AS_ASKED)
        return err_set(e, ERR_SHAPE, "\"as\" is '%.40s'; it may be self, server or service", as);
    for (c->what = HOST_RUN; c->what <= HOST_STATVFS; c->what++)
        if (strcmp(host_what_name(c->what), name) == 0)
            return true;
    return err_set(e, ERR_SHAPE, "there is no call '%.40s' of a host", name);
}

static bool read_host_call(struct value v, struct arena *a, struct host_call *c, struct err *e)
{
    struct value args = value_get(v, "args");
    const char **list = arena_alloc(a, (args.type == V_LIST ? args.len + 1 : 1) * sizeof *list);

    if (!read_what(v, c, e))
        return false;
    c->path = text_of(v, "path");
    c->from = value_i64(value_get(v, "from"), 0);
    c->n = value_i64(value_get(v, "n"), 0);
    c->inode = value_i64(value_get(v, "inode"), 0);
    c->args = list;
    for (uint32_t i = 0; args.type == V_LIST && i < args.len; i++)
        list[c->nargs++] = value_str(args.u.list[i], "");
    c->command = host_command_by_name(text_of(v, "command"));
    if (c->what == HOST_RUN && c->command == HOST_CMD_NONE)
        return err_set(e, ERR_SHAPE, "there is no command '%.60s' of a host", text_of(v, "command"));
    return true;
}

/* The ask that the line stands for, only to get the key of it. */
static bool read_key(struct value v, struct arena *a, struct tape_reply *out, struct err *e)
{
    struct ask ask = {.kind = out->kind, .instance = out->instance};
    struct text key;

    if (ask.kind == ASK_STATEMENT && !read_statement(v, a, &ask.u.statement, e))
        return false;
    if (ask.kind == ASK_HOST && !read_host_call(v, a, &ask.u.host, e))
        return false;
    out->stream = ask.kind == ASK_STATE || (ask.kind == ASK_HOST && ask.u.host.what == HOST_FOLLOW);
    out->reply.last = !out->stream;
    text_init(&key, TAPE_LINE_MAX);
    tape_key(&key, &ask);
    out->key = arena_strndup(a, key.s, key.len);
    text_release(&key);
    return true;
}

static bool read_names(struct value list, struct arena *a, struct reply *r, struct err *e)
{
    const char **names;

    if (list.type != V_LIST)
        return err_set(e, ERR_SHAPE, "\"columns\" is no list of names");
    names = arena_alloc(a, (list.len + 1) * sizeof *names);
    for (uint32_t i = 0; i < list.len; i++)
        names[i] = value_str(list.u.list[i], "");
    r->names = names;
    r->ncols = list.len;
    return true;
}

static bool read_rows(struct value rows, struct arena *a, struct reply *r, struct err *e)
{
    struct value *cells;

    if (rows.type != V_LIST)
        return err_set(e, ERR_SHAPE, "\"rows\" is no list");
    /* every cell is on the line, so this is no more than the line is long: rows of another width are refused first */
    for (uint32_t row = 0; row < rows.len; row++)
        if (rows.u.list[row].type != V_LIST || rows.u.list[row].len != r->ncols)
            return err_set(e, ERR_SHAPE, "row %u has not %zu cells", (unsigned)row + 1, r->ncols);
    cells = arena_alloc(a, (rows.len * r->ncols + 1) * sizeof *cells);
    for (uint32_t row = 0; row < rows.len; row++)
        for (size_t col = 0; col < r->ncols; col++)
            if (!untag(a, rows.u.list[row].u.list[col], &cells[row * r->ncols + col], e))
                return false;
    r->cells = cells;
    r->nrows = rows.len;
    return true;
}

static bool read_err(struct value v, struct err *out, struct err *e)
{
    const char *kind = text_of(v, "kind");

    for (int i = ERR_NONE + 1; i < NERRORS; i++) {
        if (strcmp(err_name((enum err_kind)i), kind) != 0)
            continue;
        err_set(out, (enum err_kind)i, "%s", text_of(v, "words"));
        if (value_get(v, "absent").type == V_TEXT)
            out->absent = absent_by_name(text_of(v, "absent"));
        strncpy(out->code, text_of(v, "code"), sizeof out->code - 1);
        return true;
    }
    return err_set(e, ERR_SHAPE, "there is no error of kind '%.40s'", kind);
}

static bool read_phase(const char *name, enum phase *out, struct err *e)
{
    for (enum phase p = PHASE_CONNECTING; p <= PHASE_DOWN; p++) {
        if (strcmp(phase_name(p), name) == 0) {
            *out = p;
            return true;
        }
    }
    return err_set(e, ERR_SHAPE, "there is no phase '%.40s'", name);
}

static bool read_login(const char *name, enum login *out, struct err *e)
{
    for (enum login l = LOGIN_UNKNOWN; l <= LOGIN_NEEDED; l++) {
        if (strcmp(login_name(l), name) == 0) {
            *out = l;
            return true;
        }
    }
    return err_set(e, ERR_SHAPE, "there is no login '%.40s'", name);
}

static int64_t time_of(struct value v, const char *name)
{
    struct value t;

    return untag_object(NULL, value_get(v, name), &t, NULL) && t.type == V_TIME ? t.u.i : 0;
}

static bool read_state(struct value v, struct instance_state *s, struct err *e)
{
    if (!read_phase(text_of(v, "phase"), &s->phase, e) || !read_login(text_of(v, "login"), &s->login, e))
        return false;
    s->version = text_of(v, "version");
    s->edition = text_of(v, "edition");
    s->server_id = text_of(v, "server_id");
    s->protocol = text_of(v, "protocol");
    s->tls = text_of(v, "tls");
    s->message = text_of(v, "message");
    s->latency_ms = value_i64(value_get(v, "latency"), -1);
    s->since_ms = time_of(v, "since");
    s->next_try_ms = time_of(v, "next_try");
    s->answered_ms = time_of(v, "answered");
    return true;
}

bool tape_read_reply(const char *s, size_t n, struct arena *a, struct tape_reply *out, struct err *e)
{
    struct value v;

    *out = (struct tape_reply){0};
    if (!tape_parse_json(s, n, a, &v, e))
        return false;
    if (v.type != V_MAP || !read_kind(v, &out->kind, e))
        return v.type == V_MAP ? false : err_set(e, ERR_SHAPE, "a line has to be an object");
    out->at_ms = value_i64(value_get(v, "at"), 0);
    int64_t instance = value_i64(value_get(v, "instance"), INSTANCE_NONE);
    if (instance < 0 || instance > INSTANCE_NONE)
        return err_set(e, ERR_SHAPE, "\"instance\" is no number of an instance");
    out->instance = (uint32_t)instance;
    out->reply.elapsed_ms = value_i64(value_get(v, "took"), 0);
    out->reply.connection = value_i64(value_get(v, "connection"), 0);
    if (!read_key(v, a, out, e))
        return false;
    out->reply.more = value_i64(value_get(v, "more"), 0) != 0;
    if (value_get(v, "error").type == V_MAP && !read_err(value_get(v, "error"), &out->err, e))
        return false;
    if (out->err.kind != ERR_NONE && value_get(v, "columns").type == V_ABSENT)
        return true;
    if (out->kind == ASK_STATE)
        return read_state(value_get(v, "state"), &out->state, e);
    if (out->kind == ASK_AUDIT && value_get(v, "columns").type == V_ABSENT)
        return true;
    return read_names(value_get(v, "columns"), a, &out->reply, e) && read_rows(value_get(v, "rows"), a, &out->reply, e);
}
