/* Logs from arbitrary bytes: detection, each line in each format, its mark and its text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "neo4j/log_marks.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void inside(struct slice s, const char *line, size_t n)
{
    if (s.n && (s.s < line || s.n > n || s.s + s.n > line + n))
        abort();
}

static void look(struct log_reader *r, const char *line, size_t n)
{
    struct log_found f;
    struct log_line l;
    struct text t;

    log_reader_line(r, line, n, &l);
    if (l.message + l.message_len > n || l.level > LOG_LEVEL_ERROR || (l.continuation && l.message))
        abort();
    inside(l.category, line, n);
    inside(l.database, line, n);
    if (log_mark_find(line, &l, &f)) {
        if (f.mark == LOG_MARK_NONE || f.ms < -1 || f.n < -1)
            abort();
        inside(f.name, line, n);
        inside(f.from, line, n);
    }
    text_init(&t, 0);
    log_line_text(line, n, &l, &t);
    text_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *s = (const char *)bytes;

    log_format_detect(s, n);
    for (int format = LOG_FORMAT_UNKNOWN; format <= LOG_FORMAT_GC8; format++) {
        struct log_reader r = {.format = (enum log_format)format};

        for (const char *p = s, *end = s + n; p < end;) {
            const char *nl = memchr(p, '\n', (size_t)(end - p));

            look(&r, p, (size_t)((nl ? nl : end) - p));
            p = nl ? nl + 1 : end;
        }
    }
    return 0;
}
