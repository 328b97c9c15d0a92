/* The HTTP room against the fault server: every way an instance misbehaves has its own name, and none disturbs another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "canned.h"

#define COUNT 60
#define SHOW  "{\"statements\":[{\"statement\":\"SHOW DATABASES\"}]}"

static struct {
    pid_t pid;
    int in, control, port[COUNT];
    struct secret *password;
} fake;

static struct {
    struct loop *l;
    struct http *h;
} room;

static int start_fake(void **state)
{
    int in[2], out[2];
    char line[4096] = "", count[8];
    snprintf(count, sizeof count, "%d", COUNT);
    if (pipe(in) || pipe(out))
        return -1;
    fake.pid = fork();
    if (fake.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        execlp("python3", "python3", FIXTURES "/../faults/fakeneo4j.py", "--until-eof", "--count", count, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    fake.in = in[1];
    for (size_t n = 0; !strchr(line, '\n');) {
        ssize_t got = read(out[0], line + n, sizeof line - 1 - n);
        if (got <= 0)
            return -1;
        n += (size_t)got;
        line[n] = '\0';
    }
    close(out[0]);
    fake.password = secret_new("secret-demo-1", 13);
    const char *at = strchr(line, '[');
    if (!at || sscanf(line, "{\"control\": %d", &fake.control) != 1)
        return -1;
    for (int i = 0; i < COUNT && at; i++) {
        fake.port[i] = atoi(at + 1);
        at = strchr(at + 1, ',');
    }
    room.l = loop_new();
    room.h = http_new(room.l);
    http_expect_peers(room.h, COUNT);
    return 0;
}

static int stop_fake(void **state)
{
    int status;
    http_free(room.h);
    loop_free(room.l);
    close(fake.in); /* it ends with its input */
    waitpid(fake.pid, &status, 0);
    secret_free(fake.password);
    return 0;
}

static const char *base_of(int instance, char *buf)
{
    sprintf(buf, "http://127.0.0.1:%d", fake.port[instance]);
    return buf;
}

/* Sends a command; the counters are in `a`. */
static void control(struct asked *a, const char *command)
{
    char base[64];
    snprintf(base, sizeof base, "http://127.0.0.1:%d", fake.control);
    struct http_peer p = {.base = base};
    struct http_request rq = {.method = "POST",
                              .path = "/ctl",
                              .body = command,
                              .body_len = strlen(command),
                              .deadline_ms = 10000,
                              .max_bytes = 1 << 20};
    ask(room.l, room.h, &p, &rq, a);
    if (a->status != 200)
        fail_msg("%s: %s %s", command, a->body, a->err.words);
}

static long counter(const struct asked *a, const char *name)
{
    char key[64];
    snprintf(key, sizeof key, "\"%s\": ", name);
    const char *at = strstr(a->body, key);
    return at ? atol(at + strlen(key)) : -1;
}

static const char *const headers[] = {"Accept: application/vnd.neo4j.jolt-v2;strict=true",
                                      "Content-Type: application/json", "max-execution-time: 700", NULL};

static struct http_request statement(const struct http_peer *p, int64_t deadline_ms)
{
    return (struct http_request){.peer = p,
                                 .method = "POST",
                                 .path = "/db/system/tx/commit",
                                 .headers = headers,
                                 .body = SHOW,
                                 .body_len = sizeof SHOW - 1,
                                 .auth = HTTP_AUTH_BASIC,
                                 .user = "neo4j",
                                 .secret = fake.password,
                                 .deadline_ms = deadline_ms,
                                 .max_bytes = 200000};
}

