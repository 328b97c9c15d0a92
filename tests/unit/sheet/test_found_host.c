/* What is found about machines, and in which words. */
#include "rows_of.h"

#include "sheet/findings.h"

#define NOW INT64_C(1795360988430) /* 2026-11-22T15:23:08.430Z */

static void instance(struct model *m, uint32_t i, const char *state)
{
    struct relation *r = relation_new(i, SHEET_INSTANCES);
    add_row(r, "instance", model_instance_name(m, i), "state", state, "login", "ok", "age_ms", "10ms", NULL);
    r->taken_ms = NOW;
    model_publish(m, r);
}

/* All findings as "level kind subject: text", one a line. */
static void check(struct model *m, const char *want)
{
    const struct relation *r;
    struct text t;
    text_init(&t, 0);
    findings_update(m, NOW);
    r = model_get(m, MODEL_NO_INSTANCE, SHEET_FINDINGS);
    for (size_t i = 0; r && i < r->nrows; i++) {
        const size_t cols[] = {COL_FINDINGS_LEVEL, COL_FINDINGS_KIND, COL_FINDINGS_SUBJECT, COL_FINDINGS_TEXT};
        for (size_t k = 0; k < 4; k++)
            text_addf(&t, "%s%s", value_str(relation_cell(r, i, cols[k]), "?"), k < 2 ? " " : k == 2 ? ": " : "\n");
    }
    if (strcmp(t.s, want) != 0)
        fail_msg("found:\n%swanted:\n%s", t.s, want);
    text_release(&t);
}

static struct model *scene(void)
{
    struct model *m = model_new();
    model_add_instance(m, "prod-1");
    instance(m, 0, "up");
    return m;
}

/* ---- a server that does not answer, whose machine knows why ---- */

