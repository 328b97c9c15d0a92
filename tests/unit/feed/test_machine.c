/* What is found on a machine: processes, units, directories, each instance once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "feed/sights.h"
#include "feed/units.h"
#include "support/fakemachine.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

/* ---- texts of commands ---- */

static void reads_listeners(void **state)
{
    static const struct {
        const char *line;
        int port;
        int64_t pid;
        const char *name;
    } cases[] = {
        {"LISTEN 0 4096 [::ffff:127.0.0.1]:7687 *:* users:((\"java\",pid=4711,fd=203))", 7687, 4711, "java"},
        {"LISTEN 0      128               0.0.0.0:22  0.0.0.0:*                 ", 22, 0, ""},
        {"LISTEN 0 50 *:7474 *:* users:((\"a b\",pid=12,fd=1),(\"c\",pid=13,fd=1))", 7474, 12, "a b"},
        {"LISTEN 0 50 [::]:65535 [::]:*", 65535, 0, ""},
        {"LISTEN 0 50 [::]:65536 [::]:*", 0, 0, ""},
        {"LISTEN 0 50 [::]:0 [::]:*", 0, 0, ""},
        {"LISTEN 0 50 /run/x *", 0, 0, ""},
        {"LISTEN 0 50 1.2.3.4:80 *:* users:((\"java", 80, 0, ""},
        {"LISTEN 0 50 1.2.3.4:80 *:* users:((\"java\",pid=,fd=1))", 80, 0, ""},
        {"LISTEN 0 50 1.2.3.4:80 *:* users:((\"a name that is longer than any may be\",pid=5))", 80, 5, "a name that is longer than any "},
        {"LISTEN", 0, 0, ""},
        {"", 0, 0, ""},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct listener *list;
        size_t n = listeners_parse(cases[i].line, strlen(cases[i].line), &a, &list);
        if (n != (cases[i].port != 0))
            fail_msg("%s: %zu listeners", cases[i].line, n);
        if (n && (list->port != cases[i].port || list->pid != cases[i].pid || strcmp(list->name, cases[i].name)))
            fail_msg("%s: %d %lld '%s'", cases[i].line, list->port, (long long)list->pid, list->name);
        arena_release(&a);
    }
}

static void listeners_are_bounded(void **state)
{
    struct arena a = {0};
    struct text t;
    struct listener *list;

    text_init(&t, 0);
    for (int i = 0; i < LISTENERS_MAX + 10; i++)
        text_adds(&t, "L 0 0 *:1 *:*\n");
    assert_int_equal(listeners_parse(t.s, t.len, &a, &list), LISTENERS_MAX);
    text_release(&t);
    arena_release(&a);
}

static void reads_names_of_units(void **state)
{
    static const char list[] = "neo4j.service   enabled enabled\nneo4j@.service  disabled enabled\n  neo4j-two.service static -\n"
                               "-rf.service x\nneo4j;x.service y\nneo4j.timer enabled\n\n";
    const char *names[UNITS_MAX];
    struct arena a = {0};

    assert_int_equal(units_parse(list, sizeof list - 1, &a, names), 2);
    assert_string_equal(names[0], "neo4j.service");
    assert_string_equal(names[1], "neo4j-two.service");
    arena_release(&a);
}

