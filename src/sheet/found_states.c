/* Rules about what states say: databases, logins, instances, indexes, security. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sheet/found.h"

enum { WORDS_SHOWN = 120 }; /* bytes of a server's own words */

static const char *cell(const struct relation *r, size_t row, size_t col)
{
    return value_str(relation_cell(r, row, col), "");
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcasecmp(word, *list) == 0)
            return true;
    return false;
}

/* In one line and not too long; buf gets it. */
static const char *server_words(const char *s, char *buf, size_t n)
{
    struct text t;
    int used;
    text_init(&t, 4 * WORDS_SHOWN);
    text_add_squeezed(&t, s, strlen(s));
    size_t fit = utf8_fit(t.s, t.len, WORDS_SHOWN, &used);
    snprintf(buf, n, "%.*s%s", (int)fit, t.s, fit < t.len ? "…" : "");
    text_release(&t);
    return buf;
}

/* ---- databases that are not as asked ---- */

/* All copies of one database that one instance tells of. */
struct copies {
    const char *name;
    size_t all, wrong;
    size_t worst_row;
    enum finding_level level;
};

static bool as_asked(const struct relation *r, size_t row)
{
    const char *wanted = cell(r, row, COL_DATABASES_REQUESTED), *is = cell(r, row, COL_DATABASES_STATUS);
    return !*wanted || !*is || strcasecmp(wanted, is) == 0;
}

static enum finding_level database_level(const struct relation *r, size_t row)
{
    static const char *const passing[] = {"starting", "stopping", "initial", "store copying", "deallocating", NULL};
    bool wanted_online = strcasecmp(cell(r, row, COL_DATABASES_REQUESTED), "online") == 0;
    return wanted_online && !is_one_of(cell(r, row, COL_DATABASES_STATUS), passing) ? FINDING_CRITICAL : FINDING_WARNING;
}

static void count_copy(struct copies *c, const struct relation *r, size_t row)
{
    enum finding_level level;
    c->all++;
    if (as_asked(r, row))
        return;
    level = database_level(r, row);
    if (c->wrong++ == 0 || level < c->level) {
        c->level = level;
        c->worst_row = row;
    }
}

/* Every member of a cluster tells of all copies: the same copy is told once, by the first that knows it. */
static bool told_before(const struct findings *fs, uint32_t instance, const struct relation *r, size_t row)
{
    const char *server = cell(r, row, COL_DATABASES_SERVER_ID), *name = cell(r, row, COL_DATABASES_DATABASE);
    for (uint32_t i = 0; i < instance && *server; i++) {
        const struct relation *other = found_source(fs, i, SHEET_DATABASES);
        for (size_t k = 0; other && k < other->nrows; k++)
            if (!as_asked(other, k) && strcmp(cell(other, k, COL_DATABASES_SERVER_ID), server) == 0 &&
                strcmp(cell(other, k, COL_DATABASES_DATABASE), name) == 0)
                return true;
    }
    return false;
}

static void add_database(struct findings *fs, uint32_t instance, const struct relation *r, const struct copies *c)
{
    const char *status = cell(r, c->worst_row, COL_DATABASES_STATUS), *words = cell(r, c->worst_row, COL_DATABASES_MESSAGE);
    char where[48] = "", why[4 * WORDS_SHOWN + 16], buf[4 * WORDS_SHOWN + 8];
    if (c->all > 1)
        snprintf(where, sizeof where, " on %zu of %zu servers", c->wrong, c->all);
    if (*words)
        snprintf(why, sizeof why, ": \"%s\"", server_words(words, buf, sizeof buf));
    else
        snprintf(why, sizeof why, ", should be %.40s", cell(r, c->worst_row, COL_DATABASES_REQUESTED));
    found_add(fs, c->level, FOUND_DATABASE, instance, c->name, "db %.128s %.40s%s%s", c->name, status, where, why);
}

