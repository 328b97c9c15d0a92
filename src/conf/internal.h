/* Between the files of conf/. */
#ifndef CONF_INTERNAL_H
#define CONF_INTERNAL_H

#include "conf/conf.h"

/* NULL when it is not set. */
struct conf_item *conf_items_find(const struct conf_items *items, enum option_id id);
/* Takes over words. instance may be NULL. */
void conf_problem_add(struct conf *c, enum problem_kind kind, struct place at, const char *instance, char *words);

#endif
