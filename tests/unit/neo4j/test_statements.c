/* Which text a server understands, what a missing one is told as, and what the columns of the sheets want of the texts. */
#include "support/cm.h"
#include "neo4j/statements.h"

static struct version at(const char *s)
{
    struct version v = {0};

    if (*s)
        assert_true(version_parse(s, &v));
    return v;
}

static void picks_variants(void **state)
{
    static const struct {
        enum statement_id id;
        const char *version;
        enum edition edition;
        const char *begins; /* NULL: none */
        enum err_kind kind;
    } cases[] = {
        {STMT_COMPONENTS, "", EDITION_UNKNOWN, "CALL dbms.components()", ERR_NONE},
        {STMT_COMPONENTS, "2026.08.1", EDITION_COMMUNITY, "CALL dbms.components()", ERR_NONE},
        {STMT_DATABASES, "3.5.35", EDITION_ENTERPRISE, NULL, ERR_VERSION},
        {STMT_DATABASES, "4.0.0", EDITION_COMMUNITY, "SHOW DATABASES", ERR_NONE},
        {STMT_DATABASES, "4.4.48", EDITION_COMMUNITY, "SHOW DATABASES YIELD *", ERR_NONE},
        {STMT_SERVER_ID, "4.3.9", EDITION_COMMUNITY, NULL, ERR_VERSION},
        {STMT_SERVER_ID, "4.4.0", EDITION_COMMUNITY, "SHOW DATABASE system", ERR_NONE},
        {STMT_TRANSACTIONS, "3.5.35", EDITION_COMMUNITY, NULL, ERR_EDITION},
        {STMT_TRANSACTIONS, "3.5.35", EDITION_UNKNOWN, NULL, ERR_EDITION},
        {STMT_TRANSACTIONS, "3.5.35", EDITION_ENTERPRISE, "CALL dbms.listTransactions()", ERR_NONE},
        {STMT_TRANSACTIONS, "4.1.9", EDITION_COMMUNITY, NULL, ERR_EDITION},
        {STMT_TRANSACTIONS, "4.2.0", EDITION_COMMUNITY, "CALL dbms.listTransactions()", ERR_NONE},
        {STMT_TRANSACTIONS, "4.4.0", EDITION_COMMUNITY, "SHOW TRANSACTIONS", ERR_NONE},
        {STMT_TRANSACTIONS, "5.26.30", EDITION_COMMUNITY, "SHOW TRANSACTIONS", ERR_NONE},
        {STMT_TRANSACTIONS, "2026.08.1", EDITION_COMMUNITY, "CYPHER 5 SHOW TRANSACTIONS", ERR_NONE},
        {STMT_TRANSACTION, "2026.02.0", EDITION_COMMUNITY, "CYPHER 5 SHOW TRANSACTIONS $id", ERR_NONE},
        {STMT_TRANSACTION, "2026.08.1", EDITION_COMMUNITY, "CYPHER 25 SHOW TRANSACTIONS $id", ERR_NONE},
        {STMT_KILL_TRANSACTION, "3.5.35", EDITION_COMMUNITY, NULL, ERR_EDITION},
        {STMT_KILL_TRANSACTION, "4.4.48", EDITION_COMMUNITY, "TERMINATE TRANSACTIONS $id", ERR_NONE},
        {STMT_KILL_TRANSACTION, "5.0.0", EDITION_COMMUNITY, "SHOW TRANSACTIONS $id", ERR_NONE},
        {STMT_KILL_CONNECTION, "4.2.0", EDITION_COMMUNITY, "CALL dbms.killConnection($id)", ERR_NONE},
        {STMT_CONNECTIONS, "3.4.10", EDITION_ENTERPRISE, NULL, ERR_VERSION},
        {STMT_EXPLAIN, "3.5.0", EDITION_COMMUNITY, "EXPLAIN ", ERR_NONE},
        {STMT_INDEXES, "5.7.0", EDITION_COMMUNITY, "SHOW INDEXES YIELD", ERR_NONE},
        {STMT_CONSTRAINTS, "4.1.0", EDITION_COMMUNITY, "CALL db.constraints() YIELD name", ERR_NONE},
        {STMT_CONSTRAINTS, "4.2.0", EDITION_COMMUNITY, "SHOW CONSTRAINTS VERBOSE", ERR_NONE},
        {STMT_SETTINGS, "5.5.0", EDITION_COMMUNITY, "CALL dbms.listConfig()", ERR_NONE},
        {STMT_SETTINGS, "5.6.0", EDITION_COMMUNITY, "SHOW SETTINGS", ERR_NONE},
        {STMT_PROCEDURE_LIST, "4.2.0", EDITION_COMMUNITY, "CALL dbms.procedures()", ERR_NONE},
        {STMT_USERS, "3.5.0", EDITION_COMMUNITY, "CALL dbms.security.listUsers()", ERR_NONE},
        {STMT_USERS, "5.23.0", EDITION_COMMUNITY, "SHOW USERS", ERR_NONE},
        {STMT_USERS, "5.24.0", EDITION_COMMUNITY, "SHOW USERS WITH AUTH", ERR_NONE},
        {STMT_JOBS, "5.26.0", EDITION_COMMUNITY, NULL, ERR_EDITION},
        {STMT_JOBS, "4.1.0", EDITION_ENTERPRISE, NULL, ERR_VERSION},
        {STMT_JOBS, "5.26.0", EDITION_ENTERPRISE, "CALL dbms.scheduler.jobs()", ERR_NONE},
        {STMT_NONE, "5.26.30", EDITION_COMMUNITY, NULL, ERR_VERSION},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct err e = {0};
        const struct variant *v = statement_variant(cases[i].id, at(cases[i].version), cases[i].edition, &e);

        if ((v != NULL) != (cases[i].begins != NULL) || (v && strncmp(v->cypher, cases[i].begins, strlen(cases[i].begins)) != 0) ||
            e.kind != cases[i].kind || (!v && !*e.words))
            fail_msg("case %zu: %s %s", i, v ? v->cypher : "none", e.words);
    }
    assert_null(statement_variant(STMT_DATABASES, at("3.5"), EDITION_COMMUNITY, NULL));
}

