/* Groups of instances, as the configuration names them: who is in which, and the worst of each. */
#ifndef SHEET_GROUPS_H
#define SHEET_GROUPS_H

#include "model/model.h"

/* The group of an instance, "" when it has none. Valid until its row is published again. */
const char *group_of(const struct model *m, uint32_t instance);
/* Does any instance have one? */
bool groups_any(const struct model *m);
/* Is the instance in it? Of no group (NULL or "") are all. */
bool group_has(const struct model *m, const char *group, uint32_t instance);
/* Publishes SHEET_GROUPS (instance MODEL_NO_INSTANCE): a row for each group, and one for those without when there are both; the
 * worst first. Counts the findings that are published: after findings_update. */
void groups_update(struct model *m);

#endif
