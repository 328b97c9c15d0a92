#ifndef UI_TERM_PROBE_H
#define UI_TERM_PROBE_H

#include <stdbool.h>

bool term_described(const char *name); /* this machine has a description of that terminal */

#endif
