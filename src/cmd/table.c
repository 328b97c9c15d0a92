/* The commands and the views, out of their tables. */
#include "cmd/cmd.h"
#include "cmd/names.h"

#include <string.h>

enum { DANGER_SAFE = false, DANGER_CONFIRM = true };
enum { BUILT_LATER = false, BUILT_NOW = true };

static const struct command commands[NCOMMANDS] = {
    [CMD_NONE] = {.id = CMD_NONE, .name = "", .keys = "", .args = "", .help = ""},
#define COMMAND(i, n, g, k, a, ne, d, r, h)                                                                           \
    [CMD_##i] = {.id = CMD_##i,                                                                                       \
                 .name = n,                                                                                           \
                 .group = GROUP_##g,                                                                                  \
                 .keys = k,                                                                                           \
                 .args = a,                                                                                           \
                 .needs = NEEDS_##ne,                                                                                 \
                 .confirm = DANGER_##d,                                                                               \
                 .route = ROUTE_##r,                                                                                  \
                 .help = h},
#include "tables/commands.def"
#undef COMMAND
};

struct view_row {
    const char *name, *aliases, *title, *help;
    enum sheet_id sheet;
    bool built;
};

static const struct view_row views[NVIEWS] = {
#define VIEW(i, n, a, t, s, b, h)                                                                                     \
    [VIEW_##i] = {.name = n, .aliases = a, .title = t, .sheet = SHEET_##s, .built = BUILT_##b, .help = h},
#include "tables/views.def"
#undef VIEW
};

static const struct view_row no_view = {.name = "", .aliases = "", .title = "", .help = "", .sheet = NSHEETS};

const struct command *command_of(enum command_id id)
{
    return &commands[(unsigned)id < NCOMMANDS ? id : CMD_NONE];
}

static const struct view_row *view_of(enum view_id v)
{
    return (unsigned)v < NVIEWS ? &views[v] : &no_view;
}

const char *view_name(enum view_id v)
{
    return view_of(v)->name;
}

const char *view_title(enum view_id v)
{
    return view_of(v)->title;
}

const char *view_help(enum view_id v)
{
    return view_of(v)->help;
}

bool view_built(enum view_id v)
{
    return view_of(v)->built;
}

enum sheet_id view_sheet(enum view_id v)
{
    return view_of(v)->sheet;
}

bool words_next(const char **at, const char **word, size_t *n)
{
    const char *s = *at + strspn(*at, " ");
    *word = s;
    *n = strcspn(s, " ");
    *at = s + *n;
    return *n > 0;
}

bool view_each_name(enum view_id v, bool (*fn)(void *data, const char *name, size_t n), void *data)
{
    const char *at = view_of(v)->aliases, *word = view_of(v)->name;
    size_t n = strlen(word);
    do
        if (!fn(data, word, n))
            return false;
    while (words_next(&at, &word, &n));
    return true;
}
