/* Dialogs: what is asked, and what an answer does. */
#include "app/console.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/secret.h"

static void ask_quit(struct console *c)
{
    size_t running = ops_running(c->app->ops);

    dialog_init(&c->dialog, "leave neodeck?", running > 0);
    if (running)
        pager_addf(&c->dialog.text, ROLE_WARN, 0, "%zu kill%s not seen to its end yet; the audit log will say so", running,
                   running > 1 ? "s are" : " is");
    dialog_ask(&c->dialog, running ? "type yes to leave all the same: " : "y and Enter leaves, Esc stays: ", running ? "yes" : "y|yes", false);
}

static void ask_arm(struct console *c, uint32_t instance)
{
    const char *name = model_instance_name(c->app->model, instance);

    dialog_init(&c->dialog, "this instance is locked", true);
    pager_addf(&c->dialog.text, ROLE_TEXT, 0, "%s is remote, or was told to open locked. Typing its name unlocks it for 15 minutes.", name);
    dialog_ask(&c->dialog, "name of the instance: ", name, false);
}

static void ask_secret(struct console *c, uint32_t instance)
{
    const struct instance_conf *conf = &c->app->inst[instance].conf;

    dialog_init(&c->dialog, "password", false);
    bool named = conf->user && *conf->user;

    pager_addf(&c->dialog.text, ROLE_TEXT, 0, "%s%s%s for %s", conf->auth == CONF_AUTH_BEARER ? "token" : "password",
               named ? " of " : "", named ? conf->user : "", model_instance_name(c->app->model, instance));
    dialog_ask(&c->dialog, "> ", NULL, true);
}

void question_open(struct console *c, enum question q, uint32_t instance)
{
    if (c->question != ASK_NOTHING)
        dialog_release(&c->dialog);
    c->question = q;
    c->question_instance = instance;
    switch (q) {
    case ASK_QUIT: ask_quit(c); break;
    case ASK_ARM: ask_arm(c, instance); break;
    case ASK_SECRET: ask_secret(c, instance); break;
    default: dialog_init(&c->dialog, "", false); break;
    }
    c->dirty = true;
}

static void close_question(struct console *c)
{
    dialog_release(&c->dialog);
    c->question = ASK_NOTHING;
}

static void answered(struct console *c)
{
    enum question q = c->question;

    switch (q) {
    case ASK_QUIT:
        close_question(c);
        c->quitting = true;
        loop_stop(c->app->loop);
        return;
    case ASK_KILL:
        close_question(c);
        kill_confirmed(c);
        return;
    case ASK_ARM:
        close_question(c);
        app_arm(c->app, c->question_instance);
        kill_go_on(c);
        return;
    case ASK_SECRET: {
        const char *s = dialog_text(&c->dialog);

        credentials_give(c->app, c->question_instance, s, strlen(s));
        close_question(c);
        return;
    }
    default: close_question(c);
    }
}

static void turned_away(struct console *c)
{
    enum question q = c->question;

    close_question(c);
    if (q == ASK_KILL)
        kill_dropped(c);
    else if (q == ASK_ARM)
        kill_leave_out(c, c->question_instance);
}

void question_key(struct console *c, keycode k)
{
    size_t n;

    if (k == KEYC_PASTE) {
        const char *s = c->term ? term_paste(c->term, &n) : NULL;

        if (s)
            dialog_paste(&c->dialog, s, n, clock_mono_ms());
        return;
    }
    switch (dialog_key(&c->dialog, k, clock_mono_ms())) {
    case DIALOG_ANSWERED: answered(c); break;
    case DIALOG_CLOSED: turned_away(c); break;
    default: break;
    }
}
