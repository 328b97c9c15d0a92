/* neo4j.conf by version. What is expected here is what the configuration classes of 3.5.35, 4.4.48, 5.26.30 and 2026.08.1 did with
 * the same bytes. */
#include "support/cm.h"
#include "base/clock.h"
#include "neo4j/config.h"
#include "neo4j/directories.h"

static const struct version v3 = {3, 5, 35}, v4 = {4, 4, 48}, v5 = {5, 26, 30}, v2026 = {2026, 8, 1};

static struct config *read_bytes(struct version v, const char *bytes, size_t n)
{
    struct config *c = config_new(v);

    config_add(c, "neo4j.conf", CONFIG_SERVER, bytes, n);
    config_finish(c);
    return c;
}

static struct config *read_text(struct version v, const char *text)
{
    return read_bytes(v, text, strlen(text));
}

static bool says(const struct config *c, unsigned line, enum config_weight weight, const char *words)
{
    for (size_t i = 0; i < c->nproblems; i++)
        if (c->problems[i].line == line && c->problems[i].weight == weight && strstr(c->problems[i].words, words))
            return true;
    return false;
}

static void print_problems(const struct config *c)
{
    for (size_t i = 0; i < c->nproblems; i++)
        print_message("%u: [%d] %s\n", c->problems[i].line, c->problems[i].weight, c->problems[i].words);
}

static void reads_the_grammar(void **state)
{
    static const struct {
        const char *text, *name, *value;
        unsigned line;
    } cases[] = {
        {"a=b", "a", "b", 1},
        {"# c\n! c\n\n  a = b c \t\n", "a", "b c", 4},
        {"a:b=c", "a", "b=c", 1},
        {"a   7 days\n", "a", "7 days", 1},
        {"a = = b", "a", "= b", 1},
        {"a\\ b\\=c=d", "a b=c", "d", 1},
        {"a=b # c", "a", "b # c", 1},
        {"a=b,\\\n    c,\\\r\n\td\r\n", "a", "b,c,d", 1},
        {"x=1\ra=2\r", "a", "2", 2},
        {"x=1\r\na=2", "a", "2", 2},
        {"a=b\\\n\n\nx=1", "a", "b", 1},
        {"a=b\\\n# no comment\n", "a", "b# no comment", 1},
        {"a=b\\", "a", "b", 1},
        {"a=b\\\\\nx=1", "a", "b\\", 1},
        {"a=C:\\data\\new", "a", "C:data\new", 1},
        {"a=\\u0041\\zz\\tq", "a", "Azz\tq", 1},
        {"a=\\uD83D\\uDE00.\\uD83D", "a", "\xF0\x9F\x98\x80.\xEF\xBF\xBD", 1},
        {"\\\na=b", "a", "b", 2},
        {"a", "a", "", 1},
        {"a=", "a", "", 1},
        {"\ta\f=\fb", "a", "b", 1},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct config *c = read_text(v5, cases[i].text);
        const struct config_item *it = config_item(c, cases[i].name);

        if (!it || strcmp(it->value, cases[i].value) || it->line != cases[i].line)
            fail_msg("case %zu '%s': %s in line %u", i, cases[i].text, it ? it->value : "nothing", it ? it->line : 0);
        config_free(c);
    }
}

static void reads_bytes_as_the_version_does(void **state)
{
    struct config *c = read_text(v5, "a=\xC3\xA9");

    assert_string_equal(config_item(c, "a")->value, "\xC3\x83\xC2\xA9");
    config_free(c);
    c = read_text(v2026, "a=\xC3\xA9\xFF");
    assert_string_equal(config_item(c, "a")->value, "\xC3\xA9\xEF\xBF\xBD");
    config_free(c);
    c = read_bytes(v2026, "a=x\0y", 5);
    assert_string_equal(config_item(c, "a")->value, "x\xEF\xBF\xBDy");
    config_free(c);
    c = read_text(v5, "\xEF\xBB\xBF" "dbms.security.auth_enabled=false\n");
    assert_true(says(c, 1, CONFIG_WARNING, "byte order mark"));
    assert_string_equal(config_get(c, SETTING_AUTH_ENABLED).text, "true");
    config_free(c);
}

