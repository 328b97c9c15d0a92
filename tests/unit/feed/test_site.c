/* One instance on a machine: which it is, what its files say, what was seen and where that does not fit together. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "feed/site_inside.h"
#include "support/fakemachine.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))
#define WALL INT64_C(1795361000000) /* 1000 s after the machine of the table started */

struct bench {
    struct fakemachine fake;
    struct port port;
    struct machine *machine;
    struct site *site;
    int done;
};

static void bench_begin(struct bench *b, const struct thing *things)
{
    clock_freeze(WALL);
    *b = (struct bench){.fake = {.things = things}};
    b->port = fakeport_of(&b->fake.port);
    b->machine = machine_new(&b->port);
}

static void bench_end(struct bench *b)
{
    site_free(b->site);
    machine_free(b->machine);
    fakeport_release(&b->fake.port);
}

static void on_site(void *data, struct site *s)
{
    struct bench *b = data;

    b->done++;
    b->site = s;
}

static void locate(struct bench *b, const struct site_wish *w)
{
    struct locate *l = site_locate(b->machine, &b->port, 0, w, on_site, b);

    assert_int_equal(b->done, 0); /* never from inside */
    fm_settle(&b->fake);
    assert_int_equal(b->done, 1);
    locate_free(l);
}

static bool among(const char *const *list, size_t n, const char *part)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(list[i], part))
            return true;
    return false;
}

static void print_notes(const struct site *s)
{
    printf("state %d %s\n", s->state, s->err.words);
    for (size_t i = 0; i < s->nevidence; i++)
        printf("  + %s\n", s->evidence[i]);
    for (size_t i = 0; i < s->ndisagreements; i++)
        printf("  ! %s\n", s->disagreements[i]);
}

/* ---- which it is, and the truth about it ---- */

#define UNIT(name, active, sub, pid) \
    COMMAND(UNIT_SHOW, name, "Id=" name "\nLoadState=loaded\nActiveState=" active "\nSubState=" sub "\nMainPID=" pid "\n")
#define LISTENS(line) COMMAND(LISTENERS, NULL, line)
#define AT(port, pid) "LISTEN 0 50 *:" #port " *:* users:((\"java\",pid=" #pid ",fd=9))\n"
#define PORTS "server.http.listen_address=:17474\nserver.bolt.listen_address=:17687\n"

static const struct thing healthy[] = {HOME("/data/graph", PORTS), SERVER(4711, "/data/graph", ""), {.path = "/data/graph/run/neo4j.pid", .text = "4711\n"},
                                       LISTENS(AT(17474, 4711) AT(17687, 4711)), {0}};
static const struct thing two[] = {HOME("/data/a", PORTS), SERVER(4711, "/data/a", ""), HOME("/data/b", "server.http.listen_address=:27474\n"),
                                   LISTENS(AT(17474, 4711) AT(17687, 4711)), {0}};
static const struct thing stale[] = {HOME("/data/graph", PORTS), {.path = "/data/graph/run/neo4j.pid", .text = "4711\n"}, {0}};
static const struct thing reused[] = {HOME("/data/graph", PORTS), {.path = "/data/graph/run/neo4j.pid", .text = "4711\n"},
                                      {.path = "/proc/4711/stat", .text = "4711 (nginx) S 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 9 0"}, {0}};
static const struct thing taken[] = {HOME("/data/graph", PORTS), SERVER(4711, "/data/graph", ""),
                                     LISTENS(AT(17474, 4711) "LISTEN 0 5 *:17687 *:* users:((\"nc\",pid=5120,fd=9))\n"), {0}};
static const struct thing closed_port[] = {HOME("/data/graph", PORTS), SERVER(4711, "/data/graph", ""), LISTENS(AT(17474, 4711)), {0}};
static const struct thing young[] = {HOME("/data/graph", PORTS), SERVER(97000, "/data/graph", ""), {0}};
static const struct thing foreign[] = {HOME("/data/graph", PORTS), LISTENS("LISTEN 0 50 *:17474 *:*\n"), {0}};
static const struct thing unseen[] = {HOME("/data/graph", PORTS), SERVER(4711, "/data/graph", ""), LISTENS("LISTEN 0 50 *:17474 *:*\nL 0 0 *:17687 *:*\n"), {0}};
static const struct thing no_ss[] = {HOME("/data/graph", PORTS), SERVER(4711, "/data/graph", ""), {.command = HOST_CMD_LISTENERS, .text = "", .status = 127}, {0}};
static const struct thing unit_gone[] = {HOME("/opt/neo4j", PORTS), COMMAND(UNITS, NULL, "neo4j.service e e\n"), UNIT("neo4j.service", "active", "running", "12"),
                                         COMMAND(UNIT_CAT, NULL, "ExecStart=/opt/neo4j/bin/neo4j console\n"), {0}};