static void tells_capabilities(void **state)
{
    static const struct {
        enum capability c;
        const char *version;
        enum edition edition;
        bool has;
        enum absent why;
    } cases[] = {
        {CAP_DATABASES, "3.5", EDITION_COMMUNITY, false, ABSENT_VERSION},
        {CAP_DATABASES, "4.0", EDITION_COMMUNITY, true, 0},
        {CAP_TRANSACTIONS, "3.5", EDITION_COMMUNITY, false, ABSENT_ENTERPRISE},
        {CAP_TRANSACTIONS, "3.5", EDITION_ENTERPRISE, true, 0},
        {CAP_TRANSACTIONS, "3.3", EDITION_ENTERPRISE, false, ABSENT_VERSION},
        {CAP_TRANSACTIONS, "4.2", EDITION_COMMUNITY, true, 0},
        {CAP_KILL_CHECKED, "4.4", EDITION_COMMUNITY, false, ABSENT_VERSION},
        {CAP_KILL_CHECKED, "2026.08", EDITION_COMMUNITY, true, 0},
        {CAP_ROLES, "5.26", EDITION_COMMUNITY, false, ABSENT_ENTERPRISE},
        {CAP_ROLES, "5.26", EDITION_ENTERPRISE, true, 0},
        {CAP_READ_MODE, "3.5", EDITION_ENTERPRISE, false, ABSENT_VERSION},
        {CAP_JOBS, "5.26", EDITION_COMMUNITY, false, ABSENT_ENTERPRISE},
        {CAP_JOBS, "5.26", EDITION_ENTERPRISE, true, 0},
        {CAP_INDEX_USE, "5.7", EDITION_COMMUNITY, false, ABSENT_VERSION},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *words = NULL;
        enum absent why = 0;
        bool has = capability_has(cases[i].c, at(cases[i].version), cases[i].edition, &words, &why);

        if (has != cases[i].has || (!has && (why != cases[i].why || !words || !*words)))
            fail_msg("case %zu", i);
        capability_has(cases[i].c, at(cases[i].version), cases[i].edition, NULL, NULL);
    }
}

