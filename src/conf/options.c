#include "conf/options.h"

#include <string.h>

#include "base/clock.h"

static const struct option_row rows[NOPTIONS] = {
#define OPTION(id, option, short_name, value_type, default_text, value_range, where, argument, words)                  \
    [OPT_##id] = {.name = option,                                                                                      \
                  .letter = short_name,                                                                                \
                  .type = TYPE_##value_type,                                                                           \
                  .def = default_text,                                                                                 \
                  .range = value_range,                                                                                \
                  .scope = SCOPE_##where,                                                                              \
                  .arg = argument,                                                                                     \
                  .help = words},
#include "tables/options.def"
#undef OPTION
};

const struct option_row *option_row(enum option_id id)
{
    return &rows[id];
}

bool option_is_command(enum option_id id)
{
    static const enum option_id commands[] = {OPT_PASSWORD_COMMAND, OPT_TOKEN_COMMAND, OPT_BECOME,         OPT_BECOME_SERVICE,
                                              OPT_START_COMMAND,    OPT_STOP_COMMAND,  OPT_RESTART_COMMAND};

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (commands[i] == id)
            return true;
    return false;
}

static bool same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        char x = *a == '_' ? '-' : *a, y = *b == '_' ? '-' : *b;

        if (x >= 'A' && x <= 'Z')
            x = (char)(x + 32);
        if (y >= 'A' && y <= 'Z')
            y = (char)(y + 32);
        if (x != y)
            return false;
    }
    return *a == *b;
}

enum option_id option_find(const char *name)
{
    for (int id = 0; id < NOPTIONS; id++)
        if (same_name(name, rows[id].name))
            return (enum option_id)id;
    return NOPTIONS;
}

void option_arg(enum option_id id, struct text *out)
{
    const struct option_row *row = &rows[id];

    if (row->type == TYPE_BOOL)
        return;
    if (*row->arg || row->type != TYPE_CHOICE) {
        text_adds(out, *row->arg ? row->arg : "VALUE");
        return;
    }
    for (const char *s = row->range; *s; s++)
        text_addc(out, *s == ' ' ? '|' : *s);
}

static bool check_bool(const char *s, struct option_value *out, struct err *e)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_ieq(s, words[i])) {
            out->on = i % 2;
            return true;
        }
    return err_set(e, ERR_CONFIG, "'%s' is neither yes nor no", s);
}

/* "500ms..1h": both ends by the parser of the type. */
static bool in_range(const char *range, bool (*parse)(const char *, int64_t *), int64_t n)
{
    char low[32];
    const char *dots = strstr(range, "..");
    int64_t min, max;

    if (!dots || (size_t)(dots - range) >= sizeof low)
        return true;
    memcpy(low, range, (size_t)(dots - range));
    low[dots - range] = '\0';
    return parse(low, &min) && parse(dots + 2, &max) && n >= min && n <= max;
}

static bool int_parse(const char *s, int64_t *out)
{
    bool minus = *s == '-';
    int64_t n = 0;

    s += minus;
    if (!*s || strlen(s) > 18)
        return false;
    for (; *s >= '0' && *s <= '9'; s++)
        n = n * 10 + (*s - '0');
    *out = minus ? -n : n;
    return *s == '\0';
}

static bool out_of_range(const char *s, const char *range, struct err *e)
{
    const char *dots = strstr(range, "..");

    return err_set(e, ERR_CONFIG, "'%s' is out of range: %.*s to %s", s, (int)(dots - range), range, dots + 2);
}

static bool check_duration(const char *s, const char *range, struct option_value *out, struct err *e)
{
    if (!duration_parse(s, &out->number))
        return err_set(e, ERR_CONFIG, "'%s' is no duration: write 500ms, 2s, 15m, 3h or 2d", s);
    return in_range(range, duration_parse, out->number) || out_of_range(s, range, e);
}

static bool check_int(const char *s, const char *range, struct option_value *out, struct err *e)
{
    if (!int_parse(s, &out->number))
        return err_set(e, ERR_CONFIG, "'%s' is no number", s);
    return in_range(range, int_parse, out->number) || out_of_range(s, range, e);
}

static bool check_choice(const char *s, const char *range, struct option_value *out, struct err *e)
{
    size_t n = strlen(s);
    const char *w = range;

    for (int64_t i = 0; *w; i++) {
        size_t len = strcspn(w, " ");

        if (len == n && strncmp(w, s, n) == 0) {
            out->number = i;
            return true;
        }
        w += len;
        w += strspn(w, " ");
    }
    return err_set(e, ERR_CONFIG, "'%s' is none of: %s", s, range);
}

bool option_check(enum option_id id, const char *text, struct option_value *out, struct err *e)
{
    const struct option_row *row = &rows[id];
    int cols, lines;

    *out = (struct option_value){.text = text};
    switch (row->type) {
    case TYPE_BOOL:
        return check_bool(text, out, e);
    case TYPE_DURATION:
        return check_duration(text, row->range, out, e);
    case TYPE_INT:
        return check_int(text, row->range, out, e);
    case TYPE_CHOICE:
        return check_choice(text, row->range, out, e);
    default:
        if (id == OPT_SIZE && *text && !size_parse(text, &cols, &lines))
            return err_set(e, ERR_CONFIG, "'%s' is no size: write columns x rows, such as 80x24", text);
        return true;
    }
}

static const char *take_number(const char *s, int *out)
{
    int n = 0;

    for (; *s >= '0' && *s <= '9' && n <= 1000; s++)
        n = n * 10 + (*s - '0');
    *out = n;
    return n >= 1 && n <= 1000 ? s : NULL;
}

bool size_parse(const char *s, int *cols, int *rows_out)
{
    s = take_number(s, cols);
    if (!s || (*s != 'x' && *s != 'X'))
        return false;
    s = take_number(s + 1, rows_out);
    return s && *s == '\0';
}
