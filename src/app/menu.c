/* The menu of actions for what is under the cursor: every row of the table that changes something, greyed with the reason. */
#include "app/console.h"

void console_menu_open(struct console *c)
{
    struct view_ctx ctx;

    console_context(c, &ctx);
    menu_init(&c->menu, "actions");
    c->nactions = 0;
    for (int i = CMD_NONE + 1; i < NCOMMANDS; i++) {
        const struct command *cmd = command_of((enum command_id)i);
        struct err e = {0};
        struct text keys, text;
        bool allowed;

        if (cmd->group != GROUP_ACTION || cmd->id == CMD_ACTIONS)
            continue;
        text_init(&keys, 64);
        text_init(&text, 512);
        keymap_keys(c->keys, cmd->id, &keys);
        allowed = cmd_allowed(cmd->id, &ctx.cmd, &e);
        /* why not stands in the place of what it does */
        text_addf(&text, "%-9s %s", cmd->name, allowed ? cmd->help : e.words);
        menu_add(&c->menu, key_parse(keys.s), text.s, allowed ? NULL : "");
        c->actions[c->nactions++] = cmd->id;
        text_release(&keys);
        text_release(&text);
    }
    c->menu_open = true;
}

void console_menu_key(struct console *c, keycode k)
{
    enum menu_result result;
    enum command_id chosen;

    if (c->menu_logs) {
        logs_menu_key(c, k);
        return;
    }
    result = menu_key(&c->menu, k);
    chosen = c->actions[c->menu.list.sel];
    if (result == MENU_OPEN)
        return;
    menu_release(&c->menu);
    c->menu_open = false;
    if (result == MENU_CHOSEN)
        console_command(c, chosen, NVIEWS, "");
}
