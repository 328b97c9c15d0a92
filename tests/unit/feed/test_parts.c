/* Sheets that take two statements, and indexes over time. */
#include "feed/finish.h"
#include "support/feedbench.h"

struct scene {
    struct feedbench b;
};

static struct scene *scene_new(const char *version, enum sheet_id sheet)
{
    struct scene *s = x_calloc(1, sizeof *s);

    feedbench_begin(&s->b, INT64_C(1795361000000), "prod");
    fake_state(&s->b.port, 0, PHASE_UP, version, "");
    feedbench_want(&s->b, sheet, INSTANCE_NONE);
    return s;
}

static void scene_free(struct scene *s)
{
    feedbench_end(&s->b);
    free(s);
}

static const char *text_of(const struct relation *r, size_t row, size_t col)
{
    struct value v = relation_cell(r, row, col);

    return v.type == V_ABSENT ? absent_name(v.absent) : v.type == V_BOOL ? v.u.i ? "yes" : "no" : value_str(v, "?");
}

static void functions_follow_procedures(void **state)
{
    struct scene *s = scene_new("5.26.30", SHEET_PROCEDURES);
    static const char *const procedures[] = {"name", "mode", "signature", "admin", "rolesExecution", "deprecatedBy"};
    static const char *const functions[] = {"name", "signature", "isBuiltIn", "aggregating"};
    struct value first[] = {v_text("apoc.load.json"), v_text("READ"), v_text("x"), v_bool(false), v_absent(ABSENT_NULL), v_absent(ABSENT_NULL),
                            v_text("dbms.listConfig"), v_text("DBMS"), v_text("y"), v_bool(true), v_absent(ABSENT_NULL), v_text("SHOW SETTINGS"),
                            v_text("com.acme.do"), v_text("WRITE"), v_text("z"), v_bool(false), v_absent(ABSENT_NULL), v_absent(ABSENT_NULL)};
    struct value second[] = {v_text("avg"), v_text("a"), v_bool(true), v_bool(true), v_text("date.realtime"), v_text("b"), v_bool(true), v_bool(false),
                             v_text("apoc.text.join"), v_text("c"), v_bool(false), v_bool(false)};
    static const struct {
        const char *name, *kind, *mode, *plugin, *admin, *roles;
    } rows[] = {{"apoc.load.json", "procedure", "READ", "APOC", "no", "enterprise_only"},
                {"dbms.listConfig", "procedure", "DBMS", "not_applicable", "yes", "enterprise_only"},
                {"com.acme.do", "procedure", "WRITE", "com.acme", "no", "enterprise_only"},
                {"avg", "aggregation", "not_applicable", "not_applicable", "not_applicable", "version"},
                {"date.realtime", "function", "not_applicable", "not_applicable", "not_applicable", "version"},
                {"apoc.text.join", "function", "not_applicable", "APOC", "not_applicable", "version"}};

    fake_rows(&s->b.port, STMT_PROCEDURE_LIST, 0, procedures, 6, first, 3);
    assert_null(model_get(s->b.model, 0, SHEET_PROCEDURES)); /* half of it is not shown */
    fake_rows(&s->b.port, STMT_FUNCTION_LIST, 0, functions, 4, second, 3);
    const struct relation *r = model_get(s->b.model, 0, SHEET_PROCEDURES);
    assert_int_equal(r->nrows, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(text_of(r, i, COL_PROCEDURES_NAME), rows[i].name);
        assert_string_equal(text_of(r, i, COL_PROCEDURES_KIND), rows[i].kind);
        assert_string_equal(text_of(r, i, COL_PROCEDURES_MODE), rows[i].mode);
        assert_string_equal(text_of(r, i, COL_PROCEDURES_PLUGIN), rows[i].plugin);
        assert_string_equal(text_of(r, i, COL_PROCEDURES_ADMIN), rows[i].admin);
        assert_string_equal(text_of(r, i, COL_PROCEDURES_ROLES), rows[i].roles);
    }
    assert_true(feed_idle(s->b.feed));
    scene_free(s);
}

