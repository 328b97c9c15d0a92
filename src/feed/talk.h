/* A conversation in rounds with the host of an instance, and with its server: several questions at once, one call when all of them
 * have their answer, then maybe the next round. */
#ifndef FEED_TALK_H
#define FEED_TALK_H

#include "port/port.h"

struct talk;
typedef void talk_fn(struct talk *t, void *data);

struct talk *talk_new(const struct port *p, uint32_t instance, void *data);
/* Cancels what is open; nothing is called any more. Also from inside a talk_fn. Accepts NULL. */
void talk_free(struct talk *t);

/* Questions of the next round; each returns the number of its answer, which stays until talk_free. A file that may not be read as
 * ourselves is asked for again as the user of the server (which is ourselves, too, unless `become` is configured). */
size_t talk_stat(struct talk *t, const char *path);
size_t talk_list(struct talk *t, const char *path, int64_t most); /* most entries; 0: 100,000 */
size_t talk_read(struct talk *t, const char *path, int64_t from, int64_t n); /* as HOST_READ; n > 0: at most so many bytes */
size_t talk_space(struct talk *t, const char *path);
size_t talk_run(struct talk *t, enum host_command_id id, const char *const *args, size_t nargs);
size_t talk_run_as(struct talk *t, enum host_as as, enum host_command_id id, const char *const *args, size_t nargs); /* where its row says ASKED */
size_t talk_statement(struct talk *t, enum statement_id id, const char *database, const struct param *params, size_t nparams);
/* Asks them; done is called once, never from inside. At least one question. */
void talk_go(struct talk *t, talk_fn *done);

struct talk_answer {
    struct err err; /* ERR_NONE: well */
    const char *const *names;
    const struct value *cells; /* row-major */
    size_t ncols, nrows;
};
const struct talk_answer *talk_answer(const struct talk *t, size_t number);
/* A cell by its name; absent when there is none, with the reason of the error where it failed. */
struct value talk_cell(const struct talk *t, size_t number, size_t row, const char *name);
/* Text of a cell of the first row with its length; "" and 0 when there is none. */
const char *talk_text(const struct talk *t, size_t number, const char *name, size_t *len);
/* Lives as long as the talk. */
struct arena *talk_arena(struct talk *t);
size_t talk_asked(const struct talk *t); /* questions so far */

#endif
