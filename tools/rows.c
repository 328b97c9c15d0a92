#include "tools/rows.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

const struct option_line options[] = {
#define OPTION(option, option_name, short_name, value_type, default_text, value_range, where, argument, words)         \
    {OPT_##option, option_name, short_name, TYPE_##value_type, default_text, value_range, SCOPE_##where, argument, words},
#include "tables/options.def"
#undef OPTION
};
const size_t noptions = COUNT(options);

const struct batch_line batches[] = {
#define BATCH(id, name, arguments, help) {name, arguments, help},
#include "tables/batch.def"
#undef BATCH
};
const size_t nbatches = COUNT(batches);

const struct command_line commands[] = {
#define COMMAND(id, name, group, keys, args, needs, danger, route, help) {CMD_##id, name, group, keys, args, help},
#include "tables/commands.def"
#undef COMMAND
};
const size_t ncommands = COUNT(commands);

const struct view_line views[] = {
#define VIEW(id, name, aliases, title, sheet, built, help) {VIEW_##id, name, aliases, SHEET_##sheet, built, help},
#include "tables/views.def"
#undef VIEW
};
const size_t nviews = COUNT(views);

const struct sheet_line sheets[NSHEETS] = {
#define SHEET(id, name, title, statement, pace, per) [SHEET_##id] = {name, title},
#define COLUMN(...)
#define SHEET_END(id)
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END
};

const struct column_line columns[] = {
#define SHEET(...)
#define COLUMN(sheet, id, name, server, type, unit, width, priority, flags, help)                                      \
    {SHEET_##sheet, name, #type, #unit, (priority) > 0, help},
#define SHEET_END(id)
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END
};
const size_t ncolumns = COUNT(columns);

const struct error_line errors[] = {
#define ERROR(id, status, name, absent) {status, name},
#include "tables/errors.def"
#undef ERROR
};
const size_t nerrors = COUNT(errors);

const struct absent_line absents[] = {
#define ABSENT(id, name, words) {name, words},
#include "tables/absent.def"
#undef ABSENT
};
const size_t nabsents = COUNT(absents);

const struct role_line roles[] = {
#define ROLE(id, name, mono, c8, c16, c256, help) {name, {mono, c8, c16, c256}, help},
#include "tables/roles.def"
#undef ROLE
};
const size_t nroles = COUNT(roles);

const struct capability_line capabilities[] = {
#define CAPABILITY(id, name, from, to, edition, words) {CAP_##id, name, words},
#include "tables/capabilities.def"
#undef CAPABILITY
};
const size_t ncapabilities = COUNT(capabilities);

bool on_command_line(const struct option_line *o)
{
    return o->scope != SCOPE_CONF;
}

bool takes_value(const struct option_line *o)
{
    return o->type != TYPE_BOOL;
}

bool view_shows(const struct view_line *v)
{
    return v->built == NOW && v->id != VIEW_HELP && v->id != VIEW_TRANSACTION;
}
