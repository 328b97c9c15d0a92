/* The printers: goldens, CSV quoting, hostile text. */
#include "rows_of.h"

#include "sheet/cut.h"
#include "sheet/print.h"

#define TAKEN INT64_C(1795355104000) /* 2026-11-22T13:45:04Z */

static struct model *fleet(void)
{
    struct model *m = model_new();
    struct err e = {0};
    struct relation *r;
    model_add_instance(m, "prod-1");
    model_add_instance(m, "stage");
    r = relation_new(0, SHEET_INSTANCES);
    add_row(r, "instance", "prod-1", "state", "up", "version", "5.26.30", "edition", "ent", NULL);
    model_publish(m, r);
    r = relation_new(0, SHEET_PLUGINS);
    add_row(r, "instance", "prod-1", "plugin", "apoc", "version", "5.26.1", "state", "loaded", "procedures", "312", NULL);
    add_row(r, "instance", "prod-1", "plugin", "gds", "version", "absent:privilege", "state", "not loaded", "procedures", "0",
            "message", "built for 5.20", NULL);
    r->taken_ms = TAKEN - 4000;
    model_publish(m, r);
    err_set(&e, ERR_UNREACHABLE, "connection refused; next try in 8s");
    model_publish_failure(m, 1, SHEET_PLUGINS, &e);
    return m;
}

static void check(const struct model *m, enum sheet_id sheet, uint32_t instance, const char *filter,
                  struct print_options o, const char *want)
{
    struct query q = {.sheet = sheet, .instance = instance, .sort = -1};
    struct rows rs = {0};
    struct text t;
    if (filter)
        q.filter = filter_parse(sheet, filter, NULL);
    rows_collect(&rs, m, &q);
    text_init(&t, 0);
    print_rows(&t, m, &rs, sheet, instance, &o);
    assert_string_equal(t.s, want);
    text_release(&t);
    rows_release(&rs);
    filter_free((struct filter *)q.filter);
}

static void tables_are_for_people(void **state)
{
    struct model *m = fleet();
    struct print_options o = {.format = PRINT_TABLE, .taken_ms = TAKEN};
    check(m, SHEET_PLUGINS, MODEL_NO_INSTANCE, NULL, o,
          "instance  plugin  version  state       procedures  functions  fits  allowed  file  file_version  size_bytes  message\n"
          "prod-1    apoc    5.26.1   loaded             312          -  -     -        -     -                      -  -\n"
          "prod-1    gds     priv     not loaded           0          -  -     -        -     -                      -  built for 5.20\n"
          "stage: connection refused; next try in 8s\n");
    check(m, SHEET_PLUGINS, 0, "apoc", o,
          "plugin  version  state   procedures  functions  fits  allowed  file  file_version  size_bytes  message\n"
          "apoc    5.26.1   loaded         312          -  -     -        -     -                      -  -\n");
    check(m, SHEET_PLUGINS, 0, "nosuch", o,
          "plugin  version  state  procedures  functions  fits  allowed  file  file_version  size_bytes  message\n"
          "(none passes the filter)\n");
    o.width = 45;
    check(m, SHEET_PLUGINS, 0, NULL, o,
          "plugin  version  state\n"
          "apoc    5.26.1   loaded\n"
          "gds     priv     not loaded\n");
    o.columns = (size_t[]){COL_PLUGINS_PLUGIN, COL_PLUGINS_STATE, COL_PLUGINS_MESSAGE};
    o.ncolumns = 3;
    o.width = 30;
    check(m, SHEET_PLUGINS, 0, NULL, o,
          "plugin  state       message\n"
          "apoc    loaded      -\n"
          "gds     not loaded  built for…\n");
    o.width = 20;
    o.ascii = true;
    check(m, SHEET_PLUGINS, 0, NULL, o,
          "plugin  state   me..\n"
          "apoc    loaded  -\n"
          "gds     not ..  bu..\n");
    model_free(m);
}

