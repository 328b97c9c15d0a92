#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "feed/plugin_rows.h"

#define STARTED INT64_C(1795361000000)

/* A jar as its name and manifest would tell it. */
static struct plugin_file file(enum plugin_place place, const char *name, const char *artifact, const char *version, const char *group)
{
    struct plugin_file f = {.place = place, .dir = "/n/plugins", .name = name, .size = 1000, .mtime_ms = STARTED - 1000};

    f.info.name = f.info.artifact = artifact;
    f.info.version = version;
    f.info.group = group;
    return f;
}

static struct plugin_loaded loaded(const char *prefix, int64_t procedures, const char *version)
{
    return (struct plugin_loaded){.prefix = prefix,
                                  .procedures = v_int(procedures),
                                  .functions = v_int(0),
                                  .version = version ? v_text(version) : v_absent(ABSENT_NOT_APPLICABLE)};
}

static void render(const struct relation *r, struct text *out)
{
    for (size_t i = 0; i < r->nrows; i++)
        text_addf(out, "%s %s %s %s|%s|%s\n", value_str(relation_cell(r, i, COL_PLUGINS_PLUGIN), "-"),
                  value_str(relation_cell(r, i, COL_PLUGINS_VERSION), "-"), value_str(relation_cell(r, i, COL_PLUGINS_STATE), "-"),
                  value_str(relation_cell(r, i, COL_PLUGINS_FIT), "-"), value_str(relation_cell(r, i, COL_PLUGINS_FILE), "-"),
                  value_str(relation_cell(r, i, COL_PLUGINS_MESSAGE), "-"));
}

static void assert_rows(const struct plugin_facts *p, const char *expected)
{
    struct relation *r = relation_new(0, SHEET_PLUGINS);
    struct text t;

    text_init(&t, 65536);
    plugin_rows(r, p);
    render(r, &t);
    assert_string_equal(t.s, expected);
    text_release(&t);
    relation_free(r);
}

#define FACTS(l, f)                                                                                                                  \
    (struct plugin_facts)                                                                                                            \
    {                                                                                                                                \
        .instance = "prod", .loaded = l, .nloaded = sizeof(l) / sizeof *(l), .files = f, .nfiles = sizeof(f) / sizeof *(f),          \
        .allowlist = "*", .unrestricted = "", .server_version = "5.26.30", .started_ms = STARTED                                     \
    }

static void what_is_loaded_has_its_file(void **state)
{
    const struct plugin_loaded l[] = {loaded("apoc", 190, "5.26.19"), loaded("com.acme", 2, NULL), loaded("db", 33, NULL), loaded("gds", 400, "2.13.9")};
    const struct plugin_file f[] = {file(PLACE_PLUGINS, "apoc-common-5.26.19.jar", "apoc-common", "5.26.19", "org.neo4j.procedure"),
                                    file(PLACE_PLUGINS, "apoc-core-5.26.19.jar", "apoc-core", "5.26.19", "org.neo4j.procedure"),
                                    file(PLACE_PLUGINS, "opencsv-5.7.1.jar", "opencsv", "5.7.1", "com.opencsv"),
                                    file(PLACE_PLUGINS, "shop-1.0.jar", "shop", "1.0", "com.acme.shop")};

    (void)state;
    assert_rows(&FACTS(l, f), "apoc 5.26.19 loaded yes|apoc-core-5.26.19.jar|-\n"
                              "com.acme 1.0 loaded unknown|shop-1.0.jar|-\n"
                              "gds 2.13.9 file gone yes|-|its file is gone: after the next start it is not there\n"
                              "apoc-common 5.26.19 part yes|apoc-common-5.26.19.jar|belongs to apoc\n"
                              "opencsv 5.7.1 file -|opencsv-5.7.1.jar|a library, or a plugin that neodeck does not know\n");
}

static void a_part_does_not_stand_for_the_whole(void **state)
{
    const struct plugin_loaded l[] = {loaded("apoc", 190, "5.26.19")};
    const struct plugin_file f[] = {file(PLACE_PLUGINS, "apoc-common-5.26.19.jar", "apoc-common", "5.26.19", "org.neo4j.procedure")};

    (void)state;
    assert_rows(&FACTS(l, f), "apoc 5.26.19 file gone yes|-|its file is gone: after the next start it is not there\n"
                              "apoc-common 5.26.19 part yes|apoc-common-5.26.19.jar|belongs to apoc\n");
}

