/* Names of commands and views, and lines of ":". */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/cmd.h"

static void every_row_of_the_tables_is_there(void **state)
{
    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++) {
        const struct command *c = command_of(id);
        assert_int_equal(c->id, id);
        assert_true(*c->name && *c->help);
    }
    for (unsigned v = 0; v < NVIEWS; v++)
        assert_true(*view_name(v) && *view_title(v) && *view_help(v) && view_sheet(v) < NSHEETS);
    assert_string_equal(command_of(CMD_NONE)->name, "");
    assert_string_equal(command_of(9999)->name, "");
    assert_string_equal(view_name(NVIEWS), "");
    assert_int_equal(view_sheet(NVIEWS), NSHEETS);
    assert_true(command_of(CMD_KILL)->confirm);
    assert_int_equal(command_of(CMD_KILL)->needs, NEEDS_WRITE);
    assert_false(view_built(VIEW_METRICS));
}

/* A name that two commands or views share would hide one of them. */
static void names_are_unique(void **state)
{
    for (unsigned a = CMD_NONE + 1; a < NCOMMANDS; a++)
        for (unsigned b = a + 1; b < NCOMMANDS; b++)
            assert_string_not_equal(command_of(a)->name, command_of(b)->name);
    for (unsigned v = 0; v < NVIEWS; v++)
        assert_int_equal(view_find(view_name(v)), v);
}