static void users_and_who_of_them_we_are(void **state)
{
    struct scene *s = scene_new("5.26.30", SHEET_USERS);
    static const char *const names[] = {"user", "roles", "passwordChangeRequired", "suspended", "home", "provider"}, *const us[] = {"user"};
    struct value users[] = {v_text("neo4j"), v_absent(ABSENT_NULL), v_bool(false), v_absent(ABSENT_NULL), v_absent(ABSENT_NULL), v_text("native"),
                            v_text("new"), v_absent(ABSENT_NULL), v_bool(true), v_absent(ABSENT_NULL), v_absent(ABSENT_NULL), v_text("native")};
    struct value current[] = {v_text("neo4j")};

    fake_rows(&s->b.port, STMT_USERS, 0, names, 6, users, 2);
    fake_rows(&s->b.port, STMT_CURRENT_USER, 0, us, 1, current, 1);
    const struct relation *r = model_get(s->b.model, 0, SHEET_USERS);
    assert_int_equal(r->nrows, 2);
    assert_string_equal(text_of(r, 0, COL_USERS_CURRENT), "yes");
    assert_string_equal(text_of(r, 0, COL_USERS_STATE), "active");
    assert_string_equal(text_of(r, 0, COL_USERS_ROLES), "enterprise_only");
    assert_string_equal(text_of(r, 0, COL_USERS_SUSPENDED), "enterprise_only");
    assert_string_equal(text_of(r, 1, COL_USERS_CURRENT), "no");
    assert_string_equal(text_of(r, 1, COL_USERS_STATE), "password expired");
    scene_free(s);
}

/* Who may not see the others still sees himself, and that it is not all. */
static void without_the_privilege_there_is_oneself(void **state)
{
    struct scene *s = scene_new("5.26.30", SHEET_USERS);
    static const char *const us[] = {"user", "roles", "passwordChangeRequired"};
    struct value current[] = {v_text("support"), v_absent(ABSENT_NULL), v_bool(false)};

    fake_fail(&s->b.port, ASK_STATEMENT, STMT_USERS, 0, ERR_PRIVILEGE, "SHOW USER is missing");
    fake_rows(&s->b.port, STMT_CURRENT_USER, 0, us, 3, current, 1);
    const struct relation *r = model_get(s->b.model, 0, SHEET_USERS);
    assert_false(r->missing);
    assert_int_equal(r->nrows, 1);
    assert_string_equal(text_of(r, 0, COL_USERS_CURRENT), "yes");
    assert_int_equal(r->err.kind, ERR_PRIVILEGE);
    scene_free(s);
}

static void flags_of_old_servers(void **state)
{
    struct scene *s = scene_new("3.5.35", SHEET_USERS);
    static const char *const names[] = {"username", "flags"}, *const us[] = {"user", "flags"};
    struct value flags[] = {v_text("password_change_required")}, both[] = {v_text("is_suspended"), v_text("password_change_required")};
    struct value users[] = {v_text("neo4j"), {.type = V_LIST}, v_text("a"), {.type = V_LIST, .len = 1, .u.list = flags},
                            v_text("b"), {.type = V_LIST, .len = 2, .u.list = both}};
    struct value current[] = {v_text("neo4j"), {.type = V_LIST}};

    fake_rows(&s->b.port, STMT_USERS, 0, names, 2, users, 3);
    fake_rows(&s->b.port, STMT_CURRENT_USER, 0, us, 2, current, 1);
    const struct relation *r = model_get(s->b.model, 0, SHEET_USERS);
    assert_string_equal(text_of(r, 0, COL_USERS_STATE), "active");
    assert_string_equal(text_of(r, 1, COL_USERS_STATE), "password expired");
    assert_string_equal(text_of(r, 2, COL_USERS_STATE), "suspended");
    assert_string_equal(text_of(r, 0, COL_USERS_ROLES), "enterprise_only");
    assert_string_equal(text_of(r, 0, COL_USERS_HOME), "version");
    scene_free(s);
}

static void jobs_and_those_that_failed(void **state)
{
    struct scene *s = scene_new("5.26.30", SHEET_JOBS);
    static const char *const jobs[] = {"jobId", "group", "state", "submitted", "type"};
    static const char *const failed[] = {"jobId", "group", "failureTime", "failureDescription"};
    struct value running[] = {v_text("job-1"), v_text("CHECKPOINT"), v_text("EXECUTING"), v_text("2026-11-22T15:23:10.81Z"), v_text("PERIODIC")};
    struct value broken[] = {v_text("job-9"), v_text("INDEX_POPULATION"), v_text("2026-11-22T15:00:00Z"), v_text("disk full")};

    fake_rows(&s->b.port, STMT_JOBS, 0, jobs, 5, running, 1);
    fake_rows(&s->b.port, STMT_FAILED_JOBS, 0, failed, 4, broken, 1);
    const struct relation *r = model_get(s->b.model, 0, SHEET_JOBS);
    assert_int_equal(r->nrows, 2);
    assert_string_equal(text_of(r, 0, COL_JOBS_STATE), "EXECUTING");
    assert_string_equal(text_of(r, 0, COL_JOBS_FAILURE), "not_applicable");
    assert_string_equal(text_of(r, 1, COL_JOBS_STATE), "failed");
    assert_string_equal(text_of(r, 1, COL_JOBS_FAILURE), "disk full");
    scene_free(s);
}