static void a_table_is_not_wider_than_told(void **state)
{
    struct model *m = fleet();
    struct query q = {.sheet = SHEET_PLUGINS, .instance = 0, .sort = -1};
    struct rows rs = {0};
    struct text t;
    size_t all[NCOLS_PLUGINS];
    for (size_t i = 0; i < NCOLS_PLUGINS; i++)
        all[i] = i;
    text_init(&t, 0);
    rows_collect(&rs, m, &q);
    for (int width = 1; width < 120; width++)
        for (int ascii = 0; ascii < 2; ascii++) {
            struct print_options o = {
                .format = PRINT_TABLE, .width = width, .ascii = ascii, .columns = all, .ncolumns = NCOLS_PLUGINS};
            text_clear(&t);
            print_rows(&t, m, &rs, SHEET_PLUGINS, 0, &o);
            for (char *line = strtok(t.s, "\n"); line; line = strtok(NULL, "\n")) {
                assert_true(utf8_width(line, strlen(line)) <= (width < 2 && ascii ? 2 : width));
                assert_int_not_equal(line[strlen(line) - 1], ' ');
            }
        }
    rows_release(&rs);
    text_release(&t);
    model_free(m);
}

static void json_is_for_programs(void **state)
{
    struct model *m = fleet();
    struct print_options o = {.format = PRINT_JSON, .view = "plugins", .taken_ms = TAKEN};
    size_t two[] = {COL_PLUGINS_PLUGIN, COL_PLUGINS_VERSION};
    o.columns = two;
    o.ncolumns = 2;
    check(m, SHEET_PLUGINS, MODEL_NO_INSTANCE, NULL, o,
          "{\n"
          "  \"view\": \"plugins\",\n"
          "  \"taken_at\": \"2026-11-22T13:45:04.000Z\",\n"
          "  \"instances\": [\n"
          "    {\n"
          "      \"name\": \"prod-1\",\n"
          "      \"server_version\": \"5.26.30\",\n"
          "      \"edition\": \"enterprise\"\n"
          "    },\n"
          "    {\n"
          "      \"name\": \"stage\",\n"
          "      \"server_version\": null,\n"
          "      \"edition\": null,\n"
          "      \"absent\": \"server_unreachable\",\n"
          "      \"message\": \"connection refused; next try in 8s\"\n"
          "    }\n"
          "  ],\n"
          "  \"rows\": [\n"
          "    {\n"
          "      \"instance\": \"prod-1\",\n"
          "      \"plugin\": \"apoc\",\n"
          "      \"version\": \"5.26.1\"\n"
          "    },\n"
          "    {\n"
          "      \"instance\": \"prod-1\",\n"
          "      \"plugin\": \"gds\",\n"
          "      \"version\": null,\n"
          "      \"absent\": {\n"
          "        \"version\": \"privilege\"\n"
          "      }\n"
          "    }\n"
          "  ]\n"
          "}\n");
    model_free(m);
}

static void values_keep_their_units(void **state)
{
    struct model *m = model_new();
    struct relation *r;
    model_add_instance(m, "a");
    r = relation_new(0, SHEET_TRANSACTIONS);
    add_row(r, "transaction_id", "neo4j-transaction-42", "elapsed_ms", "12m4s", "memory_bytes", "2097152", "start_time",
            "2026-11-22T13:45:02.123Z", "blocks", "neo4j-transaction-51", NULL);
    model_publish(m, r);
    size_t five[] = {COL_TRANSACTIONS_ID, COL_TRANSACTIONS_ELAPSED, COL_TRANSACTIONS_MEMORY, COL_TRANSACTIONS_STARTED,
                     COL_TRANSACTIONS_BLOCKS};
    struct print_options o = {.columns = five, .ncolumns = 5, .taken_ms = TAKEN, .format = PRINT_CSV};
    check(m, SHEET_TRANSACTIONS, 0, NULL, o,
          "transaction_id,elapsed_ms,memory_bytes,start_time,blocks\r\n"
          "neo4j-transaction-42,724000,2097152,2026-11-22T13:45:02.123Z,\"[\"\"neo4j-transaction-51\"\"]\"\r\n");
    o.format = PRINT_TABLE;
    check(m, SHEET_TRANSACTIONS, 0, NULL, o,
          "transaction_id        elapsed_ms  memory_bytes  start_time            blocks\n"
          "neo4j-transaction-42       12m04          2.0M  2026-11-22 13:45:02Z  51\n");
    o.format = PRINT_JSON;
    check(m, SHEET_TRANSACTIONS, 0, NULL, o,
          "{\n"
          "  \"view\": \"transactions\",\n"
          "  \"taken_at\": \"2026-11-22T13:45:04.000Z\",\n"
          "  \"instances\": [\n"
          "    {\n"
          "      \"name\": \"a\",\n"
          "      \"server_version\": null,\n"
          "      \"edition\": null\n"
          "    }\n"
          "  ],\n"
          "  \"rows\": [\n"
          "    {\n"
          "      \"instance\": \"a\",\n"
          "      \"transaction_id\": \"neo4j-transaction-42\",\n"
          "      \"elapsed_ms\": 724000,\n"
          "      \"memory_bytes\": 2097152,\n"
          "      \"start_time\": \"2026-11-22T13:45:02.123Z\",\n"
          "      \"blocks\": [\n"
          "        \"neo4j-transaction-51\"\n"
          "      ]\n"
          "    }\n"
          "  ]\n"
          "}\n");
    model_free(m);
}

