/* Keys and completion. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"

/* Stands for ui/: one letter is itself, a longer name needs a capital in front. */
static uint32_t parse_key(const char *name)
{
    uint32_t h = 5381;
    if (!name[1])
        return (unsigned char)name[0];
    if (name[0] < 'A' || name[0] > 'Z')
        return 0;
    for (; *name; name++)
        h = h * 33 + (unsigned char)*name;
    return h | 0x1000000;
}

static void default_keys(void **state)
{
    static const struct {
        const char *key, *command;
    } cases[] = {
        {"K", "kill"},      {"j", "down"},      {"Down", "down"},     {"q", "leave"},       {"1", "pane 1"},
        {"9", "pane 9"},    {"+", "faster"},    {"=", "faster"},      {"-", "slower"},      {":", "command-line"},
        {"/", "filter"},    {"?", "help"},      {"Ctrl-L", "redraw"}, {"Space", "mark"},    {"!", "actions"},
        {"Z", NULL},        {"0", NULL},         {"Ctrl-D", "page-down"}, {"Ctrl-F", "page-down"}, {"Ctrl-U", "page-up"},
    };
    struct keymap *k = keymap_new(parse_key);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = keymap_get(k, parse_key(cases[i].key));
        if (!cases[i].command)
            assert_null(got);
        else
            assert_string_equal(got, cases[i].command);
    }
    keymap_free(k);
}

/* The tables must not give one key to two commands, and nothing that changes something may hang on a Ctrl key. */
static void default_keys_do_not_clash(void **state)
{
    char seen[NCOMMANDS * 9][16];
    size_t n = 0;
    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++) {
        char keys[200], *save, *key;
        strcpy(keys, command_of(id)->keys);
        for (key = strtok_r(keys, " ", &save); key; key = strtok_r(NULL, " ", &save)) {
            for (size_t i = 0; i < n; i++)
                assert_string_not_equal(seen[i], key);
            strcpy(seen[n++], key);
            assert_true(strcmp(key, "Ctrl-A") != 0 && strcmp(key, "Ctrl-B") != 0);
            if (command_of(id)->needs == NEEDS_WRITE) {
                assert_int_not_equal(strncmp(key, "Ctrl", 4), 0);
                assert_true(command_of(id)->confirm);
            }
        }
    }
}

static void check_keys(const struct keymap *k, enum command_id id, const char *want)
{
    struct text t;
    text_init(&t, 0);
    keymap_keys(k, id, &t);
    assert_string_equal(t.s, want);
    text_release(&t);
}

static void users_bind_keys(void **state)
{
    struct keymap *k = keymap_new(parse_key);
    struct err e = {0};
    assert_true(keymap_bind(k, "K", "view databases", true, &e));
    assert_string_equal(keymap_get(k, 'K'), "view databases");
    assert_true(keymap_bind(k, "K", "view databases", true, &e));
    assert_false(keymap_bind(k, "K", "kill", true, &e));
    assert_string_equal(e.words, "key 'K' is bound twice, to 'view databases' and to 'kill': keep one of them");
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_string_equal(keymap_get(k, 'K'), "view databases");
    assert_true(keymap_bind(k, "K", "kill", false, &e));
    assert_string_equal(keymap_get(k, 'K'), "kill");

    assert_true(keymap_bind(k, "B", "none", true, &e));
    assert_null(keymap_get(k, 'B'));
    assert_false(keymap_bind(k, "B", "backup", true, &e));
    assert_string_equal(e.words, "key 'B' is bound twice, to 'none' and to 'backup': keep one of them");
    check_keys(k, CMD_BACKUP, "");
    check_keys(k, CMD_FASTER, "+ =");
    check_keys(k, CMD_KILL, "K");
    check_keys(k, CMD_THEME, "");
    check_keys(k, CMD_NONE, "");

    err_clear(&e);
    assert_false(keymap_bind(k, "hello", "kill", true, &e));
    assert_string_equal(e.words, "'hello' is no key: write one like K, Space, F5, Ctrl-L, PgDn or Shift-Tab");
    assert_false(keymap_bind(k, "", "kill", true, &e));
    assert_false(keymap_bind(k, "Z", "frobnicate", true, &e));
    assert_false(keymap_bind(k, "Z", "redraw please", true, &e));
    assert_null(keymap_get(k, 'Z'));
    keymap_free(k);
    keymap_free(NULL);
}

