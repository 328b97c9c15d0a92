/* The last line while it says nothing else: keys that work here and now, as they are bound. */
#include "app/console.h"

#include <string.h>

static const struct {
    enum command_id id;
    const char *word;
    enum { ANYWHERE, ON_ROW, ON_LIST_ROW, IN_LOGS } where;
} hints[] = {
    {CMD_COMMAND_LINE, "command", ANYWHERE}, {CMD_FILTER, "filter", ANYWHERE}, {CMD_HELP, "keys", ANYWHERE},
    {CMD_ENTER, "open", ON_ROW},             {CMD_EXPLAIN, "plan", ANYWHERE},  {CMD_KILL, "kill", ANYWHERE},
    {CMD_LEAVE, "back", ANYWHERE},           {CMD_MARK, "mark", ON_LIST_ROW},  {CMD_FOLLOW, "follow", IN_LOGS},
    {CMD_LEVEL, "level", IN_LOGS},           {CMD_SEARCH, "search", IN_LOGS},  {CMD_GOTO, "time", IN_LOGS},
    {CMD_SOURCES, "which", IN_LOGS},
};

static bool is_there(const struct view *v, size_t i)
{
    switch (hints[i].where) {
    case ON_ROW: return view_selected(v).rel != NULL;
    case ON_LIST_ROW: return view_is_list(v) && view_selected(v).rel;
    case IN_LOGS: return view_is_logs(v);
    default: return true;
    }
}

static bool is_useful(const struct console *c, size_t i, const struct view_ctx *ctx)
{
    struct err e;

    if (!is_there(console_view(c), i))
        return false;
    if (hints[i].id == CMD_LEAVE && !c->nscreens && !c->zoomed)
        return false;
    return cmd_allowed(hints[i].id, &ctx->cmd, &e);
}

void hint_words(const struct console *c, const struct view_ctx *ctx, int cols, struct text *out)
{
    for (size_t i = 0; i < sizeof(hints) / sizeof(*hints); i++) {
        struct text keys;
        size_t before = out->len;

        text_init(&keys, 256);
        keymap_keys(c->keys, hints[i].id, &keys);
        if (keys.len && is_useful(c, i, ctx))
            text_addf(out, "%s%.*s %s", out->len ? "  " : "", (int)strcspn(keys.s, " "), keys.s, hints[i].word);
        text_release(&keys);
        if (utf8_width(out->s, out->len) > cols) { /* half a hint is none */
            out->len = before;
            out->s[before] = '\0';
            return;
        }
    }
}