static void community_has_no_jobs_and_is_asked_once(void **state)
{
    struct scene *s = scene_new("5.26.30", SHEET_JOBS);

    fake_fail(&s->b.port, ASK_STATEMENT, STMT_JOBS, 0, ERR_EDITION, "Enterprise only");
    assert_int_equal(fake_count(&s->b.port, ASK_STATEMENT, STMT_FAILED_JOBS, UINT32_MAX), 0);
    assert_true(model_get(s->b.model, 0, SHEET_JOBS)->missing);
    assert_true(feed_idle(s->b.feed));
    scene_free(s);
}

static void locks_come_with_the_transactions(void **state)
{
    struct scene *s = scene_new("5.26.30", SHEET_LOCKS);
    static const char *const names[] = {"transactionId", "status", "currentQuery", "currentQueryId"};
    struct value rows[] = {v_text("neo4j-transaction-1"), v_text("Running"), v_text(""), v_text(""),
                           v_text("neo4j-transaction-2"), v_text("Blocked by: [neo4j-transaction-1]"), v_text("RETURN 1"), v_text("q")};

    fake_rows(&s->b.port, STMT_TRANSACTIONS, 0, names, 4, rows, 2);
    const struct relation *r = model_get(s->b.model, 0, SHEET_LOCKS);
    assert_int_equal(r->nrows, 2);
    assert_string_equal(text_of(r, 1, COL_LOCKS_TREE), "\\_ 2");
    assert_string_equal(text_of(r, 1, COL_LOCKS_WANTS), "version");
    assert_true(feed_idle(s->b.feed));
    feed_refresh(s->b.feed);
    feed_step(s->b.feed, clock_mono_ms());
    fake_fail(&s->b.port, ASK_STATEMENT, STMT_TRANSACTIONS, 0, ERR_TIMEOUT, "no answer in time");
    r = model_get(s->b.model, 0, SHEET_LOCKS);
    assert_true(r->stale); /* the last ones are kept, and are told to be old */
    assert_int_equal(r->nrows, 2);
    scene_free(s);
}

static void indexes(struct scene *s, double percent, const char *index_state)
{
    static const char *const dbs[] = {"name", "currentStatus"};
    static const char *const names[] = {"name", "state", "populationPercent", "lastRead", "readCount", "trackedSince", "owningConstraint"};
    struct value db[] = {v_text("neo4j"), v_text("online")};
    struct value rows[] = {v_text("slow"), v_text(index_state), v_float(percent), v_absent(ABSENT_NULL), v_int(0),
                           v_text("2026-11-20T08:00:00Z"), v_absent(ABSENT_NULL),
                           v_text("used"), v_text("ONLINE"), v_float(100), v_text("2026-11-22T15:00:00Z"), v_int(7), v_text("2026-11-20T08:00:00Z"),
                           v_text("unique_id"),
                           v_text("new"), v_text("ONLINE"), v_float(100), v_absent(ABSENT_NULL), v_absent(ABSENT_NULL), v_absent(ABSENT_NULL),
                           v_absent(ABSENT_NULL)};

    if (fake_count(&s->b.port, ASK_STATEMENT, STMT_DATABASES, 0))
        fake_rows(&s->b.port, STMT_DATABASES, 0, dbs, 2, db, 1);
    feed_step(s->b.feed, clock_mono_ms());
    fake_rows(&s->b.port, STMT_INDEXES, 0, names, 7, rows, 3);
}

static void indexes_tell_their_use_and_their_rate(void **state)
{
    struct scene *s = scene_new("5.26.30", SHEET_INDEXES);
    const struct relation *r;

    indexes(s, 10, "POPULATING");
    r = model_get(s->b.model, 0, SHEET_INDEXES);
    assert_string_equal(text_of(r, 0, COL_INDEXES_USE), "never read since 2026-11-20 08:00Z");
    assert_string_equal(text_of(r, 1, COL_INDEXES_USE), "7 reads, last 2026-11-22 15:00Z");
    assert_string_equal(text_of(r, 2, COL_INDEXES_USE), "null");
    assert_string_equal(text_of(r, 0, COL_INDEXES_ETA), "not_asked"); /* one look tells no rate */
    assert_string_equal(text_of(r, 1, COL_INDEXES_ETA), "not_applicable");
    assert_string_equal(text_of(r, 1, COL_INDEXES_OWNER), "unique_id");
    assert_true(feed_step(s->b.feed, clock_mono_ms()) <= 6000); /* what moves is looked at more often */
    clock_advance(6000);
    indexes(s, 20, "POPULATING");
    r = model_get(s->b.model, 0, SHEET_INDEXES);
    assert_true(relation_cell(r, 0, COL_INDEXES_RATE).u.d > 99.9 && relation_cell(r, 0, COL_INDEXES_RATE).u.d < 100.1);
    assert_int_equal(value_i64(relation_cell(r, 0, COL_INDEXES_ETA), 0), 48000);
    clock_advance(6000);
    indexes(s, 100, "ONLINE");
    r = model_get(s->b.model, 0, SHEET_INDEXES);
    assert_string_equal(text_of(r, 0, COL_INDEXES_ETA), "not_applicable");
    assert_int_equal(feed_step(s->b.feed, clock_mono_ms()), 60000); /* nothing moves any more */
    scene_free(s);
}

