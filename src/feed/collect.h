/* Answers turned into relations: columns.def says which of the server's columns becomes which of ours, and of what type. */
#ifndef FEED_COLLECT_H
#define FEED_COLLECT_H

#include "model/model.h"
#include "port/port.h"

enum per { PER_SELF, PER_INSTANCE, PER_DATABASE, PER_HOST };

/* A SHEET row of columns.def, as far as asking is concerned. */
struct collector {
    enum statement_id statement; /* STMT_NONE: not asked */
    unsigned pace;               /* times the interval; 0: only when looked at, then at the interval */
    enum per per;
};
const struct collector *collector_of(enum sheet_id sheet);

/* Turn a server's value into the type of our column. `server` is the server's name of it: a plain number is a time only where the
 * name says so (…Millis). Empty texts are absent, what does not fit is ABSENT_WRONG_SHAPE. Deep copies into the arena. */
struct value collect_value(struct arena *a, struct value v, enum value_type to, const char *server);

/* Append all rows of an answer. A column that the answer lacks gets ABSENT_VERSION; columns that are ours alone keep
 * ABSENT_NOT_ASKED for the finisher. The INSTANCE column gets `instance_name`, a DATABASE column without a server's name gets
 * `database` (NULL: left alone). */
void collect_rows(struct relation *to, const struct reply *r, const char *instance_name, const char *database);

#endif
