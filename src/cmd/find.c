/* From a word to a command or a view: exact names, then beginnings that fit only one. */
#include "cmd/cmd.h"
#include "cmd/names.h"

#include <string.h>
#include <strings.h>

#define WORD_MAX 32 /* longer words are no command: nothing is compared beyond */

/* What fingers type in other programs. */
static const struct {
    const char *name;
    enum command_id id;
} synonyms[] = {
    {"k", CMD_KILL}, {"q", CMD_QUIT}, {"q!", CMD_QUIT}, {"qa", CMD_QUIT}, {"exit", CMD_QUIT}, {"reconnect", CMD_RETRY}, {"passwd", CMD_PASSWORD},
};

enum match { MATCH_NONE, MATCH_BEGINS, MATCH_SAME };

static enum match word_match(const char *name, size_t n, const char *word)
{
    size_t len = strlen(word);
    if (len > n || strncasecmp(name, word, len) != 0)
        return MATCH_NONE;
    return len == n ? MATCH_SAME : MATCH_BEGINS;
}

struct view_search {
    const char *word;
    enum match best;
};

static bool view_try(void *data, const char *name, size_t n)
{
    struct view_search *s = data;
    enum match m = word_match(name, n, s->word);
    if (m > s->best)
        s->best = m;
    return s->best != MATCH_SAME;
}

static enum match view_match(enum view_id v, const char *word)
{
    struct view_search s = {word, MATCH_NONE};
    view_each_name(v, view_try, &s);
    return s.best;
}

enum view_id view_find(const char *word)
{
    enum view_id found = NVIEWS;
    unsigned begins = 0;
    if (!*word)
        return NVIEWS;
    for (unsigned v = 0; v < NVIEWS; v++) {
        enum match m = view_match(v, word);
        if (m == MATCH_SAME)
            return v;
        if (m == MATCH_BEGINS && begins++ == 0)
            found = v;
    }
    return begins == 1 ? found : NVIEWS;
}

static enum command_id exact(const char *word, enum view_id *view)
{
    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++)
        if (strcasecmp(command_of(id)->name, word) == 0)
            return id;
    for (unsigned v = 0; v < NVIEWS; v++)
        if (view_match(v, word) == MATCH_SAME) {
            *view = v;
            return CMD_VIEW;
        }
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (strcasecmp(synonyms[i].name, word) == 0)
            return synonyms[i].id;
    return CMD_NONE;
}

/* Everything that begins with the word; a command and a view of the same name count once, as the command. */
struct beginnings {
    unsigned count;
    enum command_id id;
    enum view_id view;
    char names[160];
};

static void beginnings_add(struct beginnings *b, enum command_id id, enum view_id view, const char *name)
{
    size_t used = strlen(b->names);
    if (b->count++ == 0) {
        b->id = id;
        b->view = view;
    }
    if (used + strlen(name) + 3 < sizeof b->names) {
        if (used > 0)
            strcat(b->names, ", ");
        strcat(b->names, name);
    }
}

static bool is_command_name(const char *name)
{
    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++)
        if (strcmp(command_of(id)->name, name) == 0)
            return true;
    return false;
}

static void beginnings_collect(struct beginnings *b, const char *word)
{
    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++) {
        const char *name = command_of(id)->name;
        if (word_match(name, strlen(name), word) != MATCH_NONE)
            beginnings_add(b, id, NVIEWS, name);
    }
    for (unsigned v = 0; v < NVIEWS; v++)
        if (view_match(v, word) != MATCH_NONE && !is_command_name(view_name(v)))
            beginnings_add(b, CMD_VIEW, v, view_name(v));
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;
    return m < c ? m : c;
}

/* Edits (insert, delete, replace) from a to b; both at most WORD_MAX bytes. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[WORD_MAX + 1];
    size_t n = strlen(b);
    for (size_t j = 0; j <= n; j++)
        row[j] = (unsigned)j;
    for (size_t i = 0; a[i]; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < n; j++) {
            unsigned same = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = min3(same, row[j] + 1, diagonal + 1);
        }
    }
    return row[n];
}

/* The name that is at most a third of the word's letters away, or NULL. */
static const char *nearest(const char *word)
{
    const char *best = NULL;
    unsigned least = (unsigned)strlen(word) / 3 + 1;
    if (strlen(word) > WORD_MAX)
        return NULL;
    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++) {
        unsigned d = distance(word, command_of(id)->name);
        if (d < least || (d == least && !best)) {
            least = d;
            best = command_of(id)->name;
        }
    }
    for (unsigned v = 0; v < NVIEWS; v++) {
        unsigned d = distance(word, view_name(v));
        if (d < least) {
            least = d;
            best = view_name(v);
        }
    }
    return best;
}

enum command_id command_find(const char *word, enum view_id *view, struct err *e)
{
    struct beginnings b = {0};
    enum view_id none;
    enum command_id id;
    const char *near;
    if (!view)
        view = &none;
    *view = NVIEWS;
    id = exact(word, view);
    if (id != CMD_NONE)
        return id;
    if (*word)
        beginnings_collect(&b, word);
    if (b.count == 1) {
        *view = b.view;
        return b.id;
    }
    near = nearest(word);
    if (b.count > 1)
        err_set(e, ERR_USAGE, "'%s' may be %s: type more of it", word, b.names);
    else if (near)
        err_set(e, ERR_USAGE, "unknown command '%.64s': did you mean '%s'?", word, near);
    else
        err_set(e, ERR_USAGE, "unknown command '%.64s': press ? or type :help for what there is", word);
    return CMD_NONE;
}
