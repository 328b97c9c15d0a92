/* Completion: what the word at the end of the line may become. */
#include "cmd/cmd.h"
#include "cmd/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/mem.h"

/* Where candidates go: only those that begin as the word does, with what stands in front of the part that is completed
 * ("a,b," of "a,b,c") and behind it (":" of a field). */
struct sink {
    void (*add)(void *, const char *word, const char *help);
    void *data;
    const char *front, *part, *behind; /* part points to the end of front: the same string */
};

static void sink_add(struct sink *s, const char *word, const char *help)
{
    char *whole;
    if (strncasecmp(word, s->part, strlen(s->part)) != 0)
        return;
    whole = x_printf("%.*s%s%s", (int)(s->part - s->front), s->front, word, s->behind);
    s->add(s->data, whole, help);
    free(whole);
}

static void sink_name(void *sink, const char *word)
{
    sink_add(sink, word, "");
}

static void add_commands(struct sink *s)
{
    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++)
        sink_add(s, command_of(id)->name, command_of(id)->help);
}

static bool is_command(const char *name)
{
    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++)
        if (strcmp(command_of(id)->name, name) == 0)
            return true;
    return false;
}

struct alias_add {
    struct sink *sink;
    enum view_id view;
};

/* An alias is offered where a person began to type just that and not the name. */
static bool add_alias(void *data, const char *name, size_t n)
{
    struct alias_add *a = data;
    const char *view = view_name(a->view), *part = a->sink->part;
    bool is_name = strlen(view) == n && strncmp(view, name, n) == 0;
    if (!is_name && *part && strncasecmp(view, part, strlen(part)) != 0) {
        char *word = x_strndup(name, n);
        sink_add(a->sink, word, view_help(a->view));
        free(word);
    }
    return true;
}

static void add_views(struct sink *s, bool beside_commands)
{
    for (unsigned v = 0; v < NVIEWS; v++) {
        struct alias_add a = {s, v};
        if (!view_built(v))
            continue;
        if (!beside_commands || !is_command(view_name(v)))
            sink_add(s, view_name(v), view_help(v));
        view_each_name(v, add_alias, &a);
    }
}

static void add_outside(struct sink *s, const struct completer *c, const char *kind)
{
    if (c && c->names)
        c->names(c->data, kind, sink_name, s);
}

static void add_durations(struct sink *s)
{
    static const char *const usual[] = {"500ms", "1s", "2s", "5s", "10s", "30s", "1m", "5m"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        sink_add(s, usual[i], "");
}

/* Column names stand in lists ("a,b"), behind a sign ("-a") and in filters ("!a:"). */
static void add_columns(struct sink *s, const struct completer *c, const char *separators, const char *behind)
{
    for (const char *p = s->part; *p; p++)
        if (strchr(separators, *p))
            s->part = p + 1;
    s->behind = behind;
    add_outside(s, c, "COLUMN");
}

static void add_argument(struct sink *s, const struct completer *c, const struct command *k, unsigned nth)
{
    if (!*k->args)
        return;
    if (strcmp(k->args, "KEY") == 0 && nth == 2)
        add_commands(s);
    else if (strcmp(k->args, "FILTER") == 0)
        add_columns(s, c, "!", ":");
    else if (nth > 1)
        return;
    else if (strcmp(k->args, "VIEW") == 0)
        add_views(s, false);
    else if (strcmp(k->args, "COLUMN") == 0)
        add_columns(s, c, ",-", "");
    else if (strcmp(k->args, "DURATION") == 0)
        add_durations(s);
    else if (strcmp(k->args, "KEY") != 0 && strcmp(k->args, "TEXT") != 0)
        add_outside(s, c, k->args);
}

/* Start of the word at the end of the line, and how many words stand before it. */
static const char *last_word(const char *line, unsigned *before)
{
    const char *at = line, *word;
    size_t n;
    *before = 0;
    while (words_next(&at, &word, &n)) {
        if (!*at)
            return word;
        ++*before;
    }
    return at;
}

void cmd_complete(const char *line, const struct completer *c, void (*add)(void *, const char *word, const char *help),
                  void *data)
{
    unsigned before;
    while (*line == ' ' || *line == ':')
        line++;
    const char *word = last_word(line, &before);
    struct sink s = {.add = add, .data = data, .front = word, .part = word, .behind = ""};
    if (before == 0) {
        add_commands(&s);
        add_views(&s, true);
        return;
    }
    char *name = x_strndup(line, strcspn(line, " "));
    enum view_id view;
    enum command_id id = command_find(name, &view, NULL);
    free(name);
    if (id != CMD_NONE && view == NVIEWS)
        add_argument(&s, c, command_of(id), before);
}
