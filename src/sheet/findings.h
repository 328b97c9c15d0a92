/* The worst-first line: what needs attention, from what the model knows now. A source that is not there yet is left out. */
#ifndef SHEET_FINDINGS_H
#define SHEET_FINDINGS_H

#include "base/text.h"
#include "model/model.h"

enum finding_level { FINDING_CRITICAL, FINDING_WARNING };
/* Publishes SHEET_FINDINGS (instance MODEL_NO_INSTANCE), worst first: databases not as asked (the server's words), login trouble, instance
 * down, disks and when they are full, critical lines of logs, the heap, evidence that disagrees, blocked transactions and their root, idle in
 * transaction (over 60 s), long pauses, checkpoints, open files, memory, refused logins, certificates, failed or populating indexes, a recent
 * start, insecure TLS or login off. */
void findings_update(struct model *m, int64_t wall_ms);
/* One line, joined by " · ", cut to `cols` columns with "+n more"; "" when all is well. many: name the instances. */
void findings_line(const struct model *m, bool many, int cols, struct text *out);
/* Worst level: 0 fine, 1 warning, 2 critical; 3 nothing is known (no instance has answered). For `neodeck check`. */
int findings_status(const struct model *m);

#endif
