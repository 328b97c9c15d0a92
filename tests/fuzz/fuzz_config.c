/* neo4j.conf from arbitrary bytes; the first byte chooses the version. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "neo4j/log_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void look(const struct config *c)
{
    static const struct install in = {.home = "/home/neo4j"};
    struct text path;

    text_init(&path, 0);
    for (int i = 0; i < NSETTINGS; i++) {
        enum setting_id id = (enum setting_id)i;
        int64_t number;

        if (!config_get(c, id).text)
            abort();
        config_bytes(c, id, &number);
        if (setting_type(id) == SETTING_TYPE_PATH && (install_path(&in, c, c->version, id, &path) == PATH_UNKNOWN) != (path.len == 0))
            abort();
        if (path.len && path.s[0] != '/')
            abort();
    }
    text_release(&path);
    for (int i = 0; i < NCONNECTORS; i++) {
        struct config_address a;

        if (config_listens(c, (enum connector)i, &a) && (!*a.host || a.port < 0 || a.port > 65535))
            abort();
    }
}

/* The same bytes as server-logs.xml. */
static void look_xml(const struct config *c, const char *bytes, size_t n)
{
    static const struct install in = {.home = "/home/neo4j"};
    struct log_file files[LOG_FILES_MAX];
    struct arena a = {0};

    for (size_t i = log_files_parse(bytes, n, false, &in, c, &a, files); i--;)
        if (files[i].path[0] != '/' || files[i].kind >= NLOG_KINDS)
            abort();
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct version versions[] = {{3, 5, 35}, {4, 4, 48}, {5, 26, 30}, {2026, 8, 1}, {0, 0, 0}};
    struct config *c;

    if (!n)
        return 0;
    c = config_new(versions[bytes[0] % (sizeof versions / sizeof *versions)]);
    config_add(c, "neo4j.conf", CONFIG_SERVER, (const char *)bytes + 1, n - 1);
    config_add_entry(c, "neo4j.conf/x", "server.directories.data", (const char *)bytes + 1, n - 1);
    config_finish(c);
    if (c->nproblems > CONFIG_PROBLEMS_MAX || c->nitems > CONFIG_ITEMS_MAX)
        abort();
    for (size_t i = 0; i < c->nitems; i++)
        if (!utf8_valid(c->items[i].name, strlen(c->items[i].name)) || !utf8_valid(c->items[i].value, strlen(c->items[i].value)))
            abort();
    for (size_t i = 0; i < c->nproblems; i++)
        if (!c->problems[i].file || !*c->problems[i].words)
            abort();
    look(c);
    look_xml(c, (const char *)bytes + 1, n - 1);
    config_free(c);
    return 0;
}