static void finds_the_home_of_units(void **state)
{
    static const struct {
        const char *files, *home, *conf, *output;
    } cases[] = {
        {"# /lib/systemd/system/neo4j.service\n[Service]\nExecStart=/usr/share/neo4j/bin/neo4j console\n"
         "Environment=\"NEO4J_CONF=/etc/neo4j\" \"NEO4J_HOME=/var/lib/neo4j\"\n", "/var/lib/neo4j", "/etc/neo4j", NULL},
        {"ExecStart=/usr/bin/neo4j console\n", "/var/lib/neo4j", "/etc/neo4j", NULL},
        {"ExecStart=-/opt/neo4j/bin/neo4j console\nStandardOutput=journal\n", "/opt/neo4j", NULL, "journal"},
        {"Environment=NEO4J_HOME=/srv/a NEO4J_CONF=/srv/a/etc\nExecStart=/usr/bin/neo4j console\n", "/srv/a", "/srv/a/etc", NULL},
        {"Environment='NEO4J_HOME=/srv/a b'\r\n", "/srv/a b", NULL, NULL},
        {"Environment=NEO4J_AUTH=neo4j/secret NEO4J_HOME=/srv/a\nEnvironment=NEO4J_HOME=/srv/b\n", "/srv/b", NULL, NULL},
        {"ExecStart=/usr/bin/java -jar x\nWorkingDirectory=/srv/w\n", "/srv/w", NULL, NULL},
        {"ExecStart=/opt/a/bin/neo4j\nExecStart=\nExecStart=/opt/b/bin/neo4j start\n", "/opt/b", NULL, NULL},
        {"Environment=NEO4J_HOME=/srv/%i\n", NULL, NULL, NULL},
        {"WorkingDirectory=/\n", NULL, NULL, NULL},
        {"WorkingDirectory=~\n", NULL, NULL, NULL},
        {"#Environment=NEO4J_HOME=/srv/a\n", NULL, NULL, NULL},
        {"ExecStart=/bin/neo4j\n", NULL, NULL, NULL},
        {"", NULL, NULL, NULL},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct systemd_unit u = {0};
        unit_files_parse(cases[i].files, strlen(cases[i].files), &a, &u);
        const char *home = unit_home(&u, &a), *conf = unit_conf(&u);
        if (!home != !cases[i].home || (home && strcmp(home, cases[i].home)))
            fail_msg("case %zu: home %s", i, home ? home : "none");
        if (!conf != !cases[i].conf || (conf && strcmp(conf, cases[i].conf)))
            fail_msg("case %zu: conf %s", i, conf ? conf : "none");
        if (!u.output != !cases[i].output || (u.output && strcmp(u.output, cases[i].output)))
            fail_msg("case %zu: output %s", i, u.output ? u.output : "none");
        arena_release(&a);
    }
}

