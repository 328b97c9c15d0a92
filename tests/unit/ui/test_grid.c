/* The grid: what is put into it, never lets a control out; widths; wide characters at edges; dumps. */
#include "support/cm.h"

#include "ui/grid.h"

static void assert_dump(const struct grid *g, bool roles, const char *want)
{
    struct text out;

    text_init(&out, 0);
    grid_dump(g, roles, &out);
    assert_string_equal(out.s, want);
    text_release(&out);
}

/* Nothing in the grid may be a control, and the widths of each row add up to its columns. */
static void assert_sane(const struct grid *g)
{
    for (int y = 0; y < g->h; y++) {
        const struct cell *row = g->cells + (size_t)y * (size_t)g->w;
        int sum = 0;

        for (int x = 0; x < g->w; x++) {
            const struct cell *c = row + x;

            sum += c->width;
            assert_true(c->role < NROLES);
            if (c->width == 0) {
                assert_true(x > 0 && row[x - 1].width == 2 && c->ch == 0);
                continue;
            }
            assert_false(cp_is_control(c->ch));
            assert_int_equal(cp_width(c->ch), c->width);
            if (g->ascii)
                assert_true(c->ch >= ' ' && c->ch < 0x7f);
            for (int i = 0; i < CELL_COMB; i++)
                if (c->comb[i])
                    assert_int_equal(cp_width(c->comb[i]), 0);
        }
        assert_int_equal(sum, g->w);
    }
}

static void every_code_point(void **state)
{
    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        struct grid g;

        grid_init(&g, 6, 1, ascii);
        for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
            char s[8] = "a";
            size_t n = 1 + utf8_encode(cp, s + 1);
            int used;

            s[n++] = 'b';
            used = grid_put(&g, 0, 0, 6, ROLE_TEXT, 0, s, n, false);
            assert_int_equal(used, grid_width(&g, s, n));
            assert_true(used >= 2 && used <= 4);
            assert_int_equal(g.cells[used - 1].ch, 'b');
            if (cp % 64 == 0 || cp < 0x3000 || used != 3)
                assert_sane(&g);
            grid_clear(&g);
        }
        grid_release(&g);
    }
}

static void escapes_become_marks(void **state)
{
    static const struct {
        const char *in, *want, *want_ascii;
    } cases[] = {
        {"a\033[31mb", "a␛[31mb\n", "a?[31mb\n"},
        {"a\033]0;title\007b", "a␛]0;title␇b\n", "a?]0;title?b\n"},
        {"\033P1$r\033\\", "␛P1$r␛\\\n", "?P1$r?\\\n"},
        {"\xc2\x9b" "31m", "�31m\n", "?31m\n"},            /* C1 CSI */
        {"\x9b" "31m", "�31m\n", "?31m\n"},                /* a bare byte of it */
        {"a\nb\tc\rd", "a b c␍d\n", "a b c?d\n"},
        {"x\x7fy\x08", "x␡y␈\n", "x?y?\n"},
        {"ev\xe2\x80\xae" "il", "ev�il\n", "ev?il\n"},     /* right-to-left override */
        {"a\xe2\x80\x8b" "b\xef\xbb\xbf", "a�b�\n", "a?b?\n"}, /* zero width space, byte order mark */
        {"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", "👍�\n", "??\n"}, /* skin tone */
        {"\xe2\x9d\xa4\xef\xb8\x8f!", "❤!\n", "?!\n"},     /* variation selector */
        {"\xc3", "�\n", "?\n"},
        {"\xed\xa0\x80", "���\n", "???\n"},                /* a surrogate */
        {"\xcc\x81" "a", "�a\n", "a\n"},                   /* a mark with nothing to stand on */
        {"e\xcc\x81\xcc\x82\xcc\x83x", "e\xcc\x81\xcc\x82x\n", "ex\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int ascii = 0; ascii < 2; ascii++) {
            struct grid g;

            grid_init(&g, 30, 1, ascii);
            grid_puts(&g, 0, 0, 30, ROLE_TEXT, cases[i].in);
            assert_sane(&g);
            assert_dump(&g, false, ascii ? cases[i].want_ascii : cases[i].want);
            grid_release(&g);
        }
    }
}

