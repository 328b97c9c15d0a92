/* cJSON keeps a number as a double and a string up to its first NUL, and refuses a lone surrogate. So the text is rewritten before it
 * gets it: numbers with a fraction or more than 15 digits become strings "\1f1.0" and "\1i9007199254740993", and a string that itself
 * begins with that mark becomes "\1s" and itself. */
#include "neo4j/tree.h"

#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

enum { MARK = '\1' };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t c_locale; /* a decimal point is one whatever the terminal's language says */

static void set_up(void)
{
    cJSON_Hooks hooks = {.malloc_fn = wiping_malloc, .free_fn = wiping_free}; /* answers hold queries and parameters */

    cJSON_InitHooks(&hooks);
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static int hex4(const char *p, const char *end)
{
    int v = 0;

    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i];

        if (c >= '0' && c <= '9')
            v = v * 16 + (c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            v = v * 16 + ((c | 32) - 'a' + 10);
        else
            return -1;
    }
    return v;
}

/* \uXXXX at p (behind the u): NUL and lone surrogates become characters that cJSON keeps. Returns behind what was used. */
static const char *add_unicode(struct text *out, const char *p, const char *end)
{
    int hi = hex4(p, end), lo;

    if (hi == 0) {
        text_adds(out, "\\u2400");
        return p + 4;
    }
    if (hi >= 0xD800 && hi < 0xDC00 && end - p >= 10 && p[4] == '\\' && p[5] == 'u') {
        lo = hex4(p + 6, end);
        if (lo >= 0xDC00 && lo < 0xE000) {
            text_adds(out, "\\u");
            text_add(out, p, 10);
            return p + 10;
        }
    }
    if (hi < 0) { /* cJSON will refuse it */
        text_adds(out, "\\u");
        return p;
    }
    text_adds(out, "\\u");
    text_add(out, hi >= 0xD800 && hi < 0xE000 ? "fffd" : p, 4);
    return p + 4;
}

static bool begins_with_mark(const char *p, const char *end)
{
    return p < end && (*p == MARK || (*p == '\\' && end - p >= 6 && p[1] == 'u' && hex4(p + 2, end) == MARK));
}

/* The string whose opening quote is at p; returns behind the closing one. */
static const char *add_string(struct text *out, const char *p, const char *end)
{
    text_addc(out, *p++);
    if (begins_with_mark(p, end))
        text_adds(out, "\\u0001s");
    while (p < end && *p != '"') {
        const char *from = p;

        while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
            p++;
        text_add(out, from, (size_t)(p - from));
        if (p == end || *p == '"')
            break;
        if (*p != '\\') { /* a raw control character: kept, but as an escape */
            text_addf(out, "\\u%04x", *p ? (unsigned char)*p : 0x2400u);
            p++;
        } else if (p + 1 < end && p[1] == 'u') {
            p = add_unicode(out, p + 2, end);
        } else {
            text_add(out, p, end - p < 2 ? 1 : 2);
            p += end - p < 2 ? 1 : 2;
        }
    }
    if (p < end)
        text_addc(out, *p++);
    return p;
}

static const char *add_number(struct text *out, const char *p, const char *end)
{
    const char *from = p;
    bool fraction = false;
    size_t n;

    while (p < end && ((*p >= '0' && *p <= '9') || (*p && strchr("+-.eE", *p)))) {
        fraction |= *p == '.' || (*p | 32) == 'e';
        p++;
    }
    n = (size_t)(p - from);
    if (!fraction && n <= 15) {
        text_add(out, from, n);
    } else {
        text_addf(out, "\"\\u0001%c", fraction ? 'f' : 'i');
        text_add(out, from, n);
        text_addc(out, '"');
    }
    return p;
}

static void prepare(struct text *out, struct slice json)
{
    const char *p = json.s, *end = json.s + json.n;

    while (p < end) {
        if (*p == '"')
            p = add_string(out, p, end);
        else if (*p == '-' || (*p >= '0' && *p <= '9'))
            p = add_number(out, p, end);
        else
            text_addc(out, *p++);
    }
}