static void test_rules(void **state)
{
    static const struct {
        const char *rule;
        enum http_fail fail;
        int status;
        const char *words, *body;
    } cases[] = {
        {"{\"do\":\"ok\"}", HTTP_OK, 200, "", "{\"header\":{\"fields\":[\"name\""},
        {"{\"do\":\"delay\",\"ms\":100}", HTTP_OK, 200, "", "{\"summary\":{}}"},
        {"{\"do\":\"delay\",\"ms\":5000}", HTTP_OK, 200, "", "TransactionTimedOutClientConfiguration"},
        {"{\"do\":\"hang\"}", HTTP_FAIL_TIMEOUT, 0, "no whole answer", ""},
        {"{\"do\":\"cut\"}", HTTP_FAIL_CUT, 200, "was cut after", ""},
        {"{\"do\":\"close\"}", HTTP_FAIL_CUT, 0, "without an answer", ""},
        {"{\"do\":\"reset\"}", HTTP_FAIL_CUT, 0, "was cut after 0 bytes", ""},
        {"{\"do\":\"bolt\"}", HTTP_FAIL_NOT_HTTP, 0, "speaks Bolt", ""},
        {"{\"do\":\"tls\"}", HTTP_FAIL_NOT_HTTP, 0, "write https://", ""},
        {"{\"do\":\"endless\"}", HTTP_FAIL_TOO_LARGE, 200, "is larger than", ""},
        {"{\"do\":\"headers\"}", HTTP_FAIL_TOO_LARGE, 200, "header of the answer", ""},
        {"{\"do\":\"huge\"}", HTTP_FAIL_TOO_LARGE, 200, "is larger than", ""},
        {"{\"do\":\"trickle\",\"ms\":50}", HTTP_FAIL_TIMEOUT, 200, "no whole answer", ""},
        {"{\"do\":\"chunked\"}", HTTP_OK, 200, "", "{\"summary\":{}}"},
        {"{\"do\":\"redirect\"}", HTTP_OK, 302, "", ""},
        {"{\"do\":\"status\",\"code\":429}", HTTP_OK, 429, "", "AuthenticationRateLimit"},
        {"{\"do\":\"status\",\"code\":503}", HTTP_OK, 503, "", ""},
        {"{\"do\":\"html\"}", HTTP_OK, 200, "", "<html>"},
        {"{\"do\":\"json\"}", HTTP_OK, 200, "", "{\"results\":[{\"columns\""},
        {"{\"do\":\"controls\"}", HTTP_OK, 200, "", "\\u001b[2J"},
        {"{\"do\":\"error\",\"code\":\"Neo.X.Y.Z\"}", HTTP_OK, 200, "", "Neo.X.Y.Z"},
    };
    char base[64], command[256];
    struct http_peer p = {.base = base_of(0, base)};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_request rq = statement(&p, 1200);
        struct asked a;
        snprintf(command, sizeof command, "{\"instances\":0,\"rules\":[%s]}", cases[i].rule);
        control(&a, command);
        ask(room.l, room.h, &p, &rq, &a);
        if (a.fail != cases[i].fail || a.status != cases[i].status || !strstr(a.err.words, cases[i].words) ||
            !strstr(a.body, cases[i].body))
            fail_msg("%s: fail %d status %d: %s\n%s", cases[i].rule, (int)a.fail, a.status, a.err.words, a.body);
        assert_true(a.elapsed_ms < 1700);
        assert_true(a.sent);
        if (a.status == 302)
            assert_string_equal(a.location, "http://127.0.0.1:9/elsewhere");
    }
}

static void test_states(void **state)
{
    static const struct {
        const char *state;
        enum http_fail fail;
        bool sent;
    } cases[] = {{"down", HTTP_FAIL_REFUSED, false},  {"half_open", HTTP_FAIL_TIMEOUT, true},
                 {"silent", HTTP_FAIL_TIMEOUT, true}, {"bolt", HTTP_FAIL_NOT_HTTP, true},
                 {"tls", HTTP_FAIL_NOT_HTTP, true},   {"up", HTTP_OK, true}};
    char base[64], command[100];
    struct http_peer p = {.base = base_of(1, base)};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_request rq = statement(&p, 400);
        struct asked a;
        snprintf(command, sizeof command, "{\"instances\":1,\"state\":\"%s\"}", cases[i].state);
        control(&a, command);
        ask(room.l, room.h, &p, &rq, &a);
        if (a.fail != cases[i].fail || a.sent != cases[i].sent)
            fail_msg("%s: fail %d: %s", cases[i].state, (int)a.fail, a.err.words);
    }
}

