/* Names, keys, parsing, completion of commands, and why one is refused here and now. Pure. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/ids.h"
#include "base/error.h"
#include "base/text.h"

enum cmd_group { GROUP_MOVE, GROUP_VIEW, GROUP_LIST, GROUP_ACTION, GROUP_APP, NGROUPS };
enum cmd_needs { NEEDS_NOTHING, NEEDS_ROW, NEEDS_CONNECTION, NEEDS_WRITE };
enum cmd_route { ROUTE_APP, ROUTE_VIEW, ROUTE_OP };
struct command {
    enum command_id id;
    const char *name;
    enum cmd_group group;
    const char *keys;   /* default ones */
    const char *args;   /* "" or what it takes: VIEW COLUMN ... */
    enum cmd_needs needs;
    bool confirm;
    enum cmd_route route;
    const char *help;
};
const struct command *command_of(enum command_id id);
/* By full name or an unambiguous beginning; a view's name or alias is CMD_VIEW (then *view is set). CMD_NONE with words (nearest name). */
enum command_id command_find(const char *word, enum view_id *view, struct err *e);
enum view_id view_find(const char *word); /* name or alias, or unambiguous beginning; NVIEWS when none */
const char *view_name(enum view_id v);
const char *view_title(enum view_id v);
const char *view_help(enum view_id v);
bool view_built(enum view_id v);
enum sheet_id view_sheet(enum view_id v);

/* A line of ":": command and the rest of the line (trimmed). At most 4096 bytes. "view NAME" and "NAME" are the same. */
struct cmdline_parsed {
    enum command_id id;
    enum view_id view; /* of CMD_VIEW; else NVIEWS */
    char *arg;         /* owned by the caller; "" when none; NULL when the parse failed */
};
bool cmd_parse(const char *line, struct cmdline_parsed *out, struct err *e);

/* Key map: which command a key gives. keys are ui keycodes as numbers; names by a function given, so that cmd/ knows no terminal. */
struct keymap;
struct keymap *keymap_new(uint32_t (*key_parse)(const char *)); /* the default keys of commands.def */
void keymap_free(struct keymap *k);
/* "K" -> "kill"; the command text may have arguments ("view databases"). Replaces; clash with another user binding is an error with both
 * names. "none" unbinds. */
bool keymap_bind(struct keymap *k, const char *key, const char *command, bool from_user, struct err *e);
const char *keymap_get(const struct keymap *k, uint32_t key); /* command line text, or NULL */
/* Every binding, those of one command together in the order of commands.def, unbound keys of the user at the end: the key as it was
 * written, the command text ("none": unbound), and whether the user bound it or commands.def. */
void keymap_each(const struct keymap *k, void (*fn)(void *data, const char *key, const char *command, bool from_user), void *data);
/* Keys of a command as text, "K" or "+ ="; "" when none. */
void keymap_keys(const struct keymap *k, enum command_id id, struct text *out);

/* Why a command is refused here and now: false with words. */
struct cmd_context {
    bool read_only;            /* of the instance under the cursor, or of all */
    const char *read_only_why; /* "--read-only", "read_only = yes for prod-1" */
    bool has_row, connected;
    const char *connection_words; /* why it is not connected */
    enum view_id view;
    bool row_is_transaction, row_is_connection, row_is_instance, row_is_database;
    bool has_arg;              /* the target stands in the argument ("kill 42"): no row is needed */
};
bool cmd_allowed(enum command_id id, const struct cmd_context *c, struct err *e);

/* Completion: calls `add` for each candidate of the word at the end of `line`. Names of instances, columns, themes come by callback. */
struct completer {
    void *data;
    void (*names)(void *data, const char *kind, void (*add)(void *, const char *), void *to); /* kind: INSTANCE COLUMN THEME FILE DATABASE */
};
void cmd_complete(const char *line, const struct completer *c, void (*add)(void *, const char *word, const char *help), void *data);

#endif
