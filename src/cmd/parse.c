/* A line of ":": the command and the rest. */
#include "cmd/cmd.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

#define LINE_MAX_BYTES 4096

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The first word of *line, to be freed; *line moves to the rest. */
static char *take_word(const char **line)
{
    const char *s = *line;
    char *word;
    while (*s && !is_blank(*s))
        s++;
    word = x_strndup(*line, (size_t)(s - *line));
    while (is_blank(*s))
        s++;
    *line = s;
    return word;
}

static char *trimmed(const char *s)
{
    size_t n = strlen(s);
    while (n > 0 && is_blank(s[n - 1]))
        n--;
    return x_strndup(s, n);
}

static bool unknown_view(const char *word, struct err *e)
{
    enum view_id v;
    struct err why = {0};
    if (!*word)
        return err_set(e, ERR_USAGE, "which view? for instance: view transactions");
    if (command_find(word, &v, &why) != CMD_NONE)
        return err_set(e, ERR_USAGE, "'%.64s' is a command and no view: type it alone", word);
    return err_set(e, ERR_USAGE, "unknown view '%.64s': type :view and press Tab for what there is", word);
}

/* "view NAME": the name is part of the command. */
static bool take_view(const char **rest, enum view_id *view, struct err *e)
{
    char *word = take_word(rest);
    *view = view_find(word);
    bool ok = *view != NVIEWS || unknown_view(word, e);
    free(word);
    return ok;
}

static bool parse_rest(const char *rest, struct cmdline_parsed *out, struct err *e)
{
    const struct command *c = command_of(out->id);
    if (out->id == CMD_VIEW && out->view == NVIEWS && !take_view(&rest, &out->view, e))
        return false;
    if (!*c->args && *rest)
        return err_set(e, ERR_USAGE, "'%s' takes no argument: leave out '%.64s'", c->name, rest);
    out->arg = trimmed(rest);
    return true;
}

bool cmd_parse(const char *line, struct cmdline_parsed *out, struct err *e)
{
    char *word;
    *out = (struct cmdline_parsed){.id = CMD_NONE, .view = NVIEWS};
    if (strnlen(line, LINE_MAX_BYTES + 1) > LINE_MAX_BYTES)
        return err_set(e, ERR_USAGE, "the line is longer than %d bytes: make it shorter", LINE_MAX_BYTES);
    while (is_blank(*line) || *line == ':')
        line++;
    if (!*line)
        return err_set(e, ERR_USAGE, "no command: type one, or press ? for what there is");
    word = take_word(&line);
    out->id = command_find(word, &out->view, e);
    free(word);
    return out->id != CMD_NONE && parse_rest(line, out, e);
}