void found_database(struct findings *fs, uint32_t instance)
{
    const struct relation *r = found_source(fs, instance, SHEET_DATABASES);
    for (size_t i = 0; r && i < r->nrows; i++) {
        struct copies c = {.name = cell(r, i, COL_DATABASES_DATABASE), .level = FINDING_WARNING};
        bool first = true;
        if (as_asked(r, i) || told_before(fs, instance, r, i))
            continue;
        for (size_t k = 0; k < r->nrows; k++) {
            if (strcmp(cell(r, k, COL_DATABASES_DATABASE), c.name) != 0)
                continue;
            first &= k >= i || as_asked(r, k);
            count_copy(&c, r, k);
        }
        if (first)
            add_database(fs, instance, r, &c);
    }
}

/* ---- instances and logins ---- */

static const struct {
    const char *login;
    const char *text; /* with the name of the instance */
} login_texts[] = {
    {"refused", "login refused on %s: :password"},
    {"locked", "account locked on %s: wait, then :password"},
    {"expired", "password expired on %s: :password"},
    {"suspended", "account suspended on %s: ask its administrator"},
    {"token expired", "token expired on %s: :retry"},
    {"needed", "password needed on %s: :password"},
};

/* The text with the name put in. */
static void add_login(struct findings *fs, uint32_t instance, size_t i)
{
    const char *text = login_texts[i].text, *gap = strstr(text, "%s");
    enum finding_level level = strcmp(login_texts[i].login, "needed") == 0 ? FINDING_WARNING : FINDING_CRITICAL;
    found_add(fs, level, FOUND_LOGIN, instance, login_texts[i].login, "%.*s%.128s%s", (int)(gap - text), text,
              model_instance_name(fs->m, instance), gap + 2);
}

void found_login(struct findings *fs, uint32_t instance)
{
    const char *login = found_instance_cell(fs, instance, COL_INSTANCES_LOGIN);
    for (size_t i = 0; i < sizeof login_texts / sizeof *login_texts; i++)
        if (strcmp(login_texts[i].login, login) == 0)
            add_login(fs, instance, i);
}

static bool has_login_trouble(const struct findings *fs, uint32_t instance)
{
    for (size_t i = 0; i < fs->count; i++)
        if (fs->f[i].kind == FOUND_LOGIN && fs->f[i].instance == instance)
            return true;
    return false;
}

static void add_stale(struct findings *fs, uint32_t instance)
{
    const struct relation *own = model_get(fs->m, instance, SHEET_INSTANCES);
    int64_t age = value_i64(relation_cell(own, 0, COL_INSTANCES_AGE), -1);
    const char *name = model_instance_name(fs->m, instance);
    char buf[24];
    if (age >= 0)
        found_add(fs, FINDING_WARNING, FOUND_INSTANCE, instance, "stale", "%.128s stale %s", name,
                  found_span(age, buf, sizeof buf));
    else
        found_add(fs, FINDING_WARNING, FOUND_INSTANCE, instance, "stale", "%.128s stale", name);
}

/* An old home that stands about somewhere is no outage: nobody asked for it, and it was not seen to run. */
bool found_abandoned(const struct findings *fs, uint32_t instance)
{
    const struct relation *own = model_get(fs->m, instance, SHEET_INSTANCES);
    struct value found;

    if (!own || !own->nrows || !found_ended(fs, instance))
        return false;
    found = relation_cell(own, 0, COL_INSTANCES_FOUND);
    return found.type == V_BOOL && found.u.i && relation_cell(own, 0, COL_INSTANCES_AGE).type == V_ABSENT;
}

/* status: "stopped", "failed" */
static void add_ended(struct findings *fs, uint32_t instance, const char *status)
{
    const struct relation *host = model_get(fs->m, instance, SHEET_HOST);
    const char *name = model_instance_name(fs->m, instance), *words = cell(host, 0, COL_HOST_MESSAGE);

    if (strcmp(status, "stopped") == 0)
        found_add(fs, FINDING_CRITICAL, FOUND_INSTANCE, instance, status, "%.128s stopped: no process runs from %.200s%s%.200s", name,
                  value_str(relation_cell(host, 0, COL_HOST_HOME), "its home"), *words ? "; " : "", words);
    else
        found_add(fs, FINDING_CRITICAL, FOUND_INSTANCE, instance, status, "%.128s failed%s%.200s", name, *words ? ": " : "", words);
}

