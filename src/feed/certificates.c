/* The certificates that a server shows to its clients, and which of them expires first. */
#include "feed/past.h"

#include <stdlib.h>
#include <string.h>
#include "base/cert.h"
#include "base/clock.h"

enum { LOOK_MS = 10 * 60 * 1000 };

static const char policy_prefix[] = "dbms.ssl.policy.";

/* ---- where they are ---- */

static void add_dir(struct certificates_asked *asked, struct talk *t, const char *base, const char *path)
{
    struct text whole;

    text_init(&whole, 4096);
    path_resolve(base, path, &whole);
    for (size_t i = 0; i < asked->ndirs; i++)
        if (strcmp(asked->dir_paths[i], whole.s) == 0)
            whole.full = true;
    if (!whole.full && asked->ndirs < CERTIFICATE_DIRS)
        asked->dir_paths[asked->ndirs++] = arena_strdup(talk_arena(t), whole.s);
    text_release(&whole);
}

static const char *item_value(const struct config *c, const char *name)
{
    const struct config_item *i = config_item(c, name);

    return i && i->value && *i->value && !i->command ? i->value : NULL;
}

/* "dbms.ssl.policy.bolt.base_directory" to "bolt", in the arena; NULL: it is another setting. */
static const char *policy_of(struct arena *a, const char *name)
{
    const char *from = name + sizeof policy_prefix - 1, *dot;

    if (!str_starts(name, policy_prefix))
        return NULL;
    dot = strchr(from, '.');
    return dot && dot > from ? arena_strndup(a, from, (size_t)(dot - from)) : NULL;
}

/* From 4.0 on a policy has to be enabled; before that it is there when it is named. */
static bool policy_counts(const struct config *c, struct arena *a, const char *policy)
{
    const char *enabled = item_value(c, arena_printf(a, "%s%s.enabled", policy_prefix, policy));

    return (c->version.major > 0 && c->version.major < 4) || (enabled && str_ieq(enabled, "true"));
}

static void add_policies(struct certificates_asked *asked, struct talk *t, const struct site *site)
{
    struct arena *a = talk_arena(t);
    const struct config *c = site->config;

    for (size_t i = 0; i < c->nitems; i++) {
        const char *policy = c->items[i].counts ? policy_of(a, c->items[i].name) : NULL, *base;
        if (!policy || !policy_counts(c, a, policy))
            continue;
        base = item_value(c, arena_printf(a, "%s%s.base_directory", policy_prefix, policy));
        add_dir(asked, t, site->install.home, base ? base : arena_printf(a, "certificates/%s", policy));
    }
}

/* Before 4.0 one pair of files serves everything that has no policy; it is made at the first start. */
static void add_legacy(struct certificates_asked *asked, struct talk *t, const struct site *site)
{
    const char *base = site->config ? item_value(site->config, "dbms.directories.certificates") : NULL;

    if (site->version.major > 0 && site->version.major < 4)
        add_dir(asked, t, site->install.home, base ? base : "certificates");
}

void certificates_ask(struct past *p, const struct site *site, struct talk *t, struct certificates_asked *asked)
{
    int64_t now = clock_mono_ms();

    asked->due = !p->certificates.looked_ms || now - p->certificates.looked_ms >= LOOK_MS;
    if (!asked->due || !site->install.home)
        return;
    if (site->config)
        add_policies(asked, t, site);
    add_legacy(asked, t, site);
    for (size_t i = 0; i < asked->ndirs; i++)
        asked->dirs[i] = talk_list(t, past_reach(site, talk_arena(t), asked->dir_paths[i]), 1000);
}

/* ---- the files ---- */

static bool is_certificate(const char *name)
{
    static const char *const ends[] = {".crt", ".pem", ".cert", ".cer"};
    size_t n = strlen(name);

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (n > strlen(ends[i]) && str_ieq(name + n - strlen(ends[i]), ends[i]))
            return !str_ifind(name, n, "key") && !str_ifind(name, n, "private");
    return false;
}

static void ask_files_of(const struct site *site, struct talk *t, struct certificates_asked *asked, size_t dir)
{
    const struct talk_answer *a = talk_answer(t, asked->dirs[dir]);

    for (size_t row = 0; row < a->nrows && asked->nfiles < CERTIFICATE_FILES; row++) {
        const char *name = value_str(talk_cell(t, asked->dirs[dir], row, "name"), "");
        if (!is_certificate(name) || strcmp(value_str(talk_cell(t, asked->dirs[dir], row, "type"), ""), "file") != 0)
            continue;
        const char *path = arena_printf(talk_arena(t), "%s/%s", asked->dir_paths[dir], name);
        asked->file_paths[asked->nfiles] = path;
        asked->files[asked->nfiles++] = talk_read(t, past_reach(site, talk_arena(t), path), 0, CERT_BYTES_MAX);
    }
}

void certificates_ask_files(const struct site *site, struct talk *t, struct certificates_asked *asked)
{
    for (size_t i = 0; i < asked->ndirs; i++)
        ask_files_of(site, t, asked, i);
}

/* Why there is none: nothing is configured, or what there is may not be read. */
static enum absent why_none(struct talk *t, const struct certificates_asked *asked)
{
    for (size_t i = 0; i < asked->ndirs; i++)
        if (talk_answer(t, asked->dirs[i])->err.kind == ERR_PRIVILEGE)
            return ABSENT_PRIVILEGE;
    for (size_t i = 0; i < asked->nfiles; i++)
        if (talk_answer(t, asked->files[i])->err.kind == ERR_PRIVILEGE)
            return ABSENT_PRIVILEGE;
    return ABSENT_NOT_CONFIGURED;
}

void certificates_take(struct past *p, struct talk *t, const struct certificates_asked *asked)
{
    struct certificates_past *c = &p->certificates;

    if (!asked->due)
        return;
    free(c->file);
    *c = (struct certificates_past){.looked_ms = clock_mono_ms(), .why = why_none(t, asked)};
    for (size_t i = 0; i < asked->nfiles; i++) {
        size_t n;
        const char *bytes = talk_text(t, asked->files[i], "bytes", &n);
        int64_t ends;
        if (!cert_ends(bytes, n, &ends) || (c->file && ends >= c->ends_ms))
            continue;
        free(c->file);
        c->file = x_strdup(asked->file_paths[i]);
        c->ends_ms = ends;
    }
}