static const struct thing unit_unaware[] = {HOME("/opt/neo4j", PORTS), SERVER(4711, "/opt/neo4j", ""), LISTENS(AT(17474, 4711) AT(17687, 4711)),
                                            COMMAND(UNITS, NULL, "neo4j.service e e\n"), UNIT("neo4j.service", "inactive", "dead", "0"),
                                            COMMAND(UNIT_CAT, NULL, "ExecStart=/opt/neo4j/bin/neo4j console\n"), {0}};
static const struct thing twice[] = {HOME("/data/graph", PORTS), SERVER(4711, "/data/graph", ""), SERVER(4800, "/data/graph", ""),
                                     LISTENS(AT(17474, 4711) AT(17687, 4711)), {0}};
static const struct thing wiped[] = {SERVER(4711, "/data/graph", ""), {0}};
static const struct thing rivals[] = {HOME("/data/a", PORTS), HOME("/data/b", PORTS), SERVER(4711, "/data/b", ""), LISTENS(AT(17474, 4711) AT(17687, 4711)), {0}};
static const struct thing rivals_stopped[] = {HOME("/srv/neo4j/a", PORTS), HOME("/srv/neo4j/b", PORTS), {0}};
static const struct thing package[] = {
    {.path = "/etc/neo4j/neo4j.conf", .text = "server.directories.run=/run/n\n"}, {.path = "/var/lib/neo4j/data/x", .text = ""},
    {.path = "/usr/share/neo4j/lib/neo4j-2025.01.0.jar", .text = ""}, {.path = "/usr/share/neo4j/lib/neo4j-enterprise-2025.01.0.jar", .text = ""},
    {.path = "/var/run/neo4j/neo4j.pid", .text = "9"}, COMMAND(UNITS, NULL, "neo4j.service e e\n"), UNIT("neo4j.service", "failed", "failed", "0"),
    COMMAND(UNIT_CAT, NULL, "ExecStart=/usr/share/neo4j/bin/neo4j console\n"), {0}};
static const struct thing unreadable[] = {
    {.path = "/data/graph/conf/neo4j.conf", .text = "", .closed = true}, {.path = "/data/graph/lib/neo4j-4.4.48.jar", .text = ""}, SERVER(4711, "/data/graph", ""), {0}};
static const struct thing unreadable_listens[] = {
    {.path = "/data/graph/conf/neo4j.conf", .text = "", .closed = true}, SERVER(4711, "/data/graph", ""), HOME("/data/b", ""), LISTENS(AT(17474, 4711)), {0}};
static const struct thing container[] = {
    {.path = "/proc/4711/cmdline", .text = "/opt/java/bin/java|org.neo4j.server.CommunityEntryPoint|--home-dir=/var/lib/neo4j|"},
    {.path = "/proc/4711/root", .dir = true, .own_root = true, .link = "/"}, {.path = "/proc/4711/root/var/lib/neo4j/conf/neo4j.conf", .text = "server.directories.logs=/logs\n"},
    {.path = "/proc/4711/root/var/lib/neo4j/lib/neo4j-5.26.30.jar", .text = ""}, {.path = "/proc/4711/root/var/lib/neo4j/run/neo4j.pid", .text = "7"},
    LISTENS("LISTEN 0 50 *:7474 *:* users:((\"docker-proxy\",pid=44,fd=9))\n"), {0}};
static const struct thing nothing[] = {{0}};
static const struct thing no_home_dir[] = {{.path = "/data/other/x", .text = ""}, {.path = "/data/file", .text = ""}, {0}};
static const struct thing mixed[] = {HOME("/data/graph", ""), {.path = "/data/graph/lib/neo4j-kernel-5.25.1.jar", .text = ""}, {0}};

