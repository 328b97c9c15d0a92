/* What an answer means: the dialects are in jolt.c, json.c and query.c. */
#include "neo4j/http.h"

#include <cJSON.h>
#include <string.h>

#include "neo4j/codes.h"
#include "neo4j/jolt.h"
#include "neo4j/rows.h"
#include "neo4j/tree.h"

const char *dialect_name(enum dialect d)
{
    static const char *const names[] = {
        [DIALECT_UNKNOWN] = "", [DIALECT_JOLT] = "jolt", [DIALECT_JSON] = "json", [DIALECT_QUERY] = "query", [DIALECT_BOLT] = "bolt"};

    return names[d];
}

bool decode_errors(const struct decoding *d, const cJSON *errors)
{
    const cJSON *first = cJSON_IsArray(errors) ? errors->child : NULL;
    const char *code, *message;

    if (!first)
        return false;
    code = jolt_text(tree_get(first, "code"));
    message = jolt_text(tree_get(first, "message"));
    if (!code && !message)
        return shape_error(d->e, "an error without words"), true;
    neo_error(d->e, d->status, code, message);
    return true;
}

static struct slice without_blanks(const char *body, size_t n)
{
    while (n && body[0] && strchr(" \t\r\n\x1e", body[0])) {
        body++;
        n--;
    }
    return (struct slice){body, n};
}

static bool decode(enum dialect dialect, const struct decoding *d)
{
    switch (dialect) {
    case DIALECT_JSON:
        return json_decode(d);
    case DIALECT_QUERY:
        return query_decode(d);
    case DIALECT_JOLT:
    case DIALECT_BOLT:
    case DIALECT_UNKNOWN:
        break;
    }
    return jolt_decode(d); /* takes plain JSON, too */
}

bool neo_http_decode(enum dialect d, int status, const char *body, size_t n, size_t result_index, size_t max_cells,
                     struct arena *a, struct neo_result *out, struct err *e)
{
    struct err err = {0};
    struct decoding job = {without_blanks(body, n), status, result_index, max_cells, a, out, e ? e : &err};
    bool good = status >= 200 && status < 300;

    *out = (struct neo_result){0};
    if (!job.body.n || job.body.s[0] != '{') { /* empty, or a page of a proxy */
        neo_error(e, status, "", "");
        return false;
    }
    if (!decode(d, &job)) {
        if (!good && job.e->kind == ERR_SHAPE) /* JSON, but not Neo4j's: the status says more */
            neo_error(e, status, "", "");
        return false;
    }
    if (!good)
        neo_error(e, status, "", "");
    return good;
}