/* What is not to be had while the server is down is asked for when it is up, with the list of databases, not a minute later. */
static void indexes_come_back_with_the_server(void **state)
{
    struct scene *s = scene_new("5.26.30", SHEET_INDEXES);

    fake_fail(&s->b.port, ASK_STATEMENT, STMT_DATABASES, 0, ERR_UNREACHABLE, "connection refused");
    feed_step(s->b.feed, clock_mono_ms());
    fake_state(&s->b.port, 0, PHASE_DOWN, "5.26.30", "connection refused");
    assert_true(model_get(s->b.model, 0, SHEET_INDEXES)->missing);
    clock_advance(30000);
    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    feed_step(s->b.feed, clock_mono_ms());
    indexes(s, 10, "POPULATING");
    assert_false(model_get(s->b.model, 0, SHEET_INDEXES)->missing);
    scene_free(s);
}

static void rates(void **state)
{
    struct population *p = NULL;
    double rate;
    int64_t eta;

    population_begin(&p);
    assert_false(population_seen(p, "a", "x", 10, 0, &rate, &eta));
    assert_false(population_seen(p, "a", "x", 11, 4000, &rate, &eta));  /* too soon */
    assert_false(population_seen(p, "b", "x", 50, 10000, &rate, &eta)); /* another database */
    assert_true(population_seen(p, "a", "x", 20, 60000, &rate, &eta));
    assert_int_equal((int)(rate + 0.5), 10);
    assert_int_equal(eta, 8 * 60000);
    assert_false(population_seen(p, "a", "x", 5, 70000, &rate, &eta)); /* it began anew */
    population_begin(&p);
    population_end(p); /* gone */
    assert_false(population_seen(p, "a", "x", 50, 90000, &rate, &eta));
    population_free(p);
    population_free(NULL);
}

static void constraints_of_old_servers(void **state)
{
    struct scene *s = scene_new("3.5.35", SHEET_CONSTRAINTS);
    static const char *const names[] = {"description"};
    struct value rows[] = {v_text("CONSTRAINT ON ( p:Person ) ASSERT p.id IS UNIQUE"), v_text("something else")};

    fake_fail(&s->b.port, ASK_STATEMENT, STMT_DATABASES, 0, ERR_VERSION, "SHOW DATABASES came with 4.0");
    feed_step(s->b.feed, clock_mono_ms());
    fake_rows(&s->b.port, STMT_CONSTRAINTS, 0, names, 1, rows, 2);
    const struct relation *r = model_get(s->b.model, 0, SHEET_CONSTRAINTS);
    assert_int_equal(r->nrows, 2);
    assert_string_equal(text_of(r, 0, COL_CONSTRAINTS_TYPE), "UNIQUENESS");
    assert_string_equal(text_of(r, 0, COL_CONSTRAINTS_ENTITY), "NODE");
    assert_int_equal(relation_cell(r, 0, COL_CONSTRAINTS_LABELS).len, 1);
    assert_string_equal(text_of(r, 1, COL_CONSTRAINTS_NAME), "something else");
    assert_string_equal(text_of(r, 1, COL_CONSTRAINTS_TYPE), "version");
    scene_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_follow_procedures),
        cmocka_unit_test(users_and_who_of_them_we_are),
        cmocka_unit_test(without_the_privilege_there_is_oneself),
        cmocka_unit_test(flags_of_old_servers),
        cmocka_unit_test(jobs_and_those_that_failed),
        cmocka_unit_test(community_has_no_jobs_and_is_asked_once),
        cmocka_unit_test(locks_come_with_the_transactions),
        cmocka_unit_test(indexes_tell_their_use_and_their_rate),
        cmocka_unit_test(indexes_come_back_with_the_server),
        cmocka_unit_test(rates),
        cmocka_unit_test(constraints_of_old_servers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
