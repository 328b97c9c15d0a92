#include "feed/site_inside.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

const char *site_from_name(enum site_from f)
{
    static const char *const names[] = {
        [SITE_CONFIGURED] = "configuration", [SITE_PROCESS] = "process",     [SITE_UNIT] = "systemd unit",
        [SITE_PACKAGE] = "package",          [SITE_CONTAINER] = "container", [SITE_ENVIRONMENT] = "environment",
        [SITE_NEARBY] = "nearby",            [SITE_REMEMBERED] = "remembered",
    };

    return (unsigned)f < sizeof names / sizeof *names ? names[f] : "";
}

struct site *site_new(void)
{
    struct site *s = x_calloc(1, sizeof *s);

    s->looked_ms = clock_wall_ms();
    s->root = s->edition = s->os_user = "";
    s->os_uid = -1;
    return s;
}

void site_free(struct site *s)
{
    if (!s)
        return;
    config_free(s->config);
    arena_release(&s->arena);
    free(s);
}

const char *site_outside(struct site *s, const char *inside)
{
    return *s->root ? arena_printf(&s->arena, "%s%s", s->root, inside) : inside;
}

enum path_from site_path(const struct site *s, enum setting_id id, struct text *out)
{
    text_clear(out);
    return s->install.home ? install_path(&s->install, s->config, s->version, id, out) : PATH_UNKNOWN;
}

const char *site_reach(struct site *s, enum setting_id id)
{
    const char *path = NULL;
    struct text inside;

    text_init(&inside, 8192);
    if (site_path(s, id, &inside) != PATH_UNKNOWN)
        path = arena_printf(&s->arena, "%s%s", s->root, inside.s);
    text_release(&inside);
    return path;
}

static void add_words(struct site *s, const char **list, size_t *n, const char *fmt, va_list ap)
{
    struct text t;

    if (*n == SITE_NOTES_MAX)
        return;
    text_init(&t, 1024);
    text_vaddf(&t, fmt, ap);
    list[(*n)++] = arena_strndup(&s->arena, t.s, t.len);
    text_release(&t);
}

void site_note(struct site *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add_words(s, s->evidence, &s->nevidence, fmt, ap);
    va_end(ap);
}

void site_disagree(struct site *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add_words(s, s->disagreements, &s->ndisagreements, fmt, ap);
    va_end(ap);
}
