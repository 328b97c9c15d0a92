#include "model/model.h"

#include <stdlib.h>
#include <string.h>
#include "model/logbook_inside.h"

struct known { /* what one instance, or the console itself, has */
    char *name;
    struct relation *sheets[NSHEETS];
    struct logbook *logbook; /* NULL: nobody asked for its logs */
};

struct model {
    struct known *instances;
    size_t n, cap;
    struct known console;
    uint64_t generation[NSHEETS], generation_all;
    uint64_t logs_generation;
    int64_t newest;
};

struct model *model_new(void)
{
    return x_calloc(1, sizeof(struct model));
}

static void known_release(struct known *k)
{
    for (size_t i = 0; i < NSHEETS; i++)
        relation_free(k->sheets[i]);
    logbook_free(k->logbook);
    free(k->name);
}

void model_free(struct model *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->n; i++)
        known_release(&m->instances[i]);
    known_release(&m->console);
    free(m->instances);
    free(m);
}

uint32_t model_add_instance(struct model *m, const char *name)
{
    m->instances = x_grow(m->instances, &m->cap, m->n + 1, sizeof *m->instances);
    m->instances[m->n] = (struct known){.name = x_strdup(name)};
    return (uint32_t)m->n++;
}

uint32_t model_instances(const struct model *m)
{
    return (uint32_t)m->n;
}

const char *model_instance_name(const struct model *m, uint32_t instance)
{
    return instance < m->n && m->instances[instance].name ? m->instances[instance].name : "";
}

bool model_find_instance(const struct model *m, const char *name, uint32_t *instance)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->instances[i].name && strcmp(m->instances[i].name, name) == 0) {
            *instance = (uint32_t)i;
            return true;
        }
    }
    return false;
}

static struct relation **place(const struct model *m, uint32_t instance, enum sheet_id sheet)
{
    struct model *w = (struct model *)m;

    if ((unsigned)sheet >= NSHEETS)
        return NULL;
    if (instance == MODEL_NO_INSTANCE)
        return &w->console.sheets[sheet];
    return instance < m->n ? &w->instances[instance].sheets[sheet] : NULL;
}

static void news(struct model *m, enum sheet_id sheet)
{
    m->generation[sheet]++;
    m->generation_all++;
}

void model_publish(struct model *m, struct relation *r)
{
    uint32_t instance = r->instance;
    enum sheet_id sheet = r->sheet;
    struct relation **at = place(m, instance, sheet);

    if (!at) {
        relation_free(r);
        return;
    }
    if (*at != r)
        relation_free(*at);
    *at = r;
    if (instance != MODEL_NO_INSTANCE && sheet_of_server(sheet) && r->taken_ms > m->newest)
        m->newest = r->taken_ms;
    news(m, sheet);
}

void model_publish_failure(struct model *m, uint32_t instance, enum sheet_id sheet, const struct err *why)
{
    struct relation **at = place(m, instance, sheet);

    if (!at)
        return;
    if (!*at)
        *at = relation_new(instance, sheet);
    if ((*at)->taken_ms == 0)
        (*at)->missing = true;
    else
        (*at)->stale = true;
    (*at)->more |= (*at)->coming; /* the rest of it will not come */
    (*at)->coming = false;
    (*at)->err = *why;
    news(m, sheet);
}

const struct relation *model_get(const struct model *m, uint32_t instance, enum sheet_id sheet)
{
    struct relation **at = place(m, instance, sheet);

    return at ? *at : NULL;
}

uint64_t model_generation(const struct model *m, enum sheet_id sheet)
{
    return (unsigned)sheet < NSHEETS ? m->generation[sheet] : 0;
}

uint64_t model_generation_all(const struct model *m)
{
    return m->generation_all;
}

int64_t model_newest(const struct model *m)
{
    return m->newest;
}

const struct logbook *model_logbook(const struct model *m, uint32_t instance)
{
    return instance < m->n ? m->instances[instance].logbook : NULL;
}

struct logbook *model_logbook_make(struct model *m, uint32_t instance)
{
    struct known *k = &m->instances[instance];

    if (!k->logbook)
        k->logbook = logbook_new(&m->logs_generation);
    return k->logbook;
}

uint64_t model_logs_generation(const struct model *m)
{
    return m->logs_generation;
}