static void reads_groups_of_processes(void **state)
{
    static const struct {
        const char *text, *unit;
        bool container;
    } cases[] = {
        {"0::/system.slice/neo4j.service\n", "neo4j.service", false},
        {"12:pids:/x\n1:name=systemd:/system.slice/neo4j@one.service\n", "neo4j@one.service", false},
        {"12:cpu:/system.slice/neo4j.service\n", NULL, false},
        {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/session-1.scope\n", NULL, false},
        {"0::/system.slice/docker-0123.scope\n", NULL, true},
        {"0::/kubepods.slice/x\n", NULL, true},
        {"0::/\n", NULL, false},
        {"", NULL, false},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        const char *unit = unit_of_cgroup(cases[i].text, strlen(cases[i].text), &a);
        if (!unit != !cases[i].unit || (unit && strcmp(unit, cases[i].unit)))
            fail_msg("%s: %s", cases[i].text, unit ? unit : "none");
        assert_int_equal(cgroup_is_container(cases[i].text, strlen(cases[i].text)), cases[i].container);
        arena_release(&a);
    }
}

/* ---- looks ---- */

static int told;

static void count(void *data)
{
    told++;
    (void)data;
}

/* All candidates in a line each: from, home, conf, pid and further ones, unit, container. */
static void describe(const struct machine *m, struct text *out)
{
    const struct candidate *list;
    size_t n = machine_candidates(m, &list);
    const struct sights *s = machine_sights(m);

    for (size_t i = 0; i < n; i++) {
        const struct candidate *c = &list[i];
        text_addf(out, "%s %s", site_from_name(c->from), c->home ? c->home : "?");
        if (c->conf)
            text_addf(out, " conf=%s", c->conf);
        if (c->pid)
            text_addf(out, " pid=%lld", (long long)c->pid);
        for (size_t k = 0; k < s->more[i].nothers; k++)
            text_addf(out, "+%lld", (long long)s->more[i].others[k]);
        if (c->unit_name)
            text_addf(out, " unit=%s", c->unit_name);
        text_adds(out, c->container ? " container\n" : "\n");
    }
}

#define UNIT(name, active, sub, pid) \
    COMMAND(UNIT_SHOW, name, "Id=" name "\nLoadState=loaded\nActiveState=" active "\nSubState=" sub "\nMainPID=" pid "\n")

static const struct thing empty[] = {{0}};
static const struct thing one_running[] = {HOME("/data/graph", ""), SERVER(4711, "/data/graph", ""), {0}};
static const struct thing beside[] = {HOME("/data/one", ""), SERVER(4711, "/data/one", ""), HOME("/data/two", ""),
                                      {.path = "/data/three/conf/neo4j.conf", .text = ""}, {.path = "/data/backup/x", .text = ""}, {0}};
static const struct thing below_srv[] = {HOME("/srv/neo4j/5.26", ""), HOME("/srv/neo4j/2026.08", ""), HOME("/srv/www/x", ""), {0}};
static const struct thing in_opt[] = {HOME("/opt/neo4j-community-5.26.30", ""),
                                      {.path = "/opt/neo4j", .dir = true, .same = "/opt/neo4j-community-5.26.30", .link = "neo4j-community-5.26.30"},
                                      {.path = "/opt/neo4j/conf/neo4j.conf", .text = ""}, {.path = "/opt/neo4j/lib/x", .text = ""}, {0}};
static const struct thing link_runs[] = {HOME("/opt/neo4j-5.26.30", ""), SERVER(7, "/opt/neo4j", ""),
                                         {.path = "/opt/neo4j", .dir = true, .same = "/opt/neo4j-5.26.30", .link = "neo4j-5.26.30"}, {0}};
static const struct thing package_stopped[] = {
    {.path = "/etc/neo4j/neo4j.conf", .text = ""}, {.path = "/var/lib/neo4j/data/x", .text = ""}, {.path = "/usr/share/neo4j/lib/neo4j-5.26.30.jar", .text = ""},
    COMMAND(UNITS, NULL, "neo4j.service disabled enabled\n"), UNIT("neo4j.service", "inactive", "dead", "0"),
    COMMAND(UNIT_CAT, "neo4j.service", "ExecStart=/usr/share/neo4j/bin/neo4j console\n"), {0}};
static const struct thing package_removed[] = {{.path = "/etc/neo4j/neo4j.conf", .text = ""}, {.path = "/var/lib/neo4j/data/x", .text = ""}, {0}};
static const struct thing unit_of_launcher[] = {
    HOME("/opt/neo4j", ""), SERVER(4711, "/opt/neo4j", ""), COMMAND(UNITS, NULL, "neo4j.service enabled enabled\n"),
    UNIT("neo4j.service", "active", "running", "4711"), COMMAND(UNIT_CAT, "neo4j.service", "Environment=NEO4J_HOME=/elsewhere\n"), {0}};
static const struct thing two_units[] = {
    HOME("/srv/a", ""), HOME("/srv/b", ""), SERVER(5, "/srv/a", ""), COMMAND(UNITS, NULL, "neo4j-a.service e e\nneo4j-b.service e e\n"),
    UNIT("neo4j-a.service", "active", "running", "5"), UNIT("neo4j-b.service", "failed", "failed", "0"),
    COMMAND(UNIT_CAT, "neo4j-a.service", "ExecStart=/srv/a/bin/neo4j console\n"),
    COMMAND(UNIT_CAT, "neo4j-b.service", "ExecStart=/srv/b/bin/neo4j console\n"), {0}};
static const struct thing stranger_unit[] = {
    HOME("/srv/g", ""), {.path = "/proc/9/cmdline", .text = "java|org.neo4j.server.CommunityEntryPoint|--home-dir=/srv/g"},
    {.path = "/proc/9/stat", .text = "9 (java) S 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 9 0"}, {.path = "/proc/9/cgroup", .text = "0::/system.slice/graph.service\n"},
    {.path = "/proc/9/root", .dir = true, .same = "/"}, COMMAND(UNITS, NULL, ""), UNIT("graph.service", "active", "running", "9"), {0}};
static const struct thing cron_unit[] = {
    HOME("/srv/g", ""), {.path = "/proc/9/cmdline", .text = "java|org.neo4j.server.CommunityEntryPoint|--home-dir=/srv/g"},
    {.path = "/proc/9/stat", .text = "9 (java) S 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 9 0"}, {.path = "/proc/9/cgroup", .text = "0::/system.slice/cron.service\n"},
    {.path = "/proc/9/root", .dir = true, .same = "/"}, COMMAND(UNITS, NULL, ""), UNIT("cron.service", "active", "running", "3"), {0}};
static const struct thing two_processes[] = {HOME("/data/graph", ""), SERVER(4800, "/data/graph", ""), SERVER(4711, "/data/graph", ""), {0}};
static const struct thing two_confs[] = {HOME("/data/graph", ""), SERVER(4711, "/data/graph", "|--config-dir=/a"),
                                         SERVER(4800, "/data/graph", "|--config-dir=/b"), {0}};
static const struct thing container[] = {
    {.path = "/proc/4711/cmdline", .text = "/opt/java/bin/java|org.neo4j.server.CommunityEntryPoint|--home-dir=/var/lib/neo4j|"},
    {.path = "/proc/4711/stat", .text = "4711 (java) S 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 9 0"}, {.path = "/proc/4711/root", .dir = true, .own_root = true, .link = "/"},
    {.path = "/proc/4711/root/var/lib/neo4j/conf/neo4j.conf", .text = ""}, {0}};
static const struct thing container_unseen[] = {
    {.path = "/proc/4711/cmdline", .text = "/opt/java/bin/java|org.neo4j.server.CommunityEntryPoint|--home-dir=/var/lib/neo4j|"},
    {.path = "/proc/4711/root", .dir = true, .closed = true, .link = "/"}, {.path = "/proc/4711/cgroup", .text = "0::/system.slice/docker-1.scope\n"}, {0}};
static const struct thing inside_image[] = {{.path = "/var/lib/neo4j/conf/neo4j.conf", .text = ""}, {.path = "/var/lib/neo4j/lib/x", .text = ""}, {0}};
static const struct thing other_user[] = {
    {.path = "/proc/5/cmdline", .text = "java|com.neo4j.server.enterprise.Neo4jEnterprise|--home-dir=rel"}, {.path = "/proc/5/cwd", .closed = true, .link = "/srv"},
    {.path = "/proc/5/root", .closed = true, .link = "/"}, {0}};
static const struct thing relative_home[] = {
    {.path = "/proc/5/cmdline", .text = "java|com.neo4j.server.enterprise.Neo4jEnterprise|--home-dir=../g/./x"}, {.path = "/proc/5/cwd", .dir = true, .link = "/srv/a"},
    {.path = "/proc/5/root", .dir = true, .same = "/"}, {0}};
static const struct thing tools[] = {{.path = "/proc/5/cmdline", .text = "java|org.neo4j.server.startup.Neo4jAdminCommand|database|dump"},
                                     {.path = "/proc/6/cmdline", .text = "grep|org.neo4j.server.CommunityEntryPoint"}, {0}};
static const struct thing closed_beside[] = {HOME("/data/one", ""), SERVER(4711, "/data/one", ""), {.path = "/data/secret", .dir = true, .closed = true}, {0}};
static const struct thing conf_is_dir[] = {{.path = "/opt/neo4j/conf/neo4j.conf/a", .text = "1"}, {.path = "/opt/neo4j/lib/x", .text = ""}, {0}};

static void finds_instances(void **state)
{
    static const char *const remembered[] = {"/mnt/graph", "/mnt/none", "relative", NULL};
    static const struct thing at_mnt[] = {HOME("/mnt/graph", ""), {0}};
    static const struct {
        const char *name;
        const struct thing *things, *later;
        const char *const *homes;
        const char *found;
    } cases[] = {
        {"nothing", empty, NULL, NULL, ""},
        {"a tarball that runs", one_running, NULL, NULL, "process /data/graph pid=4711\n"},
        {"a stopped one beside it; others are none", beside, NULL, NULL, "process /data/one pid=4711\nnearby /data/two\n"},
        {"below /srv/neo4j", below_srv, NULL, NULL, "nearby /srv/neo4j/5.26\nnearby /srv/neo4j/2026.08\n"},
        {"a directory and a link to it", in_opt, NULL, NULL, "nearby /opt/neo4j-community-5.26.30\n"},
        {"a process by the link", link_runs, NULL, NULL, "process /opt/neo4j pid=7\n"},
        {"package and unit, stopped", package_stopped, NULL, NULL, "systemd unit /var/lib/neo4j conf=/etc/neo4j unit=neo4j.service\n"},
        {"a package that was removed leaves its configuration", package_removed, NULL, NULL, ""},
        {"the unit's process knows its home better", unit_of_launcher, NULL, NULL, "process /opt/neo4j pid=4711 unit=neo4j.service\n"},
        {"two units, one failed", two_units, NULL, NULL, "process /srv/a pid=5 unit=neo4j-a.service\nsystemd unit /srv/b unit=neo4j-b.service\n"},
        {"a unit with another name", stranger_unit, NULL, NULL, "process /srv/g pid=9 unit=graph.service\n"},
        {"started from cron", cron_unit, NULL, NULL, "process /srv/g pid=9\n"},
        {"two processes, one home", two_processes, NULL, NULL, "process /data/graph pid=4711+4800\n"},
        {"one home, two configurations", two_confs, NULL, NULL, "process /data/graph conf=/a pid=4711\nprocess /data/graph conf=/b pid=4800\n"},
        {"in a container", container, NULL, NULL, "process /var/lib/neo4j pid=4711 container\n"},
        {"in a container, by its group", container_unseen, NULL, NULL, "process /var/lib/neo4j pid=4711 container\n"},
        {"we are in the container", inside_image, NULL, NULL, "container /var/lib/neo4j\n"},
        {"of another user, relative", other_user, NULL, NULL, "process ? pid=5\n"},
        {"relative", relative_home, NULL, NULL, "process /srv/g/x pid=5\n"},
        {"tools and others are no servers", tools, NULL, NULL, ""},
        {"remembered", at_mnt, NULL, remembered, "remembered /mnt/graph\n"},
        {"gone between the rounds", one_running, empty, NULL, ""},
        {"what may not be entered is no home", closed_beside, NULL, NULL, "process /data/one pid=4711\n"},
        {"a configuration that is a directory", conf_is_dir, NULL, NULL, "nearby /opt/neo4j\n"},
    };

    clock_freeze(1795361000000);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct fakemachine fake = {.things = cases[i].things, .later = cases[i].later};
        struct port p = fakeport_of(&fake.port);
        struct machine *m = machine_new(&p);
        struct text t;

        text_init(&t, 0);
        told = 0;
        machine_look(m, 0, cases[i].homes, 0, count, m);
        assert_int_equal(told, 0); /* never from inside */
        fm_settle(&fake);
        assert_int_equal(told, 1);
        describe(m, &t);
        if (strcmp(t.s, cases[i].found))
            fail_msg("%s:\n%s", cases[i].name, t.s);
        if (fake.rounds > 6 || fake.asks > 80)
            fail_msg("%s: %zu rounds, %zu asks", cases[i].name, fake.rounds, fake.asks);
        text_release(&t);
        machine_free(m);
        fakeport_release(&fake.port);
    }
}

