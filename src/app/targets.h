/* Which instances this run is about: what targets.c shares. */
#ifndef APP_TARGETS_H
#define APP_TARGETS_H

#include "app/app.h"

/* Takes the configuration over; the pointer is good until the next one. */
struct app_instance *target_add(struct app *a, const struct instance_conf *conf);

#endif
