/* A statement as one HTTP request. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "neo4j/explain.h"
#include "neo4j/http.h"
#include "neo4j/transactions.h"

static const char accept_jolt[] = "Accept: application/vnd.neo4j.jolt-v2;strict=true, "
                                  "application/vnd.neo4j.jolt;strict=true;q=0.9, application/json;q=0.5";

bool neo_takes_tag(const struct discovery *d)
{
    return d->dialect != DIALECT_UNKNOWN; /* as a parameter */
}

/* The Query API of 5.26 takes a limit and forgets it. */
bool neo_takes_deadline(const struct discovery *d)
{
    return d->dialect == DIALECT_QUERY ? version_in(d->version, "2026", "") : d->dialect != DIALECT_UNKNOWN;
}

/* 3.5 takes the header and writes all the same. */
bool neo_takes_read_mode(const struct discovery *d)
{
    return d->dialect == DIALECT_QUERY || (d->dialect != DIALECT_UNKNOWN && version_in(d->version, "4.4", ""));
}

static void add_encoded(struct text *t, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || strchr("-._~", c))
            text_addc(t, (char)c);
        else
            text_addf(t, "%%%02X", c);
    }
}

static void add_path(struct text *t, const char *template, const char *database)
{
    const char *slot = strstr(template, "{databaseName}");

    if (!slot) {
        text_adds(t, template);
        return;
    }
    text_add(t, template, (size_t)(slot - template));
    add_encoded(t, database);
    text_adds(t, slot + strlen("{databaseName}"));
}

static void add_value(struct json *j, struct value v)
{
    char buf[32];

    switch (v.type) {
    case V_LIST:
        json_begin_list(j);
        for (uint32_t i = 0; i < v.len; i++)
            add_value(j, v.u.list[i]);
        json_end_list(j);
        break;
    case V_MAP:
        json_begin_object(j);
        for (uint32_t i = 0; i + 1 < v.len; i += 2) {
            json_key(j, value_str(v.u.list[i], ""));
            add_value(j, v.u.list[i + 1]);
        }
        json_end_object(j);
        break;
    case V_TIME:
        json_str(j, time_rfc3339(v.u.i, buf, sizeof buf));
        break;
    case V_ABSENT:
        json_null(j);
        break;
    default:
        json_value(j, v);
    }
}

static void add_params(struct json *j, const struct neo_call *call)
{
    bool tagged = false;

    json_begin_object(j);
    for (size_t i = 0; i < call->nparams; i++) {
        tagged |= !strcmp(call->param_names[i], TX_TAG_PARAMETER);
        json_key(j, call->param_names[i]);
        add_value(j, call->params[i]);
    }
    if (call->tag && !tagged) {
        json_key(j, TX_TAG_PARAMETER);
        json_str(j, call->tag);
    }
    json_end_object(j);
}

static void add_statement(struct json *j, const struct neo_call *call, const char *cypher)
{
    json_key(j, "statement");
    json_str(j, cypher);
    json_key(j, "parameters");
    add_params(j, call);
}

static void build_tx(struct neo_http *out, const struct neo_call *call, const char *cypher)
{
    struct json j;
    size_t n = 0;

    add_path(&out->path, call->server->transaction, call->database);
    text_adds(&out->path, "/commit");
    json_init(&j, &out->body, false);
    json_begin_object(&j);
    json_key(&j, "statements");
    json_begin_list(&j);
    json_begin_object(&j);
    add_statement(&j, call, cypher);
    json_end_object(&j);
    json_end_list(&j);
    json_end_object(&j);
    out->headers[n++] = "Content-Type: application/json";
    out->headers[n++] = call->dialect == DIALECT_JOLT ? accept_jolt : "Accept: application/json";
    if (call->reading && neo_takes_read_mode(call->server))
        out->headers[n++] = "access-mode: READ";
    if (out->limited) {
        text_addf(&out->store, "max-execution-time: %lld", (long long)call->deadline_ms);
        out->headers[n++] = out->store.s;
    }
    out->headers[n] = NULL;
}

/* Seconds, and not less than asked for. */
static int64_t whole_seconds(int64_t ms)
{
    return ms / 1000 + (ms % 1000 != 0);
}

static void build_query(struct neo_http *out, const struct neo_call *call, const char *cypher)
{
    struct json j;

    add_path(&out->path, call->server->query, call->database);
    json_init(&j, &out->body, false);
    json_begin_object(&j);
    add_statement(&j, call, cypher);
    if (call->reading) {
        json_key(&j, "accessMode");
        json_str(&j, "READ");
    }
    if (out->limited) {
        json_key(&j, "maxExecutionTime");
        json_int(&j, whole_seconds(call->deadline_ms));
    }
    json_end_object(&j);
    out->headers[0] = "Content-Type: application/json";
    out->headers[1] = "Accept: application/vnd.neo4j.query";
    out->headers[2] = NULL;
}

static bool compose(const struct neo_call *call, struct text *cypher, struct err *e)
{
    if (call->variant->id == STMT_EXPLAIN)
        return explain_compose(call->text, cypher, e);
    text_adds(cypher, call->variant->cypher);
    return true;
}

static bool build(struct neo_http *out, const struct neo_call *call, const char *cypher, struct err *e)
{
    const char *template = call->dialect == DIALECT_QUERY ? call->server->query : call->server->transaction;

    if (call->dialect == DIALECT_UNKNOWN || !*template)
        return err_set(e, ERR_VERSION, "the server offers no way to send statements over HTTP: enable its HTTP API");
    out->tagged = call->tag && neo_takes_tag(call->server);
    out->limited = call->deadline_ms > 0 && neo_takes_deadline(call->server);
    if (call->dialect == DIALECT_QUERY)
        build_query(out, call, cypher);
    else
        build_tx(out, call, cypher);
    if (out->body.full || out->path.full)
        return err_set(e, ERR_TOO_LARGE, "the statement is too large to send");
    return true;
}

bool neo_http_build(struct neo_http *out, const struct neo_call *call, struct err *e)
{
    struct text cypher;
    bool ok;

    *out = (struct neo_http){0};
    text_init(&out->path, 4096);
    text_init(&out->body, 0);
    text_init(&out->store, 256);
    text_init(&cypher, 0);
    ok = compose(call, &cypher, e) && build(out, call, cypher.s, e);
    text_release(&cypher);
    if (!ok)
        neo_http_release(out);
    return ok;
}

void neo_http_release(struct neo_http *h)
{
    text_release(&h->path);
    text_release(&h->body);
    text_release(&h->store);
}
