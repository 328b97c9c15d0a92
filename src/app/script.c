#include "app/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/batch.h"
#include "app/console.h"
#include "base/clock.h"
#include "conf/file.h"
#include "conf/options.h"

#define SCRIPT_MAX  (1024 * 1024)
#define TAPE_MAX    ((size_t)64 * 1024 * 1024)
#define IDLE_MS     30000
#define SPREAD_MS   250 /* what is planned within this time belongs together */
#define SETTLE_MS   5 /* after idle: what callbacks of this turn put off */

static const char *next_line(const char *s)
{
    s += strcspn(s, "\n");
    return s + (*s == '\n');
}

/* Lines that stand before everything else. */
static bool is_head(const char *line)
{
    return *line == '#' || *line == '\n' || str_starts(line, "tape ") || str_starts(line, "wire ") || str_starts(line, "record ");
}

static void read_wires(const char *script, struct text *out)
{
    for (; *script && is_head(script); script = next_line(script))
        if (str_starts(script, "wire "))
            text_addf(out, "%.*s\n", (int)strcspn(script + 5, "\n"), script + 5);
}

/* The rest of the line with `verb` among those that a script begins with, as a path relative to the script; NULL: there is none. */
static char *head_path(const char *file, const char *script, const char *verb)
{
    const char *slash = strrchr(file, '/');
    char *name, *path;

    while (*script && !str_starts(script, verb)) {
        if (!is_head(script))
            return NULL;
        script = next_line(script);
    }
    if (!*script)
        return NULL;
    script += strlen(verb);
    name = x_strndup(script, strcspn(script, "\n"));
    path = slash && *name != '/' ? x_printf("%.*s/%s", (int)(slash - file), file, name) : x_strdup(name);
    free(name);
    return path;
}

bool script_read(struct script *s, const char *file, struct err *e)
{
    char *tape;
    bool well;

    *s = (struct script){.record = NULL};
    text_init(&s->text, SCRIPT_MAX + 1);
    text_init(&s->tape, TAPE_MAX + 1);
    text_init(&s->wires, SCRIPT_MAX + 1);
    if (!file_read(file, SCRIPT_MAX, 0, &s->text, NULL, e))
        return false;
    read_wires(s->text.s, &s->wires);
    s->record = head_path(file, s->text.s, "record ");
    tape = head_path(file, s->text.s, "tape ");
    well = !tape || file_read(tape, TAPE_MAX, 0, &s->tape, NULL, e);
    free(tape);
    return well;
}

void script_release(struct script *s)
{
    text_release(&s->text);
    text_release(&s->tape);
    text_release(&s->wires);
    free(s->record);
}

struct player {
    struct app *app;
    struct console *console;
    struct err err;
    unsigned quiet_turns;
};

/* Nothing is on its way from a tape, or, where the clock stands still, from a server. */
static bool answered(const struct app *a)
{
    return (!a->replayer || replayer_idle(a->replayer)) && (!a->wired || link_quiet(a->link));
}

static bool idle(void *data)
{
    struct player *p = data;
    struct app *a = p->app;
    bool quiet = feed_idle(a->feed) && !console_busy(p->console) && !ops_waiting(a->ops) && (!a->link || link_settled(a->link)) &&
                 answered(a) && app_history_loaded(a);

    p->quiet_turns = quiet ? p->quiet_turns + 1 : 0;
    return p->quiet_turns > 3;
}

/* Until what was set going has come to rest: answers, and the audit log, which a worker writes in its own time. */
static void settle(struct player *p)
{
    struct app *a = p->app;
    int quiet = 0;

    for (int i = 0; i < IDLE_MS / SETTLE_MS && quiet < 3; i++) {
        batch_wait(a, batch_never, NULL, SETTLE_MS);
        app_step(a);
        if (a->wired)
            link_catch_up(a->link); /* only the script moves the clock: no timer of link/ tells the time */
        quiet = logs_update(p->console) || ops_waiting(a->ops) || !app_history_loaded(a) || !answered(a) ? 0 : quiet + 1;
    }
    if (p->console->question != ASK_NOTHING)
        console_draw(p->console); /* a dialog counts as seen from its first draw */
}

/* Instances of a fleet are asked a few milliseconds apart: a frozen clock would never get there. */
static void move_on(struct player *p)
{
    int64_t in;

    if (!clock_frozen() || !answered(p->app))
        return;
    in = feed_step(p->app->feed, clock_mono_ms());
    if (in > 0 && in <= SPREAD_MS)
        clock_advance(in);
}

static bool play_wait(struct player *p, const char *arg)
{
    if (strcmp(arg, "idle") != 0)
        return err_set(&p->err, ERR_USAGE, "wait knows only: wait idle");
    settle(p);
    p->quiet_turns = 0;
    for (int i = 0; i < IDLE_MS / SETTLE_MS; i++) {
        settle(p);
        if (idle(p))
            return true;
        if (!p->quiet_turns)
            move_on(p);
    }
    return err_set(&p->err, ERR_TIMEOUT, "not idle after %d s", IDLE_MS / 1000);
}

