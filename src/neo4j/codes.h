/* Status codes turned into what a person can act on. */
#ifndef NEO4J_CODES_H
#define NEO4J_CODES_H

#include "base/error.h"

/* From a server's code ("Neo.ClientError.Security.Unauthorized", or GQL status) and message: kind, absent reason, our words followed
 * by the server's first line. http_status 0 when unknown. */
void neo_error(struct err *e, int http_status, const char *code, const char *message);

/* What an error means for the login: NONE when nothing. */
enum login_error { LOGIN_ERROR_NONE, LOGIN_ERROR_REFUSED, LOGIN_ERROR_LOCKED, LOGIN_ERROR_EXPIRED, LOGIN_ERROR_TOKEN_EXPIRED,
                   LOGIN_ERROR_SUSPENDED };
enum login_error neo_login_error(int http_status, const char *code, const char *message);
/* The server is up but its (default) database is not: DatabaseUnavailable and its relatives. */
bool neo_is_starting(const struct err *e);

#endif
