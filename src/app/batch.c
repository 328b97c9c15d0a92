#include "app/batch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "sheet/print.h"

#define WAIT_MS       20000
#define CREDENTIAL_MS 40000 /* longer than a password_command may take */

void batch_print(FILE *to, const struct text *t)
{
    fwrite(t->s, 1, t->len, to);
}

bool batch_json(const struct cmdline *cl)
{
    return cl->set[OPT_FORMAT] && cl->value[OPT_FORMAT].number == PRINT_JSON;
}

void batch_tell(const char *fmt, ...)
{
    struct text words, line;
    va_list ap;

    text_init(&words, 65536);
    text_init(&line, 65536);
    va_start(ap, fmt);
    text_vaddf(&words, fmt, ap);
    va_end(ap);
    text_adds(&line, "neodeck: ");
    text_add_clean(&line, words.s, words.len, CLEAN_ONE_LINE);
    text_addc(&line, '\n');
    batch_print(stderr, &line);
    text_release(&line);
    text_release(&words);
}

int batch_fail(const struct cmdline *cl, const struct err *e)
{
    struct text t;

    batch_tell("%s", e->words);
    text_init(&t, 65536);
    if (batch_json(cl)) {
        struct json j;

        json_init(&j, &t, false);
        json_begin_object(&j);
        json_key(&j, "error");
        json_str(&j, err_name(e->kind));
        json_key(&j, "message");
        json_str(&j, e->words);
        json_key(&j, "code");
        json_str(&j, *e->code ? e->code : NULL);
        json_end_object(&j);
        text_addc(&t, '\n');
        batch_print(stdout, &t);
    }
    text_release(&t);
    return err_exit_status(e->kind);
}

static void on_message(void *data, const char *level, uint32_t instance, const char *words)
{
    const struct app *a = data;

    if (strcmp(level, "warn") != 0 && strcmp(level, "error") != 0)
        return;
    if (instance == MODEL_NO_INSTANCE)
        batch_tell("%s", words);
    else
        batch_tell("%s: %s", a->inst[instance].conf.name, words);
}

void batch_tell_messages(struct app *a)
{
    const struct relation *rel = model_get(a->model, MODEL_NO_INSTANCE, SHEET_MESSAGES);

    for (size_t i = 0; rel && i < rel->nrows; i++)
        on_message(a, value_str(relation_cell(rel, i, COL_MESSAGES_LEVEL), ""), MODEL_NO_INSTANCE,
                   value_str(relation_cell(rel, i, COL_MESSAGES_TEXT), ""));
    a->message = on_message;
    a->message_data = a;
}

/* ---- waiting ---- */

struct waiting {
    struct app *app;
    bool (*ready)(void *);
    void *data;
    bool late;
    struct timer *deadline;
};

static void on_turn(void *data)
{
    struct waiting *w = data;

    if (w->late || w->ready(w->data))
        loop_stop(w->app->loop);
}

static void on_deadline(void *data)
{
    struct waiting *w = data;

    w->late = true;
}

bool batch_wait(struct app *a, bool (*ready)(void *), void *data, int64_t deadline_ms)
{
    struct waiting w = {.app = a, .ready = ready, .data = data};

    w.deadline = loop_timer(a->loop, on_deadline, &w);
    timer_set(w.deadline, deadline_ms);
    loop_on_turn(a->loop, on_turn, &w);
    if (!ready(data))
        loop_run(a->loop);
    loop_on_turn(a->loop, NULL, NULL);
    timer_free(w.deadline);
    return !w.late;
}

bool batch_never(void *data)
{
    (void)data;
    return false;
}

/* ---- secrets on the terminal ---- */

static bool read_hidden(FILE *tty, char *buf, size_t n)
{
    struct termios old, quiet;
    bool well = tcgetattr(fileno(tty), &old) == 0;

    quiet = old;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    if (well)
        tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
    well = fgets(buf, (int)n, tty) != NULL;
    tcsetattr(fileno(tty), TCSAFLUSH, &old);
    fputc('\n', tty);
    buf[strcspn(buf, "\n")] = '\0';
    return well;
}

