/* A cell as people read it in a list. */
#include "sheet/columns.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

/* Few letters that tell why there is nothing; the words stand in the details. */
static const char *const marks[NABSENT] = {
    [ABSENT_NULL] = "-",
    [ABSENT_ENTERPRISE] = "-",
    [ABSENT_PRIVILEGE] = "priv",
    [ABSENT_VERSION] = "-",
    [ABSENT_NOT_CONFIGURED] = "-",
    [ABSENT_NOT_ENABLED] = "off",
    [ABSENT_HOST] = "host?",
    [ABSENT_SERVER] = "down",
    [ABSENT_LOGIN] = "login",
    [ABSENT_NOT_ASKED] = "…",
    [ABSENT_NOT_APPLICABLE] = "-",
    [ABSENT_WRONG_SHAPE] = "?",
    [ABSENT_TOO_LARGE] = "big",
    [ABSENT_TIMEOUT] = "late",
    [ABSENT_NOT_BUILT] = "n/a",
    [ABSENT_ERROR] = "err",
};

static const struct {
    const char *word;
    enum role role;
} state_words[] = {
    {"online", ROLE_OK},           {"up", ROLE_OK},             {"ok", ROLE_OK},           {"loaded", ROLE_OK},
    {"done", ROLE_OK},             {"gone", ROLE_OK},           {"verified", ROLE_OK},     {"slow", ROLE_WARN},
    {"stale", ROLE_WARN},          {"connecting", ROLE_WARN},   {"starting", ROLE_WARN},   {"stopping", ROLE_WARN},
    {"stopped", ROLE_WARN},
    {"recovering", ROLE_WARN},     {"initial", ROLE_WARN},      {"populating", ROLE_WARN}, {"store copying", ROLE_WARN},
    {"deallocating", ROLE_WARN},   {"blocked", ROLE_WARN},      {"idle in tx", ROLE_WARN}, {"terminating", ROLE_WARN},
    {"terminated", ROLE_WARN},     {"closing", ROLE_WARN},      {"needed", ROLE_WARN},     {"requested", ROLE_WARN},
    {"warning", ROLE_WARN},        {"warn", ROLE_WARN},         {"refused", ROLE_BAD},     {"locked", ROLE_BAD},
    {"expired", ROLE_BAD},         {"token expired", ROLE_BAD}, {"suspended", ROLE_BAD},   {"offline", ROLE_BAD},
    {"quarantined", ROLE_BAD},     {"dirty", ROLE_BAD},         {"down", ROLE_BAD},        {"failed", ROLE_BAD},
    {"not loaded", ROLE_BAD},      {"critical", ROLE_BAD},      {"error", ROLE_BAD},       {"insecure", ROLE_INSECURE},
    {"differs", ROLE_WARN},        {"run time", ROLE_WARN},     {"not known", ROLE_WARN},  {"deprecated", ROLE_WARN},
    {"password expired", ROLE_WARN}, {"active", ROLE_OK},       {"executing", ROLE_OK},
    {"off", ROLE_INSECURE},        {"unknown", ROLE_UNKNOWN},
};

/* Columns whose words say how something is; a query that reads "failed" is no failure. */
static bool tells_state(const struct column *c)
{
    static const char *const names[] = {"state", "status", "login", "level", "result", "tls"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(c->name, names[i]) == 0)
            return true;
    return false;
}

static enum role state_role(const struct column *c, struct value v)
{
    if (v.type != V_TEXT || !tells_state(c))
        return ROLE_TEXT;
    for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++)
        if (strcasecmp(state_words[i].word, v.u.s) == 0)
            return state_words[i].role;
    return ROLE_TEXT;
}

/* "neo4j-transaction-42" and "transaction-42" are 42 to a person. */
static const char *short_id(const char *id)
{
    static const char word[] = "transaction-";
    const char *at = strstr(id, word), *digits;
    if (!at || (at != id && at[-1] != '-'))
        return id;
    digits = at + sizeof word - 1;
    return *digits && digits[strspn(digits, "0123456789")] == '\0' ? digits : id;
}

