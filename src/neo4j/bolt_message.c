#include "neo4j/bolt_message.h"

#include <string.h>

#include "neo4j/codes.h"
#include "neo4j/transactions.h"

enum {
    HELLO = 0x01,
    GOODBYE = 0x02,
    RESET = 0x0f,
    RUN = 0x10,
    DISCARD = 0x2f,
    PULL = 0x3f,
    ROUTE = 0x66,
    LOGON = 0x6a,
    SUCCESS = 0x70,
    RECORD = 0x71,
    IGNORED = 0x7e,
    FAILURE = 0x7f,
};

enum { ABOUT_DEPTH_MAX = 900 }; /* the plan of an EXPLAIN takes two levels an operator */

/* ---- to the server ---- */

bool bolt_has_logon(struct bolt_version v)
{
    return bolt_at_least(v, 5, 1);
}

/* The number of pairs has to be known before the first one. */
static uint32_t login_pairs(const struct bolt_login *l)
{
    return 1U + (l->user != NULL) + (l->secret != NULL);
}

static void login_entries(struct text *out, const struct bolt_login *l)
{
    pack_string(out, "scheme");
    pack_string(out, l->scheme);
    if (l->user) {
        pack_string(out, "principal");
        pack_string(out, l->user);
    }
    if (l->secret) {
        pack_string(out, "credentials");
        pack_string(out, l->secret);
    }
}

/* Which program this is (5.3 and later); the product alone has to be there. */
static void agent_entry(struct text *out, const char *agent)
{
    pack_string(out, "bolt_agent");
    pack_map(out, 1);
    pack_string(out, "product");
    pack_string(out, agent);
}

void bolt_hello(struct text *out, struct bolt_version v, const char *agent, const struct bolt_login *login)
{
    bool with_login = !bolt_has_logon(v), patch = v.major == 4 && v.minor >= 3, quiet = bolt_at_least(v, 5, 2), named = bolt_at_least(v, 5, 3);

    pack_struct(out, HELLO, 1);
    pack_map(out, 1U + patch + quiet + named + (with_login ? login_pairs(login) : 0));
    pack_string(out, "user_agent");
    pack_string(out, agent);
    if (with_login)
        login_entries(out, login);
    if (patch) { /* else date-times come in the time of their zone, whose rules we do not have */
        pack_string(out, "patch_bolt");
        pack_list(out, 1);
        pack_string(out, "utc");
    }
    if (quiet) {
        pack_string(out, "notifications_minimum_severity");
        pack_string(out, "OFF");
    }
    if (named)
        agent_entry(out, agent);
}

void bolt_logon(struct text *out, struct bolt_version v, const struct bolt_login *login)
{
    (void)v;
    pack_struct(out, LOGON, 1);
    pack_map(out, login_pairs(login));
    login_entries(out, login);
}

void bolt_goodbye(struct text *out)
{
    pack_struct(out, GOODBYE, 0);
}

void bolt_reset(struct text *out)
{
    pack_struct(out, RESET, 0);
}

static void params(struct text *out, const struct bolt_run *run)
{
    bool tagged = run->tag == NULL;

    for (size_t i = 0; i < run->nparams; i++)
        tagged |= strcmp(run->param_names[i], TX_TAG_PARAMETER) == 0;
    pack_map(out, (uint32_t)run->nparams + !tagged);
    for (size_t i = 0; i < run->nparams; i++) {
        pack_string(out, run->param_names[i]);
        pack_value(out, run->params[i]);
    }
    if (!tagged) {
        pack_string(out, TX_TAG_PARAMETER);
        pack_string(out, run->tag);
    }
}

static void metadata(struct text *out, const char *tag)
{
    pack_string(out, "tx_metadata");
    pack_map(out, tag ? 2 : 1);
    pack_string(out, "app");
    pack_string(out, "neodeck");
    if (tag) {
        pack_string(out, "tag");
        pack_string(out, tag);
    }
}

void bolt_run(struct text *out, struct bolt_version v, const struct bolt_run *run)
{
    bool database = run->database && bolt_at_least(v, 4, 0), deadline = run->deadline_ms > 0;

    pack_struct(out, RUN, 3);
    pack_string(out, run->cypher);
    params(out, run);
    pack_map(out, 1U + run->reading + database + deadline);
    metadata(out, run->tag);
    if (run->reading) {
        pack_string(out, "mode");
        pack_string(out, "r");
    }
    if (database) {
        pack_string(out, "db");
        pack_string(out, run->database);
    }
    if (deadline) {
        pack_string(out, "tx_timeout");
        pack_int(out, run->deadline_ms);
    }
}

