/* Codes and what a person, the login state and the breaker make of them. */
#include "support/cm.h"
#include "neo4j/codes.h"

static void tells_kinds(void **state)
{
    static const struct {
        const char *code, *message;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {"Neo.ClientError.Security.Unauthorized", "Invalid credential.", ERR_LOGIN, "user name or password refused"},
        {"Neo.ClientError.Security.Unauthorized", "User 'x' is suspended.", ERR_LOGIN, "suspended"},
        {"Neo.ClientError.Security.Forbidden", "Permission denied.", ERR_PRIVILEGE, "privilege"},
        {"Neo.ClientError.Security.TokenExpired", "", ERR_LOGIN, "token"},
        {"Neo.TransientError.Database.DatabaseUnavailable", "x", ERR_SERVER, "not available"},
        {"Neo.TransientError.General.MemoryPoolOutOfMemoryError", "x", ERR_SERVER, "short of memory"},
        {"Neo.TransientError.General.OutOfMemoryError", "x", ERR_SERVER, "short of memory"},
        {"Neo.TransientError.Request.NoThreadsAvailable", "x", ERR_BUSY, "overloaded"},
        {"Neo.ClientError.Transaction.TransactionTimedOut", "x", ERR_TIMEOUT, "too long"},
        {"Neo.ClientError.Transaction.LockAcquisitionTimeout", "x", ERR_TIMEOUT, "lock"},
        {"Neo.TransientError.Transaction.LockAcquisitionTimeout", "x", ERR_TIMEOUT, "lock"},
        {"Neo.TransientError.Transaction.DeadlockDetected", "x", ERR_SERVER, "deadlock"},
        {"Neo.DatabaseError.General.UnknownError", "boom", ERR_SERVER, "debug.log: boom"},
        {"Neo.ClientError.Schema.IndexNotFound", "No such index", ERR_SERVER, "No such index"},
        {"Neo.ClientError.Schema.IndexNotFound", "", ERR_SERVER, "Neo.ClientError.Schema.IndexNotFound"},
        {"42NFF", "denied", ERR_PRIVILEGE, "privilege"},
        {"22N99", "odd", ERR_SERVER, "odd"},
        {NULL, "only words", ERR_SERVER, "only words"},
        {"Neo.ClientError.Statement.SyntaxError", "\n\n first\nsecond\n\tat stack", ERR_SERVER, "the statement: first"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct err e = {0};

        neo_error(&e, 200, cases[i].code, cases[i].message);
        if (e.kind != cases[i].kind || !strstr(e.words, cases[i].words) || strchr(e.words, '\n'))
            fail_msg("%s: %s %s", cases[i].code, err_name(e.kind), e.words);
        assert_string_equal(e.code, cases[i].code ? cases[i].code : "");
    }
    neo_error(NULL, 200, "Neo.ClientError.Security.Unauthorized", "x");
    neo_error(NULL, 401, NULL, NULL);
}

static void gives_cells_their_reason(void **state)
{
    struct err e = {0};

    neo_error(&e, 200, "Neo.ClientError.Security.Forbidden", "no");
    assert_int_equal(e.absent, ABSENT_PRIVILEGE);
    neo_error(&e, 200, "Neo.ClientError.Statement.UnsupportedAdministrationCommand", "no");
    assert_int_equal(e.absent, ABSENT_ENTERPRISE);
    neo_error(&e, 200, "Neo.ClientError.Procedure.ProcedureNotFound", "no");
    assert_int_equal(e.absent, ABSENT_VERSION);
}

static void bounds_words(void **state)
{
    static char message[5000], code[500];
    struct err e = {0};

    memset(message, 'm', sizeof message - 1);
    memset(code, 'c', sizeof code - 1);
    neo_error(&e, 200, code, message);
    assert_int_equal(strlen(e.code), sizeof e.code - 1);
    assert_true(strlen(e.words) < sizeof e.words);
}

static void tells_login_states(void **state)
{
    static const struct {
        int status;
        const char *code, *message;
        enum login_error means;
    } cases[] = {
        {401, "Neo.ClientError.Security.Unauthorized", "Invalid credential.", LOGIN_ERROR_REFUSED},
        {401, NULL, NULL, LOGIN_ERROR_REFUSED},
        {429, "Neo.ClientError.Security.AuthenticationRateLimit", "Too many", LOGIN_ERROR_LOCKED},
        {429, NULL, NULL, LOGIN_ERROR_NONE},
        {200, "Neo.ClientError.Security.CredentialsExpired", "x", LOGIN_ERROR_EXPIRED},
        {403, "Neo.ClientError.Security.Forbidden", "User is required to change their password.", LOGIN_ERROR_EXPIRED},
        {403, "Neo.ClientError.Security.Forbidden", "Permission denied", LOGIN_ERROR_NONE},
        {401, "Neo.ClientError.Security.TokenExpired", "x", LOGIN_ERROR_TOKEN_EXPIRED},
        {401, "Neo.ClientError.Security.Unauthorized", "The user is SUSPENDED", LOGIN_ERROR_SUSPENDED},
        {200, "Neo.ClientError.Statement.SyntaxError", "suspended", LOGIN_ERROR_NONE},
        {500, "", "", LOGIN_ERROR_NONE},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        if (neo_login_error(cases[i].status, cases[i].code, cases[i].message) != cases[i].means)
            fail_msg("%d %s %s", cases[i].status, cases[i].code, cases[i].message);
}

static void tells_starting(void **state)
{
    struct err e = {0};

    neo_error(&e, 200, "Neo.TransientError.Database.DatabaseUnavailable", "x");
    assert_true(neo_is_starting(&e));
    neo_error(&e, 200, "Neo.TransientError.General.DatabaseUnavailable", "x");
    assert_true(neo_is_starting(&e));
    neo_error(&e, 503, "", "");
    assert_true(neo_is_starting(&e));
    neo_error(&e, 500, "", "");
    assert_false(neo_is_starting(&e));
    neo_error(&e, 200, "Neo.ClientError.Database.DatabaseNotFound", "x");
    assert_false(neo_is_starting(&e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_kinds),        cmocka_unit_test(gives_cells_their_reason), cmocka_unit_test(bounds_words),
        cmocka_unit_test(tells_login_states), cmocka_unit_test(tells_starting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
