/* Command lines of Java machines: real ones of servers, and what else is to be met on a host. */
#include "support/cm.h"
#include "neo4j/jvm_cmdline.h"

/* Arguments separated by blanks; '_' stands for a blank within one. */
static size_t pack(const char *words, char *buf, size_t n)
{
    size_t len = strlen(words);

    assert_true(len < n);
    memcpy(buf, words, len + 1);
    for (size_t i = 0; i < len; i++)
        buf[i] = buf[i] == ' ' ? '\0' : buf[i] == '_' ? ' ' : buf[i];
    return len + 1;
}

static void reads_real_servers(void **state)
{
    static const struct {
        const char *file, *java;
        int version;
    } files[] = {
        {"3.5.35", "/usr/lib/jvm/java-17-openjdk-amd64/bin/java", 17},
        {"4.4.48", "/usr/lib/jvm/java-17-openjdk-amd64/bin/java", 17},
        {"5.26.30", "/usr/lib/jvm/java-17-openjdk-amd64/bin/java", 17},
        {"2026.08.1", "/usr/lib/jvm/temurin-25-jdk-amd64/bin/java", 25},
    };
    char path[256], bytes[4096];

    for (size_t i = 0; i < LENGTH(files); i++) {
        struct arena a = {0};
        struct jvm_cmdline out;
        FILE *f;
        size_t n;

        snprintf(path, sizeof path, FIXTURES "/files/cmdline/%s", files[i].file);
        f = fopen(path, "r");
        assert_non_null(f);
        n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        jvm_cmdline_parse(bytes, n, &a, &out);
        assert_int_equal(out.kind, JVM_SERVER);
        assert_string_equal(out.java, files[i].java);
        assert_int_equal(out.java_version, files[i].version);
        assert_string_equal(out.main_class, "org.neo4j.server.CommunityEntryPoint");
        assert_string_equal(out.home, "/srv/neo4j");
        assert_string_equal(out.conf, "/srv/neo4j/conf");
        assert_int_equal(out.heap_max, 512 << 20);
        assert_int_equal(out.heap_initial, 512 << 20);
        assert_string_equal(out.collector, "G1");
        assert_null(out.gc_log);
        arena_release(&a);
    }
}

static void tells_kinds(void **state)
{
    static const struct {
        const char *words;
        enum jvm_kind kind;
        const char *command;
    } cases[] = {
        {"/usr/bin/java -cp x com.neo4j.server.enterprise.EnterpriseEntryPoint --home-dir=/n", JVM_SERVER, NULL},
        {"java -cp x org.neo4j.server.enterprise.ArbiterEntryPoint --home-dir=/n", JVM_SERVER, NULL},
        {"java -cp x org.neo4j.server.Neo4jCommunity --home-dir=/n", JVM_SERVER, NULL},
        {"java -cp x com.neo4j.server.enterprise.Neo4jEnterprise --home-dir=/n", JVM_SERVER, NULL},
        {"java -cp x org.neo4j.server.NotNeo4jCommunity", JVM_OTHER, NULL},
        {"java -cp x -Dbasedir=/n org.neo4j.server.startup.Neo4jCommand console --verbose", JVM_LAUNCHER, "console"},
        {"java -cp x org.neo4j.server.startup.Neo4jAdminCommand database dump neo4j --to-path=/b", JVM_ADMIN, "database dump neo4j"},
        {"java -cp x org.neo4j.commandline.admin.AdminTool backup --backup-dir=/b", JVM_ADMIN, "backup"},
        {"java -cp x com.neo4j.server.startup.EnterpriseAdminCommand server report", JVM_ADMIN, "server report"},
        {"java -cp x org.neo4j.shell.Main -a bolt://x", JVM_SHELL, NULL},
        {"java -jar org.neo4j.server.CommunityEntryPoint", JVM_SERVER, NULL},
        {"java -cp org.neo4j.server.CommunityEntryPoint org.example.Main", JVM_OTHER, NULL},
        {"java --add-opens org.neo4j.server.CommunityEntryPoint org.example.Main", JVM_OTHER, NULL},
        {"java org.example.Main org.neo4j.server.CommunityEntryPoint --home-dir=/n", JVM_OTHER, NULL},
        {"java org.neo4j.server.CommunityEntryPointX", JVM_OTHER, NULL},
        {"java xorg.neo4j.server.CommunityEntryPoint", JVM_OTHER, NULL},
        {"sh -c java_org.neo4j.server.CommunityEntryPoint", JVM_NOT_JAVA, NULL},
        {"grep org.neo4j.server.CommunityEntryPoint", JVM_NOT_JAVA, NULL},
        {"/opt/java/x", JVM_NOT_JAVA, NULL},
        {"java -m a/org.neo4j.server.CommunityEntryPoint", JVM_SERVER, NULL},
    };
    char buf[512];

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct jvm_cmdline out;

        jvm_cmdline_parse(buf, pack(cases[i].words, buf, sizeof buf), &a, &out);
        if (out.kind != cases[i].kind || !out.command != !cases[i].command || (out.command && strcmp(out.command, cases[i].command)))
            fail_msg("%s: %d %s", cases[i].words, out.kind, out.command ? out.command : "");
        arena_release(&a);
    }
}