static void tells_the_truth(void **state)
{
    static const struct {
        const char *name;
        const struct thing *things;
        struct site_wish wish;
        enum site_state state;
        const char *home;   /* or a part of the words of the error */
        int64_t pid;
        const char *version;
        const char *says[3], *disagrees[3]; /* all disagreements, and some of the evidence */
        bool hidden;
    } cases[] = {
        {"a tarball that runs", healthy, {.port = 17474}, SITE_FOUND, "/data/graph", 4711, "5.26.30 community",
         {"pid file: 4711", "port 17474 (HTTP): held by pid 4711", "process 4711 of user neo4j: /data/graph"}, {NULL}, false},
        {"by its Bolt port", healthy, {.port = 17687}, SITE_FOUND, "/data/graph", 4711, "5.26.30 community", {NULL}, {NULL}, false},
        {"by its home", healthy, {.home = "/data/./graph/"}, SITE_FOUND, "/data/graph", 4711, "5.26.30 community", {"home /data/graph: configured"}, {NULL}, false},
        {"the only one, without a wish", healthy, {.port = 0}, SITE_FOUND, "/data/graph", 4711, "5.26.30 community", {NULL}, {NULL}, false},
        {"of two the stopped one, by port", two, {.port = 27474}, SITE_FOUND, "/data/b", 0, "5.26.30 community",
         {"no process runs", "port 27474 (HTTP): nobody listens", "found by its directory (nearby)"}, {NULL}, false},
        {"of two the other", two, {.port = 17474}, SITE_FOUND, "/data/a", 4711, "5.26.30 community", {NULL}, {NULL}, false},
        {"of two none", two, {.port = 7474}, SITE_NOT_FOUND, "no Neo4j on this machine has port 7474 in its configuration; set home = DIR for this "
         "instance; found: /data/a (17474, 17687), /data/b (27474, 7687)", 0, NULL, {NULL}, {NULL}, false},
        {"of two any", two, {.port = 0}, SITE_NOT_FOUND, "several Neo4j", 0, NULL, {NULL}, {NULL}, false},
        {"a stale pid file", stale, {.home = "/data/graph"}, SITE_FOUND, "/data/graph", 0, "5.26.30 community", {"no process runs"}, {"pid file says 4711, no such process"}, false},
        {"a pid that is another's now", reused, {.home = "/data/graph"}, SITE_FOUND, "/data/graph", 0, "5.26.30 community", {NULL},
         {"pid file says 4711, which is another process (nginx)"}, false},
        {"hidden processes", stale, {.home = "/data/graph"}, SITE_FOUND, "/data/graph", 0, "5.26.30 community",
         {"hidden on this machine (hidepid)", "pid file: 4711; whether it runs may not be seen"}, {NULL}, true},
        {"a port taken by another", taken, {.port = 17474}, SITE_FOUND, "/data/graph", 4711, "5.26.30 community", {NULL},
         {"port 17687 (Bolt) is held by pid 5120 (nc), which is not this server"}, false},
        {"a port that is not open", closed_port, {.port = 17474}, SITE_FOUND, "/data/graph", 4711, "5.26.30 community", {NULL},
         {"process 4711 runs, but nobody listens on port 17687 (Bolt)"}, false},
        {"not open yet", young, {.port = 17474}, SITE_FOUND, "/data/graph", 97000, "5.26.30 community", {"port 17474 (HTTP): nobody listens"}, {NULL}, false},
        {"a listener without a process", foreign, {.home = "/data/graph"}, SITE_FOUND, "/data/graph", 0, "5.26.30 community", {NULL},
         {"somebody listens on port 17474 (HTTP), but no process runs with this home"}, false},
        {"listeners of unknown owners", unseen, {.port = 17474}, SITE_FOUND, "/data/graph", 4711, "5.26.30 community", {"whose it is may not be seen"}, {NULL}, false},
        {"no ss", no_ss, {.port = 17474}, SITE_FOUND, "/data/graph", 4711, "5.26.30 community", {"ss does not answer"}, {NULL}, false},
        {"an active unit without its process", unit_gone, {.port = 17474}, SITE_FOUND, "/opt/neo4j", 0, "5.26.30 community",
         {"systemd unit neo4j.service: active (running), pid 12"}, {"unit neo4j.service is active but its process 12 is gone"}, false},
        {"started by hand beside its unit", unit_unaware, {.port = 17474}, SITE_FOUND, "/opt/neo4j", 4711, "5.26.30 community", {NULL},
         {"unit neo4j.service is inactive, but process 4711 runs with its home: the unit does not control it"}, false},
        {"two processes", twice, {.port = 17474}, SITE_FOUND, "/data/graph", 4711, "5.26.30 community", {NULL},
         {"two processes run with this home: 4711 and 4800"}, false},
        {"its files were removed while it runs", wiped, {.home = "/data/graph"}, SITE_FOUND, "/data/graph", 4711, "0.0.0 ",
         {"configuration: not read: there is no '/data/graph/conf/neo4j.conf'"}, {"process 4711 runs with the home /data/graph, which is not there any more"}, false},
        {"two homes, one port: who listens", rivals, {.port = 17474}, SITE_FOUND, "/data/b", 4711, "5.26.30 community", {NULL},
         {"port 17474 (HTTP) is in the configuration of /data/a, too", "port 17687 (Bolt) is in the configuration of /data/a, too"}, false},
        {"two homes, one port, both stopped", rivals_stopped, {.home = "/srv/neo4j/b"}, SITE_FOUND, "/srv/neo4j/b", 0, "5.26.30 community", {NULL},
         {"port 17474 (HTTP) is in the configuration of /srv/neo4j/a, too", "port 17687 (Bolt) is in the configuration of /srv/neo4j/a, too"}, false},
        {"a package that failed", package, {.port = 7474}, SITE_FOUND, "/var/lib/neo4j", 0, "2025.1.0 enterprise",
         {"systemd unit neo4j.service: failed (failed)", "files: Neo4j 2025.01.0 enterprise", "configuration: /etc/neo4j/neo4j.conf, 1 setting"}, {"pid file says 9, no such process"}, false},
        {"a configuration that may not be read", unreadable, {.port = 7474}, SITE_FOUND, "/data/graph", 4711, "4.4.48 community",
         {"taken because it is the only Neo4j here", "configuration: not read: may not read '/data/graph/conf/neo4j.conf'"}, {NULL}, false},
        {"the same, but it listens", unreadable_listens, {.port = 17474}, SITE_FOUND, "/data/graph", 4711, "0.0.0 ", {NULL}, {NULL}, false},
        {"in a container", container, {.port = 7474}, SITE_FOUND, "/var/lib/neo4j", 4711, "5.26.30 community",
         {"pid file: 7 (as numbered in the container)", "in a container", "managed by the container"}, {NULL}, false},
        {"nothing", nothing, {.port = 7474}, SITE_NOT_FOUND, "no Neo4j was found on this machine", 0, NULL, {NULL}, {NULL}, false},
        {"a home that is not there", no_home_dir, {.home = "/data/none"}, SITE_NOT_FOUND, "'/data/none' is not on this machine", 0, NULL, {NULL}, {NULL}, false},
        {"a home that is none", no_home_dir, {.home = "/data/other"}, SITE_NOT_FOUND, "'/data/other' holds no Neo4j", 0, NULL, {NULL}, {NULL}, false},
        {"a home that is a file", no_home_dir, {.home = "/data/file"}, SITE_NOT_FOUND, "'/data/file' is no directory", 0, NULL, {NULL}, {NULL}, false},
        {"a home that is relative", no_home_dir, {.home = "data"}, SITE_NOT_FOUND, "no absolute path", 0, NULL, {NULL}, {NULL}, false},
        {"another machine", healthy, {.port = 17474, .no_host = "prod-1 is another machine"}, SITE_NO_HOST, "prod-1 is another machine", 0, NULL, {NULL}, {NULL}, false},
        {"jars of two versions", mixed, {.home = "/data/graph"}, SITE_FOUND, "/data/graph", 0, "5.26.30 community", {NULL},
         {"jars of two versions of Neo4j in lib: 5.26.30 and 5.25.1"}, false},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct bench b;
        char version[64];
        size_t expected = 0;

        bench_begin(&b, cases[i].things);
        b.fake.hidden = cases[i].hidden;
        locate(&b, &cases[i].wish);
        const struct site *s = b.site;
        bool ok = s->state == cases[i].state && s->pid == cases[i].pid;
        ok = ok && strstr(s->state == SITE_FOUND ? s->install.home : s->err.words, cases[i].home);
        snprintf(version, sizeof version, "%d.%d.%d %s", s->version.major, s->version.minor, s->version.patch, s->edition);
        ok = ok && (!cases[i].version || !strcmp(version, cases[i].version));
        for (size_t k = 0; k < 3 && cases[i].says[k]; k++)
            ok = ok && among(s->evidence, s->nevidence, cases[i].says[k]);
        for (; expected < 3 && cases[i].disagrees[expected]; expected++)
            ok = ok && among(s->disagreements, s->ndisagreements, cases[i].disagrees[expected]);
        if (!ok || s->ndisagreements != expected) {
            print_notes(s);
            fail_msg("%s: %s pid %lld %s", cases[i].name, s->install.home, (long long)s->pid, version);
        }
        bench_end(&b);
    }
}

