/* The options of options.def: their names, and how the text of a value becomes a typed one. */
#ifndef CONF_OPTIONS_H
#define CONF_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "base/ids.h"
#include "base/text.h"

enum option_type { TYPE_BOOL, TYPE_TEXT, TYPE_PATH, TYPE_DURATION, TYPE_CHOICE, TYPE_LIST, TYPE_INT };
enum option_scope { SCOPE_CLI, SCOPE_GLOBAL, SCOPE_INSTANCE, SCOPE_CONF };

struct option_row {
    const char *name; /* "read-only" */
    char letter;      /* 0: none */
    enum option_type type;
    const char *def, *range;
    enum option_scope scope;
    const char *arg, *help;
};

const struct option_row *option_row(enum option_id id);
/* '-' and '_' are the same in names, so are capital and small letters. NOPTIONS when there is no such option. */
enum option_id option_find(const char *name);

struct option_value {
    bool on;          /* BOOL */
    int64_t number;   /* DURATION in ms, INT, CHOICE: the number of the word in its range, from 0 */
    const char *text; /* as written; of a PATH and where none is given "" */
};

/* Checks text against the row and fills *out, whose text is the one given. An empty text is allowed for TEXT, PATH and LIST. False with
 * words like "'5x' is no duration: write 500ms, 2s, 15m, 3h or 2d". */
bool option_check(enum option_id id, const char *text, struct option_value *out, struct err *e);

/* What its value is called: "DURATION", "table|json|csv"; nothing for a BOOL. */
void option_arg(enum option_id id, struct text *out);

/* Is its value a command, split into words by words_split? */
bool option_is_command(enum option_id id);

/* "80x24" to numbers; 1..1000 each. */
bool size_parse(const char *s, int *cols, int *rows);

/* The candidate that is nearest to word by edit distance, NULL when none is near enough to have been meant. next(data, i) gives the
 * i-th candidate and NULL after the last. */
const char *nearest_name(const char *word, const char *(*next)(const void *data, size_t i), const void *data);

#endif