static void cutting(void **state)
{
    static const struct {
        const char *in;
        int x, cols, used;
        bool ellipsis;
        const char *want;
    } cases[] = {
        {"hello", 0, 5, 5, true, "hello.....\n"},
        {"hello", 0, 4, 4, true, "hel…......\n"},
        {"hello", 0, 4, 4, false, "hell......\n"},
        {"hello", 7, 9, 3, true, ".......he…\n"},
        {"hello", -2, 9, 5, true, "llo.......\n"},
        {"hello", -2, 4, 4, true, "l…........\n"},
        {"hello", -2, 2, 2, true, "..........\n"},
        {"hello", 0, 0, 0, true, "..........\n"},
        {"hello", 10, 5, 0, true, "..........\n"},
        {"漢字", 0, 3, 2, false, "漢........\n"},
        {"漢字", 0, 3, 3, true, "漢….......\n"},
        {"漢字", 0, 2, 2, true, "… ........\n"}, /* the ellipsis covers half of it */
        {"漢字", 9, 2, 0, false, "..........\n"},
        {"漢字", 9, 2, 1, true, ".........…\n"},
        {"漢字", -1, 4, 4, true, " 字.......\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct grid g;

        grid_init(&g, 10, 1, false);
        grid_fill(&g, (struct rect){0, 0, 10, 1}, '.', ROLE_TEXT);
        assert_int_equal(grid_put(&g, cases[i].x, 0, cases[i].cols, ROLE_TEXT, 0, cases[i].in, strlen(cases[i].in),
                                  cases[i].ellipsis),
                         cases[i].used);
        assert_sane(&g);
        assert_dump(&g, false, cases[i].want);
        grid_release(&g);
    }
}

static void halves_do_not_stay(void **state)
{
    struct grid g;

    (void)state;
    grid_init(&g, 6, 1, false);
    grid_puts(&g, 0, 0, 6, ROLE_TEXT, "漢字語");
    grid_puts(&g, 1, 0, 1, ROLE_TEXT, "x");
    assert_sane(&g);
    assert_dump(&g, false, " x字語\n");
    grid_puts(&g, 2, 0, 1, ROLE_TEXT, "y");
    assert_sane(&g);
    assert_dump(&g, false, " xy 語\n");
    grid_puts(&g, 3, 0, 2, ROLE_TEXT, "字");
    assert_sane(&g);
    assert_dump(&g, false, " xy字\n");
    grid_fill(&g, (struct rect){4, 0, 1, 1}, '-', ROLE_TEXT);
    assert_sane(&g);
    assert_dump(&g, false, " xy -\n");
    grid_release(&g);
}

static void random_puts_stay_sane(void **state)
{
    static const char *const pieces[] = {"a", "漢", "e\xcc\x81", "\033", "😀", "\xff", " "};
    struct grid g;
    unsigned seed = 7;

    (void)state;
    grid_init(&g, 13, 4, false);
    for (int i = 0; i < 20000; i++) {
        char s[32] = "";

        for (unsigned k = 0; k < 4; k++) {
            seed = seed * 1103515245u + 12345u;
            strcat(s, pieces[seed / 65536 % 7]);
        }
        seed = seed * 1103515245u + 12345u;
        grid_put(&g, (int)(seed >> 8) % 20 - 5, (int)(seed >> 16) % 6 - 1, (int)(seed >> 20) % 9, ROLE_OK, 0, s, strlen(s),
                 seed & 1024);
        if (i % 5 == 0)
            grid_fill(&g, (struct rect){(int)(seed >> 9) % 13, 0, 2, 3}, '#', ROLE_DIM);
        assert_sane(&g);
    }
    grid_release(&g);
}

static void long_combining_is_bounded(void **state)
{
    static char s[3000001] = "a";
    struct grid g;

    (void)state;
    for (size_t i = 1; i + 1 < sizeof s; i += 2)
        memcpy(s + i, "\xcc\x81", 2);
    grid_init(&g, 10, 1, false);
    for (int i = 0; i < 20000; i++) /* a minute and more if all of it were looked at */
        assert_int_equal(grid_put(&g, 0, 0, 10, ROLE_TEXT, 0, s, sizeof s - 1, true), 1);
    grid_release(&g);
}

static void boxes(void **state)
{
    static const struct {
        int w, h;
        const char *title, *right;
        bool ascii;
        const char *want;
    } cases[] = {
        {14, 3, "1 db", "2 ok", false, "┌1 db ── 2 ok┐\n│            │\n└────────────┘\n"},
        {14, 3, "1 db", "2 ok", true, "+1 db -- 2 ok+\n|            |\n+------------+\n"},
        {11, 3, "1 db", "2 ok", false, "┌1 db 2 ok┐\n│         │\n└─────────┘\n"},
        {10, 3, "1 db", "2 ok", false, "┌1 db ───┐\n│        │\n└────────┘\n"},
        {6, 2, "1 instances", NULL, false, "┌1 i…┐\n└────┘\n"},
        {2, 2, "x", "y", false, "┌┐\n└┘\n"},
        {1, 5, "x", "y", false, "\n\n\n\n\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct grid g;
        struct rect in;

        grid_init(&g, cases[i].w, cases[i].h, cases[i].ascii);
        in = grid_box(&g, (struct rect){0, 0, cases[i].w, cases[i].h}, ROLE_BORDER, ROLE_TITLE, cases[i].title,
                      cases[i].right);
        assert_dump(&g, false, cases[i].want);
        assert_int_equal(in.w, cases[i].w < 2 ? 0 : cases[i].w - 2);
        grid_release(&g);
    }
}

static void boxes_beyond_the_edge(void **state)
{
    struct grid g;

    (void)state;
    grid_init(&g, 5, 3, false);
    for (int x = -8; x < 8; x++)
        for (int y = -8; y < 8; y++)
            for (int w = -1; w < 9; w++) {
                grid_box(&g, (struct rect){x, y, w, 4}, ROLE_BORDER, ROLE_TITLE, "漢字", "字");
                grid_mark(&g, (struct rect){x, y, w, 4}, CELL_DIM, ROLE_OK);
                assert_sane(&g);
            }
    grid_fill(&g, (struct rect){-2147483647, -2147483647, 2147483647, 2147483647}, 'x', ROLE_OK);
    grid_fill(&g, (struct rect){2147483647, 2147483647, 2147483647, 2147483647}, 'x', ROLE_OK);
    grid_put(&g, -2147483647, 0, 2147483647, ROLE_OK, 0, "x", 1, true);
    assert_sane(&g);
    grid_release(&g);
}

static void dump_with_roles(void **state)
{
    struct grid g;

    (void)state;
    grid_init(&g, 8, 3, false);
    grid_puts(&g, 0, 0, 3, ROLE_OK, "abc");
    grid_puts(&g, 4, 0, 3, ROLE_BAD, "é");
    grid_puts(&g, 0, 2, 8, ROLE_TEXT, "row");
    grid_mark(&g, (struct rect){0, 2, 8, 1}, CELL_SELECTED | CELL_BOLD, -1);
    grid_cursor(&g, 0, 2, false);
    assert_dump(&g, true, "abc é\n\nrow\n-- roles\n0: 0-2 ok, 4-4 bad\n2: 0-7 text+selected+bold\ncursor: 0,2\n");
    grid_release(&g);
}

static void symbols_are_one_column(void **state)
{
    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        struct grid g;

        grid_init(&g, 4, 1, ascii);
        for (int s = 0; s < NSYMBOLS; s++) {
            const char *text = grid_symbol(&g, (enum symbol)s);

            grid_clear(&g);
            assert_int_equal(grid_puts(&g, 0, 0, 4, ROLE_TEXT, text), 1);
            assert_true(g.cells[0].ch != 0xfffd);
            assert_true(strcmp(text, "?") == 0 || g.cells[0].ch != '?');
        }
        grid_release(&g);
    }
}

static void equality_and_copies(void **state)
{
    struct grid a, b;

    (void)state;
    grid_init(&a, 4, 2, false);
    grid_init(&b, 9, 9, false);
    grid_puts(&a, 0, 0, 4, ROLE_OK, "漢x");
    assert_false(grid_equal(&a, &b));
    grid_copy(&b, &a);
    assert_true(grid_equal(&a, &b));
    grid_mark(&b, (struct rect){3, 1, 1, 1}, CELL_DIM, -1);
    assert_false(grid_equal(&a, &b));
    grid_copy(&b, &a);
    grid_cursor(&b, 1, 1, false);
    assert_false(grid_equal(&a, &b));
    grid_resize(&a, 100000, -3);
    assert_int_equal(a.w, GRID_MAX);
    assert_int_equal(a.h, 0);
    grid_puts(&a, 0, 0, 4, ROLE_OK, "nowhere");
    grid_release(&a);
    grid_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point),       cmocka_unit_test(escapes_become_marks),
        cmocka_unit_test(cutting),                cmocka_unit_test(halves_do_not_stay),
        cmocka_unit_test(random_puts_stay_sane),  cmocka_unit_test(long_combining_is_bounded),
        cmocka_unit_test(boxes),                  cmocka_unit_test(boxes_beyond_the_edge),
        cmocka_unit_test(dump_with_roles),        cmocka_unit_test(symbols_are_one_column),
        cmocka_unit_test(equality_and_copies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