/* ---- the configuration ---- */

static const struct thing crlf[] = {HOME("/data/graph", "server.http.listen_address=:17474\r\nserver.bolt.enabled=false\r\n"), {0}};
static const struct thing duplicate[] = {HOME("/data/graph", "server.http.listen_address=:1111\nserver.http.listen_address=:17474\n"), {0}};
static const struct thing arguments[] = {HOME("/data/graph", "server.http.listen_address=:1111\n"),
                                         SERVER(4711, "/data/graph", "|-c|server.http.listen_address=:17474"), {0}};
static const struct thing mounted[] = {{.path = "/data/graph/conf/neo4j.conf/server.http.listen_address", .text = ":17474"},
                                       {.path = "/data/graph/conf/neo4j.conf/..data/x", .text = "1"}, {.path = "/data/graph/conf/neo4j.conf/.hidden", .text = "1"},
                                       {.path = "/data/graph/lib/neo4j-5.26.30.jar", .text = ""}, {0}};
static const struct thing elsewhere[] = {HOME("/data/graph", ""), {.path = "/etc/graph/neo4j.conf", .text = "server.http.listen_address=:17474\n"}, {0}};

static void reads_configurations(void **state)
{
    static const struct {
        const char *name;
        const struct thing *things;
        struct site_wish wish;
        size_t items;
        const char *managed_by;
    } cases[] = {
        {"CRLF", crlf, {.home = "/data/graph"}, 2, NULL},
        {"given twice", duplicate, {.home = "/data/graph"}, 2, NULL},
        {"on the command line", arguments, {.home = "/data/graph"}, 2, NULL},
        {"mounted as a directory", mounted, {.home = "/data/graph"}, 1, "Kubernetes"},
        {"in another directory", elsewhere, {.home = "/data/graph", .conf = "/etc/graph"}, 1, NULL},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct config_address at = {.port = 0};
        struct bench b;

        bench_begin(&b, cases[i].things);
        locate(&b, &cases[i].wish);
        if (!b.site->config)
            fail_msg("%s: %s", cases[i].name, b.site->config_err.words);
        if (b.site->config->nitems != cases[i].items || !config_listens(b.site->config, CONNECTOR_HTTP, &at) || at.port != 17474)
            fail_msg("%s: %zu items, port %d", cases[i].name, b.site->config->nitems, at.port);
        if (!b.site->managed_by != !cases[i].managed_by || (cases[i].managed_by && strcmp(b.site->managed_by, cases[i].managed_by)))
            fail_msg("%s: managed by %s", cases[i].name, b.site->managed_by ? b.site->managed_by : "nobody");
        bench_end(&b);
    }
}

