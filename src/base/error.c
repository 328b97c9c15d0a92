#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct {
    const char *name;
    int status;
    enum absent absent;
} kinds[NERRORS] = {
#define ERROR(id, exit_status, json_name, why)                                                                         \
    [ERR_##id] = {.name = json_name, .status = exit_status, .absent = ABSENT_##why},
#include "tables/errors.def"
#undef ERROR
};

static bool known(enum err_kind kind)
{
    return (unsigned)kind < NERRORS;
}

/* Words that were cut must not end within a character. */
static void end_at_character(char *s)
{
    size_t len = strlen(s), start = len ? len - 1 : 0;
    uint32_t cp;

    while (start && len - start < 4 && ((unsigned char)s[start] & 0xC0) == 0x80)
        start--;
    if (len && start + utf8_decode(s + start, len - start, &cp) != len)
        s[start] = '\0';
    else if (len && (unsigned char)s[len - 1] >= 0xC0)
        s[len - 1] = '\0';
}

bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
    char words[sizeof e->words];
    va_list ap;
    int n;

    if (!e)
        return false;
    va_start(ap, fmt);
    n = vsnprintf(words, sizeof words, fmt, ap); /* the old words may be among the arguments */
    va_end(ap);
    if (n < 0)
        words[0] = '\0';
    if (n >= (int)sizeof words)
        end_at_character(words);
    e->kind = known(kind) ? kind : ERR_INTERNAL;
    e->absent = kinds[e->kind].absent;
    e->code[0] = '\0';
    strcpy(e->words, words);
    return false;
}

void err_clear(struct err *e)
{
    if (e)
        *e = (struct err){.kind = ERR_NONE};
}

int err_exit_status(enum err_kind kind)
{
    return kinds[known(kind) ? kind : ERR_INTERNAL].status;
}

const char *err_name(enum err_kind kind)
{
    return kinds[known(kind) ? kind : ERR_INTERNAL].name;
}