static bool holds_transactions(const struct column *c)
{
    return strstr(c->name, "transaction_id") || strcmp(c->name, "blocks") == 0 || strcmp(c->name, "blocked_by") == 0;
}

static void format_text(const struct column *c, struct value v, bool shorten, struct text *out)
{
    if (!shorten || strcmp(c->name, "transaction") == 0) /* a tree is drawn with blanks */
        text_add(out, v.u.s, v.len);
    else if (holds_transactions(c))
        text_adds(out, short_id(v.u.s));
    else if (strcmp(c->name, "edition") == 0 && v.len > 4)
        text_add(out, v.u.s, 3);
    else
        text_add_squeezed(out, v.u.s, v.len);
}

static void format_list(const struct column *c, struct value v, bool shorten, struct text *out)
{
    const char *between = holds_transactions(c) ? " " : ", ";
    for (uint32_t i = 0; i < v.len && !out->full; i++) {
        if (i)
            text_adds(out, between);
        if (v.u.list[i].type == V_TEXT)
            format_text(c, v.u.list[i], shorten, out);
        else
            value_render(v.u.list[i], out);
    }
}

static void format_time(const struct column *c, int64_t ms, bool shorten, struct text *out)
{
    char buf[32];
    if (shorten && c->width > 0 && c->width < 15) {
        text_adds(out, time_of_day(ms, buf, sizeof buf));
        return;
    }
    time_rfc3339(ms, buf, sizeof buf);
    if (shorten && c->width > 0 && c->width < 24 && strlen(buf) == 24) {
        buf[10] = ' ';
        text_addf(out, "%.*sZ", c->width < 20 ? 14 : 19, c->width < 20 ? buf + 5 : buf); /* without the year */
    } else {
        text_adds(out, buf);
    }
}

/* One decimal below ten, and never the locale's decimal point. */
static void format_percent(double d, struct text *out)
{
    int tenths;
    if (!(d > -1e6 && d < 1e6)) {
        text_adds(out, "?");
        return;
    }
    tenths = (int)(d * 10 + (d < 0 ? -0.5 : 0.5));
    if (tenths >= 100 || tenths < 0 || tenths % 10 == 0)
        text_addf(out, "%d%%", tenths / 10);
    else
        text_addf(out, "%d.%d%%", tenths / 10, tenths % 10);
}

static void format_number(const struct column *c, struct value v, struct text *out)
{
    char buf[32];
    bool number = v.type == V_INT || v.type == V_FLOAT || v.type == V_DURATION;
    int64_t n = value_i64(v, 0);
    if (!number)
        value_render(v, out);
    else if (c->unit == UNIT_PERCENT)
        format_percent(v.type == V_FLOAT ? v.u.d : (double)v.u.i, out);
    else if (c->unit == UNIT_MS)
        text_adds(out, duration_short(n > 0 ? n : 0, buf, sizeof buf)); /* less than nothing: a clock of the server that was put back */
    else if (c->unit == UNIT_BYTES)
        text_adds(out, bytes_short(n, buf, sizeof buf));
    else
        value_render(v, out);
}

bool state_is_down(const char *state)
{
    return strcmp(state, "down") == 0 || strcmp(state, "stopped") == 0 || strcmp(state, "failed") == 0;
}

void cell_format(const struct sheet *s, size_t col, struct value v, bool shorten, struct text *out, enum role *role)
{
    const struct column *c = &s->columns[col < s->ncols ? col : 0];
    enum role ignored;
    if (!role)
        role = &ignored;
    *role = state_role(c, v);
    switch (v.type) {
    case V_ABSENT:
        *role = ROLE_UNKNOWN;
        text_adds(out, marks[v.absent < NABSENT ? v.absent : ABSENT_ERROR]);
        break;
    case V_BOOL:
        text_adds(out, v.u.i ? "yes" : "no");
        break;
    case V_TEXT:
        format_text(c, v, shorten, out);
        break;
    case V_LIST:
        format_list(c, v, shorten, out);
        break;
    case V_TIME:
        format_time(c, v.u.i, shorten, out);
        break;
    default:
        format_number(c, v, out);
    }
}
