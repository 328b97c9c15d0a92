/* How fast log lines are read, on one core: bench_log_line FILE... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "neo4j/log_marks.h"

enum { FILE_MAX = 64 << 20 };

static size_t lines_of(enum log_format format, const char *bytes, size_t n, bool marks, size_t *found)
{
    struct log_reader r = {.format = format};
    size_t lines = 0;

    for (const char *p = bytes, *nl; (nl = memchr(p, '\n', n - (size_t)(p - bytes))); p = nl + 1, lines++) {
        struct log_found f;
        struct log_line l;

        log_reader_line(&r, p, (size_t)(nl - p), &l);
        *found += marks && log_mark_find(p, &l, &f);
    }
    return lines;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Again and again for half a second. */
static double rate(const char *bytes, size_t n, bool marks)
{
    enum log_format format = log_format_detect(bytes, n);
    double from = seconds(), now;
    size_t lines = 0, found = 0;

    do {
        lines += lines_of(format, bytes, n, marks, &found);
        now = seconds();
    } while (now - from < 0.5);
    return (double)lines / (now - from) / 1e6;
}

int main(int argc, char **argv)
{
    char *bytes = malloc(FILE_MAX);

    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        size_t n = f && bytes ? fread(bytes, 1, FILE_MAX, f) : 0;

        if (f)
            fclose(f);
        if (n)
            printf("%-40s %6.1f M lines/s, with marks %6.1f\n", argv[i], rate(bytes, n, false), rate(bytes, n, true));
    }
    free(bytes);
    return 0;
}
