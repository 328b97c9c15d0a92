/* Keys that are bound anew while the console runs, and the list of all of them. */
#include "app/console.h"

#include <string.h>
#include <strings.h>

static void add_binding(void *data, const char *key, const char *command, bool from_user)
{
    text_addf(data, "%-12s %s%s\n", key, strcmp(command, "none") == 0 ? "nothing" : command, from_user ? "   (yours)" : "");
}

void bind_list(struct console *c, const char *arg)
{
    struct view *v = view_open(VIEW_HELP, NULL, MODEL_NO_INSTANCE);
    struct text t;

    (void)arg;
    text_init(&t, 65536);
    text_adds(&t, "[keys] in neodeck.conf binds them for good: KEY = command, KEY = none\n\n");
    keymap_each(c->keys, add_binding, &t);
    view_set_text(v, "keys", t.s, 0);
    text_release(&t);
    console_push(c, v);
}

static void tell_key(struct console *c, const char *key)
{
    keycode k = key_parse(key);
    const char *command = k == KEYC_NONE ? NULL : keymap_get(c->keys, k);

    if (k == KEYC_NONE)
        console_say(c, ROLE_BAD, "'%s' is no key: write one like K, Space, F5, Ctrl-L, PgDn or Shift-Tab", key);
    else
        console_say(c, ROLE_MESSAGE, "%s is bound to %s: bind %s COMMAND changes that", key, command ? command : "nothing", key);
}

void bind_command(struct console *c, const char *arg)
{
    const char *rest = arg + strcspn(arg, " ");
    char key[32] = "";
    struct err e;

    if (!*arg) {
        bind_list(c, "");
        return;
    }
    if (rest - arg >= (long)sizeof(key)) {
        console_say(c, ROLE_BAD, "bind wants a key and a command: bind X kill");
        return;
    }
    memcpy(key, arg, (size_t)(rest - arg));
    rest += strspn(rest, " ");
    if (!*rest)
        tell_key(c, key);
    else if (!keymap_bind(c->keys, key, rest, false, &e))
        console_say(c, ROLE_BAD, "%s", e.words);
    else
        console_say(c, ROLE_MESSAGE, "%s is bound to %s, until you leave", key, strcasecmp(rest, "none") == 0 ? "nothing" : rest);
}
