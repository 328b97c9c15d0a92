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
#include "support/fakemachine.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

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
        cmocka_unit_test(finds_instances),          cmocka_unit_test(knows_ports_and_times), cmocka_unit_test(one_look_serves_all),
        cmocka_unit_test(a_machine_that_is_away_is_an_error), cmocka_unit_test(much_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
