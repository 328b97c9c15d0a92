/* Who is asked what, and that a cancel reaches him; with the real hosts, whose tickets have to be told from the servers'. */
#include "support/cm.h"

#include "app/route.h"
#include "host/host.h"
#include "link/link.h"
#include "port/guard.h"
#include "support/fakeport.h"

struct end {
    ticket next, cancelled;
    enum ask_kind asked[16];
    size_t n;
};

static ticket end_submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct end *end = self;

    end->asked[end->n++] = a->kind;
    return end->next++;
}

static void end_cancel(void *self, ticket id)
{
    ((struct end *)self)->cancelled = id;
}

static struct port end_port(struct end *e)
{
    return (struct port){.self = e, .submit = end_submit, .cancel = end_cancel};
}

static void on_reply(void *ctx, const struct reply *r)
{
    *(enum err_kind *)ctx = r->err ? r->err->kind : ERR_NONE;
}

static void only_hosts_are_asked_of_hosts(void **state)
{
    static const struct {
        enum ask_kind kind;
        bool host;
    } cases[] = {{ASK_STATEMENT, false}, {ASK_STATE, false}, {ASK_RETRY, false}, {ASK_HOST, true}, {ASK_AUDIT, false}};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct end servers = {.next = 7}, hosts = {.next = ROUTE_HOST_TICKET | 7};
        struct route r = {end_port(&servers), end_port(&hosts)};
        struct port p = route_port(&r);
        struct ask a = {.kind = cases[i].kind};
        ticket t = port_submit(&p, &a, NULL, NULL);

        assert_int_equal(servers.n, !cases[i].host);
        assert_int_equal(hosts.n, cases[i].host);
        port_cancel(&p, t);
        assert_true(servers.cancelled == (cases[i].host ? 0 : t));
        assert_true(hosts.cancelled == (cases[i].host ? t : 0));
    }
}

static void stop(void *data)
{
    loop_stop(data);
}

static void run(struct loop *l, int64_t ms)
{
    struct timer *t = loop_timer(l, stop, l);

    timer_set(t, ms);
    loop_run(l);
    timer_free(t);
}

static bool always(void *data, uint32_t instance)
{
    return true;
}

/* The real ends: a file is followed until it is cancelled, a state is told until it is. */
static void cancels_reach_the_real_ends(void **state)
{
    struct loop *loop = loop_new();
    struct http *http = http_new(loop);
    struct link *link = link_new(loop, http);
    struct hosts *hosts = hosts_new(loop);
    struct route r = {link_port(link), hosts_port(hosts)};
    struct port p = route_port(&r);
    struct link_instance spec = {.name = "one", .base = "http://127.0.0.1:1"};
    struct ask follow = {.kind = ASK_HOST, .u.host = {.what = HOST_FOLLOW, .path = "/no/such/file", .from = HOST_FROM_END}};
    struct ask watch = {.kind = ASK_STATE};
    enum err_kind followed = ERR_NONE, watched = ERR_NONE;
    ticket host, server;

    link_add(link, &spec);
    host_set(hosts, 0, &(struct host_spec){.carrier = CARRIER_LOCAL});
    host = port_submit(&p, &follow, on_reply, &followed);
    server = port_submit(&p, &watch, on_reply, &watched);
    assert_true((host & ROUTE_HOST_TICKET) != 0);
    assert_true((server & ROUTE_HOST_TICKET) == 0);
    run(loop, 30);
    port_cancel(&p, host);
    run(loop, 30);
    assert_int_equal(followed, ERR_CANCELLED);
    assert_int_equal(watched, ERR_NONE);
    port_cancel(&p, server);
    run(loop, 30);
    assert_int_equal(watched, ERR_CANCELLED);
    link_free(link);
    http_free(http);
    hosts_free(hosts);
    loop_free(loop);
}

/* The guard stands before both, and the carrier itself refuses once more. */
static void writing_is_refused_at_both_depths(void **state)
{
    struct loop *loop = loop_new();
    struct hosts *hosts = hosts_new(loop);
    struct end servers = {.next = 1};
    struct route r = {end_port(&servers), hosts_port(hosts)};
    struct fakelater later = {0};
    struct guard *guard = guard_new(route_port(&r), fakelater_of(&later), always, NULL);
    struct port guarded = guard_port(guard), bare = route_port(&r);
    struct ask write = {.kind = ASK_HOST, .u.host = {.what = HOST_WRITE, .path = "/tmp/neodeck-route-test", .in = "x", .in_len = 1}};
    enum err_kind first = ERR_NONE, second = ERR_NONE;

    host_set(hosts, 0, &(struct host_spec){.carrier = CARRIER_LOCAL, .read_only = true});
    port_submit(&guarded, &write, on_reply, &first);
    port_submit(&bare, &write, on_reply, &second);
    run(loop, 50);
    fakelater_run(&later);
    assert_int_equal(first, ERR_READ_ONLY);
    assert_int_equal(second, ERR_READ_ONLY);
    guard_free(guard);
    fakelater_run(&later);
    hosts_free(hosts);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_hosts_are_asked_of_hosts),
        cmocka_unit_test(cancels_reach_the_real_ends),
        cmocka_unit_test(writing_is_refused_at_both_depths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
