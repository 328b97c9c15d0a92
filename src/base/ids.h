/* Every enum that is derived from a table of tables/. */
#ifndef BASE_IDS_H
#define BASE_IDS_H

enum absent {
#define ABSENT(id, name, words) ABSENT_##id,
#include "tables/absent.def"
#undef ABSENT
    NABSENT
};

enum err_kind {
#define ERROR(id, status, name, absent) ERR_##id,
#include "tables/errors.def"
#undef ERROR
    NERRORS
};

enum sheet_id {
#define SHEET(id, name, title, statement, pace, per) SHEET_##id,
#define COLUMN(...)
#define SHEET_END(id)
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END
    NSHEETS
};

/* COL_<SHEET>_<ID>: index of a cell in a row of that sheet; NCOLS_<SHEET>: how many. */
#define SHEET(id, name, title, statement, pace, per) enum column_##id {
#define COLUMN(sheet, id, name, server, type, unit, width, priority, flags, help) COL_##sheet##_##id,
#define SHEET_END(id) NCOLS_##id };
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END

enum statement_id {
    STMT_NONE,
#define STATEMENT(id, effect, deadline_ms, help) STMT_##id,
#define VARIANT(...)
#include "tables/statements.def"
#undef STATEMENT
#undef VARIANT
    NSTATEMENTS
};

enum host_command_id {
    HOST_CMD_NONE,
#define HOST_COMMAND(id, effect, as, who, deadline_ms, help, ...) HOST_CMD_##id,
#include "tables/host_commands.def"
#undef HOST_COMMAND
    NHOST_COMMANDS
};

enum capability {
#define CAPABILITY(id, name, from, to, edition, words) CAP_##id,
#include "tables/capabilities.def"
#undef CAPABILITY
    NCAPABILITIES
};

enum role {
#define ROLE(id, name, mono, c8, c16, c256, help) ROLE_##id,
#include "tables/roles.def"
#undef ROLE
    NROLES
};

enum command_id {
    CMD_NONE,
#define COMMAND(id, name, group, keys, args, needs, danger, route, help) CMD_##id,
#include "tables/commands.def"
#undef COMMAND
    NCOMMANDS
};

enum view_id {
#define VIEW(id, name, aliases, title, sheet, built, help) VIEW_##id,
#include "tables/views.def"
#undef VIEW
    NVIEWS
};

enum option_id {
#define OPTION(id, name, letter, type, def, range, scope, arg, help) OPT_##id,
#include "tables/options.def"
#undef OPTION
    NOPTIONS
};

/* Who a statement or an action is about to affect. */
enum effect { EFFECT_READS, EFFECT_CHANGES };

#endif
