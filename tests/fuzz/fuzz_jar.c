/* Jars from arbitrary bytes; the first byte makes the file longer than it says, or shorter. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "neo4j/plugin_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct source {
    const uint8_t *s;
    size_t n;
};

static size_t read_source(void *data, uint64_t offset, void *out, size_t n)
{
    const struct source *src = data;

    if (offset >= src->n)
        return 0;
    if (n > src->n - offset)
        n = src->n - (size_t)offset;
    memcpy(out, src->s + offset, n);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct source src = {.s = bytes + 1, .n = n ? n - 1 : 0};
    struct arena a = {0};
    struct jar_info info;
    struct err e = {.kind = ERR_NONE};
    char name[64];

    if (!n)
        return 0;
    if (!jar_read("/p/plug-1.0.jar", src.n + (bytes[0] == 1), read_source, &src, &a, &info, &e) && !*e.words)
        abort();
    if (!info.name || !info.version || (info.title && strlen(info.title) > JAR_VALUE_MAX))
        abort();
    n = n < sizeof name ? n : sizeof name - 1;
    memcpy(name, bytes, n);
    name[n] = '\0';
    jar_name_split(name, &a, &info);
    plugin_of_jar(&info);
    procedures_let_plugin(name, "apoc");
    plugin_fits("gds", name, "5.26.30", NULL);
    arena_release(&a);
    return 0;
}