static void reads_options(void **state)
{
    static const char words[] =
        "/opt/jdk-11.0.2/bin/java -server -cp /n/lib/*:/n/plugins/* -Xms1g -Xmx1g -Xmx8192m -XX:MaxMetaspaceSize=256m -XX:+UseG1GC "
        "-XX:+UseZGC -XX:+ExitOnOutOfMemoryError -XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=/dumps "
        "-Dcom.sun.management.jmxremote.port=3637 -XX:MaxRAMPercentage=62.5 -XX:MaxDirectMemorySize=2g "
        "-Xlog:gc*,safepoint,age*=trace:file=\"/my_logs/gc.log\"::filecount=5,filesize=20480k -agentlib:jdwp=address=*:5005 "
        "com.neo4j.server.enterprise.EnterpriseEntryPoint --home-dir=/my_home --config-dir /etc/neo4j --expand-commands -c server.http.enabled=false -c "
        "rubbish";
    struct arena a = {0};
    struct jvm_cmdline out;
    char buf[1024];

    jvm_cmdline_parse(buf, pack(words, buf, sizeof buf), &a, &out);
    assert_int_equal(out.kind, JVM_SERVER);
    assert_int_equal(out.java_version, 11);
    assert_true(out.heap_initial == (int64_t)1 << 30 && out.heap_max == (int64_t)8 << 30);
    assert_true(out.metaspace_max == 256 << 20 && out.direct_max == (int64_t)2 << 30);
    assert_true(out.heap_percent > 62.4 && out.heap_percent < 62.6);
    assert_string_equal(out.collector, "ZGC");
    assert_string_equal(out.gc_log, "/my logs/gc.log");
    assert_false(out.gc_log_is_dated);
    assert_true(out.exits_on_oom && out.dumps_on_oom && out.expands_commands);
    assert_string_equal(out.dump_path, "/dumps");
    assert_string_equal(out.jmx_port, "3637");
    assert_string_equal(out.debug, "address=*:5005");
    assert_string_equal(out.home, "/my home");
    assert_string_equal(out.conf, "/etc/neo4j");
    assert_int_equal(out.nsettings, 1);
    assert_string_equal(out.settings[0], "server.http.enabled=false");
    arena_release(&a);
}

static void finds_gc_logs(void **state)
{
    static const struct {
        const char *option, *file;
        bool dated;
    } cases[] = {
        {"-Xloggc:/l/gc.log", "/l/gc.log", false},
        {"-Xlog:gc:/l/gc.log", "/l/gc.log", false},
        {"-Xlog:gc*:file=/l/gc.log:time,level,tags", "/l/gc.log", true},
        {"-Xlog:gc*:file=/l/gc.log:level,tags", "/l/gc.log", false},
        {"-Xlog:gc*", NULL, false},
        {"-Xlog:gc*:stdout", NULL, false},
        {"-Xlog:safepoint:file=/l/sp.log", NULL, false},
        {"-Xlog:gc*:file=\"/l/gc.log", NULL, false},
        {"-Xlog:disable", NULL, false},
    };
    char words[256], buf[256];

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct jvm_cmdline out;

        snprintf(words, sizeof words, "java %s org.neo4j.server.CommunityEntryPoint", cases[i].option);
        jvm_cmdline_parse(buf, pack(words, buf, sizeof buf), &a, &out);
        if (!out.gc_log != !cases[i].file || (out.gc_log && strcmp(out.gc_log, cases[i].file)) || out.gc_log_is_dated != cases[i].dated)
            fail_msg("%s: %s %d", cases[i].option, out.gc_log ? out.gc_log : "none", out.gc_log_is_dated);
        arena_release(&a);
    }
}

static void tells_versions_of_java(void **state)
{
    static const struct {
        const char *path;
        int version;
    } cases[] = {
        {"/usr/lib/jvm/java-17-openjdk-amd64/bin/java", 17},
        {"/usr/lib/jvm/java-1.8.0-openjdk-amd64/bin/java", 8},
        {"/opt/jdk1.8.0_202/jre/bin/java", 8},
        {"/usr/lib/jvm/zulu11/bin/java", 11},
        {"/usr/lib/jvm/temurin-21-jre-amd64/bin/java", 21},
        {"/opt/java/openjdk/bin/java", 0},
        {"/usr/bin/java", 0},
        {"java", 0},
        {"", 0},
        {"/home/u2/java/bin/java", 0},
        {"/opt/java-99999999999/bin/java", 0},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        if (java_version_of_path(cases[i].path) != cases[i].version)
            fail_msg("%s: %d", cases[i].path, java_version_of_path(cases[i].path));
}

static void survives_anything(void **state)
{
    struct arena a = {0};
    struct jvm_cmdline out;
    char *big = calloc(1, 2 * JVM_BYTES_MAX);

    jvm_cmdline_parse("", 0, &a, &out);
    assert_int_equal(out.kind, JVM_NOT_JAVA);
    jvm_cmdline_parse("java", 4, &a, &out);
    assert_true(out.kind == JVM_OTHER && out.cut);
    jvm_cmdline_parse("java\0-cp", 8, &a, &out);
    assert_true(out.kind == JVM_OTHER && out.cut);
    memcpy(big, "java", 5);
    jvm_cmdline_parse(big, 2 * JVM_BYTES_MAX, &a, &out);
    assert_int_equal(out.kind, JVM_OTHER);
    memset(big + 5, '-', 2 * JVM_BYTES_MAX - 5);
    jvm_cmdline_parse(big, 2 * JVM_BYTES_MAX, &a, &out);
    assert_true(out.cut);
    free(big);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_real_servers), cmocka_unit_test(tells_kinds),           cmocka_unit_test(reads_options),
        cmocka_unit_test(finds_gc_logs),      cmocka_unit_test(tells_versions_of_java), cmocka_unit_test(survives_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
