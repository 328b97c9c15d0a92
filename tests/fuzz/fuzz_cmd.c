/* Lines of ":", key bindings and completion from arbitrary bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/cmd.h"

static uint32_t parse_key(const char *name)
{
    uint32_t h = 1;
    for (; *name; name++)
        h = h * 33 + (unsigned char)*name;
    return h;
}

static void names(void *data, const char *kind, void (*add)(void *, const char *), void *to)
{
    add(to, "prod-1");
    add(to, kind);
}

static void take(void *data, const char *word, const char *help)
{
    if (strlen(word) + strlen(help) == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct completer completer = {.names = names};
    char *line = x_strndup((const char *)bytes, n), *space = strchr(line, ' ');
    struct cmdline_parsed p;
    struct err e = {0};
    if (cmd_parse(line, &p, &e) ? p.arg == NULL : e.kind == ERR_NONE)
        abort();
    free(p.arg);
    cmd_complete(line, &completer, take, NULL);
    if (space) {
        struct keymap *k = keymap_new(parse_key);
        *space = '\0';
        keymap_bind(k, line, space + 1, true, &e);
        keymap_bind(k, line, "kill", true, &e);
        keymap_free(k);
    }
    free(line);
    return 0;
}
