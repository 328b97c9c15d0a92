/* Rows of Jolt while their bytes come: the same as those of the whole answer, wherever its pieces end. */
#include <dirent.h>

#include "fixture.h"
#include "neo4j/jolt_stream.h"

enum { LINE_MAX_BYTES = 1000 * 1000, CELLS_MAX = 100000 };

/* All rows, with those that were taken over in parts. */
struct got {
    struct arena names, kept;
    struct value *cells;
    size_t ncols, nrows, cap;
    bool ok;
    struct err e;
};

static void take_over(struct got *g, struct rows *rows)
{
    g->ncols = rows->ncols;
    for (size_t i = 0; i < rows->nrows * rows->ncols; i++) {
        g->cells = x_grow(g->cells, &g->cap, g->nrows * g->ncols + i + 1, sizeof *g->cells);
        g->cells[g->nrows * g->ncols + i] = value_copy(&g->kept, rows->cells[i]);
    }
    g->nrows += rows->nrows;
    rows->nrows = 0;
}

/* In pieces of that many bytes, each in memory of exactly its size, a part taken over after every other row; long lines apart where the
 * pieces are odd. */
static void in_pieces(struct got *g, const char *body, size_t n, size_t piece, size_t max_line)
{
    struct jolt_stream s;
    struct arena part = {0};
    enum jolt_read r = JOLT_HUNGRY;

    *g = (struct got){.e = {.kind = ERR_NONE}};
    jolt_stream_init(&s, max_line, CELLS_MAX, 0, &g->e);
    s.long_line = piece % 2 ? 25 : 0;
    for (size_t at = 0; at < n && r != JOLT_BROKEN; at += piece) {
        size_t m = n - at < piece ? n - at : piece;
        char *copy = malloc(m);
        const char *p = memcpy(copy, body + at, m);

        do {
            s.events.rows.arena = s.events.rows.names ? &part : &g->names;
            r = jolt_stream_read(&s, &p, copy + m);
            if (r == JOLT_LONG)
                r = jolt_stream_long(&s) == JOLT_BROKEN ? JOLT_BROKEN : JOLT_READ;
            if (s.events.rows.nrows == 2) {
                take_over(g, &s.events.rows);
                arena_release(&part);
            }
        } while (r == JOLT_READ);
        free(copy);
    }
    s.events.rows.arena = s.events.rows.names ? &part : &g->names;
    g->ok = r != JOLT_BROKEN && jolt_stream_end(&s);
    take_over(g, &s.events.rows);
    arena_release(&part);
    jolt_stream_release(&s);
}

static void forget(struct got *g)
{
    free(g->cells);
    arena_release(&g->names);
    arena_release(&g->kept);
}

static void same_rows(const char *name, const struct got *g, const struct neo_result *r)
{
    if (g->nrows != r->nrows || (r->nrows && g->ncols != r->ncols))
        fail_msg("%s: %zu rows instead of %zu", name, g->nrows, r->nrows);
    for (size_t i = 0; i < r->nrows * r->ncols; i++)
        if (!value_equal(g->cells[i], r->cells[i]))
            fail_msg("%s: cell %zu differs", name, i);
}

static size_t streams;

static void check_fixture(const char *name)
{
    static const size_t pieces[] = {1, 2, 3, 7, 64, 1000, SIZE_MAX / 2};
    struct fixture f = fixture_load(name);
    struct arena a = {0};
    struct neo_result whole;
    struct err e = {.kind = ERR_NONE};
    bool ok = decode_copy(f.dialect, 200, f.body, f.n, &a, &whole, &e), plan = strstr(name, "explain") || strstr(name, "profile");

    for (size_t i = 0; f.dialect == DIALECT_JOLT && jolt_begins(f.body, f.n) == JOLT_BEGINS_YES && !plan && i < LENGTH(pieces); i++) {
        struct got g;

        streams++;
        in_pieces(&g, f.body, f.n, pieces[i], LINE_MAX_BYTES);
        if (g.ok != ok || strcmp(g.e.words, ok ? "" : e.words) != 0)
            fail_msg("%s by %zu: %s", name, pieces[i], g.e.words);
        if (ok)
            same_rows(name, &g, &whole);
        forget(&g);
    }
    arena_release(&a);
    fixture_free(&f);
}

static void recorded_answers_in_pieces(void **state)
{
    static const char *const folders[] = {"4.4.48", "5.26.30", "2026.08.1"};

    streams = 0;
    for (size_t i = 0; i < LENGTH(folders); i++) {
        char path[600], name[300];
        struct dirent *f;
        DIR *d;

        snprintf(path, sizeof path, "%s/http/%s", FIXTURES, folders[i]);
        d = opendir(path);
        assert_non_null(d);
        while ((f = readdir(d))) {
            size_t n = strlen(f->d_name);

            snprintf(name, sizeof name, "%s/%.*s", folders[i], n > 4 ? (int)n - 4 : 0, f->d_name);
            if (n > 4 && strcmp(f->d_name + n - 4, ".txt") == 0)
                check_fixture(name);
        }
        closedir(d);
    }
    assert_true(streams > 500);
}

#define HEADER  "{\"header\":{\"fields\":[\"a\"]}}\n"
#define ROW     "{\"data\":[{\"Z\":\"1\"}]}\n"
#define END     "{\"summary\":{}}\n{\"info\":{}}\n"
#define FAILED  "{\"error\":{\"errors\":[{\"code\":{\"U\":\"Neo.ClientError.Statement.SyntaxError\"},\"message\":{\"U\":\"no\"}}]}}\n"