static void knows_who_writes_it(void **state)
{
    static const struct {
        const char *text, *who;
    } cases[] = {
        {"# Ansible managed\nx=1\n", "Ansible"},
        {"#\n#  This file is managed by Puppet; do not edit\n", "Puppet"},
        {"! Generated by Chef for node-1\r\n", "Chef"},
        {"# this file is MANAGED by something\n", "somebody else"},
        {"# see the Helm chart\n", NULL},
        {"x=Ansible managed\n", NULL},
        {"# Neo4j configuration\n", NULL},
        {"#", NULL},
        {"", NULL},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *who = conf_managed_by(cases[i].text, strlen(cases[i].text));
        if (!who != !cases[i].who || (who && strcmp(who, cases[i].who)))
            fail_msg("%s: %s", cases[i].text, who ? who : "nobody");
    }
}

/* ---- logs ---- */

#define XML "/data/graph/conf/server-logs.xml"
#define USER_XML "/data/graph/conf/user-logs.xml"
#define DEFAULTS "neo4j.log=/data/graph/logs/neo4j.log debug.log=/data/graph/logs/debug.log query.log=/data/graph/logs/query.log " \
                 "security.log=/data/graph/logs/security.log http.log=/data/graph/logs/http.log"

static const struct thing no_xml[] = {HOME("/data/graph", ""), {0}};
static const struct thing logs_moved[] = {HOME("/data/graph", "server.directories.logs=/var/l\n"), {.path = "/var/l/gc.log", .text = ""}, {0}};
static const struct thing own_xml[] = {
    HOME("/data/graph", ""),
    {.path = XML, .text = "<C><F name='a' fileName='/l/d.json'><JsonTemplateLayout/></F><F name='b' fileName='${config:server.directories.logs}/q.log'/>"
                          "<F name='c' fileName='/l/query.log'/><Root><AppenderRef ref='a'/></Root><Logger name='QueryLogger'><AppenderRef ref='b'/>"
                          "<AppenderRef ref='c'/></Logger></C>"},
    {.path = USER_XML, .text = "<C><F name='a' fileName='/l/neo4j.log'/><Root><AppenderRef ref='a'/></Root></C>"}, {0}};
