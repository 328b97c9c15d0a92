/* Recorder and replayer: the same lines of text (port/tape.h) for fixtures of tests and for recordings. */
#ifndef PORT_REPLAY_H
#define PORT_REPLAY_H

#include "port/port.h"
#include "base/text.h"

/* Where a server was looked for on its machine; NULL and 0: not known. */
struct place_of_server {
    const char *home;
    int port;
};

/* Passes everything through and hands one line a reply to `line` (NUL-terminated, no newline). */
struct recorder;
struct recorder *recorder_new(struct port inner, void (*line)(void *data, const char *line), void *data);
void recorder_free(struct recorder *r);
struct port recorder_port(struct recorder *r);
/* The first line, with the time it is now and the names of the instances by their numbers. Without it the first reply is preceded by
 * one without names. */
void recorder_begin(struct recorder *r, const char *const *instances, const struct place_of_server *places, size_t n); /* places: may be NULL */

/* Answers from a tape. For each (kind, instance, statement, database, parameters) the recorded replies are given in order, the
 * last one for ever. A change of state, and what was appended to a file that is followed, comes where it stands on the tape: after the
 * answer before it. What is not on the tape is
 * answered with ERR_UNREACHABLE and words that name it. */
struct replayer;
struct replayer *replayer_new(const char *tape, size_t n, struct later later, struct err *e); /* NULL: line number in words */
void replayer_free(struct replayer *r);
struct port replayer_port(struct replayer *r);
/* The question is answered elsewhere: what comes to pass with its answer on the tape does, and the next such question has the next one. */
void replayer_pass(struct replayer *r, const struct ask *a);
uint32_t replayer_instances(const struct replayer *r);                    /* how many are on the tape */
const char *replayer_instance_name(const struct replayer *r, uint32_t i);
bool replayer_knows_host(const struct replayer *r, uint32_t i);           /* something of its machine is on the tape */
struct place_of_server replayer_place(const struct replayer *r, uint32_t i);
int64_t replayer_clock_ms(const struct replayer *r);                      /* wall clock at its beginning: freeze there for a golden */
bool replayer_idle(const struct replayer *r);                             /* nothing waits to be answered */

#endif