static void stale_and_never_asked(void **state)
{
    struct model *m = fleet();
    struct err e = {0};
    struct print_options o = {.format = PRINT_TABLE, .taken_ms = TAKEN};
    err_set(&e, ERR_TIMEOUT, "no answer in 5s");
    model_publish_failure(m, 0, SHEET_PLUGINS, &e);
    check(m, SHEET_PLUGINS, 0, "gds", o,
          "plugin  version  state       procedures  functions  fits  allowed  file  file_version  size_bytes  message\n"
          "gds     priv     not loaded           0          -  -     -        -     -                      -  built for 5.20\n"
          "prod-1: old, of 13:45:00Z: no answer in 5s\n");
    o.columns = (size_t[]){COL_DATABASES_DATABASE};
    o.ncolumns = 1;
    check(m, SHEET_DATABASES, 1, NULL, o,
          "database\n"
          "(none)\n"
          "stage: not asked yet\n");
    o.columns = (size_t[]){COL_MESSAGES_TEXT};
    check(m, SHEET_MESSAGES, 1, NULL, o, "message\n(none)\n");
    o.columns = NULL;
    o.format = PRINT_JSON;
    check(m, SHEET_PLUGINS, 0, "nosuch", o,
          "{\n"
          "  \"view\": \"plugins\",\n"
          "  \"taken_at\": \"2026-11-22T13:45:04.000Z\",\n"
          "  \"instances\": [\n"
          "    {\n"
          "      \"name\": \"prod-1\",\n"
          "      \"server_version\": \"5.26.30\",\n"
          "      \"edition\": \"enterprise\",\n"
          "      \"stale\": true,\n"
          "      \"taken_at\": \"2026-11-22T13:45:00.000Z\",\n"
          "      \"message\": \"no answer in 5s\"\n"
          "    }\n"
          "  ],\n"
          "  \"rows\": []\n"
          "}\n");
    /* an audit log that cannot be read is not an empty one */
    err_set(&e, ERR_DISK, "cannot read '/x/audit.db': damaged");
    model_publish_failure(m, MODEL_NO_INSTANCE, SHEET_HISTORY, &e);
    o.columns = (size_t[]){COL_HISTORY_TIME};
    o.ncolumns = 1;
    check(m, SHEET_HISTORY, 0, NULL, o,
          "{\n"
          "  \"view\": \"history\",\n"
          "  \"taken_at\": \"2026-11-22T13:45:04.000Z\",\n"
          "  \"absent\": \"error\",\n"
          "  \"message\": \"cannot read '/x/audit.db': damaged\",\n"
          "  \"instances\": [\n"
          "    {\n"
          "      \"name\": \"prod-1\",\n"
          "      \"server_version\": \"5.26.30\",\n"
          "      \"edition\": \"enterprise\"\n"
          "    }\n"
          "  ],\n"
          "  \"rows\": []\n"
          "}\n");
    o.format = PRINT_TABLE;
    check(m, SHEET_HISTORY, MODEL_NO_INSTANCE, NULL, o, "time\n(none)\ncannot read '/x/audit.db': damaged\n");
    model_free(m);
}

