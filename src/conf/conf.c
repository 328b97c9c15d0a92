/* What the files said: kept, and asked. */
#include "conf/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct conf *conf_new(void)
{
    return x_calloc(1, sizeof(struct conf));
}

static void items_release(struct conf_items *items)
{
    for (size_t i = 0; i < items->n; i++)
        free(items->v[i].text);
    free(items->v);
}

void conf_free(struct conf *c)
{
    if (!c)
        return;
    items_release(&c->options);
    for (size_t i = 0; i < c->ninstances; i++) {
        items_release(&c->instances[i].items);
        free(c->instances[i].name);
    }
    for (size_t i = 0; i < c->nkeys; i++) {
        free(c->keys[i].key);
        free(c->keys[i].command);
    }
    for (size_t i = 0; i < c->nproblems; i++) {
        free(c->problems[i].instance);
        free(c->problems[i].words);
    }
    for (size_t i = 0; i < c->nfiles; i++)
        free(c->files[i]);
    free(c->instances);
    free(c->keys);
    free(c->problems);
    free(c->files);
    free(c);
}

/* ---- problems ---- */

/* The list is full: its last entry counts the rest, and is as grave as the gravest of them. */
static void drop_problem(struct conf *c, enum problem_kind kind)
{
    struct problem *last = &c->problems[CONF_PROBLEMS_MAX - 1];

    if (!c->dropped++) {
        kind = kind > last->kind ? kind : last->kind;
        c->dropped++; /* the one whose place is taken */
    }
    free(last->words);
    free(last->instance);
    last->instance = NULL;
    last->at.line = 0;
    if (kind != PROBLEM_WARNING)
        last->kind = PROBLEM_ALL;
    last->words = x_printf("%zu more wrong lines, not shown", c->dropped);
}

void conf_problem_add(struct conf *c, enum problem_kind kind, struct place at, const char *instance, char *words)
{
    if (c->nproblems == CONF_PROBLEMS_MAX) {
        free(words);
        drop_problem(c, kind);
        return;
    }
    c->problems = x_grow(c->problems, &c->problems_cap, c->nproblems + 1, sizeof *c->problems);
    c->problems[c->nproblems++] =
        (struct problem){.kind = kind, .at = at, .instance = x_strdup(instance), .words = words};
}

/* ---- asking ---- */

struct conf_item *conf_items_find(const struct conf_items *items, enum option_id id)
{
    for (size_t i = 0; i < items->n; i++)
        if (items->v[i].id == id)
            return &items->v[i];
    return NULL;
}

const struct conf_instance *conf_instance(const struct conf *c, const char *name)
{
    for (size_t i = 0; i < c->ninstances; i++)
        if (strcmp(c->instances[i].name, name) == 0)
            return &c->instances[i];
    return NULL;
}

const struct problem *conf_fatal(const struct conf *c, const char *instance)
{
    for (size_t i = 0; i < c->nproblems; i++) {
        const struct problem *p = &c->problems[i];

        if (p->kind == PROBLEM_ALL)
            return p;
        if (p->kind == PROBLEM_INSTANCE && instance && p->instance && strcmp(p->instance, instance) == 0)
            return p;
    }
    return NULL;
}

void problem_words(const struct problem *p, struct text *out)
{
    if (p->at.file)
        text_adds(out, p->at.file);
    if (p->at.line)
        text_addf(out, ":%u:%u", p->at.line, p->at.column);
    text_addf(out, "%s%s", p->at.file ? ": " : "", p->words);
}

struct option_value conf_option(const struct conf *c, const struct cmdline *cl, enum option_id id)
{
    const struct conf_item *item = conf_items_find(&c->options, id);
    const char *def = option_row(id)->def;
    struct option_value value = {.text = def};

    if (cl && cl->set[id])
        return cl->value[id];
    if (item)
        option_check(id, item->text, &value, NULL);
    else if (*def)
        option_check(id, def, &value, NULL);
    return value;
}