static void counts_one_of_several(void **state)
{
    static const char twice[] = "dbms.security.auth_enabled=false\ndbms.security.auth_enabled=true\n",
                      loose[] = "x=1\nx=2\ndbms.security.auth_enabled=true\nserver.config.strict_validation.enabled=false\n"
                                "dbms.security.auth_enabled=false\n";
    static const struct {
        const struct version *v;
        const char *text, *value;
        enum config_weight weight;
        unsigned line;
    } cases[] = {
        {&v3, twice, "false", CONFIG_WARNING, 2}, {&v4, twice, "true", CONFIG_WARNING, 2},   {&v5, twice, "true", CONFIG_REFUSED, 2},
        {&v5, loose, "false", CONFIG_WARNING, 5}, {&v2026, twice, "true", CONFIG_REFUSED, 2},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct config *c = read_text(*cases[i].v, cases[i].text);

        if (strcmp(config_get(c, SETTING_AUTH_ENABLED).text, cases[i].value) || !says(c, cases[i].line, cases[i].weight, "given again")) {
            print_problems(c);
            fail_msg("case %zu", i);
        }
        config_free(c);
    }
}

static void repeats_jvm_arguments(void **state)
{
    struct config *c = read_text(v5, "server.jvm.additional=-Da\nserver.jvm.additional=-Db\n");

    assert_int_equal(c->nproblems, 0);
    assert_int_equal(c->nitems, 2);
    for (size_t i = 0; i < c->nitems; i++)
        assert_true(c->items[i].counts && c->items[i].setting == SETTING_JVM);
    config_free(c);
}