/* What a server has more of is said wherever rows are printed, in words that tell why. */
static void rows_that_were_cut(void **state)
{
    static const struct {
        bool coming, more, stale;
        enum err_kind kind;
        const char *words; /* NULL: none */
    } cases[] = {
        {false, false, false, ERR_NONE, NULL},
        {true, false, false, ERR_NONE, "3 so far, more come"},
        {false, true, false, ERR_NONE, "first 3, the server has more"},
        {false, true, false, ERR_TIMEOUT, "first 3 only: no answer in 5s"},
        {false, true, true, ERR_TIMEOUT, "first 3, the server has more"},
    };
    static const struct {
        size_t n;
        const char *words;
    } counts[] = {{0, "0"}, {999, "999"}, {1000, "1,000"}, {50000, "50,000"}, {1002003, "1,002,003"}};
    struct text t, want;

    text_init(&t, 0);
    text_init(&want, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model *m = fleet();
        struct relation *r = (struct relation *)(uintptr_t)model_get(m, 0, SHEET_PLUGINS);
        struct print_options o = {.format = PRINT_TABLE, .taken_ms = TAKEN, .columns = (size_t[]){COL_PLUGINS_PLUGIN}, .ncolumns = 1};
        r->nrows = 3;
        relation_reserve(r, 3);
        for (size_t k = 0; k < 3 * r->ncols; k++)
            r->cells[k] = v_text("x");
        r->coming = cases[i].coming;
        r->more = cases[i].more;
        r->stale = cases[i].stale;
        err_set(&r->err, cases[i].kind, "%s", "no answer in 5s");
        text_clear(&want);
        text_adds(&want, "plugin\nx\nx\nx\n");
        if (cases[i].stale)
            text_adds(&want, "prod-1: old, of 13:45:00Z: no answer in 5s\n");
        if (cases[i].words)
            text_addf(&want, "prod-1: %s\n", cases[i].words);
        check(m, SHEET_PLUGINS, 0, NULL, o, want.s);
        o.format = PRINT_JSON;
        struct query q = {.sheet = SHEET_PLUGINS, .instance = 0, .sort = -1};
        struct rows rs = {0};
        rows_collect(&rs, m, &q);
        text_clear(&t);
        print_rows(&t, m, &rs, SHEET_PLUGINS, 0, &o);
        assert_int_equal(cases[i].words != NULL, strstr(t.s, "\"truncated\": true") != NULL);
        assert_true(!cases[i].words || strstr(t.s, cases[i].words));
        rows_release(&rs);
        model_free(m);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        text_clear(&t);
        cut_count(counts[i].n, &t);
        assert_string_equal(counts[i].words, t.s);
    }
    text_release(&t);
    text_release(&want);
}

/* ---- one cell through a printer ---- */

static void print_one(enum print_format format, const char *s, size_t n, struct text *out)
{
    struct model *m = model_new();
    struct relation *r;
    struct query q = {.sheet = SHEET_MESSAGES, .instance = MODEL_NO_INSTANCE, .sort = -1};
    struct rows rs = {0};
    size_t one[] = {COL_MESSAGES_TEXT};
    struct print_options o = {.format = format, .columns = one, .ncolumns = 1};
    r = relation_new(MODEL_NO_INSTANCE, SHEET_MESSAGES);
    relation_add_row(r)[COL_MESSAGES_TEXT] = v_copy_text(&r->arena, s, n);
    model_publish(m, r);
    rows_collect(&rs, m, &q);
    print_rows(out, m, &rs, SHEET_MESSAGES, MODEL_NO_INSTANCE, &o);
    rows_release(&rs);
    model_free(m);
}