/* What a client that gives up leaves on the server ends by max-execution-time. */
static void test_left_behind(void **state)
{
    char base[64];
    struct http_peer p = {.base = base_of(2, base)};
    struct http_request rq = statement(&p, 200);
    struct asked a;
    control(&a, "{\"instances\":2,\"rules\":[{\"do\":\"hang\"}]}");
    ask(room.l, room.h, &p, &rq, &a);
    assert_int_equal(a.fail, HTTP_FAIL_TIMEOUT);
    assert_non_null(strstr(a.err.words, "it may still work on it"));
    usleep(50000);
    control(&a, "{\"instances\":2}");
    assert_int_equal(counter(&a, "gave_up"), 1);
    assert_int_equal(counter(&a, "left_now"), 1);
    usleep(600000);
    control(&a, "{\"instances\":2}");
    assert_int_equal(counter(&a, "left_now"), 0);
    assert_int_equal(counter(&a, "left_total"), 1);
}

static void test_password_change(void **state)
{
    static const struct {
        int status;
        long refused, after, limited;
    } expected[] = {{401, 1, 0, 0}, {401, 2, 1, 0}, {401, 3, 2, 0}, {429, 3, 3, 1}};
    char base[64];
    struct http_peer p = {.base = base_of(3, base)};
    struct http_request rq = statement(&p, 2000);
    struct asked a;
    ask(room.l, room.h, &p, &rq, &a);
    assert_int_equal(a.status, 200);
    control(&a, "{\"instances\":3,\"password\":{\"new\":\"x\"}}");
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        ask(room.l, room.h, &p, &rq, &a);
        assert_int_equal(a.fail, HTTP_OK); /* an answer is an answer */
        assert_int_equal(a.status, expected[i].status);
        control(&a, "{\"instances\":3}");
        assert_int_equal(counter(&a, "refused"), expected[i].refused);
        assert_int_equal(counter(&a, "after_first_refusal"), expected[i].after);
        assert_int_equal(counter(&a, "rate_limited"), expected[i].limited);
    }
}

/* A third of the fleet hangs: the others are answered at once, and the loop is never held up. */
static void test_fleet(void **state)
{
    struct http_peer p[COUNT];
    struct asked a[COUNT];
    char base[COUNT][64];
    memset(a, 0, sizeof a);
    control(&a[0], "{\"clear\":true,\"config\":{\"password\":\"secret-demo-1\"},\"brief\":true}");
    control(&a[0], "{\"instances\":3,\"password\":{\"new\":\"secret-demo-1\"}}");
    for (int i = 0; i < COUNT; i += 3) {
        char command[100];
        snprintf(command, sizeof command, "{\"instances\":%d,\"state\":\"%s\"}", i, i % 2 ? "silent" : "half_open");
        control(&a[0], command);
    }
    memset(a, 0, sizeof a);
    for (int i = 0; i < COUNT; i++) {
        p[i] = (struct http_peer){.base = base_of(i, base[i])};
        struct http_request rq = statement(&p[i], 1500);
        a[i].call = http_send(room.h, &rq, NULL, asked_done, &a[i]);
    }
    struct timer *t = loop_timer(room.l, (void (*)(void *))loop_stop, room.l);
    timer_set(t, 2500);
    loop_run(room.l);
    timer_free(t);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(a[i].done, 1);
        if (i == 3)
            continue; /* hanging or locked out by the test before */
        assert_int_equal(a[i].fail, i % 3 ? HTTP_OK : HTTP_FAIL_TIMEOUT);
        if (i % 3)
            assert_true(a[i].elapsed_ms < 1200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),           cmocka_unit_test(test_states), cmocka_unit_test(test_left_behind),
        cmocka_unit_test(test_password_change), cmocka_unit_test(test_fleet),
    };
    return cmocka_run_group_tests(tests, start_fake, stop_fake);
}