/* On the terminal, where there is one, those that nobody gave. */
static void ask_secrets(struct app *a)
{
    static char buf[SECRET_MAX];
    FILE *tty = isatty(STDIN_FILENO) ? fopen("/dev/tty", "r+e") : NULL;

    for (uint32_t i = 0; tty && i < a->ninst; i++) {
        if (!credentials_wanted(a, i))
            continue;
        fprintf(tty, "%s of %s for %s: ", a->inst[i].conf.auth == CONF_AUTH_BEARER ? "token" : "password", a->inst[i].conf.user,
                a->inst[i].conf.name);
        fflush(tty);
        if (read_hidden(tty, buf, sizeof(buf)))
            credentials_give(a, i, buf, strlen(buf));
        mem_wipe(buf, sizeof(buf));
    }
    if (tty)
        fclose(tty);
}

/* ---- reaching the targets ---- */

static const char *cell_of(const struct app *a, uint32_t i, size_t col)
{
    const struct relation *rel = model_get(a->model, i, SHEET_INSTANCES);

    return rel && rel->nrows ? value_str(relation_cell(rel, 0, col), "") : "";
}

/* A server that refuses the login is up, too, but answers nothing. */
static bool is_logged_in(const struct app *a, uint32_t i)
{
    const char *login = cell_of(a, i, COL_INSTANCES_LOGIN);

    return !*login || strcmp(login, "ok") == 0 || strcmp(login, "off") == 0;
}

bool batch_is_up(const struct app *a, uint32_t i)
{
    const char *state = cell_of(a, i, COL_INSTANCES_STATE);

    return (strcmp(state, "up") == 0 || strcmp(state, "slow") == 0) && is_logged_in(a, i);
}

/* Nobody can type here: what helps in the console (":password") is replaced by what helps a script. */
static void not_up(const struct app *a, uint32_t i, struct err *e)
{
    const char *message = cell_of(a, i, COL_INSTANCES_MESSAGE), *login = cell_of(a, i, COL_INSTANCES_LOGIN);
    const char *name = a->inst[i].conf.name, *console = strstr(message, ":password");
    const char *end = message + strcspn(message, ",");

    if (console && console < end)
        for (end = console; end > message && strchr(" :'", end[-1]);)
            end--;
    if (a->inst[i].runs_as && strcmp(login, "needed") == 0)
        err_set(e, ERR_LOGIN, "%s: it runs as user '%.60s' and gets no password unasked: name it as TARGET or in the configuration", name,
                a->inst[i].runs_as);
    else if (is_logged_in(a, i))
        err_set(e, ERR_UNREACHABLE, "%s: %s", name, *message ? message : "no answer in time");
    else if (strcmp(login, "refused") == 0 || (console && strcmp(login, "needed") == 0))
        err_set(e, ERR_LOGIN, "%s: %.*s; give the right password with --password-file, password_command or NEO4J_PASSWORD", name, (int)(end - message), message);
    else
        err_set(e, ERR_LOGIN, "%s: %s", name, message);
}

int batch_reach(struct app *a, bool printed)
{
    uint32_t bad = 0;
    struct err e;

    for (uint32_t i = 0; i < a->ninst; i++) {
        if (batch_is_up(a, i))
            continue;
        bad++;
        not_up(a, i, &e);
        if (a->ninst > 1 || printed)
            batch_tell("%s", e.words);
    }
    if (bad && a->ninst == 1 && !printed)
        return batch_fail(a->cl, &e);
    if (bad && bad == a->ninst)
        return 4;
    return bad || a->left_out ? 5 : 0;
}

static bool settled(void *data)
{
    struct app *a = data;

    return !a->link || link_settled(a->link);
}

/* Settled, and everything wanted has come or failed. */
static bool answered(void *data)
{
    struct app *a = data;

    return settled(a) && feed_idle(a->feed);
}

static bool came(void *data)
{
    struct app *a = data;

    return (!a->link || link_reached(a->link)) && feed_idle(a->feed);
}

static bool has_secrets(void *data)
{
    return !credentials_come(data);
}

static void wait_for_secrets(struct app *a)
{
    ask_secrets(a);
    batch_wait(a, has_secrets, a, CREDENTIAL_MS);
}

void batch_settle(struct app *a)
{
    batch_wait(a, has_secrets, a, CREDENTIAL_MS);
    batch_wait(a, settled, a, WAIT_MS);
}

void batch_answers(struct app *a)
{
    wait_for_secrets(a);
    batch_wait(a, answered, a, WAIT_MS);
}

void batch_rows(struct app *a)
{
    wait_for_secrets(a);
    batch_wait(a, came, a, WAIT_MS);
}
