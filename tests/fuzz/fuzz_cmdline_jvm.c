/* Command lines of processes from arbitrary bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "neo4j/jvm_cmdline.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a = {0};
    struct jvm_cmdline out;

    jvm_cmdline_parse((const char *)bytes, n, &a, &out);
    if ((out.kind == JVM_NOT_JAVA) != (out.java == NULL) || (out.kind == JVM_SERVER && !out.main_class))
        abort();
    if (out.java_version < 0 || out.java_version > 99 || out.nsettings > JVM_SETTINGS_MAX || out.heap_max < 0)
        abort();
    for (size_t i = 0; i < out.nsettings; i++)
        if (!strchr(out.settings[i], '='))
            abort();
    arena_release(&a);
    return 0;
}