static bool play_keys(struct player *p, const char *arg)
{
    char *copy = x_strdup(arg), *save = NULL;
    bool well = true;

    for (char *word = strtok_r(copy, " ", &save); word && well; word = strtok_r(NULL, " ", &save)) {
        keycode k = key_parse(word);

        if (k == KEYC_NONE)
            well = err_set(&p->err, ERR_USAGE, "'%s' is no key", word);
        else if (!p->console->quitting)
            console_key(p->console, k);
        if (p->console->question != ASK_NOTHING)
            console_draw(p->console);
    }
    free(copy);
    return well;
}

static bool play_type(struct player *p, const char *arg)
{
    while (*arg && !p->console->quitting) {
        uint32_t cp;

        arg += utf8_decode(arg, strlen(arg), &cp);
        console_key(p->console, cp);
    }
    return true;
}

static bool play_advance(struct player *p, const char *arg)
{
    int64_t ms;

    if (!duration_parse(arg, &ms))
        return err_set(&p->err, ERR_USAGE, "'%s' is no duration", arg);
    if (clock_frozen())
        clock_advance(ms);
    else
        batch_wait(p->app, batch_never, NULL, ms);
    p->console->dirty = true;
    settle(p);
    return true;
}

static bool play_size(struct player *p, const char *arg)
{
    int w, h;

    if (!size_parse(arg, &w, &h))
        return err_set(&p->err, ERR_USAGE, "'%s' is no size: 80x24", arg);
    console_resize(p->console, w, h);
    return true;
}

/* "mouse click 10 5", "mouse wheel-down 10 5": columns and rows from 0. */
static bool play_mouse(struct player *p, const char *arg)
{
    static const char *const names[] = {[MOUSE_CLICK] = "click", [MOUSE_WHEEL_UP] = "wheel-up", [MOUSE_WHEEL_DOWN] = "wheel-down"};
    struct mouse m = {.what = MOUSE_CLICK};
    char what[16];

    if (sscanf(arg, "%15s %d %d", what, &m.x, &m.y) != 3)
        return err_set(&p->err, ERR_USAGE, "'%s' is nothing that a mouse does: click, wheel-up or wheel-down, column, row", arg);
    for (int i = 0; i < 3; i++)
        if (strcmp(names[i], what) == 0) {
            m.what = (enum mouse_what)i;
            console_mouse(p->console, m);
            return true;
        }
    return err_set(&p->err, ERR_USAGE, "'%s' is nothing that a mouse does: click, wheel-up or wheel-down", what);
}

static bool write_dump(struct player *p, const char *file, const struct text *t)
{
    FILE *to = strcmp(file, "-") == 0 ? stdout : fopen(file, "w");
    bool well = to && fwrite(t->s, 1, t->len, to) == t->len;

    if (to && to != stdout)
        well &= fclose(to) == 0;
    return well || err_set(&p->err, ERR_DISK, "cannot write '%s': %s", file, strerror(errno));
}

static bool dump(struct player *p, const char *arg, bool roles)
{
    struct text t;
    bool well;

    console_draw(p->console);
    text_init(&t, 1 << 24);
    grid_dump(&p->console->grid, roles, &t);
    well = write_dump(p, arg, &t);
    text_release(&t);
    return well;
}

static bool play_dump(struct player *p, const char *arg)
{
    return dump(p, arg, false);
}

static bool play_dump_roles(struct player *p, const char *arg)
{
    return dump(p, arg, true);
}

static bool play_nothing(struct player *p, const char *arg)
{
    (void)p;
    (void)arg;
    return true;
}

static bool play_line(struct player *p, const char *line)
{
    static const struct {
        const char *verb;
        bool (*play)(struct player *, const char *);
    } verbs[] = {{"keys ", play_keys},  {"type ", play_type}, {"wait ", play_wait},            {"advance ", play_advance},
                 {"size ", play_size},  {"mouse ", play_mouse},  {"dump ", play_dump}, {"dump-roles ", play_dump_roles}, {"tape ", play_nothing},
                 {"wire ", play_nothing}, {"record ", play_nothing}};

    if (!*line || *line == '#')
        return true;
    if (*line == ':') {
        console_line(p->console, line + 1);
        return true;
    }
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        if (str_starts(line, verbs[i].verb))
            return verbs[i].play(p, line + strlen(verbs[i].verb));
    return err_set(&p->err, ERR_USAGE, "'%s' is no line of a script: keys, type, :, wait idle, advance, size, dump, tape", line);
}

static bool play_all(struct player *p, const char *file, const char *script)
{
    unsigned number = 0;

    while (*script && !p->console->quitting) {
        size_t n = strcspn(script, "\n");
        char *line = x_strndup(script, n);
        bool well = play_line(p, line);

        number++;
        free(line);
        script += n + (script[n] == '\n');
        if (!well) {
            fprintf(stderr, "neodeck: %s:%u: %s\n", file, number, p->err.words);
            return false;
        }
    }
    return true;
}

int script_play(struct app *a, const char *file, const char *script, int w, int h)
{
    static struct console c; /* as in console_main */
    struct player p = {.app = a, .console = &c};
    int status;

    if (!console_open(&c, a, w, h, w > 0, &p.err))
        return batch_fail(a->cl, &p.err);
    app_start(a);
    status = play_all(&p, file, script) ? c.exit_status : err_exit_status(p.err.kind);
    console_close(&c);
    return status;
}
