/* The rows of src/tables that the manual, the completions and the README tell of. */
#ifndef TOOLS_ROWS_H
#define TOOLS_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ids.h"

/* As conf/options.h has them; without an id behind it. */
enum value_type { TYPE_BOOL, TYPE_TEXT, TYPE_PATH, TYPE_DURATION, TYPE_CHOICE, TYPE_LIST, TYPE_INT };
enum value_scope { SCOPE_CLI, SCOPE_GLOBAL, SCOPE_INSTANCE, SCOPE_CONF };
enum built { NOW, LATER };
enum group { MOVE, VIEW, LIST, ACTION, APP, NGROUPS };

struct option_line {
    enum option_id id;
    const char *name; /* "read-only" */
    char letter;      /* 0: none */
    enum value_type type;
    const char *def, *range;
    enum value_scope scope;
    const char *arg, *help;
};

struct batch_line {
    const char *name, *arguments, *help;
};

struct command_line {
    enum command_id id;
    const char *name;
    enum group group;
    const char *keys, *args, *help;
};

struct view_line {
    enum view_id id;
    const char *name, *aliases;
    enum sheet_id sheet;
    enum built built;
    const char *help;
};

struct sheet_line {
    const char *name, *title;
};

struct column_line {
    enum sheet_id sheet;
    const char *name, *type, *unit;
    bool shown; /* in a list, not only when it is asked for */
    const char *help;
};

struct error_line {
    int status;
    const char *name;
};

struct absent_line {
    const char *name, *words;
};

struct role_line {
    const char *name, *look[4], *help;
};

struct capability_line {
    enum capability id;
    const char *name, *words;
};

extern const struct option_line options[];
extern const size_t noptions;
extern const struct batch_line batches[];
extern const size_t nbatches;
extern const struct command_line commands[];
extern const size_t ncommands;
extern const struct view_line views[];
extern const size_t nviews;
extern const struct sheet_line sheets[NSHEETS];
extern const struct column_line columns[];
extern const size_t ncolumns;
extern const struct error_line errors[];
extern const size_t nerrors;
extern const struct absent_line absents[];
extern const size_t nabsents;
extern const struct role_line roles[];
extern const size_t nroles;
extern const struct capability_line capabilities[];
extern const size_t ncapabilities;

bool on_command_line(const struct option_line *o);
bool takes_value(const struct option_line *o);
/* A view that `show` prints: built, and a list of its own. */
bool view_shows(const struct view_line *v);

#endif