/* Connecting is no finding: nothing is known yet. */
void found_instance(struct findings *fs, uint32_t instance)
{
    static const char *const passing[] = {"slow", "starting", "recovering", NULL};
    const char *state = found_instance_cell(fs, instance, COL_INSTANCES_STATE);
    const char *words = found_instance_cell(fs, instance, COL_INSTANCES_MESSAGE);
    const char *name = model_instance_name(fs->m, instance);
    bool down = state_is_down(state);
    const char *end = found_ended(fs, instance);
    char buf[4 * WORDS_SHOWN + 8];
    if (has_login_trouble(fs, instance))
        return;
    if (strcmp(state, "stale") == 0)
        add_stale(fs, instance);
    else if (end)
        add_ended(fs, instance, end);
    else if (down || is_one_of(state, passing))
        found_add(fs, down ? FINDING_CRITICAL : FINDING_WARNING, FOUND_INSTANCE, instance, state, "%.128s %s%s%s", name,
                  state, *words ? ": " : "", server_words(words, buf, sizeof buf));
}

/* ---- indexes ---- */

struct index_state {
    const char *word; /* FAILED */
    const char *said; /* failed */
};

/* The first index of its database in that state, with how many there are; told when `row` is that first one. */
static void index_at(struct findings *fs, uint32_t instance, const struct relation *r, size_t row, const struct index_state *s)
{
    const char *database = cell(r, row, COL_INDEXES_DATABASE), *name = cell(r, row, COL_INDEXES_NAME);
    char percent[24] = "";
    size_t n = 0;
    for (size_t k = 0; k < r->nrows; k++) {
        bool same = strcasecmp(cell(r, k, COL_INDEXES_STATE), s->word) == 0 &&
                    strcmp(cell(r, k, COL_INDEXES_DATABASE), database) == 0;
        if (same && k < row)
            return;
        n += same;
    }
    struct value p = relation_cell(r, row, COL_INDEXES_PERCENT);
    if (p.type == V_FLOAT && p.u.d >= 0 && p.u.d <= 100 && strcmp(s->said, "populating") == 0)
        snprintf(percent, sizeof percent, " %d %%", (int)p.u.d);
    if (n == 1)
        found_add(fs, FINDING_WARNING, FOUND_INDEX, instance, name, "index %.128s %s%s (%.128s)", name, s->said, percent,
                  database);
    else
        found_add(fs, FINDING_WARNING, FOUND_INDEX, instance, name, "%zu indexes %s (%.128s): %.128s …", n, s->said, database,
                  name);
}

void found_index(struct findings *fs, uint32_t instance)
{
    static const struct index_state states[] = {{"FAILED", "failed"}, {"POPULATING", "populating"}};
    const struct relation *r = found_source(fs, instance, SHEET_INDEXES);
    for (size_t s = 0; s < sizeof states / sizeof *states; s++)
        for (size_t i = 0; r && i < r->nrows; i++)
            if (strcasecmp(cell(r, i, COL_INDEXES_STATE), states[s].word) == 0)
                index_at(fs, instance, r, i, &states[s]);
}

/* ---- security ---- */

void found_insecure(struct findings *fs, uint32_t instance)
{
    const char *name = model_instance_name(fs->m, instance);
    if (strcmp(found_instance_cell(fs, instance, COL_INSTANCES_TLS), "insecure") == 0)
        found_add(fs, FINDING_WARNING, FOUND_INSECURE, instance, "tls", "certificate not verified on %.128s", name);
    if (strcmp(found_instance_cell(fs, instance, COL_INSTANCES_LOGIN), "off") == 0)
        found_add(fs, FINDING_WARNING, FOUND_INSECURE, instance, "login", "authentication off on %.128s", name);
}
