/* What rooms speak through: one tagged question, one reply type. Guard, recorder, replayer and fault injector are ports
 * over a port; store/ and link/ are ports at the end. */
#ifndef PORT_PORT_H
#define PORT_PORT_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/ids.h"
#include "base/value.h"
#include "base/error.h"

typedef uint64_t ticket; /* 0 is none */

struct param {
    const char *name;
    struct value value;
};

/* A row of statements.def with its arguments. The Cypher is not carried: link/ takes the variant that fits the server from
 * the table, so what leaves is what the table says. */
struct statement {
    enum statement_id id;
    const char *database;       /* for variants whose database is GIVEN; else NULL */
    const char *text;           /* EXPLAIN only: the query whose plan is wanted */
    const struct param *params;
    size_t nparams;
};

enum host_what {
    HOST_RUN,     /* a row of host_commands.def with its arguments */
    HOST_STAT,    /* what is at .path; links are followed */
    HOST_LIST,    /* what is in the directory .path, by name, without "." and ".." */
    HOST_READ,    /* .n bytes of .path beginning at .from; .n 0: to its end, .from < 0: that many bytes before its end */
    HOST_FOLLOW,  /* .path from .from on (as READ, or HOST_FROM_END), through rotation and truncation, until cancelled */
    HOST_WRITE,   /* .in becomes the whole of .path: another file in the same directory that takes its place, mode and owner
                   * kept; .n: the mode of a new one, 0: 0640 */
    HOST_STATVFS, /* the file system that holds .path */
};

/* As whom on the host: as who logged in there, as the user of the server (`become`), as who may control services
 * (`become_service`). Where that is not configured it is the first. ASKED: in the table only, the asker's word counts. */
enum host_as { AS_SELF, AS_SERVER, AS_SERVICE, AS_ASKED };

#define HOST_FROM_END INT64_MIN

/* What is wanted from the machine that an instance runs on. Paths are absolute. What comes back, one row but for LIST:
 *
 *   STAT     type size mtime_ms mode uid gid user group link inode device    type: file dir link fifo socket char block other; `link`
 *            is where a symbolic link points, and the type is "link" only when nothing is there
 *   LIST     name and the columns of STAT. More than .n of them (0: 100,000) is ERR_TOO_LARGE
 *   READ     bytes from size inode eof mtime_ms    at most the ask's max_bytes; `eof`: the file ended there
 *   FOLLOW   event bytes from inode size      several replies; `last` only after cancel or with an error. event:
 *            data       bytes that stand at `from` (the first reply always comes at once, maybe with none)
 *            rotated    from here on another file of that name, `inode`, from 0. What was in the old one has been given, and what
 *                       is written to it late still comes as data with its inode
 *            truncated  from here on from 0 again
 *            gone       there is no such file now;  back: there is again
 *            lost       only at the beginning: the file .inode is not there any more; it goes on with the one that is
 *   WRITE    written inode
 *   STATVFS  total free available inodes inodes_free device mount fs read_only    bytes and numbers of files
 *   RUN      stdout stderr exit_status signal truncated    a status that is not 0 is no error
 *
 * What could not be had has the reason as an absent value, or is the error of the whole: ERR_GONE there is no such file, ERR_PRIVILEGE
 * with words that say who may and what would grant it, ERR_SHAPE a directory, a pipe, a device, ERR_DISK, ERR_TIMEOUT, ERR_UNREACHABLE. */
struct host_call {
    enum host_what what;
    enum host_as as;
    enum host_command_id command;  /* RUN */
    const char *const *args;       /* RUN: one for each placeholder of the row */
    size_t nargs;
    const char *path;
    const char *in;                /* RUN: its standard input, or NULL; WRITE: the content. Kept in no recording. */
    size_t in_len;
    int64_t from, n;
    int64_t inode;                 /* FOLLOW: `from` is meant in the file of this inode, also when it was rotated since; 0: whatever is there */
};

/* One line of the audit log (times in ms). All texts may be NULL. */
struct audit {
    int64_t time_ms, took_ms;
    const char *owner, *instance, *address, *action, *target, *parameters, *before, *result, *words;
};

enum ask_kind {
    ASK_STATEMENT, /* one reply with the rows, last; with .parts several, see there */
    ASK_STATE,     /* a reply with .state now and at each change, until cancelled */
    ASK_RETRY,     /* connect again now; also lifts the credential breaker of the instance: a person acted */
    ASK_AUDIT,     /* write one audit line; the reply is last and has err when it could not be made durable */
    ASK_HISTORY,   /* the newest .limit audit lines, newest first, columns as the sheet HISTORY (names) */
    ASK_REMEMBER,  /* keep .text in the history of the prompt .name */
    ASK_RECALL,    /* the newest .limit lines of the prompt .name, one column */
    ASK_HOST,      /* a file or a command on the host of the instance, see struct host_call */
};