static void made_up_answers(void **state)
{
    static const struct {
        const char *body;
        size_t rows;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {HEADER ROW ROW ROW END, 3, ERR_NONE, ""},
        {HEADER END, 0, ERR_NONE, ""},
        {"\x1e" HEADER "\x1e" ROW "\r\n \n\x1e" ROW "\x1e" END, 2, ERR_NONE, ""},
        {HEADER ROW END "what is this?\n" ROW, 1, ERR_NONE, ""},
        {HEADER ROW "{\"later\":{}}\n" ROW END, 2, ERR_NONE, ""},
        {HEADER ROW ROW FAILED "{\"info\":{}}\n", 2, ERR_SERVER, "no"},
        {HEADER ROW ROW FAILED, 2, ERR_SERVER, "no"},
        {HEADER ROW ROW "<html>\n" ROW END, 2, ERR_SHAPE, "no JSON"},
        {HEADER ROW "[1]\n" END, 1, ERR_SHAPE, "no event"},
        {HEADER ROW "{\"data\":[1,2]}\n" END, 1, ERR_SHAPE, "more cells"},
        {HEADER ROW "{\"data\":[]}\n" END, 1, ERR_SHAPE, "fewer cells"},
        {HEADER ROW "{\"data\":7}\n" END, 1, ERR_SHAPE, "without a header"},
        {HEADER ROW ROW, 2, ERR_SHAPE, "cut"},
        {HEADER ROW "{\"info\":{}}\n", 1, ERR_SHAPE, "missing"},
        {HEADER ROW "{\"data\":[{\"Z\":", 1, ERR_SHAPE, "cut"},
        {HEADER ROW "{\"data\":[{\"Z\":\"1\"}]}", 2, ERR_SHAPE, "cut"},
        {"{\"header\":{\"fields\":7}}\n" ROW END, 0, ERR_SHAPE, "no column names"},
        {ROW END, 0, ERR_SHAPE, "without a header"},
        {"", 0, ERR_SHAPE, "cut"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        for (size_t piece = 1; piece < 200; piece += 1 + piece / 8) {
            struct got g;

            in_pieces(&g, cases[i].body, strlen(cases[i].body), piece, LINE_MAX_BYTES);
            if (g.nrows != cases[i].rows || g.e.kind != cases[i].kind || !strstr(g.e.words, cases[i].words) ||
                g.ok != (cases[i].kind == ERR_NONE))
                fail_msg("%s by %zu: %zu rows, %s", cases[i].body, piece, g.nrows, g.e.words);
            forget(&g);
        }
}

/* Wherever it is cut: the rows that were whole, and an error. */
static void cut_anywhere(void **state)
{
    static const char body[] = HEADER ROW ROW ROW "{\"summary\":{}}\n{\"info\":{}";

    for (size_t n = 0; n < sizeof body; n++) {
        struct got g;

        in_pieces(&g, body, n, 5, LINE_MAX_BYTES);
        assert_false(g.ok);
        assert_int_equal(ERR_SHAPE, g.e.kind);
        assert_true(g.nrows <= 3);
        forget(&g);
    }
}

static void long_rows(void **state)
{
    static const struct {
        size_t text, max;
        bool ok;
    } cases[] = {{100, 200, true}, {200, 200, false}, {100000, 200, false}, {100000, 200000, true}, {200000, 200000, false}};

    for (size_t i = 0; i < LENGTH(cases); i++)
        for (size_t piece = 1; piece < 1000000; piece *= 31) {
            struct text t;
            struct got g;

            text_init(&t, 0);
            text_adds(&t, HEADER ROW "{\"data\":[{\"U\":\"");
            for (size_t n = 0; n < cases[i].text; n++)
                text_addc(&t, 'x');
            text_adds(&t, "\"}]}\n" END);
            in_pieces(&g, t.s, t.len, piece, cases[i].max);
            assert_int_equal(cases[i].ok, g.ok);
            assert_int_equal(cases[i].ok ? 2 : 1, g.nrows);
            assert_int_equal(cases[i].ok ? ERR_NONE : ERR_TOO_LARGE, g.e.kind);
            text_release(&t);
            forget(&g);
        }
}

static void how_it_begins(void **state)
{
    static const struct {
        const char *bytes;
        enum jolt_begins begins;
    } cases[] = {
        {"", JOLT_BEGINS_MAYBE},           {"\x1e\n ", JOLT_BEGINS_MAYBE},        {"{", JOLT_BEGINS_MAYBE},
        {"{\"header", JOLT_BEGINS_MAYBE},  {"{\"header\"", JOLT_BEGINS_YES},       {"\x1e{\"header\":{", JOLT_BEGINS_YES},
        {"{\"head\"", JOLT_BEGINS_NO},     {"{\"error\":", JOLT_BEGINS_NO},        {"{\"results\":[", JOLT_BEGINS_NO},
        {"<html>", JOLT_BEGINS_NO},        {"{ \"header\"", JOLT_BEGINS_NO},       {"\x01", JOLT_BEGINS_NO},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(cases[i].begins, jolt_begins(cases[i].bytes, strlen(cases[i].bytes)));
    assert_int_equal(JOLT_BEGINS_NO, jolt_begins("\0{\"header\"", 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_answers_in_pieces), cmocka_unit_test(made_up_answers), cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(long_rows),                  cmocka_unit_test(how_it_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
