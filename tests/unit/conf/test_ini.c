#include "support/cm.h"

#include <stdio.h>

#include "base/text.h"
#include "conf/ini.h"

static void show(struct text *out, const char *label, const char *s)
{
    text_addf(out, " %s<%s>", label, s ? s : "-");
}

static void collect(void *data, const struct ini_line *l)
{
    static const char *const kinds[] = {"section", "item", "wrong", "wrong-section"};
    struct text *out = data;

    text_addf(out, "%s %u:%u", kinds[l->kind], l->line, l->column);
    if (l->kind == INI_SECTION || l->kind == INI_ITEM) {
        show(out, "", l->section);
        show(out, "", l->sub);
    }
    if (l->kind == INI_ITEM) {
        show(out, "", l->name);
        show(out, "", l->value);
    }
    if (l->words)
        text_addf(out, " %s", l->words);
    text_addc(out, '\n');
}

static void check(const char *in, size_t n, const char *want)
{
    char *copy = malloc(n + !n); /* exactly n bytes: reading beyond them is seen */
    struct text got;

    memcpy(copy, in, n);
    text_init(&got, 0);
    ini_parse(copy, n, collect, &got);
    if (strcmp(got.s, want) != 0)
        fail_msg("for:\n%s\nwanted:\n%sgot:\n%s", in, want, got.s);
    text_release(&got);
    free(copy);
}

static void lines_are_read(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"\n\n  \n# c\n; c\n  # c", ""},
        {"[options]\ninterval = 2s\n", "section 1:1 <options> <->\nitem 2:12 <options> <-> <interval> <2s>\n"},
        {"[Options]\r\na=b\r\n", "section 1:1 <options> <->\nitem 2:3 <options> <-> <a> <b>\n"},
        {"\xEF\xBB\xBF[keys]", "section 1:1 <keys> <->\n"},
        {"[instance \"prod-1\"] # c\n\tcritical",
         "section 1:1 <instance> <prod-1>\nitem 2:2 <instance> <prod-1> <critical> <->\n"},
        {"[ instance  \"a\\\"b\\\\c\" ]", "section 1:1 <instance> <a\"b\\c>\n"},
        {"a = b", "item 1:5 <> <-> <a> <b>\n"},
        {"a =", "item 1:4 <> <-> <a> <>\n"},
        {"a = # c", "item 1:5 <> <-> <a> <>\n"},
        {"a # = b", "item 1:1 <> <-> <a> <->\n"},
        {"a = b ; c", "item 1:5 <> <-> <a> <b>\n"},
        {"a = b;c#d", "item 1:5 <> <-> <a> <b;c#d>\n"},
        {"a = \"b ; c \\\" \\\\ \\t\"  # d", "item 1:5 <> <-> <a> <b ; c \" \\ \t>\n"},
        {"a = pass show \"my ; entry\" # c", "item 1:5 <> <-> <a> <pass show \"my ; entry\">\n"},
        {"a = sh -c 'x ; y' ; c", "item 1:5 <> <-> <a> <sh -c 'x ; y'>\n"},
        {"a = \"/my tool\" --x", "item 1:5 <> <-> <a> <\"/my tool\" --x>\n"},
        {"a = it's ; c", "item 1:5 <> <-> <a> <it's>\n"},
        {"a = \"\"", "item 1:5 <> <-> <a> <>\n"},
        {"a = b = c", "item 1:5 <> <-> <a> <b = c>\n"},
        {"= = faster", "item 1:5 <> <-> <=> <faster>\n"},
        {"\"#\" = up", "item 1:7 <> <-> <#> <up>\n"},
        {"\"=\" = up", "item 1:7 <> <-> <=> <up>\n"},
        {"' = up", "item 1:5 <> <-> <'> <up>\n"},
        {"/ = filter", "item 1:5 <> <-> </> <filter>\n"},
        {"Ctrl-L = redraw", "item 1:10 <> <-> <Ctrl-L> <redraw>\n"},
        {"g\xC3\xBC = \xC3\xA4", "item 1:7 <> <-> <g\xC3\xBC> <\xC3\xA4>\n"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        check(cases[i][0], strlen(cases[i][0]), cases[i][1]);
}

static void complaints_say_where(void **state)
{
    static const char *const cases[][2] = {
        {"user neo4j", "wrong 1:1 no '=' in this line: write name = value\n"},
        {"=", "wrong 1:1 no name before '=': write name = value\n"},
        {"  = x", "wrong 1:3 no name before '=': write name = value\n"},
        {"\"\" = x", "wrong 1:1 no name before '=': write name = value\n"},
        {"\"a = x", "wrong 1:1 the quote is not closed: write \"name\" = value\n"},
        {"a = \"x", "wrong 1:5 the quote is not closed: write \" at the end, or \\\" for a quote itself\n"},
        {"a = \"x\\\"", "wrong 1:5 the quote is not closed: write \" at the end, or \\\" for a quote itself\n"},
        {"a = \"x\\", "wrong 1:5 the quote is not closed: write \" at the end, or \\\" for a quote itself\n"},
        {"a = \"x\\y\"", "wrong 1:7 '\\y' is no escape: write \\\\ for a backslash, \\\" for a quote\n"},
        {"\n a = x\x1B[2J", "wrong 2:7 byte 0x1B: only printable UTF-8 may stand here\n"},
        {"a = \xFF", "wrong 1:5 byte 0xFF: only printable UTF-8 may stand here\n"},
        {"a = \xE2\x80\xAE", "wrong 1:5 byte 0xE2: only printable UTF-8 may stand here\n"},
        {"a\rb = c", "wrong 1:2 byte 0x0D: only printable UTF-8 may stand here\n"},
        {"[options\na = b\n[keys]\nx = y", "wrong-section 1:9 ']' expected: write [options] or [options \"name\"]\n"
                                           "section 3:1 <keys> <->\nitem 4:5 <keys> <-> <x> <y>\n"},
        {"[]", "wrong-section 1:2 name of a section expected: write [options], [keys] or [instance \"name\"]\n"},
        {"[", "wrong-section 1:2 name of a section expected: write [options], [keys] or [instance \"name\"]\n"},
        {"[instance \"a]", "wrong-section 1:11 the quote is not closed: write [instance \"name\"]\n"},
        {"[instance prod]", "wrong-section 1:11 ']' expected: write [instance] or [instance \"name\"]\n"},
        {"[options] a = b", "wrong-section 1:10 nothing may follow ']': write the next item in a line of its own\n"},
        {"[opt\x01]\na = \x01", "wrong-section 1:5 byte 0x01: only printable UTF-8 may stand here\n"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        check(cases[i][0], strlen(cases[i][0]), cases[i][1]);
    check("a = b\0c", 7, "wrong 1:6 byte 0x00: only printable UTF-8 may stand here\n");
}

static void long_lines_are_whole(void **state)
{
    enum { N = 100000 };
    char *in = malloc(N + 5), *want = malloc(N + 64);

    memcpy(in, "a = ", 4);
    memset(in + 4, 'x', N);
    in[N + 4] = '\0';
    sprintf(want, "item 1:5 <> <-> <a> <%s>\n", in + 4);
    check(in, N + 4, want);
    free(in);
    free(want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read),
        cmocka_unit_test(complaints_say_where),
        cmocka_unit_test(long_lines_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
