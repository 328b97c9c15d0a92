/* What the first part of a procedure's name tells: a plugin, or something that every server has. */
#ifndef NEO4J_PLUGINS_H
#define NEO4J_PLUGINS_H

#include <stdbool.h>
#include "base/ids.h"

struct plugin {
    const char *prefix;             /* "apoc" */
    const char *name;               /* "APOC" */
    enum statement_id version;      /* the statement that asks for its version; STMT_NONE */
};

/* "apoc" to its row; NULL: unknown to neodeck (a plugin all the same, when not built in). */
const struct plugin *plugin_find(const char *prefix);
/* db, dbms, tx and what else comes with the server itself. */
bool plugin_is_builtin(const char *prefix);

#endif