static void words_find_commands(void **state)
{
    static const struct {
        const char *word;
        enum command_id id;
        enum view_id view;
        const char *error;
    } cases[] = {
        {"kill", CMD_KILL, NVIEWS, NULL},
        {"KILL", CMD_KILL, NVIEWS, NULL},
        {"k", CMD_KILL, NVIEWS, NULL},
        {"quit", CMD_QUIT, NVIEWS, NULL},
        {"q", CMD_QUIT, NVIEWS, NULL},
        {"q!", CMD_QUIT, NVIEWS, NULL},
        {"tx", CMD_VIEW, VIEW_TRANSACTIONS, NULL},
        {"queries", CMD_VIEW, VIEW_TRANSACTIONS, NULL},
        {"transactions", CMD_VIEW, VIEW_TRANSACTIONS, NULL},
        {"transaction", CMD_VIEW, VIEW_TRANSACTION, NULL},
        {"db", CMD_VIEW, VIEW_DATABASES, NULL},
        {"dat", CMD_VIEW, VIEW_DATABASES, NULL},
        {"messages", CMD_MESSAGES, NVIEWS, NULL},
        {"mess", CMD_MESSAGES, NVIEWS, NULL},
        {"help", CMD_HELP, NVIEWS, NULL},
        {"instance", CMD_INSTANCE, NVIEWS, NULL},
        {"instances", CMD_VIEW, VIEW_INSTANCES, NULL},
        {"inst", CMD_VIEW, VIEW_INSTANCES, NULL},
        {"insta", CMD_NONE, NVIEWS, "'insta' may be instance, instances: type more of it"},
        {"page", CMD_NONE, NVIEWS, "'page' may be page-up, page-down: type more of it"},
        {"kil1", CMD_NONE, NVIEWS, "unknown command 'kil1': did you mean 'kill'?"},
        {"transactoins", CMD_NONE, NVIEWS, "unknown command 'transactoins': did you mean 'transactions'?"},
        {"xyzzy", CMD_NONE, NVIEWS, "unknown command 'xyzzy': press ? or type :help for what there is"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum view_id view = 0;
        struct err e = {0};
        assert_int_equal(command_find(cases[i].word, &view, &e), cases[i].id);
        assert_int_equal(view, cases[i].view);
        assert_string_equal(e.words, cases[i].error ? cases[i].error : "");
        assert_int_equal(e.kind, cases[i].error ? ERR_USAGE : ERR_NONE);
    }
    assert_int_equal(command_find("", NULL, NULL), CMD_NONE);
    assert_int_equal(view_find(""), NVIEWS);
    assert_int_equal(view_find("nosuch"), NVIEWS);
    assert_int_equal(view_find("conn"), VIEW_CONNECTIONS);
    assert_int_equal(view_find("plug"), VIEW_PLUGINS);
    assert_int_equal(view_find("c"), NVIEWS);
}

static void lines_are_parsed(void **state)
{
    static const struct {
        const char *line;
        enum command_id id;
        enum view_id view;
        const char *arg, *error;
    } cases[] = {
        {"kill 42", CMD_KILL, NVIEWS, "42", NULL},
        {" :  kill \t 42  \n", CMD_KILL, NVIEWS, "42", NULL},
        {"kill", CMD_KILL, NVIEWS, "", NULL},
        {"filter  user:bob  !x ", CMD_FILTER, NVIEWS, "user:bob  !x", NULL},
        {"view tx", CMD_VIEW, VIEW_TRANSACTIONS, "", NULL},
        {"view databases shop", CMD_VIEW, VIEW_DATABASES, "shop", NULL},
        {"databases shop", CMD_VIEW, VIEW_DATABASES, "shop", NULL},
        {"pane 3", CMD_PANE, NVIEWS, "3", NULL},
        {"view", CMD_NONE, NVIEWS, NULL, "which view? for instance: view transactions"},
        {"view nosuch", CMD_NONE, NVIEWS, NULL, "unknown view 'nosuch': type :view and press Tab for what there is"},
        {"view kill", CMD_NONE, NVIEWS, NULL, "'kill' is a command and no view: type it alone"},
        {"redraw now", CMD_NONE, NVIEWS, NULL, "'redraw' takes no argument: leave out 'now'"},
        {"", CMD_NONE, NVIEWS, NULL, "no command: type one, or press ? for what there is"},
        {" : ", CMD_NONE, NVIEWS, NULL, "no command: type one, or press ? for what there is"},
        {"frobnicate", CMD_NONE, NVIEWS, NULL, "unknown command 'frobnicate': press ? or type :help for what there is"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cmdline_parsed p;
        struct err e = {0};
        assert_int_equal(cmd_parse(cases[i].line, &p, &e), cases[i].error == NULL);
        if (cases[i].error) {
            assert_string_equal(e.words, cases[i].error);
            assert_null(p.arg);
            continue;
        }
        assert_int_equal(p.id, cases[i].id);
        assert_int_equal(p.view, cases[i].view);
        assert_string_equal(p.arg, cases[i].arg);
        free(p.arg);
    }
}

static void long_lines_are_refused(void **state)
{
    char *line = x_malloc(100001);
    struct cmdline_parsed p;
    struct err e = {0};
    memset(line, 'a', 100000);
    line[100000] = '\0';
    assert_false(cmd_parse(line, &p, &e));
    line[4000] = '\0';
    assert_false(cmd_parse(line, &p, &e));
    memcpy(line, "filter ", 7);
    assert_true(cmd_parse(line, &p, &e));
    free(p.arg);
    free(line);
}

static void refusals_have_words(void **state)
{
    static const struct {
        enum command_id id;
        struct cmd_context c;
        enum err_kind kind; /* NONE: allowed */
        const char *words;
    } cases[] = {
        {CMD_QUIT, {0}, ERR_NONE, NULL},
        {CMD_SORT, {0}, ERR_NONE, NULL},
        {CMD_MARK, {0}, ERR_USAGE, "'mark' needs a row under the cursor: go to a list that has one"},
        {CMD_MARK, {.has_row = true}, ERR_NONE, NULL},
        {CMD_KILL, {.has_row = true, .row_is_transaction = true, .connected = true}, ERR_NONE, NULL},
        {CMD_KILL, {.has_row = true, .row_is_connection = true, .connected = true}, ERR_NONE, NULL},
        {CMD_KILL, {.has_arg = true, .connected = true}, ERR_NONE, NULL},
        {CMD_KILL,
         {.has_row = true, .row_is_transaction = true, .connected = true, .read_only = true, .read_only_why = "--read-only"},
         ERR_READ_ONLY,
         "read-only: 'kill' is refused (--read-only)"},
        {CMD_KILL, {.has_arg = true, .read_only = true}, ERR_READ_ONLY,
         "read-only: 'kill' is refused"},
        {CMD_KILL, {.has_row = true, .row_is_database = true, .connected = true}, ERR_USAGE,
         "'kill' needs a transaction or connection under the cursor: open :transactions or :connections"},
        {CMD_KILL, {.has_row = true, .row_is_transaction = true, .connection_words = "refused, next try in 8s"},
         ERR_UNREACHABLE, "'kill' needs a connection: refused, next try in 8s"},
        {CMD_EXPLAIN, {.has_row = true, .row_is_database = true, .connected = true}, ERR_USAGE,
         "'explain' needs a transaction under the cursor: open :transactions"},
        {CMD_EXPLAIN, {.has_row = true, .row_is_transaction = true}, ERR_UNREACHABLE,
         "'explain' needs a connection: try :retry"},
        {CMD_EXPLAIN, {.has_row = true, .row_is_transaction = true, .connected = true, .read_only = true}, ERR_NONE, NULL},
        {CMD_BACKUP, {.connected = true}, ERR_NOT_BUILT, "'backup' is not built yet: use Neo4j's own tools for it"},
        {CMD_RESTART, {.read_only = true}, ERR_READ_ONLY, "read-only: 'restart' is refused"},
        {CMD_NONE, {0}, ERR_USAGE, "no such command"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        assert_int_equal(cmd_allowed(cases[i].id, &cases[i].c, &e), cases[i].kind == ERR_NONE);
        assert_int_equal(e.kind, cases[i].kind);
        assert_string_equal(e.words, cases[i].words ? cases[i].words : "");
    }
}

/* Whatever the table will say: a command that writes is never allowed in read-only. */
static void read_only_refuses_every_write(void **state)
{
    struct cmd_context c = {.read_only = true, .has_row = true, .connected = true, .row_is_transaction = true,
                            .row_is_connection = true, .row_is_database = true, .row_is_instance = true, .has_arg = true};
    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++)
        if (command_of(id)->needs == NEEDS_WRITE || command_of(id)->route == ROUTE_OP)
            assert_false(cmd_allowed(id, &c, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_tables_is_there), cmocka_unit_test(names_are_unique),
        cmocka_unit_test(words_find_commands),              cmocka_unit_test(lines_are_parsed),
        cmocka_unit_test(long_lines_are_refused),           cmocka_unit_test(refusals_have_words),
        cmocka_unit_test(read_only_refuses_every_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