cJSON *tree_parse(struct slice json)
{
    struct text t;
    const char *parsed = NULL;
    struct slice one;
    cJSON *root = NULL;

    if (!scan_whole(json, &one)) /* bounds the depth before cJSON recurses */
        return NULL;
    pthread_once(&once, set_up);
    text_init(&t, one.n * 8 + 64);
    prepare(&t, one);
    if (!t.full)
        root = cJSON_ParseWithLengthOpts(t.s, t.len, &parsed, false);
    if (root && parsed != t.s + t.len) {
        cJSON_Delete(root);
        root = NULL;
    }
    mem_wipe(t.s, t.len);
    text_release(&t);
    return root;
}

static const char *unmarked(const char *s)
{
    return s && s[0] == MARK && s[1] == 's' ? s + 2 : s;
}

const char *tree_text(const cJSON *node)
{
    if (!cJSON_IsString(node) || (node->valuestring[0] == MARK && node->valuestring[1] != 's'))
        return NULL;
    return unmarked(node->valuestring);
}

const char *tree_name(const cJSON *member)
{
    return unmarked(member->string);
}

const cJSON *tree_get(const cJSON *object, const char *name)
{
    if (!cJSON_IsObject(object))
        return NULL;
    for (const cJSON *m = object->child; m; m = m->next)
        if (!strcmp(tree_name(m), name))
            return m;
    return NULL;
}

bool tree_number(const char *s, struct value *out)
{
    char *end;
    long long i;
    double d;

    if (!*s || !(*s == '-' || *s == '+' || *s == '.' || (*s >= '0' && *s <= '9') || !strcmp(s, "NaN") || !strcmp(s, "Infinity")))
        return false;
    errno = 0;
    i = strtoll(s, &end, 10);
    if (!*end && !errno) {
        *out = v_int(i);
        return true;
    }
    pthread_once(&once, set_up);
    d = strtod_l(s, &end, c_locale);
    *out = v_float(d);
    return !*end && end != s;
}

static struct value scalar(const cJSON *node, struct arena *a)
{
    struct value v;

    if (cJSON_IsBool(node))
        return v_bool(cJSON_IsTrue(node));
    if (cJSON_IsNumber(node))
        return v_int((int64_t)node->valuedouble); /* at most 15 digits: exact */
    if (cJSON_IsString(node)) {
        const char *s = tree_text(node);

        if (s)
            return v_copy_text(a, s, strlen(s));
        return tree_number(node->valuestring + 2, &v) ? v : v_absent(ABSENT_WRONG_SHAPE);
    }
    return v_absent(ABSENT_NULL);
}

static struct value value_at(const cJSON *node, struct arena *a, unsigned depth)
{
    struct values l = {0};
    bool map = cJSON_IsObject(node);

    if (!map && !cJSON_IsArray(node))
        return scalar(node, a);
    if (depth == VALUE_DEPTH_MAX)
        return v_absent(ABSENT_TOO_LARGE);
    for (const cJSON *m = node->child; m; m = m->next) {
        if (map)
            values_add(&l, v_copy_text(a, tree_name(m), strlen(tree_name(m))));
        values_add(&l, value_at(m, a, depth + 1));
    }
    return map ? values_map(&l, a) : values_list(&l, a);
}

struct value tree_value(const cJSON *node, struct arena *a)
{
    return node ? value_at(node, a, 0) : v_absent(ABSENT_NULL);
}

void values_add(struct values *l, struct value v)
{
    l->v = x_grow(l->v, &l->cap, l->n + 1, sizeof *l->v);
    l->v[l->n++] = v;
}

static struct value values_take(struct values *l, struct arena *a, enum value_type type)
{
    struct value *v = arena_alloc(a, l->n * sizeof *v + 1), out = {.type = (uint8_t)type, .len = (uint32_t)l->n, .u.list = v};

    if (l->n)
        memcpy(v, l->v, l->n * sizeof *v);
    free(l->v);
    *l = (struct values){0};
    return out;
}

struct value values_list(struct values *l, struct arena *a)
{
    return values_take(l, a, V_LIST);
}

struct value values_map(struct values *l, struct arena *a)
{
    return values_take(l, a, V_MAP);
}
