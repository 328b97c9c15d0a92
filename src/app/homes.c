#include "app/homes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/kept_file.h"
#include "base/log.h"
#include "base/mem.h"
#include "conf/file.h"

enum { FILE_MAX = 1024 * 1024, HOME_MAX = 4096 };

static bool is_home(const char *s, size_t n)
{
    if (!n || *s != '/' || n > HOME_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < ' ' || s[i] == 0x7F)
            return false;
    return true;
}

static size_t find(const struct homes *h, const char *home, size_t n)
{
    size_t i = 0;

    while (i < h->n && !(strncmp(h->v[i], home, n) == 0 && h->v[i][n] == '\0'))
        i++;
    return i;
}

static void append(struct homes *h, const char *home, size_t n)
{
    if (h->n >= HOMES_MAX || !is_home(home, n) || find(h, home, n) < h->n)
        return;
    h->v = x_grow(h->v, &h->cap, h->n + 1, sizeof(*h->v));
    h->v[h->n++] = x_strndup(home, n);
}

static void read_lines(struct homes *h, const char *s)
{
    while (*s) {
        size_t n = strcspn(s, "\n");

        append(h, s, n);
        s += n + (s[n] == '\n');
    }
}

static bool read_file(const char *file, struct text *t)
{
    struct err e;

    return file_read(file, FILE_MAX, FILE_TRUSTED, t, NULL, &e) && strlen(t->s) == t->len;
}

void homes_read(struct homes *h, const char *file)
{
    struct text t;

    text_init(&t, FILE_MAX);
    if (read_file(file, &t))
        read_lines(h, t.s);
    text_release(&t);
}

void homes_add(struct homes *h, const char *home)
{
    size_t n = strlen(home), at = find(h, home, n);
    char *first;

    if (at == h->n && h->n == HOMES_MAX)
        free(h->v[--h->n]);
    if (at >= h->n)
        append(h, home, n);
    at = find(h, home, n);
    if (at >= h->n)
        return;
    first = h->v[at];
    memmove(h->v + 1, h->v, at * sizeof(*h->v));
    h->v[0] = first;
}

/* Only what is certainly not there: one that may not be looked at may be there. */
static bool is_gone(const char *home)
{
    struct stat st;

    return stat(home, &st) != 0 ? errno == ENOENT || errno == ENOTDIR : !S_ISDIR(st.st_mode);
}

void homes_write(const struct homes *h, const char *file)
{
    struct homes all = {0};
    struct text old, now;

    text_init(&old, FILE_MAX);
    text_init(&now, FILE_MAX);
    for (size_t i = 0; i < h->n; i++)
        append(&all, h->v[i], strlen(h->v[i]));
    if (read_file(file, &old)) /* another neodeck may have written it meanwhile */
        read_lines(&all, old.s);
    for (size_t i = 0; i < all.n; i++)
        if (!is_gone(all.v[i]))
            text_addf(&now, "%s\n", all.v[i]);
    if (strcmp(old.s, now.s) != 0 && !kept_file_write(file, now.s, now.len))
        log_debug("'%s' cannot be written: %s", file, strerror(errno));
    text_release(&old);
    text_release(&now);
    homes_release(&all);
}

void homes_release(struct homes *h)
{
    for (size_t i = 0; i < h->n; i++)
        free(h->v[i]);
    free(h->v);
    *h = (struct homes){0};
}