static void parses_editions(void **state)
{
    assert_int_equal(edition_parse("community"), EDITION_COMMUNITY);
    assert_int_equal(edition_parse("Enterprise"), EDITION_ENTERPRISE);
    assert_int_equal(edition_parse("advanced"), EDITION_UNKNOWN);
    assert_int_equal(edition_parse(NULL), EDITION_UNKNOWN);
}

struct want {
    enum statement_id id;
    const char *server; /* "a|b": one of these */
};

static const struct want wants[] = {
#define SHEET(...)
#define SHEET_END(...)
#define COLUMN(sheet, id, name, server, type, unit, width, priority, flags, help) {WANT_##sheet, server},
#define WANT_INSTANCES STMT_NONE
#define WANT_DATABASES STMT_DATABASES
#define WANT_TRANSACTIONS STMT_TRANSACTIONS
#define WANT_TRANSACTION STMT_TRANSACTION
#define WANT_CONNECTIONS STMT_CONNECTIONS
#define WANT_PLUGINS STMT_NONE
#define WANT_INDEXES STMT_INDEXES
#define WANT_CONSTRAINTS STMT_CONSTRAINTS
#define WANT_PROCEDURES STMT_NONE /* two statements */
#define WANT_USERS STMT_NONE
#define WANT_JOBS STMT_NONE
#define WANT_LOCKS STMT_NONE
#define WANT_SETTINGS STMT_NONE
#define WANT_HOST STMT_NONE
#define WANT_DISKS STMT_NONE
#define WANT_STORES STMT_NONE
#define WANT_LOGS STMT_NONE
#define WANT_GROUPS STMT_NONE
#define WANT_HISTORY STMT_NONE
#define WANT_MESSAGES STMT_NONE
#define WANT_FINDINGS STMT_NONE
#include "tables/columns.def"
};

static bool names_column(const char *cypher, const char *server)
{
    char names[200], *save = NULL;

    snprintf(names, sizeof names, "%s", server);
    for (char *n = strtok_r(names, "|", &save); n; n = strtok_r(NULL, "|", &save))
        if (strstr(cypher, n))
            return true;
    return false;
}

/* Every column of a sheet that the newest version has is asked for by name, or by "*". */
static void asks_for_all_columns(void **state)
{
    for (size_t i = 0; i < LENGTH(wants); i++) {
        const struct variant *v;

        if (wants[i].id == STMT_NONE || !*wants[i].server || !strcmp(wants[i].server, "description")) /* of constraints, before 4.2 */
            continue;
        v = statement_variant(wants[i].id, at("2026.08.1"), EDITION_ENTERPRISE, NULL);
        if (!strstr(v->cypher, "YIELD *") && !names_column(v->cypher, wants[i].server))
            fail_msg("%s lacks %s", v->cypher, wants[i].server);
    }
}

/* No statement that reads can change anything by its words. */
static void reads_do_not_change(void **state)
{
    static const struct {
        enum statement_id id;
        const char *effect, *cypher;
    } all[] = {
#define STATEMENT(id, effect, deadline_ms, help) {STMT_##id, #effect, NULL},
#define VARIANT(id, from, to, edition, database, cypher) {STMT_##id, NULL, cypher},
#include "tables/statements.def"
#undef STATEMENT
#undef VARIANT
    };
    static const char *const changing[] = {"TERMINATE", "kill", "CREATE", "DROP", "ALTER", "DELETE", "SET ", "setConfig"};
    const char *effect = "";

    for (size_t i = 0; i < LENGTH(all); i++) {
        bool changes = false;

        if (all[i].effect) {
            effect = all[i].effect;
            continue;
        }
        for (size_t k = 0; k < LENGTH(changing); k++)
            changes |= strstr(all[i].cypher, changing[k]) != NULL;
        if (changes != !strcmp(effect, "CHANGES"))
            fail_msg("%s %s", effect, all[i].cypher);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picks_variants),       cmocka_unit_test(tells_capabilities),  cmocka_unit_test(parses_editions),
        cmocka_unit_test(asks_for_all_columns), cmocka_unit_test(reads_do_not_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
