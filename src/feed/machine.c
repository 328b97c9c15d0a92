#include "feed/site.h"
#include <stdlib.h>
#include "base/mem.h"

struct machine { int unused; };
struct machine *machine_new(const struct port *p) { (void)p; return x_calloc(1, sizeof(struct machine)); }
void machine_free(struct machine *m) { free(m); }