static void knows_ports_and_times(void **state)
{
    static const struct thing things[] = {HOME("/data/graph", "server.http.listen_address=:17474\nserver.bolt.enabled=false\n"),
                                          SERVER(4711, "/data/graph", "|-c|server.https.enabled=true"), {0}};
    struct fakemachine fake = {.things = things};
    struct port p = fakeport_of(&fake.port);
    struct machine *m = machine_new(&p);

    machine_look(m, 0, NULL, 0, count, m);
    fm_settle(&fake);
    const struct sights *s = machine_sights(m);
    assert_int_equal(s->n, 1);
    assert_true(sight_has_port(&s->more[0], 17474) && sight_has_port(&s->more[0], 7473));
    assert_false(sight_has_port(&s->more[0], 7687) || sight_has_port(&s->more[0], 6362) || sight_has_port(&s->more[0], 0));
    assert_string_equal(s->candidates[0].os_user, "neo4j");
    assert_true(s->candidates[0].started_ms == INT64_C(1795360000000) + 47110);
    assert_int_equal(s->candidates[0].jvm.heap_max, 1 << 30);
    machine_free(m);
    fakeport_release(&fake.port);
}

static void one_look_serves_all(void **state)
{
    struct fakemachine fake = {.things = one_running};
    struct port p = fakeport_of(&fake.port);
    struct machine *m = machine_new(&p);
    int a, b, c;

    clock_freeze(1795361000000);
    told = 0;
    machine_look(m, 0, NULL, 10000, count, &a);
    machine_look(m, 1, NULL, 10000, count, &b);
    machine_look(m, 1, NULL, 10000, count, &c);
    machine_forget(m, &b);
    fm_settle(&fake);
    assert_int_equal(told, 2);
    size_t asks = fake.asks;
    clock_advance(9000); /* fresh enough: nothing is looked at, still not from inside */
    machine_look(m, 1, NULL, 10000, count, &a);
    assert_int_equal(told, 2);
    fm_settle(&fake);
    assert_int_equal(told, 3);
    assert_int_equal(fake.asks, asks + 1);
    clock_advance(2000);
    machine_look(m, 1, NULL, 10000, count, &a);
    fm_settle(&fake);
    assert_true(told == 4 && fake.asks > asks + 10);
    asks = fake.asks;
    for (int i = 0; i < 1000; i++) /* a fleet behind one address does not ask its machine once for each */
        machine_look(m, (uint32_t)i, NULL, 10000, count, &a);
    assert_int_equal(told, 4);
    fm_settle(&fake);
    assert_int_equal(told, 1004);
    assert_int_equal(fake.asks, asks + 1);
    machine_look(m, 1, NULL, 10000, count, &a);
    machine_forget(m, &a);
    machine_look(m, 1, NULL, 10000, count, &b);
    fm_settle(&fake);
    assert_int_equal(told, 1005);
    told = 4;
    machine_look(m, 1, NULL, 0, count, &a); /* freed while it is under way */
    machine_look(m, 1, NULL, 60000, count, &b);
    machine_free(m);
    fm_settle(&fake);
    assert_int_equal(told, 4);
    fakeport_release(&fake.port);
}

