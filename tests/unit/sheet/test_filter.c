/* The grammar of filters and what it lets pass. */
#include "rows_of.h"

#include "base/mem.h"

static struct relation *transactions(void)
{
    struct relation *r = relation_new(0, SHEET_TRANSACTIONS);
    add_row(r, "instance", "prod-1", "transaction_id", "neo4j-transaction-42", "database", "neo4j", "username", "app",
            "elapsed_ms", "12m4s", "state", "idle in tx", "blocks", "neo4j-transaction-51 neo4j-transaction-57", "locks", "3",
            "memory_bytes", "2097152", "start_time", "2026-11-22T13:33:00Z", NULL);
    add_row(r, "instance", "prod-1", "transaction_id", "shop-transaction-7", "database", "shop", "username", "Bob",
            "elapsed_ms", "3100ms", "state", "running", "query", "MATCH (n:Person {name: \"Ångström\"}) RETURN n", "locks", "13",
            "memory_bytes", "8388608", "start_time", "2026-11-22T13:45:01Z", "client_address", "10.0.0.7:51200", NULL);
    add_row(r, "instance", "prod-1", "transaction_id", "shop-transaction-9", "database", "shop", "username", "bobby",
            "elapsed_ms", "20ms", "state", "running", "query", "UNWIND range(1, 9) AS x RETURN x\nLIMIT 1", "start_time",
            "2026-11-22T13:45:04Z", "memory_bytes", "absent:privilege", "query_status", "\xff\xfe bad bytes", NULL);
    return r;
}

/* Which of the rows pass, as "1 3". */
static void passing(const struct filter *f, const struct relation *r, char *out)
{
    *out = '\0';
    for (size_t i = 0; i < r->nrows; i++)
        if (filter_match(f, r, i))
            sprintf(out + strlen(out), "%s%zu", *out ? " " : "", i + 1);
}

static void filters_choose_rows(void **state)
{
    static const struct {
        const char *filter, *rows;
    } cases[] = {
        {"", "1 2 3"},
        {"   ", "1 2 3"},
        {"shop", "2 3"},
        {"SHOP", ""},
        {"!shop", "1"},
        {"shop bob", "2 3"},
        {"shop Bob", "2"},
        {"shop !Bob", "3"},
        {"\"idle in\"", "1"},
        {"!\"idle in\"", "2 3"},
        {"ångström", "2"},
        {"(n:Person", "2"},
        {"->", ""},
        {"13", "1 2 3"}, /* of the times; counters are not searched */
        {"13:45", "2 3"},
        {"10.0.0.7", "2"},
        {"username:bob", "2 3"},
        {"user:bob", "2 3"},
        {"user:Bob", "2"},
        {"user=bobby", "3"},
        {"user=bob", "2"},
        {"user!=bob", "1 3"},
        {"user!:bob", "1"},
        {"!user:bob", "1"},
        {"!user!:bob", "2 3"},
        {"db:shop", "2 3"},
        {"database:shop elapsed>1s", "2"},
        {"elapsed_ms>10s", "1"},
        {"elapsed>10s", "1"},
        {"elapsed>=3100", "1 2"},
        {"elapsed<1s", "3"},
        {"elapsed<=20ms", "3"},
        {"elapsed>1h", ""},
        {"elapsed:12m", "1"},
        {"elapsed=3100ms", "2"},
        {"mem>4M", "2"},
        {"memory_bytes>=2M", "1 2"},
        {"memory_bytes=2097152", "1"},
        {"mem!:", "3"},
        {"mem:", "1 2"},
        {"locks:3", "1"},
        {"locks>5", "2"},
        {"locks<0.01k", "1"},
        {"blocks>1", "1"},
        {"blocks:57", "1"},
        {"blocks!:57", "2 3"},
        {"query:", "2 3"},
        {"query!:", "1"},
        {"query:\"return n\"", "2"},
        {"start_time>2026-11-22T13:45:00Z", "2 3"},
        {"start:13:45:01", "2"},
        {"22t13:45:01.000z", "2"}, /* words alone find times, too */
        {"\"T13:45:01.000Z\"", "2"},
        {"13:45:01.x", ""},
        {"state=running", "2 3"},
        {"state:running id:9", "3"},
        {"~^shop", "2 3"},
        {"~^SHOP", ""},
        {"!~^shop", "1"},
        {"~transaction-(7|42)$", "1 2"},
        {"~\"range.1, \\d\"", "3"},
        {"~\\Sidle", ""},
        {"~RANGE", ""},
        {"~\\bUNWIND\\b", "3"},
        {"query:~^match", "2"},
        {"query:~return", "2 3"},
        {"query:~Return", ""},
        {"user:~^b.b$", "2"},
        {"~bad.bytes$", "3"},
        {"~å", "2"},
        {"~Å", "2"},
        {"!", "1 2 3"},
        {"~", "1 2 3"},
        {"\"\"", "1 2 3"},
        {"\"shop", "2 3"},
        {"user:\"bob\" shop", "2 3"},
    };
    struct relation *r = transactions();
    char got[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        struct filter *f = filter_parse(SHEET_TRANSACTIONS, cases[i].filter, &e);
        if (!f)
            fail_msg("'%s': %s", cases[i].filter, e.words);
        passing(f, r, got);
        if (strcmp(got, cases[i].rows) != 0)
            fail_msg("'%s': wanted rows %s, got %s", cases[i].filter, cases[i].rows, got);
        assert_false(filter_gave_up(f));
        filter_free(f);
    }
    relation_free(r);
}

