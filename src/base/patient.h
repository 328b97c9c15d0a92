/* Looking at a path that may lie on a disk or network file system which does not answer, where there is no loop to wait in. */
#ifndef BASE_PATIENT_H
#define BASE_PATIENT_H

#include <sys/stat.h>

/* As stat, but after so many ms it gives up: -1 with ETIMEDOUT. Then a thread that hangs is left behind: not for use again and again. */
int stat_within(const char *path, struct stat *st, int ms);

#endif
