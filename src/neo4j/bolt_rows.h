/* The rows of an answer over Bolt, while they come. */
#ifndef NEO4J_BOLT_ROWS_H
#define NEO4J_BOLT_ROWS_H

#include "neo4j/rows.h"

/* From the map of RUN's SUCCESS. False with r->e. */
bool bolt_rows_names(struct rows *r, struct value about);
/* A RECORD's list of fields. False with r->e. */
bool bolt_rows_add(struct rows *r, struct value fields);
/* The routing table in the SUCCESS of ROUTE, as the row that the procedure gives: ttl, servers. False: there is none. */
bool bolt_routing(struct value about, struct arena *a, struct neo_result *out);
/* The plan in the map of the last SUCCESS of an EXPLAIN, as the rows of plan.h. False: there is none that makes sense. */
bool bolt_plan(struct value about, struct arena *a, struct neo_result *out);

#endif