static char got[4000];

static void collect_binding(void *data, const char *key, const char *command, bool from_user)
{
    size_t n = strlen(data);

    if (from_user)
        snprintf((char *)data + n, 400 - n, "%s=%s ", key, command);
}

static void bindings_of_the_user_are_listed(void **state)
{
    struct keymap *k = keymap_new(parse_key);
    struct err e = {0};
    char list[400] = "";

    keymap_each(k, collect_binding, list);
    assert_string_equal(list, "");
    assert_true(keymap_bind(k, "B", "none", true, &e));
    assert_true(keymap_bind(k, "Z", "view databases", true, &e));
    assert_true(keymap_bind(k, "K", "quit", false, &e));
    keymap_each(k, collect_binding, list);
    assert_string_equal(list, "K=quit Z=view databases B=none ");
    keymap_free(k);
}

/* Whatever a command needs: it can be put on a key. */
static void every_command_can_be_bound(void **state)
{
    struct keymap *k = keymap_new(parse_key);
    struct err e = {0};

    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++) {
        char line[64];

        snprintf(line, sizeof line, "%s%s", command_of(id)->name, id == CMD_VIEW ? " databases" : *command_of(id)->args ? " x" : "");
        if (!keymap_bind(k, "Z", line, false, &e))
            fail_msg("%s: %s", line, e.words);
        assert_string_equal(keymap_get(k, 'Z'), line);
    }
    keymap_free(k);
}

static void collect(void *data, const char *word, const char *help)
{
    assert_non_null(help);
    if (*got)
        strcat(got, " ");
    strcat(got, word);
}

static void names(void *data, const char *kind, void (*add)(void *, const char *), void *to)
{
    static const char *const instances[] = {"prod-1", "prod-2", "stage", NULL};
    static const char *const columns[] = {"database", "username", "elapsed_ms", "elapsed_cpu", NULL};
    static const char *const *list;
    list = strcmp(kind, "INSTANCE") == 0 ? instances : strcmp(kind, "COLUMN") == 0 ? columns : NULL;
    for (; list && *list; list++)
        add(to, *list);
}

static void words_are_completed(void **state)
{
    static const struct {
        const char *line, *want;
    } cases[] = {
        {"ki", "kill"},
        {":KI", "kill"},
        {"mess", "messages"},
        {"que", "queries"},
        {"tra", "transactions transaction"},
        {"zzz", ""},
        {"lock", "lock locks"},
        {"metr", ""}, /* the view is not built */
        {"view da", "dashboard databases"},
        {"view t", "transactions transaction"},
        {"view databases x", ""},
        {"instance p", "prod-1 prod-2"},
        {"instance prod-1 ", ""},
        {"sort e", "elapsed_ms elapsed_cpu"},
        {"sort -u", "-username"},
        {"columns database,u", "database,username"},
        {"filter x !da", "!database:"},
        {"interval 1", "1s 10s 1m"},
        {"theme x", ""},
        {"bind K ki", "kill"},
        {"bind K", ""},
        {"redraw ", ""},
        {"frob x", ""},
    };
    struct completer c = {.names = names};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        got[0] = '\0';
        cmd_complete(cases[i].line, &c, collect, NULL);
        assert_string_equal(got, cases[i].want);
    }
    got[0] = '\0';
    cmd_complete("instance p", NULL, collect, NULL);
    assert_string_equal(got, "");
    cmd_complete("", &c, collect, NULL);
    assert_non_null(strstr(got, "kill"));
    assert_non_null(strstr(got, "databases"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_keys),
        cmocka_unit_test(default_keys_do_not_clash),
        cmocka_unit_test(users_bind_keys), cmocka_unit_test(bindings_of_the_user_are_listed),
        cmocka_unit_test(every_command_can_be_bound),
        cmocka_unit_test(words_are_completed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
