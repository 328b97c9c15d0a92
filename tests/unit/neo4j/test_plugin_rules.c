/* Which plugin a jar is, what goes with which server, and what the settings let in. */
#include "support/cm.h"
#include "neo4j/plugin_rules.h"
#include "neo4j/plugins.h"

static void tells_plugins(void **state)
{
    static const struct {
        const char *path, *prefix;
    } cases[] = {
        {"/p/apoc-5.26.19-core.jar", "apoc"},
        {"/p/apoc-core-5.26.19.jar", "apoc"},
        {"/p/apoc-4.4.0.36-all.jar", "apoc"},
        {"/p/apoc-5.26.0-extended.jar", "apoc"},
        {"/p/apoc.jar", "apoc"},
        {"/p/neo4j-graph-data-science-2.13.2.jar", "gds"},
        {"/p/bloom-plugin-4.x-2.7.0.jar", "bloom"},
        {"/p/neo4j-genai-plugin-5.26.0.jar", "genai"},
        {"/p/neosemantics-5.20.0.jar", "n10s"},
        {"/p/neo4j-streams-4.1.2.jar", "streams"},
        {"/p/neo4j-fleet-management-plugin-1.0.jar", "fleetManagement"},
        {"/p/apocalypse-1.0.jar", NULL},
        {"/p/commons-lang3-3.14.0.jar", NULL},
        {"/p/my-procedures.jar", NULL},
        {"", NULL},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct jar_info info = {0};
        const char *prefix;

        jar_name_split(cases[i].path, &a, &info);
        prefix = plugin_of_jar(&info);
        if (!prefix != !cases[i].prefix || (prefix && strcmp(prefix, cases[i].prefix)))
            fail_msg("%s: %s", cases[i].path, prefix ? prefix : "none");
        if (prefix && !plugin_is_builtin(prefix))
            assert_non_null(plugin_find(prefix));
        arena_release(&a);
    }
}

static void tells_what_fits(void **state)
{
    static const struct {
        const char *prefix, *version, *server;
        enum plugin_fit fit;
        const char *words;
    } cases[] = {
        {"apoc", "5.26.19", "5.26.30", PLUGIN_FITS, ""},
        {"apoc", "4.4.0.36", "4.4.48", PLUGIN_FITS, ""},
        {"apoc", "5.25.1", "5.26.30", PLUGIN_FITS_NOT, "take 5.26"},
        {"apoc", "5.26.19", "2026.08.1", PLUGIN_FITS_NOT, "take 2026.08"},
        {"gds", "2.13.9", "5.26.30", PLUGIN_FITS, ""},
        {"gds", "2.12.0", "5.26.30", PLUGIN_FITS_NOT, "takes 2.13"},
        {"gds", "2.6.6", "5.20.0", PLUGIN_FITS_NOT, "2.6.7 to 2.9"},
        {"gds", "2.9.0", "5.20.0", PLUGIN_FITS, ""},
        {"gds", "1.1.7", "3.5.35", PLUGIN_FITS, ""},
        {"gds", "2.26.0", "2026.08.1", PLUGIN_FIT_UNKNOWN, "does not know"},
        {"gds", "2.17.0", "2025.04.0", PLUGIN_FIT_UNKNOWN, "does not know"},
        {"bloom", "2.7.0", "5.26.30", PLUGIN_FIT_UNKNOWN, "does not know"},
        {"apoc", NULL, "5.26.30", PLUGIN_FIT_UNKNOWN, "of the plugin"},
        {"apoc", "5.26.19", "", PLUGIN_FIT_UNKNOWN, "of the server"},
    };
    struct text words;

    text_init(&words, 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        enum plugin_fit fit = plugin_fits(cases[i].prefix, cases[i].version, cases[i].server, &words);

        if (fit != cases[i].fit || !strstr(words.s, cases[i].words) || (fit == PLUGIN_FITS && words.len))
            fail_msg("case %zu: %d %s", i, fit, words.s);
        assert_int_equal(plugin_fits(cases[i].prefix, cases[i].version, cases[i].server, NULL), fit);
    }
    text_release(&words);
}

static void lets_procedures_in(void **state)
{
    static const struct {
        const char *list;
        enum procedures_let plugin; /* of apoc */
    } cases[] = {
        {"*", PROCEDURES_ALL},
        {"", PROCEDURES_NONE},
        {" , ", PROCEDURES_NONE},
        {"gds.*, apoc.*", PROCEDURES_ALL},
        {"apoc.load.*", PROCEDURES_SOME},
        {"apoc.*.json", PROCEDURES_SOME},
        {"apoc", PROCEDURES_NONE},
        {"apo*", PROCEDURES_ALL},
        {"apocx.*", PROCEDURES_NONE},
        {"gds.*", PROCEDURES_NONE},
        {"*.json", PROCEDURES_SOME},
        {"apoc.load.json", PROCEDURES_SOME},
        {"a*a*a*a*a*a*a*b", PROCEDURES_SOME},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        if (procedures_let_plugin(cases[i].list, "apoc") != cases[i].plugin)
            fail_msg("case %zu: %d", i, procedures_let_plugin(cases[i].list, "apoc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_plugins),
        cmocka_unit_test(tells_what_fits),
        cmocka_unit_test(lets_procedures_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
