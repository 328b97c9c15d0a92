#include "feed/site.h"
#include <stdlib.h>
#include "base/clock.h"
#include "base/mem.h"

void site_free(struct site *s) { free(s); }
struct locate *site_locate(struct machine *m, const struct port *p, uint32_t instance, const struct site_wish *wish,
                           void (*done)(void *data, struct site *s), void *data)
{
    struct site *s = x_calloc(1, sizeof *s);
    (void)m; (void)p; (void)instance; (void)wish;
    s->looked_ms = clock_wall_ms();
    s->state = SITE_NO_HOST;
    err_set(&s->err, ERR_NOT_BUILT, "not built yet");
    done(data, s);
    return NULL;
}
void locate_free(struct locate *l) { free(l); }