struct ask {
    enum ask_kind kind;
    uint32_t instance;    /* number given by link_add; 0xffffffff: none */
    int64_t deadline_ms;  /* 0: the table's. FOLLOW has none once it has begun */
    size_t max_bytes;     /* of an answer; 0: 16 MB. FOLLOW: of one reply, at most (and by default) 256 KB */
    size_t max_rows;      /* STATEMENT: the server is stopped after so many, and the last reply says that there are .more; 0: all */
    bool parts;           /* STATEMENT: the rows may come in several replies, each with those that were not given yet. No more are fetched
                           * before fn has returned. The last one may have rows beside its err: what came before it failed. max_bytes is
                           * then what one row may have; four times as much of all of them is kept, and .more is said of the rest. Where a server gives an answer
                           * only as one document (JSON of 3.5 to 4.1, the Query API) they come at once, and max_bytes is for the whole */
    union {
        struct statement statement;
        const struct audit *audit;
        struct host_call host;
        struct {
            const char *name, *text;
            unsigned limit;
        } line;
    } u;
};

enum phase { PHASE_CONNECTING, PHASE_UP, PHASE_SLOW, PHASE_STARTING, PHASE_RECOVERING, PHASE_STALE, PHASE_DOWN };
enum login { LOGIN_UNKNOWN, LOGIN_OK, LOGIN_REFUSED, LOGIN_LOCKED, LOGIN_EXPIRED, LOGIN_SUSPENDED, LOGIN_TOKEN_EXPIRED,
             LOGIN_OFF, LOGIN_NEEDED };

/* As a person reads them: "recovering", "token expired"; login "" while unknown. */
const char *phase_name(enum phase p);
const char *login_name(enum login l);

/* What link/ knows of an instance. Texts live as long as the reply call. */
struct instance_state {
    enum phase phase;
    enum login login;
    const char *version, *edition;  /* "" while unknown; edition "enterprise" or "community" */
    const char *server_id;          /* "" where the server has none (before 4.4) */
    const char *protocol;           /* "jolt" "json" "query" or "" */
    const char *tls;                /* "verified" "insecure" "none" */
    const char *message;            /* what is wrong and what happens next, or "" */
    int64_t latency_ms;             /* of the last answer; -1: none yet */
    int64_t since_ms, next_try_ms;  /* wall clock; next_try 0: none planned */
    int64_t answered_ms;            /* wall clock of the last good answer; 0: never */
};

struct reply {          /* lives for the call only: copy what you keep */
    ticket id;
    const char *const *names;      /* ncols */
    const struct value *cells;     /* nrows * ncols, row-major */
    size_t ncols, nrows;
    const struct instance_state *state; /* ASK_STATE */
    bool last;                     /* exactly one reply of a ticket has it (also after cancel) */
    bool more;                     /* last: the server has more rows than max_rows, or than could be kept */
    const struct err *err;         /* NULL: well */
    int64_t elapsed_ms;
    int64_t connection;            /* equal numbers: the same connection to the server; 0: unknown */
};

typedef void reply_fn(void *ctx, const struct reply *r);

/* Index of a column of an answer by the server's name; -1. */
long reply_column(const struct reply *r, const char *name);
/* The cell, or absent ABSENT_VERSION where there is no such column or row. */
struct value reply_cell(const struct reply *r, size_t row, const char *name);

struct port {
    void *self;
    /* Never calls `fn` from inside. The ask and what it points to may go after the call. */
    ticket (*submit)(void *self, const struct ask *a, reply_fn *fn, void *ctx);
    void (*cancel)(void *self, ticket id); /* the last reply still comes (ERR_CANCELLED or the answer); unknown ids are ignored */
};

static inline ticket port_submit(const struct port *p, const struct ask *a, reply_fn *fn, void *ctx)
{
    return p->submit(p->self, a, fn, ctx);
}
static inline void port_cancel(const struct port *p, ticket id)
{
    p->cancel(p->self, id);
}

/* Effect of a statement, from statements.def; an unknown id CHANGES. So does an unknown command of a host, and HOST_WRITE always.
 * Every other ask READS, also ASK_AUDIT, which is always allowed. */
enum effect statement_effect(enum statement_id id);
enum effect host_effect(const struct host_call *c);
enum effect ask_effect(const struct ask *a);
const char *statement_name(enum statement_id id);            /* "TRANSACTIONS" */
enum statement_id statement_by_name(const char *name);       /* STMT_NONE */
int64_t statement_deadline_ms(enum statement_id id);

/* A row of host_commands.def. An unknown id is the row of HOST_CMD_NONE: no argv, CHANGES. */
struct host_command {
    const char *name;           /* "UNIT_START" */
    enum effect effect;
    enum host_as as;
    bool not_root;
    int64_t deadline_ms;
    const char *const *argv;    /* with placeholders, NULL at its end */
    const char *help;
};
const struct host_command *host_command(enum host_command_id id);
enum host_command_id host_command_by_name(const char *name); /* HOST_CMD_NONE */
const char *host_what_name(enum host_what what);              /* "run" "stat" ...; "" */
const char *host_as_name(enum host_as as);                    /* "self" "server" "service"; "" */
/* For a person: "reading '/x'", "UNIT_START neo4j.service". */
void host_call_words(struct text *out, const struct host_call *c);

/* A copy that outlives the call: texts, parameters and the audit line lie in the arena. */
struct ask ask_copy(struct arena *a, const struct ask *from);

#define INSTANCE_NONE UINT32_MAX

/* Decorators that answer by themselves need a way to call back later, never from inside submit: the caller gives one. */
struct later {
    void *self;
    void (*call)(void *self, void (*fn)(void *), void *data); /* fn runs once, soon, not from inside */
};

#endif
