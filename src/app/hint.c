/* The last line while it says nothing else: keys that work here and now, as they are bound. */
#include "app/console.h"

#include <string.h>

static const struct {
    enum command_id id;
    const char *word;
    bool row; /* only with a row of a list under the cursor */
} hints[] = {
    {CMD_COMMAND_LINE, "command", false}, {CMD_FILTER, "filter", false}, {CMD_HELP, "keys", false}, {CMD_ENTER, "open", true},
    {CMD_EXPLAIN, "plan", false},         {CMD_KILL, "kill", false},     {CMD_BACK, "back", false}, {CMD_MARK, "mark", true},
};

static bool is_useful(const struct console *c, size_t i, const struct view_ctx *ctx)
{
    struct err e;

    if (hints[i].row && !view_selected(console_view(c)).rel)
        return false;
    if (hints[i].id == CMD_BACK && !c->nscreens && !c->zoomed)
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
