/* The machines of the instances. */
#ifndef APP_MACHINES_H
#define APP_MACHINES_H

#include "app/app.h"

bool machine_is_here(const struct app *a, uint32_t i);
/* Tells a->hosts how each of them is reached. */
void machines_set(struct app *a);
/* What feed/ is told of one. Its texts live as long as the instance and `words`, which is empty before. */
void machine_wish(const struct app *a, uint32_t i, struct site_wish *wish, struct text *words);

#endif