static void what_is_not_loaded_says_why(void **state)
{
    const struct plugin_loaded none[] = {loaded("db", 33, NULL)};
    struct plugin_file f[] = {file(PLACE_PLUGINS, "apoc-core-5.26.19.jar", "apoc-core", "5.26.19", "org.neo4j.procedure")};
    struct plugin_facts p = FACTS(none, f);

    (void)state;
    assert_rows(&p, "apoc 5.26.19 not loaded yes|apoc-core-5.26.19.jar|without apoc-common beside it the server does not start\n");
    p.allowlist = "gds.*";
    assert_rows(&p, "apoc 5.26.19 refused yes|apoc-core-5.26.19.jar|dbms.security.procedures.allowlist (before 4.2 .whitelist) lets none of "
                    "it in\n");
    p.allowlist = "*";
    f[0] = file(PLACE_PLUGINS, "neo4j-graph-data-science-2.6.0.jar", "neo4j-graph-data-science", "2.6.0", "org.neo4j.gds");
    f[0].mtime_ms = STARTED + 1;
    assert_rows(&p, "gds 2.6.0 not loaded no|neo4j-graph-data-science-2.6.0.jar|this server takes 2.13; it was put there after the server started: a "
                    "restart loads it\n");
    err_set(&p.server, ERR_UNREACHABLE, "down");
    assert_rows(&p, "gds 2.6.0 present no|neo4j-graph-data-science-2.6.0.jar|this server takes 2.13\n");
}

static void two_files_of_one_plugin_are_told(void **state)
{
    const struct plugin_loaded l[] = {loaded("apoc", 190, "5.26.18")};
    struct plugin_file f[] = {file(PLACE_PLUGINS, "apoc-5.26.18-core.jar", "apoc", "5.26.18", "org.neo4j.procedure"),
                              file(PLACE_PLUGINS, "apoc-5.26.19-core.jar", "apoc", "5.26.19", "org.neo4j.procedure"),
                              file(PLACE_PLUGINS, "apoc-5.26.18-extended.jar", "apoc", "5.26.18", "org.neo4j.procedure")};
    struct plugin_facts p = FACTS(l, f);

    (void)state;
    f[0].info.classifier = f[1].info.classifier = "core";
    f[2].info.classifier = "extended";
    assert_rows(&p, "apoc 5.26.18 loaded yes|apoc-5.26.18-core.jar|-\n"
                    "apoc 5.26.19 second yes|apoc-5.26.19-core.jar|a second file of apoc: the server refuses to start, or takes one of them\n"
                    "apoc 5.26.18 part yes|apoc-5.26.18-extended.jar|belongs to apoc\n");
    p.files = f + 1;
    p.nfiles = 1;
    assert_rows(&p, "apoc 5.26.18 loaded yes|apoc-5.26.19-core.jar|5.26.18 is loaded, the file is 5.26.19: a restart loads that\n");
}

static void what_can_be_enabled_comes_last(void **state)
{
    const struct plugin_loaded l[] = {loaded("db", 33, NULL)};
    struct plugin_file f[] = {file(PLACE_LABS, "apoc-5.26.19-core.jar", "apoc", "5.26.19", "org.neo4j.procedure"),
                              file(PLACE_PLUGINS, "broken.jar", NULL, NULL, NULL)};
    struct plugin_facts p = FACTS(l, f);

    (void)state;
    err_set(&f[1].err, ERR_SHAPE, "the file is no zip: copy it again");
    assert_rows(&p, "broken.jar - no jar -|broken.jar|the file is no zip: copy it again\n"
                    "apoc 5.26.19 available yes|apoc-5.26.19-core.jar|in labs/: a copy in plugins/ and a restart enable it\n");
}

static void without_a_host_nothing_is_said_of_files(void **state)
{
    const struct plugin_loaded l[] = {loaded("apoc", 190, "5.26.19")};
    const struct plugin_file f[1] = {{0}};
    struct plugin_facts p = FACTS(l, f);
    struct relation *r = relation_new(0, SHEET_PLUGINS);

    (void)state;
    p.nfiles = 0;
    p.allowlist = NULL;
    err_set(&p.host, ERR_UNREACHABLE, "no host");
    p.host.absent = ABSENT_HOST;
    plugin_rows(r, &p);
    assert_int_equal(r->nrows, 1);
    assert_string_equal(value_str(relation_cell(r, 0, COL_PLUGINS_STATE), ""), "loaded");
    assert_int_equal(relation_cell(r, 0, COL_PLUGINS_FILE).absent, ABSENT_HOST);
    assert_int_equal(relation_cell(r, 0, COL_PLUGINS_ALLOWED).absent, ABSENT_HOST);
    relation_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_loaded_has_its_file),      cmocka_unit_test(a_part_does_not_stand_for_the_whole),
        cmocka_unit_test(what_is_not_loaded_says_why),
        cmocka_unit_test(two_files_of_one_plugin_are_told), cmocka_unit_test(what_can_be_enabled_comes_last),
        cmocka_unit_test(without_a_host_nothing_is_said_of_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
