/* Key names both ways, and bytes of terminals to keys. */
#include "support/cm.h"

#include "ui/decode.h"
#include "ui/key.h"

static void names_round_trip(void **state)
{
    char name[16];

    (void)state;
    for (keycode k = 0; k <= KEYC_PASTE + 5; k++) {
        assert_ptr_equal(key_name(k, name, sizeof name), name);
        if (!*name || k == KEYC_PASTE || k == 0xfffd)
            continue;
        if (k == 0x08) /* a terminal that sends it means Backspace */
            assert_int_equal(key_parse(name), KEYC_BACKSPACE);
        else
            assert_int_equal(key_parse(name), k);
    }
}

static void names_are_parsed(void **state)
{
    static const struct {
        const char *name;
        keycode want;
    } cases[] = {
        {"j", 'j'},           {"K", 'K'},          {"é", 0xe9},           {"漢", 0x6f22},
        {"Space", ' '},       {"space", ' '},      {"ENTER", KEYC_ENTER}, {"Return", KEYC_ENTER},
        {"Ctrl-L", 12},       {"ctrl-l", 12},      {"^L", 12},            {"C-l", 12},
        {"Ctrl-M", KEYC_ENTER}, {"Ctrl-I", KEYC_TAB}, {"Ctrl-[", KEYC_ESC},  {"Ctrl-H", KEYC_BACKSPACE},
        {"Ctrl-\\", 28},      {"Ctrl-_", 31},      {"Shift-Tab", KEYC_BACKTAB}, {"F1", KEYC_F1},
        {"f12", KEYC_F12},    {"F13", 0},          {"F0", 0},             {"F01", 0},
        {"F123456789012", 0}, {"", 0},             {NULL, 0},             {"jj", 0},
        {"Ctrl-", 0},         {"Ctrl-é", 0},       {"Ctrl-LL", 0},        {"Ctrl-1", 0},
        {"Ctrl-@", 0},        {"\033", 0},         {"\n", 0},             {"\xff", 0},
        {"\xe2\x80\xae", 0},  {"PgDn", KEYC_PGDN}, {"PageDown", KEYC_PGDN}, {"Paste", 0},
        {"^", '^'},           {"-", '-'},          {"<", '<'},            {"Shift-Up", KEYC_SHIFT_UP},
        {"Del", KEYC_DELETE}, {"F", 'F'},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(key_parse(cases[i].name), cases[i].want);
}

static void names_fit_in_a_short_buffer(void **state)
{
    char name[4];

    (void)state;
    assert_string_equal(key_name(KEYC_BACKSPACE, name, sizeof name), "Bac");
}

/* Feed at most `step` bytes at a time and write down the keys: "Up j Enter". */
static void decode(struct decoder *d, const char *bytes, size_t n, size_t step, struct text *out)
{
    char name[16];
    keycode k;

    for (size_t at = 0; at < n;) {
        size_t part = n - at < step ? n - at : step;

        at += decoder_feed(d, bytes + at, part);
        while ((k = decoder_next(d)))
            text_addf(out, "%s%s", out->len ? " " : "", key_name(k, name, sizeof name));
    }
    while (decoder_waits(d) && ((k = decoder_expire(d)) || (k = decoder_next(d))))
        text_addf(out, "%s%s", out->len ? " " : "", key_name(k, name, sizeof name));
    while ((k = decoder_next(d)))
        text_addf(out, "%s%s", out->len ? " " : "", key_name(k, name, sizeof name));
}

static void bytes_become_keys(void **state)
{
    static const struct {
        const char *bytes, *want;
    } cases[] = {
        {"jK", "j K"},
        {"\r\t\x7f\x08", "Enter Tab Backspace Backspace"},
        {"\x01\x0c\x1a\x1c", "Ctrl-A Ctrl-L Ctrl-Z Ctrl-\\"},
        {"\xc3\xa9\xe6\xbc\xa2", "é 漢"},
        {"\033[A\033[B\033[C\033[D", "Up Down Right Left"},
        {"\033OA\033OB\033OH\033OF", "Up Down Home End"},
        {"\033[H\033[F\033[1~\033[4~\033[7~\033[8~", "Home End Home End Home End"},
        {"\033[5~\033[6~\033[2~\033[3~\033[Z", "PgUp PgDn Insert Delete Shift-Tab"},
        {"\033OP\033OS\033[11~\033[15~\033[17~\033[24~", "F1 F4 F1 F5 F6 F12"},
        {"\033[[A\033[[E", "F1 F5"},
        {"\033[1;2A\033[1;2B\033[a\033[b", "Shift-Up Shift-Down Shift-Up Shift-Down"},
        {"\033[1;5C\033[5;5~\033[5^\033[5$\033[1;2P", "Right PgUp PgUp PgUp F1"},
        {"\033OM\033Op\033Oy\033Ok", "Enter 0 9 +"},
        {"\033", "Esc"},
        {"\033\033", "Esc Esc"},
        {"\033x", "Esc x"},
        {"\033\033[A", "Esc Up"},
        {"\033[", "Esc ["},
        {"\033O", "Esc O"},
        /* what is no key is swallowed whole */
        {"a\033[?2026;2$yb", "a b"},
        {"a\033[12;40Rb", "a b"},
        {"a\033[?1;2cb\033[>0;276;0cb", "a b b"},
        {"a\033[<0;10;10Mb\033[M KKb", "a b b"},
        {"a\033[Ib\033[Ob", "a b b"},
        {"a\033]11;rgb:0000/KKKK\033\\b", "a b"},
        {"a\033]0;yes\ab", "a b"},
        {"a\033P1+r4b\033\\b", "a b"},
        {"a\033[99~b\033[1;2;3;4;5;6zb", "a b b"},
        {"a\033[12\033[Ab", "a Up b"},
        {"a\033[1\x01" "b", "a Ctrl-A b"},
        {"a\033[201~b", "a b"},
        /* text that is none */
        {"a\xff\xfe" "b\xc3" "c\xc2\x9b" "d\xe2\x80\xae" "e", "a b c d e"},
        /* pastes are one key */
        {"a\033[200~yes\rK\033[201~b", "a Paste b"},
        {"\033[200~\033[201~\033[200~\033[A\033[201~", "Paste Paste"},
        {"\033[200~\033[20\033[201", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        for (size_t step = 1; step < 40; step += step < 8 ? 1 : 31) {
            struct decoder d;
            struct text out;

            decoder_init(&d, true);
            text_init(&out, 0);
            decode(&d, cases[i].bytes, strlen(cases[i].bytes), step, &out);
            assert_string_equal(out.s, cases[i].want);
            text_release(&out);
            decoder_release(&d);
        }
    }
}

static void the_mouse_is_read_when_it_is_wanted(void **state)
{
    static const struct {
        const char *bytes;
        bool is_mouse;
        struct mouse want;
    } cases[] = {
        {"\033[<0;10;5M", true, {MOUSE_CLICK, 9, 4}},
        {"\033[<16;1;1M", true, {MOUSE_CLICK, 0, 0}}, /* with Ctrl */
        {"\033[<64;200;50M", true, {MOUSE_WHEEL_UP, 199, 49}},
        {"\033[<69;3;4M", true, {MOUSE_WHEEL_DOWN, 2, 3}},
        {"\033[<0;10;5m", false, {0}},  /* let go */
        {"\033[<2;10;5M", false, {0}},  /* another button */
        {"\033[<32;10;5M", false, {0}}, /* dragged */
        {"\033[<0;0;5M", false, {0}},
        {"\033[<0;5M", false, {0}},
        {"\033[<M", false, {0}},
        {"\033[>0;10;5M", false, {0}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases) * 2; i++) {
        struct decoder d;
        bool wanted = i < LENGTH(cases);
        size_t at = i % LENGTH(cases);

        decoder_init(&d, true);
        d.mouse_wanted = wanted;
        decoder_feed(&d, cases[at].bytes, strlen(cases[at].bytes));
        decoder_feed(&d, "x", 1);
        if (wanted && cases[at].is_mouse) {
            assert_int_equal(decoder_next(&d), KEYC_MOUSE);
            assert_memory_equal(&d.mouse, &cases[at].want, sizeof d.mouse);
        }
        assert_int_equal(decoder_next(&d), 'x');
        decoder_release(&d);
    }
}

static void nul_bytes_are_no_keys(void **state)
{
    struct decoder d;

    (void)state;
    decoder_init(&d, true);
    decoder_feed(&d, "\0\0j\0", 4);
    assert_int_equal(decoder_next(&d), 'j');
    assert_int_equal(decoder_next(&d), KEYC_NONE);
    decoder_release(&d);
}

static void own_sequences_go_first(void **state)
{
    struct decoder d;
    struct text out;

    (void)state;
    decoder_init(&d, true);
    decoder_learn(&d, "\033\t", KEYC_BACKTAB); /* as on the Linux console */
    decoder_learn(&d, "\033OP", KEYC_F1 + 4);
    decoder_learn(&d, "x", KEYC_UP);       /* not an escape: ignored */
    decoder_learn(&d, NULL, KEYC_UP);
    decoder_learn(&d, "\033a_sequence_that_is_too_long", KEYC_UP);
    text_init(&out, 0);
    decode(&d, "\033\t\033OPx\033", 7, 1, &out);
    assert_string_equal(out.s, "Shift-Tab F5 x Esc");
    for (int i = 0; i < 200; i++)
        decoder_learn(&d, "\033zz", KEYC_UP);
    text_release(&out);
    decoder_release(&d);
}

static void a_paste_is_kept_and_bounded(void **state)
{
    struct decoder d;
    keycode k = KEYC_NONE;

    (void)state;
    decoder_init(&d, true);
    decoder_feed(&d, "\033[200~a\033[20", 11);
    assert_int_equal(decoder_next(&d), KEYC_NONE);
    assert_false(decoder_waits(&d));
    decoder_feed(&d, "xb\033[201~", 8);
    assert_int_equal(decoder_next(&d), KEYC_PASTE);
    assert_string_equal(d.paste.s, "a\033[20xb");
    decoder_feed(&d, "\033[200~", 6);
    for (int i = 0; i < 3000; i++) {
        char chunk[100];

        memset(chunk, 'K', sizeof chunk);
        assert_int_equal(decoder_feed(&d, chunk, sizeof chunk), sizeof chunk);
        k = decoder_next(&d);
        assert_int_equal(k, KEYC_NONE);
    }
    decoder_feed(&d, "\033[201~j", 7);
    assert_int_equal(decoder_next(&d), KEYC_PASTE);
    assert_int_equal(d.paste.len, PASTE_MAX);
    assert_int_equal(decoder_next(&d), 'j');
    decoder_feed(&d, "\033[200~abc", 9);
    assert_int_equal(decoder_next(&d), KEYC_NONE);
    decoder_drop_paste(&d);
    decoder_feed(&d, "k", 1);
    assert_int_equal(decoder_next(&d), 'k');
    decoder_release(&d);
}

static void endless_sequences_are_given_up(void **state)
{
    static const char *const starts[] = {"\033[", "\033]", "\033P", "\033O", "\033[1;", "\033[!", "\xe2"};

    (void)state;
    for (size_t i = 0; i < LENGTH(starts); i++) {
        struct decoder d;
        size_t fed = 0;

        decoder_init(&d, true);
        decoder_feed(&d, starts[i], strlen(starts[i]));
        for (int n = 0; n < 10000; n++) {
            fed += decoder_feed(&d, "1", 1);
            while (decoder_next(&d))
                ;
        }
        assert_int_equal(fed, 10000);
        decoder_feed(&d, "\003\033[A", 4);
        assert_true(d.len < 300);
        decoder_release(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_round_trip),       cmocka_unit_test(names_are_parsed),
        cmocka_unit_test(names_fit_in_a_short_buffer), cmocka_unit_test(bytes_become_keys),
        cmocka_unit_test(nul_bytes_are_no_keys),  cmocka_unit_test(the_mouse_is_read_when_it_is_wanted),  cmocka_unit_test(own_sequences_go_first),
        cmocka_unit_test(a_paste_is_kept_and_bounded), cmocka_unit_test(endless_sequences_are_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
