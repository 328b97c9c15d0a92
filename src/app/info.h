/* Parts of what `neodeck info` and :info print. */
#ifndef APP_INFO_H
#define APP_INFO_H

#include "app/app.h"

/* "  tls:                    " and what stands behind it is the caller's; n bytes of the name, none: under the one before. */
void info_name(struct text *out, const char *name, size_t n);

/* What was found of the machine of an instance, and from where; nothing when nobody looked (NULL). */
void site_lines(const struct site *site, struct text *out);

/* How it logs in, and what it speaks, as options say it: "basic", "auto". */
const char *info_auth(const struct instance_conf *conf);
const char *info_protocol(const struct instance_conf *conf);

#endif
