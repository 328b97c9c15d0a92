#include "neo4j/settings.h"

#include <string.h>

static const struct {
    enum setting_type type;
    const char *help;
} settings[] = {
#define SETTING(id, type, help) [SETTING_##id] = {SETTING_TYPE_##type, help},
#define NAMED(...)
#define DEFAULT(...)
#define USUAL(...)
#include "tables/settings.def"
#undef SETTING
#undef NAMED
};

static const struct named {
    enum setting_id id;
    const char *from, *to;
    enum setting_fate after;
    const char *name;
} names[] = {
#define SETTING(...)
#define NAMED(id, from, to, after, name) {SETTING_##id, from, to, FATE_##after, name},
#include "tables/settings.def"
#undef NAMED
#undef DEFAULT
};

static const struct {
    enum setting_id id;
    const char *from, *to;
    struct setting_default is;
} defaults[] = {
#define NAMED(...)
#define DEFAULT(id, from, to, base, value) {SETTING_##id, from, to, {value, BASE_##base}},
#include "tables/settings.def"
#undef DEFAULT
#undef USUAL
};

static const struct {
    const char *package, *container;
} usual[NSETTINGS] = {
#define DEFAULT(...)
#define USUAL(id, package, docker) [SETTING_##id] = {package, docker},
#include "tables/settings.def"
#undef SETTING
#undef NAMED
#undef DEFAULT
#undef USUAL
};

enum { NNAMES = sizeof names / sizeof *names, NDEFAULTS = sizeof defaults / sizeof *defaults };

static struct version or_newest(struct version v)
{
    return v.major ? v : (struct version){9999, 0, 0};
}

enum setting_type setting_type(enum setting_id id)
{
    return settings[id].type;
}

const char *setting_help(enum setting_id id)
{
    return settings[id].help;
}

const char *setting_name(enum setting_id id, struct version v)
{
    v = or_newest(v);
    for (size_t i = 0; i < NNAMES; i++)
        if (names[i].id == id && version_in(v, names[i].from, names[i].to))
            return names[i].name;
    return NULL;
}

struct setting_default setting_default(enum setting_id id, struct version v)
{
    v = or_newest(v);
    for (size_t i = 0; i < NDEFAULTS; i++)
        if (defaults[i].id == id && version_in(v, defaults[i].from, defaults[i].to))
            return defaults[i].is;
    return (struct setting_default){"", BASE_NONE};
}

/* A name that begins later than v is unknown to it; one that has ended is what its line says. */
static enum setting_fate fate_of(const struct named *n, struct version v)
{
    if (!version_in(v, n->from, ""))
        return FATE_UNKNOWN;
    if (!version_in(v, "", n->to))
        return n->after;
    return setting_name(n->id, v) == n->name ? FATE_OWN : FATE_TRANSLATED;
}

enum setting_id setting_find(const char *name, struct version v, enum setting_fate *fate, unsigned *rank)
{
    v = or_newest(v);
    for (unsigned i = 0; i < NNAMES; i++)
        if (!strcmp(names[i].name, name)) {
            if (fate)
                *fate = fate_of(&names[i], v);
            if (rank)
                *rank = i;
            return names[i].id;
        }
    return NSETTINGS;
}

const char *setting_usual(enum setting_id id, bool container)
{
    return container ? usual[id].container : usual[id].package;
}
