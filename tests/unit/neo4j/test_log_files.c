/* server-logs.xml and user-logs.xml: where a server of 5 and later really logs to. */
#include "support/cm.h"
#include "neo4j/log_files.h"

static const char xml[] =
    "<?xml version=\"1.0\"?>\n<!-- <Root><AppenderRef ref=\"Out\"/></Root> -->\n<Configuration>\n<Appenders>\n"
    "<RollingRandomAccessFile name=\"Debug\" fileName=\"${config:server.directories.logs}/d&amp;d.log\"\n"
    "   filePattern=\"$${config:server.directories.logs}/d.log.%02i\">\n<JsonTemplateLayout eventTemplateUri=\"classpath:x\"/>\n"
    "<Policies><SizeBasedTriggeringPolicy size='20 MB'/></Policies></RollingRandomAccessFile>\n"
    "<File name = 'Query' fileName = '/var/log/q > q.log'><PatternLayout pattern=\"%m\"/></File>\n"
    "<File name=\"Http\" fileName=\"${env:HOME}/http.log\"/>\n<File name=\"Sec\" fileName=\"rel/sec.log\"/>\n"
    "<Console name=\"Out\"><JsonTemplateLayout/></Console></Appenders>\n<Loggers>\n"
    "<Root level=\"INFO\"><AppenderRef ref=\"Debug\"/><AppenderRef ref=\"Out\"/></Root>\n"
    "<Logger name=\"QueryLogger\"><AppenderRef ref=\"Query\"/></Logger>\n<Logger name=\"HttpLogger\"><AppenderRef ref=\"Http\"/></Logger>\n"
    "<Logger name=\"SecurityLogger\"><AppenderRef ref=\"Sec\"/><AppenderRef ref=\"Query\"/></Logger>\n"
    "<Logger name=\"other\"><AppenderRef ref=\"Query\"/></Logger>\n</Loggers></Configuration>";

static const struct install in = {.home = "/H"};

static struct config *conf(void)
{
    static const char text[] = "server.directories.logs=L\n";
    struct config *c = config_new((struct version){5, 26, 30});

    config_add(c, "neo4j.conf", CONFIG_SERVER, text, sizeof text - 1);
    config_finish(c);
    return c;
}

static void finds_files(void **state)
{
    static const struct log_file expected[] = {
        {LOG_KIND_DEBUG, "/H/L/d&d.log", "/H/L/d.log.%02i", "Debug", true},
        {LOG_KIND_QUERY, "/var/log/q > q.log", NULL, "Query", false},
        {LOG_KIND_SECURITY, "/H/rel/sec.log", NULL, "Sec", false},
        {LOG_KIND_SECURITY, "/var/log/q > q.log", NULL, "Query", false},
    };
    struct config *c = conf();
    struct log_file out[LOG_FILES_MAX];
    struct arena a = {0};
    size_t n = log_files_parse(xml, sizeof xml - 1, false, &in, c, &a, out);

    assert_int_equal(n, LENGTH(expected));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(out[i].kind, expected[i].kind);
        assert_string_equal(out[i].path, expected[i].path);
        assert_string_equal(out[i].appender, expected[i].appender);
        assert_int_equal(out[i].json, expected[i].json);
        assert_true(!out[i].pattern == !expected[i].pattern && (!out[i].pattern || !strcmp(out[i].pattern, expected[i].pattern)));
    }
    assert_int_equal(log_files_parse(xml, sizeof xml - 1, true, &in, c, &a, out), 1);
    assert_int_equal(out[0].kind, LOG_KIND_USER);
    arena_release(&a);
    config_free(c);
}

/* However it is cut, it is read without a fault. */
static void survives_cuts(void **state)
{
    struct config *c = conf();
    struct log_file out[LOG_FILES_MAX];

    for (size_t n = 0; n < sizeof xml; n++) {
        struct arena a = {0};
        char *cut = malloc(n + 1);

        memcpy(cut, xml, n);
        assert_true(log_files_parse(cut, n, false, &in, c, &a, out) <= 4);
        free(cut);
        arena_release(&a);
    }
    config_free(c);
}

static void names_kinds(void **state)
{
    assert_string_equal(log_kind_name(LOG_KIND_USER), "neo4j.log");
    assert_int_equal(log_kind_setting(LOG_KIND_HTTP), SETTING_LOG_HTTP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_files),
        cmocka_unit_test(survives_cuts),
        cmocka_unit_test(names_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
