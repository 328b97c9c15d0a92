/* The machines that instances run on: files and commands, by carrier. A port at the end: answers ASK_HOST. Knows no Neo4j. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "loop/loop.h"
#include "port/port.h"

enum host_carrier { CARRIER_LOCAL };

/* How the host of an instance is reached and what may be done there. Lists of arguments end in NULL; NULL: not configured. */
struct host_spec {
    enum host_carrier carrier;
    const char *const *become;         /* put before a command to be the user of the server: sudo -n -u neo4j */
    const char *const *become_service; /* to control services: sudo -n */
    const char *const *start, *const *stop, *const *restart; /* start_command and the like */
    bool read_only;      /* nothing is written and nothing that changes is run, whatever came through the guard */
    int64_t file_ms;     /* deadline of whoever names none when a file is looked at; 0: 10 s */
};

struct hosts;
struct hosts *hosts_new(struct loop *l);
/* Every open ask gets its last reply; commands that run are ended. A disk that hangs does not hold this up. Accepts NULL. */
void hosts_free(struct hosts *h);
struct port hosts_port(struct hosts *h);
/* The host of an instance, from now on; all of it is copied. NULL: it has none. What does not answer within its deadline (ERR_TIMEOUT) is
 * not asked again until it has; only a few workers are ever held by such places, whatever is asked. Asks of instances without one are answered ERR_UNREACHABLE. */
void host_set(struct hosts *h, uint32_t instance, const struct host_spec *spec);

#endif