static void who_runs_no_more_is_said_to(void **state)
{
    static const struct {
        const char *state, *age, *found; /* of its own row */
        const char *status, *message, *disagreements, *home;
        int64_t host_ms;                 /* when its machine was looked at, after NOW */
        const char *want;
    } cases[] = {
        {"down", "absent:not_asked", "no", "stopped", "absent:null", "", "/opt/neo4j", 0,
         "critical instance stopped: prod-1 stopped: no process runs from /opt/neo4j\n"},
        {"down", "absent:not_asked", "no", "stopped", "absent:null", "", "absent:privilege", 0,
         "critical instance stopped: prod-1 stopped: no process runs from its home\n"},
        {"down", "absent:not_asked", "no", "stopped", "killed, or crashed?", "", "/opt/neo4j", 0,
         "critical instance stopped: prod-1 stopped: no process runs from /opt/neo4j; killed, or crashed?\n"},
        {"down", "absent:not_asked", "no", "failed", "no memory", "", "/opt/neo4j", 0, "critical instance failed: prod-1 failed: no memory\n"},
        /* what does not fit together is told besides, unless it was told */
        {"down", "absent:not_asked", "no", "stopped", "killed, or crashed?", "pid-file", "/opt/neo4j", 0,
         "critical instance stopped: prod-1 stopped: no process runs from /opt/neo4j; killed, or crashed?\nwarning host evidence: pid-file\n"},
        {"down", "absent:not_asked", "no", "stopped", "pid-file", "pid-file", "/opt/neo4j", 0,
         "critical instance stopped: prod-1 stopped: no process runs from /opt/neo4j; pid-file\n"},
        /* a home that was only found is no outage, until it was seen to run */
        {"down", "absent:not_asked", "yes", "stopped", "absent:null", "", "/opt/neo4j", 0,
         "warning instance stopped: prod-1 stopped: no process runs from /opt/neo4j\n"},
        {"down", "10s", "yes", "stopped", "absent:null", "", "/opt/neo4j", 0,
         "critical instance stopped: prod-1 stopped: no process runs from /opt/neo4j\n"},
        /* its process runs: then it is one for the network */
        {"down", "absent:not_asked", "yes", "running", "absent:null", "", "/opt/neo4j", 0, "critical instance down: prod-1 down: refused\n"},
        {"down", "absent:not_asked", "no", "unknown", "absent:null", "", "/opt/neo4j", 0, "critical instance down: prod-1 down: refused\n"},
        /* what was seen long before tells nothing */
        {"down", "absent:not_asked", "yes", "stopped", "absent:null", "", "/opt/neo4j", -151 * 1000, "critical instance down: prod-1 down: refused\n"},
        {"up", "10s", "no", "stopped", "absent:null", "", "/opt/neo4j", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model *m = model_new();
        struct relation *own = relation_new(0, SHEET_INSTANCES), *host = relation_new(0, SHEET_HOST);
        model_add_instance(m, "prod-1");
        add_row(own, "instance", "prod-1", "state", cases[i].state, "message", "refused", "age_ms", cases[i].age, "found", cases[i].found,
                NULL);
        own->taken_ms = NOW;
        model_publish(m, own);
        add_row(host, "instance", "prod-1", "status", cases[i].status, "message", cases[i].message, "disagreements",
                cases[i].disagreements, "home", cases[i].home, NULL);
        host->taken_ms = NOW + cases[i].host_ms;
        model_publish(m, host);
        check(m, cases[i].want);
        model_free(m);
    }
}

/* No server of that port was found on the machine, and nobody answers: nobody knows. */
static void a_machine_that_knows_nothing_is_no_answer(void **state)
{
    struct model *m = model_new();
    struct relation *own = relation_new(0, SHEET_INSTANCES), *host = relation_new(0, SHEET_HOST);
    model_add_instance(m, "prod-1");
    add_row(own, "instance", "prod-1", "state", "down", "age_ms", "absent:not_asked", NULL);
    own->taken_ms = NOW;
    model_publish(m, own);
    add_row(host, "instance", "prod-1", "status", "unknown", NULL);
    host->taken_ms = NOW;
    model_publish(m, host);
    findings_update(m, NOW);
    assert_int_equal(findings_status(m), 3);
    model_free(m);
}

static void an_abandoned_home_is_never_critical(void **state)
{
    struct model *m = model_new();
    struct relation *own = relation_new(0, SHEET_INSTANCES), *host = relation_new(0, SHEET_HOST);
    model_add_instance(m, "old");
    add_row(own, "instance", "old", "state", "down", "age_ms", "absent:not_asked", "found", "yes", NULL);
    own->taken_ms = NOW;
    model_publish(m, own);
    add_row(host, "instance", "old", "status", "stopped", "home", "/opt/old", "checkpoint_failed_at", "2026-11-22T15:19:00Z", NULL);
    host->taken_ms = NOW;
    model_publish(m, host);
    check(m, "warning instance stopped: old stopped: no process runs from /opt/old\n"
             "warning checkpoint checkpoint: checkpoint failed 4 min ago\n");
    assert_int_equal(findings_status(m), 1);
    model_free(m);
}

/* ---- one column or two of the row of a machine ---- */

static void each_rule_has_its_limits(void **state)
{
    static const struct {
        const char *column[4], *value[4];
        const char *want;
    } cases[] = {
        {{"status"}, {"running"}, ""},
        {{"heap_percent", "heap_max_bytes"}, {"89.9", "4294967296"}, ""},
        {{"heap_percent", "heap_max_bytes"}, {"90", "4294967296"}, "warning heap heap: heap 90 % of 4.0G\n"},
        {{"heap_percent", "heap_least_percent", "heap_max_bytes"}, {"98.5", "96.9", "4294967296"}, "warning heap heap: heap 98 % of 4.0G\n"},
        {{"heap_percent", "heap_least_percent", "heap_max_bytes"}, {"98.5", "97", "4294967296"}, "critical heap heap: heap 98 % of 4.0G\n"},
        {{"heap_percent"}, {"absent:privilege"}, ""},
        {{"gc_pause_ms", "gc_pause_at"}, {"1s", "2026-11-22T15:19:00Z"}, ""},
        {{"gc_pause_ms", "gc_pause_at"}, {"1.1s", "2026-11-22T15:19:00Z"}, "warning pause pause: stood still for 1.1s, 4 min ago\n"},
        {{"gc_pause_ms", "gc_pause_at"}, {"12s", "2026-11-22T15:19:00Z"}, "critical pause pause: stood still for 12s, 4 min ago\n"},
        {{"uptime_ms", "status"}, {"3m", "running"}, "warning restart start: restarted 3 min ago\n"},
        {{"uptime_ms", "status"}, {"15m", "running"}, ""},
        {{"failed_logins", "failed_logins_who"}, {"2", "neo4j from 10.0.0.1 (2)"}, ""},
        {{"failed_logins", "failed_logins_who"},
         {"3", "neo4j from 10.0.0.1 (3)"},
         "warning logins logins: 3 failed logins in the last hour: neo4j from 10.0.0.1 (3)\n"},
        {{"certificate", "certificate_ends"}, {"/srv/neo4j/certificates/bolt/public.crt", "2026-12-07T15:23:08Z"}, ""},
        {{"certificate", "certificate_ends"},
         {"/srv/neo4j/certificates/bolt/public.crt", "2026-11-27T16:00:00Z"},
         "warning certificate certificate: certificate bolt/public.crt expires in 5 d\n"},
        {{"certificate", "certificate_ends"},
         {"/srv/neo4j/certificates/bolt/public.crt", "2026-11-22T13:00:00Z"},
         "critical certificate certificate: certificate bolt/public.crt expired 2 h ago\n"},
        {{"certificate", "certificate_ends"},
         {"public.crt", "2026-11-22T13:00:00Z"},
         "critical certificate certificate: certificate public.crt expired 2 h ago\n"},
        {{"open_files", "open_files_limit"}, {"800", "1000"}, ""},
        {{"open_files", "open_files_limit"}, {"801", "1000"}, "warning files files: 801 of 1000 files open\n"},
        {{"open_files", "open_files_limit"}, {"960", "1000"}, "critical files files: 960 of 1000 files open\n"},
        {{"open_files", "open_files_limit"}, {"960", "absent:not_configured"}, ""},
        {{"hostname", "memory_bytes", "available_bytes"}, {"db1", "17179869184", "858993460"}, ""},
        {{"hostname", "memory_bytes", "available_bytes"},
         {"db1", "17179869184", "805306368"},
         "warning memory memory: memory of db1: 768M left of 16G\n"},
        {{"resident_bytes", "swapped_bytes"}, {"900", "100"}, ""},
        {{"resident_bytes", "swapped_bytes"}, {"4294967296", "1073741824"}, "warning memory swap: 1.0G of the server is on the swap\n"},
        {{"status", "message"}, {"failed", "neo4j.service failed: oom-kill"}, "warning host failed: server failed: neo4j.service failed: oom-kill\n"},
        {{"status", "disagreements"}, {"running", "silent"}, "warning host evidence: silent\n"},
        {{"status", "disagreements"}, {"running", ""}, ""},
        {{"checkpoint_at", "checkpoint_failed_at"},
         {"2026-11-22T15:00:00Z", "2026-11-22T15:19:00Z"},
         "critical checkpoint checkpoint: checkpoint failed 4 min ago\n"},
        {{"alarms", "last_alarm", "started"},
         {"memory disk", "2026-11-22T15:19:00Z", "2026-11-22T15:00:00Z"},
         "critical log log: log: memory, +1 more, 4 min ago\n"},
        {{"alarms", "last_alarm", "started"},
         {"memory", "2026-11-22T15:00:00Z", "2026-11-22T15:01:00Z"},
         "warning log log: log: memory, 23 min ago\n"}, /* a start since then */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model *m = scene();
        struct relation *r = relation_new(0, SHEET_HOST);
        const char *const *c = cases[i].column, *const *v = cases[i].value;
        add_row(r, "instance", "prod-1", c[0], v[0], c[1], v[1], c[2], v[2], c[3], v[3], NULL);
        r->taken_ms = NOW;
        model_publish(m, r);
        check(m, cases[i].want);
        model_free(m);
    }
}

static void checkpoints_count_where_something_is_written(void **state)
{
    struct model *m = scene();
    struct relation *host = relation_new(0, SHEET_HOST), *stores;

    add_row(host, "instance", "prod-1", "status", "running", "checkpoint_at", "2026-11-22T10:00:00Z", NULL);
    host->taken_ms = NOW;
    model_publish(m, host);
    check(m, ""); /* nothing is known of writes */
    stores = relation_new(0, SHEET_STORES);
    add_row(stores, "database", "system", "last_written", "2026-11-22T09:00:00Z", NULL);
    add_row(stores, "database", "shop", "last_written", "2026-11-22T11:00:00Z", NULL);
    model_publish(m, stores);
    check(m, "");
    stores = relation_new(0, SHEET_STORES);
    add_row(stores, "database", "shop", "last_written", "2026-11-22T15:00:00Z", NULL);
    model_publish(m, stores);
    check(m, "warning checkpoint checkpoint: no checkpoint for 5 h\n");
    model_free(m);
}

/* ---- disks ---- */

static void disk(struct relation *r, const char *what, const char *mount, const char *used, const char *full)
{
    add_row(r, "instance", "x", "directory", what, "path", what, "mount", mount, "used_percent", used, "full_in_ms", full, NULL);
}

static void disks_are_told_by_file_system(void **state)
{
    struct model *m = scene();
    struct relation *r = relation_new(0, SHEET_DISKS);

    disk(r, "data", "/data", "90", "25h");
    disk(r, "txlogs", "/tx", "93.4", "4h");
    disk(r, "logs", "/tx", "93.4", "4h");
    disk(r, "import", "/import", "99", "absent:not_asked");
    disk(r, "plugins", "absent:timeout", "absent:timeout", "absent:timeout");
    model_publish(m, r);
    check(m, "critical disk /tx: disk txlogs, logs 93 %, full in ~4 h\nwarning disk /import: disk import 99 %\n");
    model_free(m);
}

static void disks_have_limits(void **state)
{
    static const struct {
        const char *used, *full, *want;
    } cases[] = {
        {"90", "24h", ""},
        {"90.5", "absent:not_applicable", "warning disk /: disk data 90 %\n"},
        {"12", "23h", "warning disk /: disk data 12 %, full in ~23 h\n"},
        {"12", "5h", "critical disk /: disk data 12 %, full in ~5 h\n"},
        {"95.5", "400d", "critical disk /: disk data 95 %\n"},
        {"95.5", "5d", "critical disk /: disk data 95 %, full in ~5 d\n"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model *m = scene();
        struct relation *r = relation_new(0, SHEET_DISKS);
        disk(r, "data", "/", cases[i].used, cases[i].full);
        model_publish(m, r);
        check(m, cases[i].want);
        model_free(m);
    }
}

/* Two instances on one machine share its disks and its memory: told once. The same path on another machine is another disk. */
static void a_machine_is_told_once(void **state)
{
    struct model *m = scene();
    static const char *const names[] = {"db1", "db1", "db2"};

    model_add_instance(m, "prod-2");
    model_add_instance(m, "prod-3");
    for (uint32_t i = 0; i < 3; i++) {
        struct relation *r = relation_new(i, SHEET_DISKS), *host = relation_new(i, SHEET_HOST);
        instance(m, i, i == 0 ? "down" : "up"); /* its machine still tells */
        disk(r, "data", "/", "96", "absent:not_asked");
        add_row(host, "instance", "x", "hostname", names[i], "memory_bytes", "1000", "available_bytes", "10", NULL);
        model_publish(m, host);
        model_publish(m, r);
    }
    check(m, "critical instance down: prod-1 down\ncritical disk /: disk data 96 %\ncritical disk /: disk data 96 %\n"
             "warning memory memory: memory of db1: 10B left of 1000B\nwarning memory memory: memory of db2: 10B left of 1000B\n");
    model_free(m);
}

static void nothing_is_guessed(void **state)
{
    struct model *m = scene();
    struct err e;

    err_set(&e, ERR_GONE, "no Neo4j was found there");
    model_publish_failure(m, 0, SHEET_HOST, &e);
    model_publish_failure(m, 0, SHEET_DISKS, &e);
    model_publish_failure(m, 0, SHEET_STORES, &e);
    check(m, "");
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_runs_no_more_is_said_to),
        cmocka_unit_test(a_machine_that_knows_nothing_is_no_answer),
        cmocka_unit_test(an_abandoned_home_is_never_critical),
        cmocka_unit_test(each_rule_has_its_limits),
        cmocka_unit_test(checkpoints_count_where_something_is_written),
        cmocka_unit_test(disks_are_told_by_file_system),
        cmocka_unit_test(disks_have_limits),
        cmocka_unit_test(a_machine_is_told_once),
        cmocka_unit_test(nothing_is_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
