/* What is said of where a server lives. Nothing that a file or a process says can break a line or reach the terminal. */
#include "support/cm.h"

#include "app/info.h"

static void says(const struct site *s, const char *want)
{
    struct text t;

    text_init(&t, 0);
    site_lines(s, &t);
    if (!strstr(t.s, want))
        fail_msg("'%s' is not in\n%s", want, t.s);
    text_release(&t);
}

static void nothing_is_known(void **state)
{
    struct site s = {.state = SITE_NO_HOST, .evidence = {"port 7474: nobody listens"}, .nevidence = 1};
    struct text t;

    text_init(&t, 0);
    site_lines(NULL, &t);
    assert_string_equal(t.s, "");
    text_release(&t);
    says(&s, "  machine:                  not looked at\n");
    err_set(&s.err, ERR_UNREACHABLE, "the machine of db1 is not reached");
    says(&s, "  machine:                  the machine of db1 is not reached\n");
    says(&s, "  seen:                     port 7474: nobody listens\n");
}

static struct site usual(void)
{
    return (struct site){.state = SITE_FOUND,
                         .from = SITE_PROCESS,
                         .install = {.home = "/srv/neo4j", .conf = "/etc/neo4j"},
                         .version = {2026, 8, 1},
                         .edition = "community",
                         .pid = 4711,
                         .os_user = "neo4j",
                         .root = "",
                         .started_ms = INT64_C(1763822648650)};
}

static void a_site_in_words(void **state)
{
    struct site s = usual();

    says(&s, "  lives in:                 /srv/neo4j  (process)\n");
    says(&s, "  conf:                     /etc/neo4j\n");
    says(&s, "  files of:                 2026.08.1  (community)\n");
    says(&s, "  process:                  pid 4711, user neo4j, since 2025-11-22T14:44:08.650Z\n");
    says(&s, "  neo4j.conf:               was not read\n");
    s.unit_name = "neo4j.service";
    says(&s, "  unit:                     neo4j.service  (its state is not known)\n");
    s.unit_known = true;
    s.unit = (struct systemd_unit){.active = "active", .sub = "running", .enabled = "enabled"};
    says(&s, "  unit:                     neo4j.service  (active, running, enabled)\n");
    s.logs[s.nlogs++] = (struct site_log){.name = "debug.log", .path = "/var/log/neo4j/debug.log", .json = true};
    s.logs[s.nlogs++] = (struct site_log){.name = "neo4j.log", .unit = "neo4j.service"};
    says(&s, "  log files:                /var/log/neo4j/debug.log  (JSON)\n                            neo4j.log  (in the journal)\n");
    s.disagreements[s.ndisagreements++] = "pid file says 12, no such process";
    says(&s, "  but:                      pid file says 12, no such process\n");
    s.pid = 0;
    says(&s, "  process:                  none\n");
}

static void hostile_texts_stay_in_their_line(void **state)
{
    struct site s = usual();
    static const char lines[] = "a\x1b[31m=b\na\x1b[31m=c\n";
    struct config *c = config_new(s.version);
    struct text t;

    config_add(c, "/etc/neo4j/neo4j.conf", CONFIG_SERVER, lines, sizeof lines - 1);
    config_finish(c);
    s.config = c;
    s.os_user = "x\n  uri: http://elsewhere";
    s.managed_by = "\x1b]0;title\a";
    s.edition = "\r\xff";
    s.evidence[s.nevidence++] = "\x07 bell";
    text_init(&t, 0);
    site_lines(&s, &t);
    assert_null(strstr(t.s, "\n  uri: "));
    for (const char *p = t.s; *p; p++)
        if ((unsigned char)*p < ' ' && *p != '\n')
            fail_msg("a control byte %d in\n%s", *p, t.s);
    text_release(&t);
    config_free(c);
}

static void problems_are_bounded(void **state)
{
    struct site s = usual();
    struct config *c = config_new(s.version);
    struct text t;

    text_init(&t, 0);
    for (int i = 0; i < 40; i++)
        text_adds(&t, "this is no line\\uZZZZ\nserver.bolt.enabled=perhaps\n");
    config_add(c, "/etc/neo4j/neo4j.conf", CONFIG_SERVER, t.s, t.len);
    config_finish(c);
    assert_true(c->nproblems > 10);
    s.config = c;
    text_clear(&t);
    text_addf(&t, "                            and %zu more\n", c->nproblems - 10);
    says(&s, "  problems:                 /etc/neo4j/neo4j.conf:");
    says(&s, t.s);
    text_release(&t);
    config_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known),
        cmocka_unit_test(a_site_in_words),
        cmocka_unit_test(hostile_texts_stay_in_their_line),
        cmocka_unit_test(problems_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
