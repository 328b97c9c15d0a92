/* The jars of a server's directories, read once: what is known of a file stays until its size, time or inode is another. */
#ifndef FEED_JARS_H
#define FEED_JARS_H

#include "feed/plugin_rows.h"
#include "feed/talk.h"

enum { JARS_MAX = 400 }; /* files that are looked at; more are left out */

struct jars;
struct jars *jars_new(void);
void jars_free(struct jars *j); /* accepts NULL */

/* A look at the directories begins. */
void jars_begin(struct jars *j);
/* The jars that LIST said are in `dir`. */
void jars_list(struct jars *j, enum plugin_place place, const char *dir, const struct talk *t, size_t answer);
/* What has to be read yet, as questions of a round; how many. jars_take takes the answers of that round; then again. */
size_t jars_ask(struct jars *j, struct talk *t);
void jars_take(struct jars *j, struct talk *t);
/* The same for the checksums of what lies in plugins/. */
size_t jars_ask_sums(struct jars *j, struct talk *t);
void jars_take_sums(struct jars *j, struct talk *t);
size_t jars_left_out(const struct jars *j); /* files of this look beyond JARS_MAX */
/* All that is there, by place and name; valid until the next jars_begin. */
const struct plugin_file *jars_files(struct jars *j, size_t *n);

#endif
