#include "app/start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/batch.h"
#include "app/console.h"
#include "app/script.h"
#include "base/clock.h"

/* First words that are commands; everything else is a target. */
enum verb {
    VERB_NONE,
#define BATCH(id, name, arguments, help) VERB_##id,
#include "tables/batch.def"
#undef BATCH
};

static const struct {
    const char *name, *arguments;
} verbs[] = {
    {"", ""},
#define BATCH(id, name, arguments, help) {name, arguments},
#include "tables/batch.def"
#undef BATCH
};

static const char *const later[] = {"backup", "restart", "start", "stop", "querylog", "record", "replay", "report", "sudoers"};

static const char *next_verb(const void *data, size_t i)
{
    (void)data;
    return i + 1 < sizeof(verbs) / sizeof(*verbs) ? verbs[i + 1].name : NULL;
}

/* "shwo databases": the first word is neither a command nor a target. */
static void suggest_verb(const struct cmdline *cl, struct err *e)
{
    const char *near = cl->nwords ? nearest_name(cl->words[0], next_verb, NULL) : NULL;
    size_t n = strlen(e->words);

    if (near && e->kind == ERR_USAGE)
        snprintf(e->words + n, sizeof(e->words) - n, "; did you mean the command '%s'?", near);
}

static enum verb verb_of(const struct cmdline *cl, struct err *e)
{
    if (!cl->nwords)
        return VERB_NONE;
    for (size_t i = 1; i < sizeof(verbs) / sizeof(*verbs); i++) {
        if (strcmp(cl->words[0], verbs[i].name) != 0)
            continue;
        if (cl->nwords - 1 != (*verbs[i].arguments != '\0'))
            err_set(e, ERR_USAGE, *verbs[i].arguments ? "%s wants one %s: see neodeck --help" : "%s takes no argument%s: targets go behind -i",
                    verbs[i].name, *verbs[i].arguments ? verbs[i].arguments : "");
        return (enum verb)i;
    }
    for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++)
        if (strcmp(cl->words[0], later[i]) == 0)
            err_set(e, ERR_USAGE, "%s is not built yet", later[i]);
    return VERB_NONE;
}

static bool is_console(const struct app *a, enum verb verb)
{
    return verb == VERB_NONE && !a->cl->set[OPT_PLAIN] && isatty(STDOUT_FILENO);
}

static int run_verb(struct app *a, enum verb verb)
{
    if (is_console(a, verb))
        return console_main(a);
    batch_tell_messages(a);
    switch (verb) {
    case VERB_SHOW: return batch_show(a, a->cl->words[1]);
    case VERB_CHECK: return batch_check(a);
    case VERB_INFO: return batch_info(a);
    case VERB_KILL: return batch_kill(a, a->cl->words[1]);
    case VERB_HISTORY: return batch_show(a, "history");
    default: break;
    }
    return batch_show(a, "dashboard");
}

/* What goes wrong with the targets is no unusable configuration for check: it says UNKNOWN, as monitoring expects. */
static int fail(const struct cmdline *cl, enum verb verb, const struct err *e)
{
    int status = batch_fail(cl, e);

    return verb == VERB_CHECK ? 3 : status;
}

static int run(const struct cmdline *cl, enum verb verb, const struct script *script)
{
    struct app_tape tape = {0};
    static struct app a;
    struct err e = {0};
    bool targets_in_words = verb == VERB_NONE;
    int status, w = 0, h = 0;

    if (cl->set[OPT_SIZE] && !size_parse(cl->value[OPT_SIZE].text, &w, &h)) {
        err_set(&e, ERR_USAGE, "--size '%s' is no size: 80x24", cl->value[OPT_SIZE].text);
        return fail(cl, verb, &e);
    }
    if (targets_in_words && cl->ninstances && cl->nwords) {
        err_set(&e, ERR_USAGE, "'%s' is no command: targets stand alone, or all behind -i", cl->words[0]);
        suggest_verb(cl, &e);
        return fail(cl, verb, &e);
    }
    targets_in_words &= !cl->ninstances;
    if (script)
        tape = (struct app_tape){.text = script->tape.len ? script->tape.s : NULL,
                                 .len = script->tape.len,
                                 .wires = script->wires.len ? script->wires.s : NULL,
                                 .record = script->record};
    if (!app_init(&a, cl, targets_in_words ? cl->words : cl->instances, targets_in_words ? cl->nwords : cl->ninstances, &tape, &e)) {
        if (verb == VERB_NONE)
            suggest_verb(cl, &e);
        status = fail(cl, verb, &e);
    } else if (script) {
        status = script_play(&a, cl->value[OPT_SCRIPT].text, script->text.s, w, h);
    } else {
        status = run_verb(&a, verb);
    }
    app_release(&a);
    return status;
}

static int with_script(const struct cmdline *cl, enum verb verb)
{
    struct script script;
    struct err e = {0};
    int status;

    if (!cl->set[OPT_SCRIPT])
        return run(cl, verb, NULL);
    if (script_read(&script, cl->value[OPT_SCRIPT].text, &e))
        status = run(cl, verb, &script);
    else
        status = batch_fail(cl, &e);
    script_release(&script);
    return status;
}

static int print_usage(void)
{
    struct text t;

    text_init(&t, 1 << 20);
    cmdline_usage(&t);
    fwrite(t.s, 1, t.len, stdout);
    text_release(&t);
    return 0;
}

/* What could not be written is a failure, also where the work went well. */
static int with_output(const struct cmdline *cl, enum verb verb, int status)
{
    bool written = fflush(stdout) == 0;
    struct err e;

    if (written && !ferror(stdout))
        return status;
    if (written)
        err_set(&e, ERR_DISK, "cannot write the output: the disk is full, or the reader has gone");
    else
        err_set(&e, ERR_DISK, "cannot write the output: %s", errno == EPIPE ? "the reader has gone" : strerror(errno));
    if (!status || verb == VERB_CHECK)
        return fail(cl, verb, &e);
    batch_tell("%s", e.words);
    return status;
}

/* A standard descriptor that is closed would be given to the first file or socket, and get our output. */
static void hold_descriptors(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

int neodeck_start(int argc, char **argv)
{
    struct cmdline cl;
    struct err e = {0};
    enum verb verb;
    int status;

    hold_descriptors();
    if (!cmdline_parse(&cl, argc, argv, &e)) {
        fprintf(stderr, "neodeck: %s\n", e.words);
        return 2;
    }
    verb = verb_of(&cl, &e);
    if (cl.set[OPT_HELP])
        status = print_usage();
    else if (cl.set[OPT_VERSION])
        status = printf("neodeck %s\n", NEODECK_VERSION) < 0;
    else if (e.kind != ERR_NONE)
        status = fail(&cl, verb, &e);
    else
        status = with_script(&cl, verb);
    status = with_output(&cl, verb, status);
    cmdline_release(&cl);
    return status;
}