static void a_machine_that_is_away_is_an_error(void **state)
{
    struct fakemachine fake = {.things = one_running, .away = true};
    struct port p = fakeport_of(&fake.port);
    struct machine *m = machine_new(&p);

    told = 0;
    machine_look(m, 0, NULL, 0, count, m);
    fm_settle(&fake);
    assert_int_equal(told, 1);
    assert_int_equal(machine_sights(m)->err.kind, ERR_UNREACHABLE);
    assert_int_equal(machine_sights(m)->n, 0);
    machine_free(m);
    fakeport_release(&fake.port);
}

/* Hundreds of directories beside a home, hundreds of processes and units: bounded. */
static void much_is_bounded(void **state)
{
    enum { MANY = 150 };
    struct thing *things = x_calloc(3 * MANY + 4, sizeof *things);
    struct arena a = {0};
    struct text units;
    size_t n = 0;

    text_init(&units, 0);
    for (int i = 0; i < 2 * MANY; i++)
        things[n++] = (struct thing){.path = arena_printf(&a, "/data/d%03d/conf/x", i), .text = ""};
    for (int i = 0; i < MANY; i++)
        text_addf(&units, "neo4j-%d.service e e\n", i);
    things[n++] = (struct thing){.path = "/proc/7/cmdline", .text = "java|org.neo4j.server.CommunityEntryPoint|--home-dir=/data/d000"};
    things[n++] = (struct thing)COMMAND(UNITS, NULL, units.s);
    struct fakemachine fake = {.things = things};
    struct port p = fakeport_of(&fake.port);
    struct machine *m = machine_new(&p);
    machine_look(m, 0, NULL, 0, count, m);
    fm_settle(&fake);
    assert_int_equal(machine_sights(m)->n, 1);
    if (fake.asks > 250)
        fail_msg("%zu asks", fake.asks);
    machine_free(m);
    fakeport_release(&fake.port);
    text_release(&units);
    arena_release(&a);
    free(things);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_listeners),          cmocka_unit_test(listeners_are_bounded), cmocka_unit_test(reads_names_of_units),
        cmocka_unit_test(finds_the_home_of_units),  cmocka_unit_test(reads_groups_of_processes),
        cmocka_unit_test(finds_instances),          cmocka_unit_test(knows_ports_and_times), cmocka_unit_test(one_look_serves_all),
        cmocka_unit_test(a_machine_that_is_away_is_an_error), cmocka_unit_test(much_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
