#include "neo4j/plugin_rules.h"

#include <string.h>

static const struct {
    const char *prefix, *names;
} jars[] = {
#define JAR(prefix, names) {#prefix, names},
#define FIRST_TWO(...)
#define RANGE(...)
#include "tables/plugin_rules.def"
#undef JAR
#undef FIRST_TWO
};

static const struct {
    const char *prefix, *words;
} first_two[] = {
#define JAR(...)
#define FIRST_TWO(prefix, words) {#prefix, words},
#include "tables/plugin_rules.def"
#undef FIRST_TWO
#undef RANGE
};

static const struct range {
    const char *prefix, *server_from, *server_to, *from, *to, *words;
} ranges[] = {
#define FIRST_TWO(...)
#define RANGE(prefix, server_from, server_to, from, to, words) {#prefix, server_from, server_to, from, to, words},
#include "tables/plugin_rules.def"
#undef JAR
#undef FIRST_TWO
#undef RANGE
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* '*' in the pattern (n bytes) stands for any run of characters. Greedy with one place to go back to: never more than n times the
 * length of s. */
static bool matches(const char *pattern, size_t n, const char *s)
{
    const char *end = pattern + n, *star = NULL, *back = NULL;

    while (*s) {
        if (pattern < end && *pattern == '*') {
            star = ++pattern;
            back = s;
        } else if (pattern < end && *pattern == *s) {
            pattern++;
            s++;
        } else if (star) {
            pattern = star;
            s = ++back;
        } else {
            return false;
        }
    }
    while (pattern < end && *pattern == '*')
        pattern++;
    return pattern == end;
}

static bool is_one_of(const char *names, const char *name)
{
    while (*names) {
        size_t n = strcspn(names, "|");

        if (matches(names, n, name))
            return true;
        names += n + (names[n] == '|');
    }
    return false;
}

const char *plugin_of_jar(const struct jar_info *jar)
{
    const char *const names[] = {jar->artifact, jar->file_name, jar->name};

    for (size_t k = 0; k < COUNT(names); k++)
        for (size_t i = 0; names[k] && i < COUNT(jars); i++)
            if (is_one_of(jars[i].names, names[k]))
                return jars[i].prefix;
    return NULL;
}

static enum plugin_fit fit_first_two(struct version plugin, struct version server, const char *rule, struct text *words)
{
    if (plugin.major == server.major && plugin.minor == server.minor)
        return PLUGIN_FITS;
    if (words)
        text_addf(words, server.major >= 2025 ? "%s: take %d.%02d" : "%s: take %d.%d", rule, server.major, server.minor);
    return PLUGIN_FITS_NOT;
}

static enum plugin_fit fit_range(const struct range *r, struct version plugin, struct text *words)
{
    if (version_in(plugin, r->from, r->to))
        return PLUGIN_FITS;
    if (words)
        text_addf(words, "this server takes %s", r->words);
    return PLUGIN_FITS_NOT;
}

enum plugin_fit plugin_fits(const char *prefix, const char *version, const char *server_version, struct text *words)
{
    struct version plugin, server;

    if (words)
        text_clear(words);
    if (!version_parse(version, &plugin) || !version_parse(server_version, &server)) {
        if (words)
            text_addf(words, "the version of the %s is not known", version_parse(version, &plugin) ? "server" : "plugin");
        return PLUGIN_FIT_UNKNOWN;
    }
    for (size_t i = 0; i < COUNT(first_two); i++)
        if (!strcmp(first_two[i].prefix, prefix))
            return fit_first_two(plugin, server, first_two[i].words, words);
    for (size_t i = 0; i < COUNT(ranges); i++)
        if (!strcmp(ranges[i].prefix, prefix) && version_in(server, ranges[i].server_from, ranges[i].server_to))
            return fit_range(&ranges[i], plugin, words);
    if (words)
        text_adds(words, "neodeck does not know which version goes with this server");
    return PLUGIN_FIT_UNKNOWN;
}

/* ---- procedures ---- */

/* The next pattern of the list, without the blanks around it; false at the end. */
static bool next_pattern(const char **list, const char **pattern, size_t *n)
{
    const char *s = *list;

    while (*s == ' ' || *s == ',')
        s++;
    *pattern = s;
    *n = strcspn(s, ",");
    *list = s + *n;
    while (*n && s[*n - 1] == ' ')
        --*n;
    return *n > 0;
}

/* A pattern lets in all of "apoc." when it is "apoc.*" or shorter with a star at its end, some when it begins with "apoc.". */
enum procedures_let procedures_let_plugin(const char *list, const char *prefix)
{
    enum procedures_let let = PROCEDURES_NONE;
    size_t len = strlen(prefix), n;
    const char *pattern;

    while (next_pattern(&list, &pattern, &n)) {
        const char *star = memchr(pattern, '*', n);
        size_t fixed = star ? (size_t)(star - pattern) : n;

        bool inside = fixed > len && !memcmp(pattern, prefix, len) && pattern[len] == '.',
             above = star && fixed <= len && !memcmp(pattern, prefix, fixed);

        if (star == pattern + n - 1 && (above || (inside && fixed == len + 1)))
            return PROCEDURES_ALL;
        if (inside || above)
            let = PROCEDURES_SOME;
    }
    return let;
}