static const struct thing broken_xml[] = {HOME("/data/graph", ""), {.path = XML, .text = "<C><F name="}, {.path = USER_XML, .text = "", .closed = true}, {0}};
static const struct thing gc_given[] = {HOME("/data/graph", "server.logs.gc.enabled=true\n"), {0}};
static const struct thing old[] = {{.path = "/data/graph/conf/neo4j.conf", .text = "dbms.logs.debug.path=/l/d.log\ndbms.logs.user.format=JSON\n"},
                                   {.path = "/data/graph/lib/neo4j-kernel-4.4.48.jar", .text = ""}, {0}};
static const struct thing journal[] = {HOME("/opt/neo4j", ""), COMMAND(UNITS, NULL, "neo4j.service e e\n"), UNIT("neo4j.service", "inactive", "dead", "0"),
                                       COMMAND(UNIT_CAT, NULL, "ExecStart=/opt/neo4j/bin/neo4j console\nStandardOutput=journal\n"), {0}};
static const struct thing journal_and_file[] = {HOME("/opt/neo4j", ""), {.path = "/opt/neo4j/logs/neo4j.log", .text = ""}, COMMAND(UNITS, NULL, "neo4j.service e e\n"),
                                                UNIT("neo4j.service", "inactive", "dead", "0"),
                                                COMMAND(UNIT_CAT, NULL, "ExecStart=/opt/neo4j/bin/neo4j console\n"), {0}};
static const struct thing gc_of_process[] = {
    HOME("/data/graph", ""), {.path = "/proc/5/cmdline", .text = "java|-Xlog:gc*:file=/l/g.log:time|org.neo4j.server.CommunityEntryPoint|--home-dir=/data/graph"},
    {.path = "/proc/5/root", .dir = true, .same = "/"}, {0}};

