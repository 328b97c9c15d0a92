#include "neo4j/jolt.h"

#include <string.h>

#include "base/clock.h"
#include "neo4j/tree.h"

static struct value value_at(const cJSON *node, struct arena *a, unsigned depth);

static struct value text_of(struct arena *a, const char *s)
{
    return v_copy_text(a, s, strlen(s));
}

struct value temporal_value(struct arena *a, const char *s)
{
    const char *digits = s[0] == '-' ? s + 1 : s;
    int64_t ms;

    if (*digits == 'P' && duration_parse_iso(s, &ms))
        return v_duration(ms);
    if (strchr(s, 'T') && *digits != 'P' && time_parse(s, &ms))
        return v_time(ms);
    return text_of(a, s);
}

static struct value bool_value(const cJSON *node, struct arena *a, unsigned depth)
{
    const char *s = tree_text(node);

    if (cJSON_IsBool(node))
        return v_bool(cJSON_IsTrue(node));
    if (!s || (strcmp(s, "true") != 0 && strcmp(s, "false") != 0))
        return v_absent(ABSENT_WRONG_SHAPE);
    return v_bool(*s == 't');
}

/* Integers beyond 32 bits come as "R", too: all digits tell. */
static struct value number_value(const cJSON *node, struct arena *a, unsigned depth)
{
    const char *s = tree_text(node);
    struct value v;

    if (!s)
        return tree_value(node, a);
    return tree_number(s, &v) ? v : v_absent(ABSENT_WRONG_SHAPE);
}

static struct value text_value(const cJSON *node, struct arena *a, unsigned depth)
{
    const char *s = tree_text(node);

    return s ? text_of(a, s) : v_absent(ABSENT_WRONG_SHAPE);
}

static struct value time_value(const cJSON *node, struct arena *a, unsigned depth)
{
    const char *s = tree_text(node);

    return s ? temporal_value(a, s) : v_absent(ABSENT_WRONG_SHAPE);
}

static struct value list_value(const cJSON *node, struct arena *a, unsigned depth)
{
    struct values l = {0};

    if (!cJSON_IsArray(node))
        return v_absent(ABSENT_WRONG_SHAPE);
    if (depth >= VALUE_DEPTH_MAX)
        return v_absent(ABSENT_TOO_LARGE);
    for (const cJSON *c = node->child; c; c = c->next)
        values_add(&l, value_at(c, a, depth + 1));
    return values_list(&l, a);
}

static struct value map_value(const cJSON *node, struct arena *a, unsigned depth)
{
    struct values l = {0};

    if (!cJSON_IsObject(node))
        return v_absent(ABSENT_WRONG_SHAPE);
    if (depth >= VALUE_DEPTH_MAX)
        return v_absent(ABSENT_TOO_LARGE);
    for (const cJSON *c = node->child; c; c = c->next) {
        values_add(&l, text_of(a, tree_name(c)));
        values_add(&l, value_at(c, a, depth + 1));
    }
    return values_map(&l, a);
}

/* [id, labels, properties] as a map of these names. */
static struct value record_value(const cJSON *node, struct arena *a, unsigned depth, const char *const *names)
{
    struct values l = {0};
    const cJSON *c = cJSON_IsArray(node) ? node->child : NULL;

    if (depth >= VALUE_DEPTH_MAX)
        return v_absent(ABSENT_TOO_LARGE);
    for (; *names && c; names++, c = c->next) {
        values_add(&l, v_text(*names));
        /* properties are an object without a sigil: a single property named like one is no sigil */
        values_add(&l, cJSON_IsObject(c) && !names[1] ? map_value(c, a, depth + 1) : value_at(c, a, depth + 1));
    }
    if (*names || c) {
        values_list(&l, a);
        return v_absent(ABSENT_WRONG_SHAPE);
    }
    return values_map(&l, a);
}

static struct value node_value(const cJSON *node, struct arena *a, unsigned depth)
{
    static const char *const names[] = {"id", "labels", "properties", NULL};

    return record_value(node, a, depth, names);
}

static struct value relationship_value(const cJSON *node, struct arena *a, unsigned depth)
{
    static const char *const names[] = {"id", "start", "type", "end", "properties", NULL};

    return record_value(node, a, depth, names);
}

/* "<-": the same, told from its other end. */
static struct value reversed_value(const cJSON *node, struct arena *a, unsigned depth)
{
    static const char *const names[] = {"id", "end", "type", "start", "properties", NULL};

    return record_value(node, a, depth, names);
}

static const struct {
    const char *sigil;
    struct value (*value)(const cJSON *, struct arena *, unsigned depth);
} sigils[] = {
    {"?", bool_value},   {"Z", number_value}, {"R", number_value},        {"U", text_value},      {"T", time_value},
    {"@", text_value},   {"#", text_value},   {"[]", list_value},         {"{}", map_value},      {"()", node_value},
    {"..", list_value},  {"->", relationship_value}, {"<-", reversed_value},
};

static struct value value_at(const cJSON *node, struct arena *a, unsigned depth)
{
    if (cJSON_IsArray(node))
        return list_value(node, a, depth);
    if (!cJSON_IsObject(node))
        return tree_value(node, a);
    if (node->child && !node->child->next)
        for (size_t i = 0; i < sizeof sigils / sizeof *sigils; i++)
            if (!strcmp(tree_name(node->child), sigils[i].sigil))
                return sigils[i].value(node->child, a, depth);
    return map_value(node, a, depth);
}

struct value jolt_value(const cJSON *node, struct arena *a)
{
    return node ? value_at(node, a, 0) : v_absent(ABSENT_NULL);
}

const char *jolt_text(const cJSON *node)
{
    if (cJSON_IsObject(node) && node->child && !node->child->next && !strcmp(tree_name(node->child), "U"))
        node = node->child;
    return tree_text(node);
}
