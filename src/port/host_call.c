/* What may be asked of a host: the rows of host_commands.def, and the names of it all. */
#include "port/port.h"

#include <string.h>

enum { ANYBODY, NOT_ROOT };

static const char *const no_argv[] = {NULL};

#define HOST_COMMAND(id, effect, as, who, deadline, help, ...)                                                        \
    static const char *const argv_##id[] = {__VA_ARGS__, NULL};
#include "tables/host_commands.def"
#undef HOST_COMMAND

static const struct host_command commands[NHOST_COMMANDS] = {
    [HOST_CMD_NONE] = {.name = "", .effect = EFFECT_CHANGES, .as = AS_SELF, .argv = no_argv, .help = ""},
#define HOST_COMMAND(id, change, whom, who, deadline, words, ...)                                                     \
    [HOST_CMD_##id] = {.name = #id, .effect = EFFECT_##change, .as = AS_##whom, .not_root = who == NOT_ROOT,           \
                       .deadline_ms = deadline, .argv = argv_##id, .help = words},
#include "tables/host_commands.def"
#undef HOST_COMMAND
};

const struct host_command *host_command(enum host_command_id id)
{
    return &commands[(unsigned)id < NHOST_COMMANDS ? id : HOST_CMD_NONE];
}

enum host_command_id host_command_by_name(const char *name)
{
    for (size_t i = HOST_CMD_NONE + 1; i < NHOST_COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return (enum host_command_id)i;
    return HOST_CMD_NONE;
}

enum effect host_effect(const struct host_call *c)
{
    switch (c->what) {
    case HOST_RUN: return host_command(c->command)->effect;
    case HOST_STAT:
    case HOST_LIST:
    case HOST_READ:
    case HOST_FOLLOW:
    case HOST_STATVFS: return EFFECT_READS;
    case HOST_WRITE: break;
    }
    return EFFECT_CHANGES;
}

const char *host_what_name(enum host_what what)
{
    static const char *const names[] = {
        [HOST_RUN] = "run", [HOST_STAT] = "stat", [HOST_LIST] = "list", [HOST_READ] = "read",
        [HOST_FOLLOW] = "follow", [HOST_WRITE] = "write", [HOST_STATVFS] = "statvfs",
    };

    return (unsigned)what < sizeof names / sizeof *names ? names[what] : "";
}

const char *host_as_name(enum host_as as)
{
    static const char *const names[] = {[AS_SELF] = "self", [AS_SERVER] = "server", [AS_SERVICE] = "service", [AS_ASKED] = "asked"};

    return (unsigned)as < sizeof names / sizeof *names ? names[as] : "";
}

void host_call_words(struct text *out, const struct host_call *c)
{
    static const char *const doing[] = {
        [HOST_STAT] = "looking at", [HOST_LIST] = "listing", [HOST_READ] = "reading", [HOST_FOLLOW] = "following",
        [HOST_WRITE] = "writing", [HOST_STATVFS] = "the space of",
    };
    const char *name = host_command(c->command)->name;

    if (c->what == HOST_RUN) {
        text_adds(out, *name ? name : "a command that the table does not know");
        for (size_t i = 0; i < c->nargs && i < 4; i++)
            text_addf(out, " %.80s", c->args[i]);
    } else if ((unsigned)c->what < sizeof doing / sizeof *doing) {
        text_addf(out, "%s '%.160s'", doing[c->what], c->path ? c->path : "");
    } else {
        text_adds(out, "a question that nobody knows");
    }
}