static void lists_logs(void **state)
{
    static const struct {
        const char *name;
        const struct thing *things;
        int port;
        const char *logs; /* name=path, "*" behind those in JSON, "!" behind those of the Java machine */
    } cases[] = {
        {"the server's own", no_xml, 7474, DEFAULTS},
        {"moved", logs_moved, 7474, "neo4j.log=/var/l/neo4j.log debug.log=/var/l/debug.log query.log=/var/l/query.log security.log=/var/l/security.log "
                                    "http.log=/var/l/http.log gc.log=/var/l/gc.log!"},
        {"by log4j", own_xml, 7474, "neo4j.log=/l/neo4j.log debug.log=/l/d.json* query.log=/data/graph/logs/q.log query.log (2)=/l/query.log"},
        {"log4j that cannot be read", broken_xml, 7474, DEFAULTS},
        {"gc.log is on", gc_given, 7474, DEFAULTS " gc.log=/data/graph/logs/gc.log!"},
        {"gc.log of the process", gc_of_process, 7474, DEFAULTS " gc.log=/l/g.log!"},
        {"before 5", old, 7474, "neo4j.log=/data/graph/logs/neo4j.log* debug.log=/l/d.log query.log=/data/graph/logs/query.log "
                                "security.log=/data/graph/logs/security.log http.log=/data/graph/logs/http.log"},
        {"neo4j.log in the journal", journal, 7474, "neo4j.log=journal of neo4j.service debug.log=/opt/neo4j/logs/debug.log query.log=/opt/neo4j/logs/query.log "
                                                    "security.log=/opt/neo4j/logs/security.log http.log=/opt/neo4j/logs/http.log"},
        {"neo4j.log in a file, too", journal_and_file, 7474, "neo4j.log=/opt/neo4j/logs/neo4j.log debug.log=/opt/neo4j/logs/debug.log "
                                                             "query.log=/opt/neo4j/logs/query.log security.log=/opt/neo4j/logs/security.log http.log=/opt/neo4j/logs/http.log"},
        {"in a container", container, 7474, "neo4j.log=/proc/4711/root/logs/neo4j.log debug.log=/proc/4711/root/logs/debug.log query.log=/proc/4711/root/logs/query.log "
                                            "security.log=/proc/4711/root/logs/security.log http.log=/proc/4711/root/logs/http.log"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct bench b;
        struct text t;
        char all[2000];

        bench_begin(&b, cases[i].things);
        if (cases[i].things == old) /* nobody found it yet */
            locate(&b, &(struct site_wish){.home = "/data/graph"});
        else if (cases[i].things == journal || cases[i].things == journal_and_file || cases[i].things == container || cases[i].things == gc_of_process)
            locate(&b, &(struct site_wish){.port = cases[i].port});
        else
            locate(&b, &(struct site_wish){.home = "/data/graph"});
        text_init(&t, 0);
        for (size_t k = 0; k < b.site->nlogs; k++) {
            const struct site_log *g = &b.site->logs[k];
            text_addf(&t, "%s%s=%s%s%s%s", k ? " " : "", g->name, g->path ? "" : "journal of ", g->path ? g->path : g->unit, g->json ? "*" : "", g->gc ? "!" : "");
        }
        snprintf(all, sizeof all, "%s", t.s);
        text_release(&t);
        if (strcmp(all, cases[i].logs))
            fail_msg("%s:\n%s", cases[i].name, all);
        bench_end(&b);
    }
}

static void paths_are_those_of_the_server(void **state)
{
    struct bench b;
    struct text t;

    bench_begin(&b, container);
    locate(&b, &(struct site_wish){.port = 7474});
    text_init(&t, 0);
    assert_int_equal(site_path(b.site, SETTING_DIR_LOGS, &t), PATH_GIVEN);
    assert_string_equal(t.s, "/logs");
    assert_int_equal(site_path(b.site, SETTING_DIR_DATA, &t), PATH_DEFAULT);
    assert_string_equal(t.s, "/var/lib/neo4j/data");
    assert_string_equal(b.site->root, "/proc/4711/root");
    text_release(&t);
    bench_end(&b);
}

/* ---- how it is asked ---- */

static void a_look_serves_the_next(void **state)
{
    struct bench b;

    bench_begin(&b, healthy);
    locate(&b, &(struct site_wish){.port = 17474});
    size_t first = b.fake.asks;
    site_free(b.site);
    b.done = 0;
    locate(&b, &(struct site_wish){.home = "/data/graph"});
    assert_true(b.fake.asks - first < 20);
    assert_int_equal(b.site->pid, 4711);
    bench_end(&b);
}

static void it_can_be_given_up_at_any_time(void **state)
{
    for (size_t rounds = 0; rounds < 9; rounds++) {
        struct bench b;
        struct locate *l;
        size_t from = 0;

        bench_begin(&b, healthy);
        l = site_locate(b.machine, &b.port, 0, &(struct site_wish){.home = "/data/graph"}, on_site, &b);
        for (size_t i = 0; i < rounds; i++) { /* so many rounds, and then away */
            size_t end = b.fake.port.n;
            for (; from < end; from++)
                if (b.fake.port.asks[from].ask.u.host.what == HOST_RUN)
                    fm_run_command(&b.fake, b.fake.port.asks[from].id, &b.fake.port.asks[from].ask.u.host);
                else
                    fm_file(&b.fake, b.fake.port.asks[from].id, &b.fake.port.asks[from].ask.u.host);
        }
        int before = b.done;
        locate_free(l);
        machine_free(b.machine);
        b.machine = machine_new(&b.port);
        for (size_t i = 0; i < b.fake.port.n; i++)
            if (!b.fake.port.asks[i].answered)
                assert_true(b.fake.port.asks[i].cancelled);
        fake_settle_cancelled(&b.fake.port);
        assert_int_equal(b.done, before);
        bench_end(&b);
    }
}

static void a_machine_that_does_not_answer(void **state)
{
    struct bench b;

    bench_begin(&b, healthy);
    b.fake.away = true;
    locate(&b, &(struct site_wish){.port = 17474});
    assert_int_equal(b.site->state, SITE_NO_HOST);
    assert_int_equal(b.site->err.absent, ABSENT_HOST);
    assert_non_null(strstr(b.site->err.words, "does not answer"));
    bench_end(&b);
}

/* ---- all of them ---- */

static void count(void *data)
{
    ++*(int *)data;
}

static void the_finder_names_them_all(void **state)
{
    static const struct thing things[] = {
        HOME("/srv/neo4j/a", "server.http.listen_address=0.0.0.0:17474\nserver.bolt.tls_level=REQUIRED\n"), HOME("/data/a", "server.http.enabled=false\nserver.https.enabled=true\n"),
        HOME("/data/b c", "server.http.enabled=false\nserver.bolt.listen_address=[::1]:7777\n"), SERVER(5, "/data/a", ""),
        HOME("/opt/neo4j", "server.http.enabled=false\nserver.bolt.enabled=false\n"), COMMAND(UNITS, NULL, "neo4j-one.service e e\n"),
        UNIT("neo4j-one.service", "inactive", "dead", "0"), COMMAND(UNIT_CAT, NULL, "ExecStart=/opt/neo4j/bin/neo4j console\n"),
        {.path = "/srv/neo4j/z/conf/neo4j.conf", .closed = true}, {.path = "/srv/neo4j/z/lib/x", .text = ""}, {0}};
    struct bench b;
    struct text all, t;
    int done = 0;

    bench_begin(&b, things);
    struct finder *f = finder_new(&b.port, 0, NULL, count, &done);
    assert_int_equal(done, 0);
    fm_settle(&b.fake);
    assert_int_equal(done, 1);
    text_init(&all, 0);
    text_init(&t, 0);
    for (size_t i = 0; i < finder_count(f); i++) {
        finder_name(f, i, &t);
        text_addf(&all, "%s %s", t.s, finder_site(f, i)->install.home);
        for (int over = ASKED_ANY; over <= ASKED_HTTP; over++) {
            finder_uri(f, i, (enum asked_over)over, &t);
            text_addf(&all, " %s", t.len ? t.s : "");
        }
        text_adds(&all, "\n");
    }
    assert_string_equal(all.s, "a /data/a bolt://localhost:7687 bolt://localhost:7687 https://localhost:7473\n"
                               "neo4j-one /opt/neo4j   \na-2 /srv/neo4j/a http://localhost:17474 bolt+s://localhost:7687 http://localhost:17474\n"
                               "z /srv/neo4j/z   \nb-c /data/b c bolt://[::1]:7777 bolt://[::1]:7777 \n");
    text_release(&t);
    text_release(&all);
    finder_free(f);
    f = finder_new(&b.port, 0, NULL, count, &done); /* given up */
    finder_free(f);
    fm_settle(&b.fake);
    assert_int_equal(done, 1);
    bench_end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_truth),        cmocka_unit_test(reads_configurations),           cmocka_unit_test(knows_who_writes_it),
        cmocka_unit_test(lists_logs),             cmocka_unit_test(paths_are_those_of_the_server),  cmocka_unit_test(a_look_serves_the_next),
        cmocka_unit_test(it_can_be_given_up_at_any_time), cmocka_unit_test(a_machine_that_does_not_answer),
        cmocka_unit_test(the_finder_names_them_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
