/* Theme files: any bytes give a theme whose looks can be shown at their level. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "ui/theme.h"

static void check_words(void *data, const char *words)
{
    ++*(size_t *)data;
    if (strncmp(words, "f.theme:", 8) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const int max[NLEVELS] = {[LEVEL_MONO] = 0, [LEVEL_8] = 8, [LEVEL_16] = 16, [LEVEL_256] = 256};
    struct theme t;
    size_t warnings = 0;
    bool usable = theme_parse(&t, "f.theme", (const char *)data, n, check_words, &warnings);

    if (!usable && !warnings)
        abort();
    for (int l = 0; l < NLEVELS; l++)
        for (int r = 0; r < NROLES; r++) {
            struct look k = t.look[l][r];

            if (k.fg < -1 || k.bg < -1 || (k.fg >= 0 && k.fg >= max[l]) || (k.bg >= 0 && k.bg >= max[l]))
                abort();
        }
    return 0;
}
