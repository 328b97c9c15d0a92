/* The plan of an EXPLAIN answer, the same from every dialect, and as rows that travel like any others. */
#ifndef NEO4J_PLAN_H
#define NEO4J_PLAN_H

#include <cJSON.h>
#include "neo4j/http.h"

/* A plan deeper or larger than this is cut: the last operator kept says so. */
enum { PLAN_DEPTH_MAX = 400, PLAN_OPERATORS_MAX = 20000 };

/* The columns of a plan's rows. PLAN_LINE is the whole line, ready for a pager: tree, estimated rows, details. The first row tells
 * planner, runtime and version; it has no depth. */
enum plan_column { PLAN_LINE, PLAN_DEPTH, PLAN_OPERATOR, PLAN_ROWS, PLAN_DETAILS, PLAN_COLUMNS };
extern const char *const plan_names[PLAN_COLUMNS + 1]; /* "plan" "depth" "operator" "estimated_rows" "details" */

/* From "plan" of Jolt and JSON ({root: {operatorType, children, ...}}) or "queryPlan" of the Query API ({operatorType, arguments,
 * children}). Fills rows only; false when it is no plan. */
bool plan_rows(const cJSON *plan, struct arena *a, struct neo_result *out);

#endif