static void csv_quotes(void **state)
{
    static const struct {
        const char *cell, *csv;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"a,b", "\"a,b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"two\r\nlines\r\n", "\"two\nlines\n\""},
        {"a\tb", "\"a\tb\""},
        {" padded ", "\" padded \""},
        {"=1+1", "'=1+1"},
        {"+1", "'+1"},
        {"-1", "'-1"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"=a,\"b\"", "\"'=a,\"\"b\"\"\""},
        {"\t=1", "\"'\t=1\""},
        {"a=1", "a=1"},
        {"bell\a", "bell\u2407"},
        {"caf\u00e9", "caf\u00e9"},
    };
    struct text t;
    text_init(&t, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char want[100];
        text_clear(&t);
        print_one(PRINT_CSV, cases[i].cell, strlen(cases[i].cell), &t);
        snprintf(want, sizeof want, "message\r\n%s\r\n", cases[i].csv);
        assert_string_equal(t.s, want);
    }
    text_release(&t);
}

/* What a server may send must not steer the terminal that the output goes to. */
static void hostile_text_is_harmless(void **state)
{
    static const struct {
        const char *s;
        size_t n;
    } cases[] = {
#define CASE(s) {s, sizeof(s) - 1}
        CASE("\x1b[2J\x1b[31mred"), CASE("\x1b]52;c;aGk=\x07"), CASE("nul\0inside"), CASE("\xc2\x9b" "2J"),
        CASE("back\b\b\bspace"), CASE("\r\nnew line"), CASE("\xe2\x80\xae" "bidi\xe2\x81\xa6"), CASE("\xff\xfe\x80 bad"),
        CASE("\x7f" "del"), CASE("\xe2\x80\xa8line separator"), CASE("\x1bP tmux; \x1b\\"), CASE("\xed\xa0\x80"),
#undef CASE
    };
    struct text t;
    text_init(&t, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int format = PRINT_TABLE; format <= PRINT_CSV; format++) {
            text_clear(&t);
            print_one(format, cases[i].s, cases[i].n, &t);
            assert_true(utf8_valid(t.s, t.len));
            assert_int_equal(strlen(t.s), t.len);
            for (size_t k = 0; k < t.len;) {
                uint32_t cp;
                k += utf8_decode(t.s + k, t.len - k, &cp);
                bool line_end = cp == '\n' || (cp == '\r' && format == PRINT_CSV && k < t.len && t.s[k] == '\n');
                assert_true(line_end || !cp_is_control(cp));
            }
        }
    text_release(&t);
}

static void records_show_everything(void **state)
{
    struct relation *r = relation_new(0, SHEET_MESSAGES);
    struct text t;
    add_row(r, "id", "7", "time", "2026-11-22T13:45:02.123Z", "level", "error", "message", "first\r\n  second\x1b[2J\n", NULL);
    text_init(&t, 0);
    print_record(&t, sheet_of(SHEET_MESSAGES), (struct row){r, 0}, false);
    assert_string_equal(t.s, "id        7\n"
                             "time      2026-11-22T13:45:02.123Z\n"
                             "level     error\n"
                             "instance  -\n"
                             "message   first\n"
                             "            second\u241b[2J\n");
    relation_free(r);
    text_clear(&t);
    r = relation_new(0, SHEET_TRANSACTION);
    add_row(r, "memory_bytes", "2097152", "direct_bytes", "100", "planner", "absent:enterprise_only", "username", "J\u00fcrgen", NULL);
    print_record(&t, sheet_of(SHEET_TRANSACTION), (struct row){r, 0}, true);
    assert_non_null(strstr(t.s, "\nmemory_bytes          2.0M (2097152 bytes)\n"));
    assert_non_null(strstr(t.s, "\ndirect_bytes          100B\n"));
    assert_non_null(strstr(t.s, "\nplanner               - (Enterprise only)\n"));
    assert_non_null(strstr(t.s, "\nusername              J?rgen\n"));
    relation_free(r);
    text_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_for_people),    cmocka_unit_test(a_table_is_not_wider_than_told),
        cmocka_unit_test(json_is_for_programs),     cmocka_unit_test(values_keep_their_units),
        cmocka_unit_test(stale_and_never_asked),    cmocka_unit_test(rows_that_were_cut),
        cmocka_unit_test(csv_quotes),
        cmocka_unit_test(hostile_text_is_harmless), cmocka_unit_test(records_show_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
