/* What one look at a machine came to: candidates, each instance once, and what else one needs to judge them. */
#ifndef FEED_SIGHTS_H
#define FEED_SIGHTS_H

#include "neo4j/listeners.h"
#include "feed/site.h"

enum {
    CANDIDATES_MAX = 200,
    SIGHT_NOTES_MAX = 12,
    SIGHT_OTHERS_MAX = 4,
    SIGHT_CONF_BYTES = 128 * 1024 /* of a neo4j.conf, to see its ports */
};

/* What is known of a candidate besides what everybody may see. */
struct sight {
    int64_t device, inode;   /* of its home; 0: not known */
    const char *root;        /* as site.root */
    bool home_gone;          /* there is no such directory (any more) */
    int64_t parent;          /* of its process; 0: not known */
    int64_t others[SIGHT_OTHERS_MAX]; /* further processes with this home */
    size_t nothers;
    bool conf_read;
    int ports[NCONNECTORS];  /* of the connectors that are on, as its configuration has them; 0: none, or not known */
    const char *notes[SIGHT_NOTES_MAX];
    size_t nnotes;
};

struct sights {
    struct arena arena;
    struct candidate candidates[CANDIDATES_MAX];
    struct sight more[CANDIDATES_MAX]; /* same numbers */
    size_t n;
    struct listener *listeners;
    size_t nlisteners;
    bool listeners_known;
    bool hidden;             /* processes of other users are not shown to us */
    bool systemd;
    struct err err;          /* the machine cannot be looked at */
    struct err slow;         /* something on it did not answer in time: what is there may not have been seen */
};

void sights_free(struct sights *s); /* accepts NULL */
/* Adds a candidate, or to the one that is the same instance what that did not know. Those that are surer come first (by `from`).
 * Texts must live in s->arena. False: there are too many. */
bool sights_add(struct sights *s, const struct candidate *c, const struct sight *more);
void sight_note(struct sight *more, const char *note);
/* A deep copy, texts in the arena. */
void candidate_copy(struct arena *a, struct candidate *to, const struct candidate *from);
/* True: one of its connectors has that port, as its configuration says. */
bool sight_has_port(const struct sight *more, int port);
/* The listener of a port, the one of `pid` first; NULL: nobody. */
const struct listener *sights_listener(const struct sights *s, int port, int64_t pid);
/* An absolute path without "." and "..", in the arena. */
const char *clean_path(struct arena *a, const char *base, const char *path);

/* machine.c: of the last look; NULL: there was none. Valid until the next. */
const struct sights *machine_sights(const struct machine *m);

#endif
