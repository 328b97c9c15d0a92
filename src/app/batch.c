#include "app/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "sheet/print.h"

#define WAIT_MS 20000

void batch_print(FILE *to, const struct text *t)
{
    fwrite(t->s, 1, t->len, to);
}

bool batch_json(const struct cmdline *cl)
{
    return cl->set[OPT_FORMAT] && cl->value[OPT_FORMAT].number == PRINT_JSON;
}

int batch_fail(const struct cmdline *cl, const struct err *e)
{
    struct text t;

    text_init(&t, 65536);
    text_adds(&t, "neodeck: ");
    text_add_clean(&t, e->words, strlen(e->words), CLEAN_ONE_LINE);
    text_addc(&t, '\n');
    batch_print(stderr, &t);
    if (batch_json(cl)) {
        struct json j;

        text_clear(&t);
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

void batch_ask_secrets(struct app *a)
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

bool batch_is_up(const struct app *a, uint32_t i)
{
    const char *state = cell_of(a, i, COL_INSTANCES_STATE);

    return strcmp(state, "up") == 0 || strcmp(state, "slow") == 0;
}

int batch_reach(struct app *a)
{
    uint32_t bad = 0;
    struct err e = {.kind = ERR_UNREACHABLE};

    for (uint32_t i = 0; i < a->ninst; i++) {
        if (batch_is_up(a, i))
            continue;
        bad++;
        err_set(&e, ERR_UNREACHABLE, "%s: %s", a->inst[i].conf.name,
                *cell_of(a, i, COL_INSTANCES_MESSAGE) ? cell_of(a, i, COL_INSTANCES_MESSAGE) : "no answer in time");
        if (a->ninst > 1) {
            fprintf(stderr, "neodeck: %s\n", e.words);
        }
    }
    if (!bad)
        return 0;
    if (a->ninst == 1)
        return batch_fail(a->cl, &e);
    return bad == a->ninst ? 4 : 5;
}

static bool settled(void *data)
{
    struct app *a = data;

    return !a->link || link_settled(a->link);
}

bool batch_settled(struct app *a)
{
    return batch_wait(a, settled, a, WAIT_MS);
}

/* Settled, and everything wanted has come or failed. */
bool batch_answered(void *data)
{
    struct app *a = data;

    return settled(a) && feed_idle(a->feed);
}
