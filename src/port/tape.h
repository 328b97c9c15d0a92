/* A tape: what servers answered, as lines of text. Each line is one JSON object.
 *
 *   {"tape":1,"clock":"2026-11-22T13:45:02.000Z","instances":["prod-1","stage"]}      the first line; maybe with
 *       "places":[{"port":7474,"home":"/var/lib/neo4j"},{}], where each was looked for on its machine
 *   {"at":0,"instance":0,"ask":"state","state":{"phase":"up","login":"ok","version":"5.26.30",…}}
 *   {"at":12,"instance":0,"ask":"statement","statement":"TRANSACTIONS","took":4,"columns":["a","b"],"rows":[[1,"x"],…]}
 *   {"at":20,"instance":0,"ask":"host","call":"read","path":"/x/neo4j.conf","columns":["bytes",…],"rows":[["a=b\n",…]]}
 *   {"at":21,"instance":0,"ask":"host","call":"run","command":"UNIT_SHOW","args":["neo4j.service"],"columns":[…],"rows":[…]}
 *   {"at":90,"instance":0,"ask":"statement","statement":"INDEXES","database":"shop","error":{"kind":"timeout","words":"…"}}
 *
 * An answer whose rows came in parts is one line; with "more":true where the server had more, and with an error beside its rows where it
 * failed on its way.
 *
 * at: ms since the clock of the first line. Empty lines and lines that begin with # are comments. Cells: null, true, 42, 1.5, "text",
 * [list], {"map":{…}}, {"time":"…"}, {"ms":1500} (a duration), {"float":"NaN"}, {"absent":"privilege"},
 * {"base64":"AAECgA=="} (bytes that are no UTF-8).
 *
 * Values of parameters are written only where they cannot be secret (ids, times, names of users); the others, also those of other
 * people's queries in an answer, read "(hidden)"; so do values in files and outputs of commands whose names tell that they are secret.
 * Texts of queries are written. What was written into files or given to a command as its input is not. */
#ifndef PORT_TAPE_H
#define PORT_TAPE_H

#include "base/text.h"
#include "port/port.h"
#include "port/replay.h"

enum { TAPE_VERSION = 1, TAPE_LINE_MAX = 64 * 1024 * 1024 };

struct tape_head {
    int64_t clock_ms;
    const char **instances;
    struct place_of_server *places; /* as many */
    size_t ninstances;
};

/* One recorded reply. Everything it points to is in the arena that it was read into. */
struct tape_reply {
    int64_t at_ms;
    size_t order;           /* for who keeps many of them: which came first, */
    size_t next;            /* and which of the same instance that is no state comes next; SIZE_MAX: none */
    const char *key;        /* what was asked, see tape_key */
    uint32_t instance;
    enum ask_kind kind;
    bool stream;            /* one of several replies: ASK_STATE, HOST_FOLLOW */
    struct reply reply;     /* without id; `last` for all that are no stream */
    struct err err;         /* reply.err is to be set to it when .kind is not ERR_NONE */
    struct instance_state state; /* reply.state is to be set to it when the kind is ASK_STATE */
};

/* What was asked, as text: equal asks have equal keys (kind, instance, statement, database, text, parameters; of a host also the path,
 * place, command and arguments). */
void tape_key(struct text *out, const struct ask *a);
/* False for kinds that are never recorded: what a person typed, what is written to the audit log. */
bool tape_takes(const struct ask *a);

void tape_write_head(struct text *out, int64_t clock_ms, const char *const *instances, const struct place_of_server *places, size_t n);
void tape_write_reply(struct text *out, int64_t at_ms, const struct ask *a, const struct reply *r);

/* One line (n bytes, no newline). False with words that say what is wrong, without the number of the line. */
bool tape_read_head(const char *s, size_t n, struct arena *a, struct tape_head *out, struct err *e);
bool tape_read_reply(const char *s, size_t n, struct arena *a, struct tape_reply *out, struct err *e);

/* The JSON under it: objects as V_MAP, numbers as V_INT or V_FLOAT (with a point or exponent, or too large for 64 bits). At most 64
 * levels. False with ERR_SHAPE and the byte where it stops. */
bool tape_parse_json(const char *s, size_t n, struct arena *a, struct value *out, struct err *e);

#endif
