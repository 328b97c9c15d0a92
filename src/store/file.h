/* The one SQLite file of the store. All of this blocks: it is called on workers. */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include <stdbool.h>
#include <sys/types.h>
#include "base/error.h"

struct sqlite3;

/* A file that may be open. */
struct file {
    char *directory, *path;
    struct sqlite3 *db; /* NULL: not open */
    bool writable;
    dev_t dev;          /* of what was opened: when another file has taken its place, it is opened again */
    ino_t ino;
};

void file_init(struct file *f, const char *directory);
void file_release(struct file *f);
/* Opens it when it is not; for writing it is made when it is not there, with its directory. *there is false, and nothing is
 * made, when it is to be read and does not exist. */
bool file_open(struct file *f, bool to_write, bool *there, struct err *e);
/* Words for what SQLite says of the last call, and closes the file unless it is just busy. Always false. */
bool file_failed(struct file *f, int code, bool to_write, struct err *e);

#endif
