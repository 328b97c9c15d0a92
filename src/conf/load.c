/* Which files there are, and reading them. */
#include "conf/internal.h"

#include <stdlib.h>

#include "base/mem.h"
#include "conf/file.h"
#include "conf/paths.h"

/* The file that was asked for: it must be there. */
static bool load_asked(struct conf *c, const char *path, struct err *e)
{
    struct text bytes;
    struct err why;
    bool ok;

    text_init(&bytes, CONF_FILE_MAX);
    ok = file_read(path, CONF_FILE_MAX, FILE_TRUSTED, &bytes, NULL, &why);
    if (ok)
        conf_add(c, path, bytes.s, bytes.len);
    else
        err_set(e, ERR_CONFIG, "%s", why.words);
    text_release(&bytes);
    return ok;
}

/* A usual file need not be there; when it is there and cannot be read, nobody can tell whom that touches. */
static void load_usual(struct conf *c, const char *path)
{
    struct text bytes;
    struct err why;
    bool absent;

    text_init(&bytes, CONF_FILE_MAX);
    if (file_read(path, CONF_FILE_MAX, FILE_TRUSTED, &bytes, &absent, &why))
        conf_add(c, path, bytes.s, bytes.len);
    else if (!absent)
        conf_problem_add(c, PROBLEM_ALL, (struct place){.file = NULL}, NULL, x_strdup(why.words));
    text_release(&bytes);
}

bool conf_load(struct conf *c, const struct cmdline *cl, struct err *e)
{
    const char *asked = cl && cl->set[OPT_CONFIG] ? cl->value[OPT_CONFIG].text : getenv("NEODECK_CONFIG");
    struct err why;
    char *own;

    if (asked && *asked)
        return load_asked(c, asked, e);
    load_usual(c, CONF_FILE_ETC);
    own = path_config("neodeck.conf", &why);
    if (own)
        load_usual(c, own);
    else
        conf_problem_add(c, PROBLEM_WARNING, (struct place){.file = NULL}, NULL,
                         x_printf("no configuration of your own is read: %s", why.words));
    free(own);
    return true;
}
