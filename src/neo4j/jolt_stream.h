/* The rows of a Jolt answer while its bytes come, in pieces of any length. */
#ifndef NEO4J_JOLT_STREAM_H
#define NEO4J_JOLT_STREAM_H

#include "neo4j/jolt_events.h"

/* Whether an answer begins as one with rows does: not yet to be told; one line that is cut, an error or plain JSON is none. */
enum jolt_begins { JOLT_BEGINS_MAYBE, JOLT_BEGINS_YES, JOLT_BEGINS_NO };
enum jolt_begins jolt_begins(const char *bytes, size_t n);

struct jolt_stream {
    struct jolt_events events; /* the caller sets events.rows.arena before each read, and takes rows over between two reads */
    struct decoding d;
    struct text line;          /* that has not ended yet */
    size_t long_line;          /* from so many bytes on a line is not read on the way; 0: it always is */
};
/* max_line: bytes of one row, at most. long_line is 0. A stream must not be moved. Words of errors go to *e. */
void jolt_stream_init(struct jolt_stream *s, size_t max_line, size_t max_cells, size_t result_index, struct err *e);
void jolt_stream_release(struct jolt_stream *s);

enum jolt_read { JOLT_HUNGRY, JOLT_READ, JOLT_BROKEN, JOLT_LONG };
/* Takes over one event; *p then stands behind it. HUNGRY: all bytes are taken and no further event has ended. BROKEN with *e (ERR_SHAPE, or
 * ERR_TOO_LARGE: a row above max_line): nothing is read any more. Bytes behind the last event do not count. LONG: a line has ended that takes its
 * time; jolt_stream_long must be called before anything else. */
enum jolt_read jolt_stream_read(struct jolt_stream *s, const char **p, const char *end);
/* Takes over the long line: READ, BROKEN, or HUNGRY when it was blank. On any thread, as long as no other one touches the stream. */
enum jolt_read jolt_stream_long(struct jolt_stream *s);
/* No byte follows: takes over a last line without an end. False with *e: the server reported an error, or the answer was cut. */
bool jolt_stream_end(struct jolt_stream *s);

#endif