static void rows_wanted(struct text *out, struct bolt_version v, uint8_t tag, int64_t n)
{
    if (!bolt_at_least(v, 4, 0)) {
        pack_struct(out, tag, 0);
        return;
    }
    pack_struct(out, tag, 1);
    pack_map(out, 1);
    pack_string(out, "n");
    pack_int(out, n < 0 ? -1 : n);
}

void bolt_pull(struct text *out, struct bolt_version v, int64_t n)
{
    rows_wanted(out, v, PULL, n);
}

void bolt_discard(struct text *out, struct bolt_version v)
{
    rows_wanted(out, v, DISCARD, -1);
}

bool bolt_route(struct text *out, struct bolt_version v, const char *address, const char *database)
{
    if (!bolt_at_least(v, 4, 3))
        return false;
    pack_struct(out, ROUTE, 3);
    pack_map(out, 1);
    pack_string(out, "address");
    pack_string(out, address);
    pack_list(out, 0);
    if (!bolt_at_least(v, 4, 4)) {
        pack_string(out, database);
        return true;
    }
    pack_map(out, database ? 1 : 0);
    if (database) {
        pack_string(out, "db");
        pack_string(out, database);
    }
    return true;
}

/* ---- from the server ---- */

static void nonsense(struct bolt_answer *out, const char *why)
{
    out->said = BOLT_NONSENSE;
    err_set(&out->err, ERR_SHAPE, "the answer makes no sense: %s", why);
}

static const char *text_of(struct value map, const char *key)
{
    return value_str(value_get(map, key), "");
}

/* Up to 5.6 a code and a message; then a GQL status beside the code, which is called otherwise (seen on 5.26, 2026.08). */
static void read_failure(struct bolt_answer *out)
{
    const char *code = text_of(out->about, "neo4j_code"), *message = text_of(out->about, "message");

    if (!*code)
        code = text_of(out->about, "code");
    if (!*code)
        code = text_of(out->about, "gql_status");
    if (!*message)
        message = text_of(out->about, "description");
    if (*code || *message)
        neo_error(&out->err, 0, code, message);
    else
        err_set(&out->err, ERR_SHAPE, "the server failed without a reason: its log may tell one");
}

static bool has_map(enum bolt_said said)
{
    return said == BOLT_SUCCESS || said == BOLT_FAILURE;
}

static bool kind_of(uint8_t tag, uint8_t fields, enum bolt_said *said)
{
    static const struct {
        uint8_t tag, fields;
        enum bolt_said said;
    } kinds[] = {{SUCCESS, 1, BOLT_SUCCESS}, {RECORD, 1, BOLT_RECORD}, {IGNORED, 0, BOLT_IGNORED}, {FAILURE, 1, BOLT_FAILURE}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].tag == tag && (kinds[i].fields == fields || tag == IGNORED)) { /* IGNORED came with a map once */
            *said = kinds[i].said;
            return true;
        }
    return false;
}

void bolt_said(const void *message, size_t n, struct arena *a, struct bolt_answer *out)
{
    struct unpack u;
    uint8_t tag, fields;
    struct value v;

    *out = (struct bolt_answer){.said = BOLT_NONSENSE};
    unpack_begin(&u, message, n, a);
    if (!unpack_struct(&u, &tag, &fields) || !kind_of(tag, fields, &out->said)) {
        nonsense(out, "it is no message of Bolt that answers one");
        return;
    }
    if (out->said == BOLT_IGNORED)
        return;
    if (has_map(out->said))
        u.deepest = ABOUT_DEPTH_MAX;
    v = unpack_value(&u);
    if (u.wrong)
        nonsense(out, u.wrong);
    else if (!unpack_ended(&u))
        nonsense(out, "more follows than the message has");
    else if (v.type != (has_map(out->said) ? V_MAP : V_LIST))
        nonsense(out, "what it holds is of another type");
    else if (has_map(out->said))
        out->about = v;
    else
        out->fields = v;
    if (out->said == BOLT_FAILURE)
        read_failure(out);
}

void bolt_server_read(struct value about, struct bolt_server *out)
{
    struct value hints = value_get(about, "hints"), patches = value_get(about, "patch_bolt");

    *out = (struct bolt_server){.agent = text_of(about, "server"), .connection = text_of(about, "connection_id")};
    if (hints.type == V_MAP)
        out->recv_timeout_s = value_i64(value_get(hints, "connection.recv_timeout_seconds"), 0);
    if (out->recv_timeout_s < 0 || out->recv_timeout_s > 86400)
        out->recv_timeout_s = 0;
    for (uint32_t i = 0; patches.type == V_LIST && i < patches.len; i++)
        out->utc |= strcmp(value_str(patches.u.list[i], ""), "utc") == 0;
}
