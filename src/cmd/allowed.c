/* Why a command is refused here and now. */
#include "cmd/cmd.h"

static bool need_write(const struct command *k, const struct cmd_context *c, struct err *e)
{
    if (!c->read_only)
        return true;
    if (c->read_only_why && *c->read_only_why)
        return err_set(e, ERR_READ_ONLY, "read-only: '%s' is refused (%s)", k->name, c->read_only_why);
    return err_set(e, ERR_READ_ONLY, "read-only: '%s' is refused", k->name);
}

static bool need_connection(const struct command *k, const struct cmd_context *c, struct err *e)
{
    if (c->connected)
        return true;
    if (c->connection_words && *c->connection_words)
        return err_set(e, ERR_UNREACHABLE, "'%s' needs a connection: %s", k->name, c->connection_words);
    return err_set(e, ERR_UNREACHABLE, "'%s' needs a connection: try :retry", k->name);
}

static bool need_row(const struct command *k, const struct cmd_context *c, struct err *e)
{
    return c->has_row || c->has_arg ||
           err_set(e, ERR_USAGE, "'%s' needs a row under the cursor: go to a list that has one", k->name);
}

static bool need_transaction(const struct command *k, const struct cmd_context *c, struct err *e)
{
    return c->row_is_transaction ||
           err_set(e, ERR_USAGE, "'%s' needs a transaction under the cursor: open :transactions", k->name);
}

static bool need_victim(const struct command *k, const struct cmd_context *c, struct err *e)
{
    return c->has_arg || (c->has_row && (c->row_is_transaction || c->row_is_connection)) ||
           err_set(e, ERR_USAGE,
                   "'%s' needs a transaction or connection under the cursor: open :transactions or :connections",
                   k->name);
}

static bool not_built(const struct command *k, struct err *e)
{
    return err_set(e, ERR_NOT_BUILT, "'%s' is not built yet: use Neo4j's own tools for it", k->name);
}

static bool special(const struct command *k, const struct cmd_context *c, struct err *e)
{
    switch (k->id) {
    case CMD_BACKUP:
    case CMD_RESTART:
        return not_built(k, e);
    case CMD_KILL:
        return need_victim(k, c, e);
    case CMD_EXPLAIN:
        return need_transaction(k, c, e) && need_connection(k, c, e);
    default:
        return true;
    }
}

bool cmd_allowed(enum command_id id, const struct cmd_context *c, struct err *e)
{
    const struct command *k = command_of(id);
    if (k->id == CMD_NONE)
        return err_set(e, ERR_USAGE, "no such command");
    if (k->needs == NEEDS_WRITE && !need_write(k, c, e))
        return false;
    if (k->needs == NEEDS_ROW && !need_row(k, c, e))
        return false;
    if (!special(k, c, e))
        return false;
    if (k->needs == NEEDS_WRITE || k->needs == NEEDS_CONNECTION)
        return need_connection(k, c, e);
    return true;
}