static void wrong_filters_have_words(void **state)
{
    static const struct {
        const char *filter, *words;
    } cases[] = {
        {"colour:red", "no column 'colour' in transactions: there is instance, transaction_id, database, username, "},
        {"http://x", "no column 'http' in transactions: there is "},
        {"page>1", "'page' may be page_hits, page_faults: write more of it"},
        {"elapsed>soon", "'elapsed_ms' cannot be compared with 'soon': write 10s, 500ms, 2h or milliseconds"},
        {"elapsed>", "'elapsed_ms' cannot be compared with '': write 10s, 500ms, 2h or milliseconds"},
        {"mem<x", "'memory_bytes' cannot be compared with 'x': write 4M, 1.5G or bytes"},
        {"locks>many", "'locks' cannot be compared with 'many': write 10, 2.5 or 3k"},
        {"start_time>noon", "'start_time' cannot be compared with 'noon': write 2026-11-22T13:45:00Z"},
        {"user>bob", "'username' is text, nothing is more or less than it: write username:bob"},
        {"~(", "wrong regular expression at character 2: "},
        {"~((a{900}){900}){900}", "wrong regular expression at character "},
        {"query:~[", "wrong regular expression at character "},
        {"~\\C", "wrong regular expression at character "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        assert_null(filter_parse(SHEET_TRANSACTIONS, cases[i].filter, &e));
        if (strncmp(e.words, cases[i].words, strlen(cases[i].words)) != 0)
            fail_msg("'%s': %s", cases[i].filter, e.words);
        assert_int_equal(e.kind, ERR_USAGE);
    }
}

static void filters_are_bounded(void **state)
{
    char long_one[2000] = "", many[400] = "";
    struct err e = {0};
    struct filter *f;
    memset(long_one, 'a', 1025);
    assert_null(filter_parse(SHEET_TRANSACTIONS, long_one, &e));
    assert_string_equal(e.words, "the filter is longer than 1024 bytes: make it shorter");
    long_one[1024] = '\0';
    f = filter_parse(SHEET_TRANSACTIONS, long_one, &e);
    assert_non_null(f);
    filter_free(f);
    for (int i = 0; i < 33; i++)
        strcat(many, "a ");
    assert_null(filter_parse(SHEET_TRANSACTIONS, many, &e));
    assert_string_equal(e.words, "more than 32 words in the filter: leave some out");
    many[64] = '\0';
    f = filter_parse(SHEET_TRANSACTIONS, many, &e);
    assert_non_null(f);
    filter_free(f);
    filter_free(NULL);
    assert_null(filter_parse(NSHEETS, "x", &e));
}

/* A pattern that backtracks for ever is given up, and that can be seen. */
static void evil_patterns_end(void **state)
{
    struct relation *r = relation_new(0, SHEET_TRANSACTIONS);
    char *query = x_malloc(30001);
    struct err e = {0};
    struct filter *f;
    memset(query, 'a', 30000);
    query[30000] = '\0';
    query[17] = '!'; /* the end that does not fit */
    for (int i = 0; i < 400; i++)
        add_row(r, "query", query, NULL);
    f = filter_parse(SHEET_TRANSACTIONS, "~^(a+)+$|^(a|aa)+b", &e);
    assert_non_null(f);
    for (size_t i = 0; i < r->nrows; i++)
        assert_false(filter_match(f, r, i));
    assert_true(filter_gave_up(f));
    filter_free(f);
    relation_free(r);
    free(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_choose_rows),
        cmocka_unit_test(wrong_filters_have_words),
        cmocka_unit_test(filters_are_bounded),
        cmocka_unit_test(evil_patterns_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
