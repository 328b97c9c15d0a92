/* Lines of the audit log and of prompts: written and read in the file. Blocks: on workers. */
#ifndef STORE_LINES_H
#define STORE_LINES_H

#include "store/file.h"
#include "store/request.h"

/* Does what the request asks; its answer and its error are filled in. */
void lines_do(struct file *f, struct request *r);

#endif
