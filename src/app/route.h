/* One port over two: what is asked of the machine of an instance goes to the hosts, everything else to the servers. */
#ifndef APP_ROUTE_H
#define APP_ROUTE_H

#include "port/port.h"

/* Tickets of the hosts' port have this bit, those of the servers' never: so a cancel finds its way. */
#define ROUTE_HOST_TICKET (UINT64_C(1) << 62)

struct route {
    struct port servers, hosts;
};

/* `r` must outlive the port. */
struct port route_port(struct route *r);

#endif
