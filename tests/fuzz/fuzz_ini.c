/* Configuration files from arbitrary bytes: the lines, what they mean, and every instance that comes out of them. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "conf/conf.h"
#include "conf/ini.h"
#include "conf/words.h"

static void look(void *data, const struct ini_line *l)
{
    unsigned *before = data;
    const char *const texts[] = {l->section, l->sub, l->name, l->value};

    if (l->line < *before || !l->column || !l->section)
        abort();
    if ((l->kind == INI_WRONG || l->kind == INI_WRONG_SECTION) != (l->words != NULL))
        abort();
    if (l->kind == INI_ITEM && (!l->name || !*l->name))
        abort();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i] && !utf8_valid(texts[i], strlen(texts[i])))
            abort();
    *before = l->line;
}

static void resolve(const struct conf *c, const char *name)
{
    struct instance_conf ic;
    struct err e = {.kind = ERR_NONE};

    if (instance_conf_init(&ic, c, NULL, name, &e)) {
        if (!ic.name || !ic.uri || conf_fatal(c, name))
            abort();
        instance_conf_release(&ic);
    } else if (e.kind == ERR_NONE || !*e.words) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct conf *c = conf_new();
    unsigned line = 0;
    struct text words;

    ini_parse((const char *)bytes, n, look, &line);
    conf_add(c, "/etc/x.conf", (const char *)bytes, n);
    conf_add(c, "/home/x.conf", (const char *)bytes, n);
    if (c->nproblems > CONF_PROBLEMS_MAX || c->ninstances > CONF_INSTANCES_MAX)
        abort();
    text_init(&words, 0);
    for (size_t i = 0; i < c->nproblems; i++)
        problem_words(&c->problems[i], &words);
    text_release(&words);
    for (size_t i = 0; i < c->ninstances; i++)
        resolve(c, c->instances[i].name);
    for (int id = 0; id < NOPTIONS; id++)
        conf_option(c, NULL, (enum option_id)id);
    conf_free(c);
    return 0;
}