static void knows_names_of_all_versions(void **state)
{
    static const struct {
        const struct version *v;
        const char *text;
        enum setting_id id;
        const char *value; /* NULL: the default */
        unsigned line;     /* of the problem; 0: none */
        enum config_weight weight;
        const char *words;
    } cases[] = {
        {&v5, "dbms.directories.data=/OLD", SETTING_DIR_DATA, "/OLD", 1, CONFIG_NOTE, "calls it 'server.directories.data'"},
        {&v5, "dbms.directories.data=/OLD\nserver.directories.data=/NEW", SETTING_DIR_DATA, "/NEW", 1, CONFIG_WARNING, "line 2 and counts"},
        {&v5, "server.directories.data=/NEW\ndbms.directories.data=/OLD", SETTING_DIR_DATA, "/NEW", 2, CONFIG_WARNING, "line 1 and counts"},
        {&v4, "server.directories.data=/NEW\n", SETTING_DIR_DATA, NULL, 1, CONFIG_WARNING, "calls it 'dbms.directories.data'"},
        {&v5, "dbms.connectors.default_listen_address=::", SETTING_DEFAULT_LISTEN, NULL, 1, CONFIG_REFUSED, "does not start"},
        {&v4, "dbms.connectors.default_listen_address=::", SETTING_DEFAULT_LISTEN, "::", 1, CONFIG_NOTE, "older name"},
        {&v3, "dbms.connectors.default_listen_address=::", SETTING_DEFAULT_LISTEN, "::", 0, 0, NULL},
        {&v5, "dbms.logs.debug.path=/x", SETTING_LOG_DEBUG, NULL, 1, CONFIG_WARNING, "has no effect"},
        {&v4, "dbms.logs.debug.path=/x", SETTING_LOG_DEBUG, "/x", 0, 0, NULL},
        {&v5, "dbms.security.procedures.whitelist=a", SETTING_PROC_ALLOWLIST, "a", 1, CONFIG_NOTE, "allowlist"},
        {&v3, "dbms.security.procedures.whitelist=a", SETTING_PROC_ALLOWLIST, "a", 0, 0, NULL},
        {&v3, "dbms.security.procedures.allowlist=a", SETTING_PROC_ALLOWLIST, NULL, 1, CONFIG_WARNING, "whitelist"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct config *c = read_text(*cases[i].v, cases[i].text);
        struct config_value v = config_get(c, cases[i].id);

        if (!v.item != !cases[i].value || (v.item && strcmp(v.text, cases[i].value)) ||
            (cases[i].line ? !says(c, cases[i].line, cases[i].weight, cases[i].words) : c->nproblems > 0)) {
            print_problems(c);
            fail_msg("case %zu: %s", i, v.text);
        }
        config_free(c);
    }
}

static void says_what_is_wrong(void **state)
{
    static const struct {
        const char *text;
        unsigned line;
        enum config_weight weight;
        const char *words;
    } cases[] = {
        {"dbms.logs.http.enabled=false # off\n", 1, CONFIG_REFUSED, "a comment needs a line of its own"},
        {"\nserver.bolt.enabled\n", 2, CONFIG_REFUSED, "write true or false"},
        {"server.memory.heap.max_size=$(echo 1g)\n", 1, CONFIG_NOTE, "neodeck never does"},
        {"server.memory.heap.max_size=lots\n", 1, CONFIG_REFUSED, "a size as 512m"},
        {"db.checkpoint.interval.time=PT5M\n", 1, CONFIG_REFUSED, "a time as"},
        {"server.http.listen_address=a:b\n", 1, CONFIG_REFUSED, "host:port"},
        {"x=\\u12\n", 1, CONFIG_REFUSED, "four hexadecimal digits"},
        {"=x\n", 1, CONFIG_WARNING, "without a name"},
        {"server.directories.import=/t\\u00e9\n", 1, CONFIG_WARNING, "plain ASCII"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct config *c = read_text(v5, cases[i].text);

        if (!says(c, cases[i].line, cases[i].weight, cases[i].words)) {
            print_problems(c);
            fail_msg("case %zu", i);
        }
        config_free(c);
    }
}

static void gives_values(void **state)
{
    struct config *c = read_text(v5, "server.memory.heap.max_size=512 MB\ndbms.security.auth_enabled=FALSE\nserver.memory.pagecache.size=$(free)\n");
    int64_t n = 7;
    bool b = true;

    assert_true(config_bytes(c, SETTING_HEAP_MAX, &n) && n == 512 << 20);
    assert_true(config_bool(c, SETTING_AUTH_ENABLED, &b) && !b);
    n = 7;
    assert_false(config_bytes(c, SETTING_PAGECACHE, &n));
    assert_false(config_bytes(c, SETTING_HEAP_INITIAL, &n));
    assert_int_equal(n, 7);
    assert_true(config_get(c, SETTING_PAGECACHE).item->command);
    config_free(c);
}

static void finds_addresses(void **state)
{
    static const struct {
        const struct version *v;
        const char *text;
        enum connector which;
        const char *listens;
    } cases[] = {
        {&v5, "", CONNECTOR_BOLT, "localhost 7687"},
        {&v3, "", CONNECTOR_HTTPS, "127.0.0.1 7473"},
        {&v5, "server.default_listen_address=0.0.0.0\nserver.bolt.listen_address=:7777\nserver.default_advertised_address=db1.example",
         CONNECTOR_BOLT, "0.0.0.0 7777"},
        {&v3, "dbms.connector.http.listen_address=:80\ndbms.connectors.default_advertised_address=db1", CONNECTOR_HTTP, "127.0.0.1 80"},
        {&v5, "server.http.listen_address=[::]:80\nserver.http.advertised_address=[2001:db8::1]", CONNECTOR_HTTP, ":: 80"},
        {&v5, "server.http.listen_address=::1", CONNECTOR_HTTP, "::1 7474"},
        {&v5, "server.http.listen_address=8080", CONNECTOR_HTTP, "8080 7474"},
        {&v5, "server.http.listen_address=$(ip)", CONNECTOR_HTTP, NULL},
        {&v5, "server.http.listen_address=x:y", CONNECTOR_HTTP, NULL},
        {&v3, "dbms.backup.address=10.0.0.1:6371", CONNECTOR_BACKUP, "10.0.0.1 6371"},
        {&v5, "server.default_listen_address=0.0.0.0", CONNECTOR_BACKUP, "127.0.0.1 6362"},
    };
    char buf[300];

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct config *c = read_text(*cases[i].v, cases[i].text);
        struct config_address a;
        bool ok = config_listens(c, cases[i].which, &a);

        snprintf(buf, sizeof buf, "%s %d", ok ? a.host : "", ok ? a.port : 0);
        if (ok != (cases[i].listens != NULL) || (ok && strcmp(buf, cases[i].listens)))
            fail_msg("case %zu listens: %s", i, buf);
        config_free(c);
    }
}

static void finds_directories(void **state)
{
    static const struct {
        const struct version *v;
        const char *text; /* NULL: the configuration was not read */
        const char *home, *conf;
        enum setting_id id;
        enum path_from from;
        const char *path;
    } cases[] = {
        {&v5, "", "/H", NULL, SETTING_DIR_LOGS, PATH_DEFAULT, "/H/logs"},
        {&v5, "server.directories.data=/D\nserver.directories.transaction.logs.root=rel", "/H", NULL, SETTING_DIR_TX_LOGS, PATH_GIVEN, "/D/rel"},
        {&v5, "server.directories.data=d", "/H/", NULL, SETTING_DIR_TX_LOGS, PATH_DEFAULT, "/H/d/transactions"},
        {&v5, "server.directories.lib=/q/../z", "/H", NULL, SETTING_DIR_LIB, PATH_GIVEN, "/z"},
        {&v5, "server.directories.plugins=~/p", "/H", NULL, SETTING_DIR_PLUGINS, PATH_GIVEN, "/H/~/p"},
        {&v5, "server.directories.data=C:\\neo4j\\data", "/H", NULL, SETTING_DIR_DATA, PATH_GIVEN, "/H/C:/neo4jdata"},
        {&v4, "dbms.directories.data=C:\\neo4j\\data", "/H", NULL, SETTING_DIR_DATA, PATH_GIVEN, "/H/C:\neo4jdata"},
        {&v5, "server.directories.logs=/x\\ty\\u0041\\zz", "/H", NULL, SETTING_DIR_LOGS, PATH_GIVEN, "/x/tyAzz"},
        {&v5, "server.directories.import=/tmp/\xC3\xA9t", "/H", NULL, SETTING_DIR_IMPORT, PATH_GIVEN, "/tmp/u00C3/u00A9t"},
        {&v2026, "server.directories.import=/tmp/\xC3\xA9t", "/H", NULL, SETTING_DIR_IMPORT, PATH_GIVEN, "/tmp/u00E9t"},
        {&v4, "", "/H", NULL, SETTING_DIR_IMPORT, PATH_DEFAULT, "/H"},
        {&v3, "", "/H", NULL, SETTING_DIR_IMPORT, PATH_UNKNOWN, ""},
        {&v3, "dbms.directories.data=/D\ndbms.directories.tx_log=rel\ndbms.active_database=foo", "/H", NULL, SETTING_DIR_TX_LOGS, PATH_GIVEN,
         "/D/databases/foo/rel"},
        {&v3, "", "/H", NULL, SETTING_DIR_TX_LOGS, PATH_DEFAULT, "/H/data/databases/graph.db"},
        {&v4, "dbms.directories.logs=L\ndbms.logs.debug.path=d/x.log", "/H", NULL, SETTING_LOG_DEBUG, PATH_GIVEN, "/H/L/d/x.log"},
        {&v5, "server.logs.config=x.xml", "/H", "/C", SETTING_LOGS_CONFIG, PATH_GIVEN, "/H/x.xml"},
        {&v2026, "server.logs.config=x.xml", "/H", "/C", SETTING_LOGS_CONFIG, PATH_GIVEN, "/C/x.xml"},
        {&v2026, "", "/H", NULL, SETTING_LOGS_CONFIG, PATH_DEFAULT, "/H/conf/server-logs.xml"},
        {&v4, "", "/H", NULL, SETTING_LOGS_CONFIG, PATH_UNKNOWN, ""},
        {&v5, "server.directories.logs=$(pwd)", "/H", NULL, SETTING_DIR_LOGS, PATH_UNKNOWN, ""},
        {&v5, "server.directories.data=$(pwd)", "/H", NULL, SETTING_DIR_TX_LOGS, PATH_UNKNOWN, ""},
        {&v5, NULL, "/var/lib/neo4j", "/etc/neo4j", SETTING_DIR_LOGS, PATH_USUAL, "/var/log/neo4j"},
        {&v5, NULL, "/var/lib/neo4j", NULL, SETTING_DIR_LOGS, PATH_USUAL, "/logs"},
        {&v5, NULL, "/opt/neo4j", NULL, SETTING_DIR_LOGS, PATH_DEFAULT, "/opt/neo4j/logs"},
        {&v5, "", "/var/lib/neo4j", "/etc/neo4j", SETTING_DIR_LOGS, PATH_DEFAULT, "/var/lib/neo4j/logs"},
        {&v5, "server.directories.logs=/../../..", "/H", NULL, SETTING_DIR_LOGS, PATH_GIVEN, "/"},
    };
    struct text path;

    text_init(&path, 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct config *c = cases[i].text ? read_text(*cases[i].v, cases[i].text) : NULL;
        struct install in = {.home = cases[i].home, .conf = cases[i].conf};
        enum path_from from = install_path(&in, c, *cases[i].v, cases[i].id, &path);

        if (from != cases[i].from || strcmp(path.s, cases[i].path))
            fail_msg("case %zu: %d '%s'", i, from, path.s);
        config_free(c);
    }
    text_release(&path);
}

static void tells_layouts(void **state)
{
    static const struct {
        struct install in;
        enum layout layout;
        const char *conf;
    } cases[] = {
        {{"/opt/neo4j-community-5.26.30", NULL}, LAYOUT_TARBALL, "/opt/neo4j-community-5.26.30/conf"},
        {{"/var/lib/neo4j/", "/etc/neo4j/"}, LAYOUT_PACKAGE, "/etc/neo4j"},
        {{"/var/lib/neo4j", "/var/lib/neo4j/conf"}, LAYOUT_CONTAINER, "/var/lib/neo4j/conf"},
    };
    struct text conf;

    text_init(&conf, 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        text_clear(&conf);
        install_conf(&cases[i].in, &conf);
        assert_string_equal(conf.s, cases[i].conf);
        assert_int_equal(install_layout(&cases[i].in), cases[i].layout);
    }
    text_release(&conf);
}

static void takes_directories_and_arguments(void **state)
{
    struct config *c = config_new(v5);

    config_add_entry(c, "neo4j.conf/server.http.listen_address", "server.http.listen_address", ":1234\n", 6);
    config_add_entry(c, "neo4j.conf/x", "x", "a\\b\nc", 5);
    config_add(c, "apoc.conf", CONFIG_PLUGIN, "apoc.import.file.enabled=true\nserver.bolt.listen_address=:1", 59);
    config_add(c, "neo4j-admin.conf", CONFIG_ADMIN, "server.memory.heap.max_size=1g", 30);
    assert_true(config_add_argument(c, "server.http.listen_address=:99"));
    assert_false(config_add_argument(c, "nothing"));
    config_finish(c);
    assert_string_equal(config_get(c, SETTING_HTTP_LISTEN).text, ":99");
    assert_string_equal(config_item(c, "x")->value, "a\\b\nc");
    assert_string_equal(config_item(c, "apoc.import.file.enabled")->value, "true");
    assert_null(config_get(c, SETTING_BOLT_LISTEN).item);
    assert_null(config_get(c, SETTING_HEAP_MAX).item);
    assert_int_equal(c->nproblems, 0);
    config_free(c);
}

static void holds_its_bounds(void **state)
{
    struct text t;
    struct config *c;

    text_init(&t, 0);
    text_adds(&t, "a=");
    for (int i = 0; i < CONFIG_VALUE_MAX; i++)
        text_addc(&t, 'x');
    c = read_bytes(v5, t.s, t.len);
    assert_true(says(c, 1, CONFIG_WARNING, "too long"));
    config_free(c);
    text_clear(&t);
    for (int i = 0; i <= CONFIG_ITEMS_MAX; i++)
        text_adds(&t, "a=b\n");
    c = read_bytes(v3, t.s, t.len);
    assert_int_equal(c->nitems, CONFIG_ITEMS_MAX);
    assert_int_equal(c->nproblems, CONFIG_PROBLEMS_MAX);
    config_free(c);
    text_release(&t);
}

/* ---- the table against what real servers say ---- */

static bool same_value(enum setting_id id, struct version v, const char *real)
{
    struct install in = {.home = "/H"};
    struct config *c = config_new(v);
    struct setting_default d = setting_default(id, v);
    struct text path;
    int64_t ours, theirs;
    bool same;

    text_init(&path, 0);
    if (!strcmp(real, "null") || !strcmp(real, "[]"))
        real = "";
    switch (setting_type(id)) {
    case SETTING_TYPE_PATH:
        install_path(&in, c, v, id, &path);
        same = !strcmp(path.s, real);
        break;
    case SETTING_TYPE_BYTES:
        same = !*real ? !*d.value : bytes_parse(d.value, &ours) && bytes_parse(real, &theirs) && ours == theirs;
        break;
    case SETTING_TYPE_DURATION:
        same = duration_parse(d.value, &ours) && duration_parse_iso(real, &theirs) && ours == theirs;
        break;
    case SETTING_TYPE_ADDRESS:
        same = !*d.value || strstr(real, d.value);
        break;
    default:
        same = str_ieq(d.value, *real == '[' ? "*" : real);
    }
    text_release(&path);
    config_free(c);
    return same;
}

static void agrees_with_real_servers(void **state)
{
    static const struct {
        const char *file;
        const struct version *v;
    } files[] = {{"3.5.35", &v3}, {"4.4.48", &v4}, {"5.26.30", &v5}, {"2026.08.1", &v2026}};
    char line[512];

    for (size_t i = 0; i < LENGTH(files); i++) {
        size_t n = 0;
        FILE *f;

        snprintf(line, sizeof line, FIXTURES "/files/settings/%s.txt", files[i].file);
        f = fopen(line, "r");
        assert_non_null(f);
        for (; fgets(line, sizeof line, f); n++) {
            char *value = strchr(line, '=');
            enum setting_id id;
            enum setting_fate fate;

            line[strcspn(line, "\n")] = '\0';
            *value++ = '\0';
            id = setting_find(line, *files[i].v, &fate, NULL);
            if (id == NSETTINGS || (fate == FATE_OWN && !same_value(id, *files[i].v, value)))
                fail_msg("%s: %s is %s, we say %s", files[i].file, line, value, setting_default(id, *files[i].v).value);
        }
        fclose(f);
        assert_true(n > 30);
    }
}

static void has_a_default_for_every_version(void **state)
{
    const struct version *all[] = {&v3, &v4, &v5, &v2026};

    for (int id = 0; id < NSETTINGS; id++) {
        assert_true(*setting_help((enum setting_id)id));
        for (size_t i = 0; i < LENGTH(all); i++) {
            const char *name = setting_name((enum setting_id)id, *all[i]);
            enum setting_fate fate;

            if (name)
                assert_true(setting_find(name, *all[i], &fate, NULL) == (enum setting_id)id && fate == FATE_OWN);
            assert_non_null(setting_default((enum setting_id)id, *all[i]).value);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_grammar),
        cmocka_unit_test(reads_bytes_as_the_version_does),
        cmocka_unit_test(counts_one_of_several),
        cmocka_unit_test(repeats_jvm_arguments),
        cmocka_unit_test(knows_names_of_all_versions),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(gives_values),
        cmocka_unit_test(finds_addresses),
        cmocka_unit_test(finds_directories),
        cmocka_unit_test(tells_layouts),
        cmocka_unit_test(takes_directories_and_arguments),
        cmocka_unit_test(holds_its_bounds),
        cmocka_unit_test(agrees_with_real_servers),
        cmocka_unit_test(has_a_default_for_every_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
