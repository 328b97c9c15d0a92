/* From a row of host_commands.def and the asker's arguments to an argv. What an argument may be is said there. */
#include "host/internal.h"

#include <string.h>

enum { ARGS_MAX = 4096, ARG_MAX_BYTES = 16 * 1024 };

struct filler {
    const struct host_call *call;
    const char *row;
    struct arena *arena;
    const char **argv;
    size_t n, room, next; /* next argument of the asker */
    struct err *err;
};

size_t argv_length(const char *const *argv)
{
    size_t n = 0;

    while (argv && argv[n])
        n++;
    return n;
}

static void push(struct filler *f, const char *arg)
{
    f->argv[f->n++] = arg;
    f->argv[f->n] = NULL;
}

static bool refuse(struct filler *f, const char *why)
{
    return err_set(f->err, ERR_INTERNAL, "%s was not run: %s", f->row, why);
}

static const char *take(struct filler *f)
{
    return f->next < f->call->nargs ? f->call->args[f->next++] : NULL;
}

/* An argument must not turn into an option of the program. */
static bool put_word(struct filler *f)
{
    const char *arg = take(f);

    if (!arg)
        return refuse(f, "an argument is missing");
    if (!*arg || *arg == '-' || strlen(arg) > ARG_MAX_BYTES)
        return refuse(f, "an argument is empty, too long or looks like an option");
    push(f, arg);
    return true;
}

static bool put_number(struct filler *f)
{
    const char *arg = take(f);

    if (!arg || !*arg || strspn(arg, "0123456789") != strlen(arg) || strlen(arg) > 18)
        return refuse(f, "an argument is no number");
    push(f, arg);
    return true;
}

static bool has_dots(const char *path)
{
    for (const char *at = path; (at = strstr(at, "/..")); at += 3)
        if (at[3] == '/' || !at[3])
            return true;
    return false;
}

static bool put_program(struct filler *f, const char *name)
{
    const char *arg = take(f), *slash = arg ? strrchr(arg, '/') : NULL;

    if (!slash || *arg != '/' || strcmp(slash + 1, name) != 0 || strlen(arg) >= PATH_LIMIT || has_dots(arg))
        return refuse(f, "its program is not where it was said to be");
    push(f, arg);
    return true;
}

static bool put_variable(struct filler *f, const char *name)
{
    const char *arg = take(f);

    if (!arg || strlen(arg) > ARG_MAX_BYTES)
        return refuse(f, "an argument is missing or too long");
    if (*arg)
        push(f, arena_printf(f->arena, "%s=%s", name, arg));
    return true;
}

static bool put_configured(struct filler *f, const char *const *argv, const char *option)
{
    if (!argv || !argv[0])
        return err_set(f->err, ERR_CONFIG, "%s is not set for this instance", option);
    for (size_t i = 0; argv[i]; i++)
        push(f, argv[i]);
    return true;
}

static bool put_rest(struct filler *f)
{
    do {
        if (!put_word(f))
            return false;
    } while (f->next < f->call->nargs);
    return true;
}

static bool put(struct filler *f, const struct host_spec *spec, const char *t)
{
    if (t[0] != '%')
        push(f, t);
    else if (strcmp(t, "%s") == 0)
        return put_word(f);
    else if (strcmp(t, "%d") == 0)
        return put_number(f);
    else if (strcmp(t, "%*") == 0)
        return put_rest(f);
    else if (t[1] == '/')
        return put_program(f, t + 2);
    else if (t[1] == '=')
        return put_variable(f, t + 2);
    else if (strcmp(t, "%start") == 0)
        return put_configured(f, spec->start, "start_command");
    else if (strcmp(t, "%stop") == 0)
        return put_configured(f, spec->stop, "stop_command");
    else if (strcmp(t, "%restart") == 0)
        return put_configured(f, spec->restart, "restart_command");
    else
        return refuse(f, "its row in the table is wrong");
    return true;
}

bool host_argv(const struct host_spec *spec, const struct host_call *c, struct arena *a, const char *const **argv, struct err *e)
{
    const struct host_command *row = host_command(c->command);
    struct filler f = {.call = c, .row = row->name, .arena = a, .err = e};

    if (!row->argv[0])
        return err_set(e, ERR_INTERNAL, "a command that the table does not know was not run");
    if (c->nargs > ARGS_MAX)
        return refuse(&f, "too many arguments");
    f.room = argv_length(row->argv) + c->nargs + argv_length(spec->start) + argv_length(spec->stop) + argv_length(spec->restart) + 1;
    f.argv = arena_zalloc(a, f.room * sizeof *f.argv);
    for (size_t i = 0; row->argv[i]; i++)
        if (!put(&f, spec, row->argv[i]))
            return false;
    if (f.next < c->nargs)
        return refuse(&f, "there are more arguments than the table has places for");
    *argv = f.argv;
    return true;
}

/* What programs say is read by us: it must not depend on the user's language, but paths stay UTF-8 (C alone breaks them in Java).
 * env stands in front, because a line of sudoers is about what stands behind sudo. */
const char *const *argv_whole(struct arena *a, const char *const *prefix, const char *const *argv)
{
    static const char *const env[] = {"env", "LC_ALL=C.UTF-8", NULL};
    const char *const *parts[] = {env, prefix, argv};
    const char **whole = arena_alloc(a, (argv_length(env) + argv_length(prefix) + argv_length(argv) + 1) * sizeof *whole);
    size_t n = 0;

    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        for (size_t i = 0; parts[p] && parts[p][i]; i++)
            whole[n++] = parts[p][i];
    whole[n] = NULL;
    return whole;
}
