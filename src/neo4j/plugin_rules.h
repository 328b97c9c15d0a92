/* Which plugin a jar is, whether its version runs on a server, and which of its procedures the settings let in. */
#ifndef NEO4J_PLUGIN_RULES_H
#define NEO4J_PLUGIN_RULES_H

#include <stdbool.h>
#include "base/text.h"
#include "base/version.h"
#include "neo4j/jar.h"

/* The prefix of its procedures ("apoc"), for plugin_find; NULL: no plugin that neodeck knows (a library, or one of your own). */
const char *plugin_of_jar(const struct jar_info *jar);

enum plugin_fit { PLUGIN_FIT_UNKNOWN, PLUGIN_FITS, PLUGIN_FITS_NOT };

/* `words` (NULL allowed) is cleared and gets one sentence for FITS_NOT and UNKNOWN: what to take instead, or why it is not known. */
enum plugin_fit plugin_fits(const char *prefix, const char *version, const char *server_version, struct text *words);

/* A value of dbms.security.procedures.allowlist or .unrestricted: names with '*' for any run of characters, separated by commas. */
enum procedures_let { PROCEDURES_NONE, PROCEDURES_SOME, PROCEDURES_ALL };
enum procedures_let procedures_let_plugin(const char *list, const char *prefix); /* all that begin with "apoc." */

#endif
