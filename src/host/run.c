/* Commands: rows of host_commands.def as children, through `become` where their row says so. */
#include "host/internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUN_OUT, RUN_ERR, RUN_STATUS, RUN_SIGNAL, RUN_TRUNCATED, NRUN };

static const char *const run_names[] = {
    [RUN_OUT] = "stdout", [RUN_ERR] = "stderr", [RUN_STATUS] = "exit_status", [RUN_SIGNAL] = "signal", [RUN_TRUNCATED] = "truncated",
};

/* The argv, without prefix, lies in c->own until the end. */
static const char *const *argv_of(const struct call *c)
{
    return c->own;
}

/* What the child left is dead after this call, and the reply may not outlive it either: finish at once. */
static void on_done(void *data, const struct child_result *r)
{
    struct call *c = data;
    struct value cells[NRUN] = {
        [RUN_OUT] = v_textn(r->out->s, r->out->len),
        [RUN_ERR] = v_textn(r->errout->s, r->errout->len),
        [RUN_STATUS] = r->signal ? v_absent(ABSENT_NULL) : v_int(r->exit_status),
        [RUN_SIGNAL] = r->signal ? v_int(r->signal) : v_absent(ABSENT_NULL),
        [RUN_TRUNCATED] = v_bool(r->out->full || r->errout->full),
    };

    if (call_child_done(c))
        return;
    if (r->cancelled) /* by the loop, which is going */
        err_set(&c->err, ERR_CANCELLED, "given up");
    else if (r->error)
        err_set(&c->err, ERR_UNREACHABLE, "%s", r->error);
    else if (r->exit_status != 0 && !r->signal && !words_not_run(&c->err, r->errout->s))
        words_sudo(&c->err, c->prefix, argv_of(c), r->errout->s);
    c->found.names = run_names;
    c->found.cells = cells;
    c->found.ncols = NRUN;
    c->found.nrows = 1;
    call_finish(c);
}

static void spawn(struct call *c)
{
    const char *const *argv = argv_whole(&c->memory, c->prefix, argv_of(c));

    c->child = loop_spawn(c->loop, argv, c->what->in, c->what->in_len, call_max_bytes(c), 0, on_done, c);
}

/* ---- who shall run it ---- */

static void refuse_root(struct call *c)
{
    err_set(&c->err, ERR_REFUSED,
            "%s was not run: as root it would leave files that the server cannot open; set become to be the user of the server, as in "
            "become = sudo -n -u neo4j",
            host_command(c->what->command)->name);
}

/* sudo may be allowed to run this tool and nothing else, so `id` too may be refused: then its -u has to do. */
static bool names_somebody(const struct call *c)
{
    const char *user = sudo_user(c->prefix);

    return user && strcmp(user, "root") != 0 && strcmp(user, "#0") != 0;
}

static void on_identity(void *data, const struct child_result *r)
{
    static const char *const id[] = {"id", "-u", NULL};
    struct call *c = data;
    bool known = !r->error && r->exit_status == 0 && isdigit((unsigned char)r->out->s[0]);

    if (call_child_done(c))
        return;
    if (known && c->hosts)
        c->host->server_uid = strtoll(r->out->s, NULL, 10);
    if (known && c->host->server_uid == 0)
        refuse_root(c);
    else if (r->error)
        err_set(&c->err, ERR_UNREACHABLE, "%s", r->error);
    else if (!known && !names_somebody(c) && !words_not_run(&c->err, r->errout->s) && !words_sudo(&c->err, c->prefix, id, r->errout->s))
        err_set(&c->err, ERR_PRIVILEGE, "%s was not run: become does not work: %.200s", host_command(c->what->command)->name,
                r->errout->len ? r->errout->s : "nothing was answered");
    if (c->err.kind != ERR_NONE)
        call_finish(c);
    else
        spawn(c);
}

static void ask_identity(struct call *c)
{
    static const char *const id[] = {"id", "-u", NULL};

    c->child = loop_spawn(c->loop, argv_whole(&c->memory, c->prefix, id), NULL, 0, 4096, 0, on_identity, c);
}

void command_begin(struct call *c)
{
    const struct host_command *row = host_command(c->what->command);
    const char *const *argv;

    if (!host_argv(&c->host->spec, c->what, &c->memory, &argv, &c->err)) {
        call_finish_soon(c);
        return;
    }
    c->own = (void *)(uintptr_t)argv;
    if (!row->not_root || (c->prefix[0] && c->host->server_uid > 0)) {
        spawn(c);
    } else if (c->prefix[0] && c->host->server_uid < 0) {
        ask_identity(c);
    } else if (c->prefix[0] || geteuid() == 0) {
        refuse_root(c);
        call_finish_soon(c);
    } else {
        spawn(c);
    }
}
