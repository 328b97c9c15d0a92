/* statements.def and capabilities.def as functions: which text a server of some version and edition understands. Pure. */
#ifndef NEO4J_STATEMENTS_H
#define NEO4J_STATEMENTS_H

#include <stdbool.h>
#include "base/ids.h"
#include "base/version.h"
#include "base/error.h"

enum edition { EDITION_UNKNOWN, EDITION_COMMUNITY, EDITION_ENTERPRISE };
enum edition edition_parse(const char *s); /* "community", "enterprise", any case */

enum statement_database { DB_SYSTEM, DB_DEFAULT, DB_GIVEN };
struct variant {
    enum statement_id id;
    const char *from, *to;
    enum edition edition;              /* UNKNOWN: any */
    enum statement_database database;
    const char *cypher;
};
/* The variant that fits; NULL with ERR_VERSION or ERR_EDITION and words ("SHOW DATABASES came with 4.0"). */
const struct variant *statement_variant(enum statement_id id, struct version v, enum edition edition, struct err *e);

/* Whether a capability is there; the words of why not otherwise (static), and the reason cells get. */
bool capability_has(enum capability c, struct version v, enum edition edition, const char **words, enum absent *why);

#endif
