/* A small program on a real terminal: shows the grid, echoes key names, pastes and sizes.
 *   term_demo [keys]        echo; q quits, Ctrl-Z suspends, c crashes through the fatal-signal path; at the end all keys are
 *                           written to standard output
 *   term_demo random N SEED N random frames over each other, then "ready"; the last grid is written to term_demo.dump;
 *                           any key ends it. What the terminal shows must be the dump.
 *   term_demo scroll N      N frames of a log that moves up by a line, then the same
 *   term_demo spin N        N frames of changing text, then the bytes and milliseconds they took (to stdout at the end) */
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "ui/term.h"

static volatile sig_atomic_t resized;
static struct term *term;
static struct grid grid;
static uint64_t dropped, frames;

static void on_winch(int sig)
{
    (void)sig;
    resized = 1;
}

static void on_fatal(int sig)
{
    term_restore_now();
    signal(sig, SIG_DFL);
    raise(sig);
}

static void fit(void)
{
    int w, h;

    term_size(term, &w, &h);
    if (w != grid.w || h != grid.h)
        grid_resize(&grid, w, h);
}

static bool draw(void)
{
    bool done = term_draw(term, &grid);

    frames += done;
    dropped += !done;
    return done;
}

static void wait_written(void)
{
    while (term_wants_write(term)) {
        struct pollfd p = {.fd = term_fd(term), .events = POLLOUT};

        poll(&p, 1, -1);
        if (!term_flush(term))
            return;
    }
}

/* --- keys --- */

static char lines[100][120];
static unsigned nlines;
static struct text typed;

static void say(const char *fmt, const char *s, unsigned n)
{
    snprintf(lines[nlines++ % 100], sizeof lines[0], fmt, s, n);
}

static void draw_keys(void)
{
    int h = grid.h - 3;
    struct rect in;

    grid_clear(&grid);
    grid_putf(&grid, 0, 0, grid.w, ROLE_HEADER, "term_demo %dx%d level %d utf8 %d", grid.w, grid.h, (int)term_level(term),
              term_utf8(term));
    for (int i = 0; i < NROLES; i++)
        grid_putf(&grid, i * 4, 1, 3, (enum role)i, "%03d", i);
    in = grid_box(&grid, (struct rect){0, 2, grid.w, h}, ROLE_BORDER, ROLE_TITLE, "1 keys", "漢字 é");
    for (int i = 0; i < in.h && (unsigned)i < nlines; i++)
        grid_puts(&grid, in.x + 1, in.y + i, in.w - 1, i ? ROLE_TEXT : ROLE_OK, lines[(nlines - 1 - (unsigned)i) % 100]);
    grid_puts(&grid, in.x, in.y, 1, ROLE_TEXT, grid_symbol(&grid, SYM_SELECT));
    grid_mark(&grid, (struct rect){in.x, in.y, in.w, 1}, CELL_SELECTED, -1);
    grid_puts(&grid, 0, grid.h - 1, grid.w, ROLE_DIM, "q quits, the last cell follows here                  ends here:");
    grid_puts(&grid, grid.w - 1, grid.h - 1, 1, ROLE_BAD, "#");
    grid_cursor(&grid, in.x, in.y, false);
}

static bool on_key(keycode k)
{
    char name[16];
    size_t n;

    key_name(k, name, sizeof name);
    text_addf(&typed, " %s", name);
    say("key %s %u", name, (unsigned)k);
    if (k == KEYC_PASTE) {
        term_paste(term, &n);
        say("pasted %.60s: %u bytes", term_paste(term, &n), (unsigned)n);
    }
    if (k == 'Z' - '@') {
        term_suspend(term);
        raise(SIGSTOP);
        term_resume(term);
        fit();
    }
    if (k == 'L' - '@')
        term_redraw(term);
    if (k == 'c')
        raise(SIGSEGV);
    if (k == 'y')
        say("osc 52 %s %u", term_send(term, "\033]52;c;bmVvZGVjaw==\a", 21) ? "sent" : "dropped", 0);
    return k != 'q';
}

static void run_keys(void)
{
    bool hangup = false, running = true;

    while (running && !hangup) {
        struct pollfd p = {.fd = term_fd(term), .events = (short)(POLLIN | (term_wants_write(term) ? POLLOUT : 0))};
        keycode k;

        if (resized) {
            resized = 0;
            term_resized(term);
            fit();
        }
        draw_keys();
        draw();
        p.events = (short)(POLLIN | (term_wants_write(term) ? POLLOUT : 0));
        poll(&p, 1, -1);
        term_flush(term);
        while (running && (k = term_read(term, &hangup)))
            running = on_key(k);
    }
    if (hangup)
        dropped += 1000000;
}

/* --- random --- */

static void draw_random(void)
{
    static const char *const pieces[] = {"abc", " ", "漢字", "é", "e\xcc\x81", "│", "…", "한", "x  y", "😀", "\033[31m", "●"};

    if (rand() % 8 == 0)
        grid_clear(&grid);
    for (int i = rand() % 60; i >= 0; i--) {
        char text[64] = "";

        for (int k = rand() % 6; k >= 0; k--)
            strcat(text, pieces[rand() % (int)(sizeof pieces / sizeof *pieces)]);
        grid_put(&grid, rand() % (grid.w + 4) - 4, rand() % grid.h, rand() % 20 + 1, (enum role)(rand() % NROLES),
                 (unsigned)rand() % 16, text, strlen(text), rand() % 2);
    }
    grid_cursor(&grid, rand() % grid.w, rand() % grid.h, rand() % 2);
}

static void run_random(int n, unsigned seed)
{
    struct text dump;
    FILE *f = fopen("term_demo.dump", "w");
    bool hangup = false;

    srand(seed);
    for (int i = 0; i < n; i++) {
        draw_random();
        draw();
        wait_written();
    }
    text_init(&dump, 0);
    grid_dump(&grid, false, &dump);
    if (f) {
        fputs(dump.s, f);
        fclose(f);
    }
    text_release(&dump);
    while (!term_read(term, &hangup) && !hangup) {
        struct pollfd p = {.fd = term_fd(term), .events = POLLIN};
        poll(&p, 1, -1);
    }
}

/* --- scroll --- */

static void run_scroll(int n)
{
    for (int i = 0; i < n; i++) {
        grid_clear(&grid);
        grid_box(&grid, (struct rect){0, 1, grid.w, grid.h - 2}, ROLE_BORDER, ROLE_TITLE, "log", NULL);
        for (int y = 2; y < grid.h - 2; y++)
            grid_putf(&grid, 1, y, grid.w - 2, ROLE_TEXT, "%d 2026-11-22 INFO %x some words of a log line %d", i + y,
                      (unsigned)(i + y) * 2654435761u, (i + y) * 7919);
        draw();
        wait_written();
    }
}

/* --- spin --- */

static void run_spin(int n)
{
    for (int i = 0; i < n; i++) {
        grid_clear(&grid);
        grid_box(&grid, (struct rect){0, 0, grid.w, grid.h}, ROLE_BORDER, ROLE_TITLE, "spin", NULL);
        for (int y = 1; y < grid.h - 1; y++)
            grid_putf(&grid, 1, y, grid.w - 2, y % 7 ? ROLE_TEXT : ROLE_WARN, "row %d frame %d %s", y, y % 5 ? 0 : i,
                      "the quick brown fox jumps over the lazy dog");
        draw();
        wait_written();
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "keys";
    struct theme theme;
    struct err e;
    int64_t began;

    setlocale(LC_ALL, "");
    text_init(&typed, 0);
    theme_default(&theme);
    err_clear(&e);
    began = clock_mono_ms();
    term = term_open(&theme, false, &e);
    if (!term) {
        fprintf(stderr, "term_demo: %s\n", e.words);
        text_release(&typed);
        return 2;
    }
    signal(SIGWINCH, on_winch);
    signal(SIGSEGV, on_fatal);
    signal(SIGTERM, on_fatal);
    grid_init(&grid, 1, 1, !term_utf8(term));
    fit();
    if (!strcmp(what, "random"))
        run_random(argc > 2 ? atoi(argv[2]) : 100, argc > 3 ? (unsigned)atoi(argv[3]) : 1);
    else if (!strcmp(what, "scroll"))
        run_scroll(argc > 2 ? atoi(argv[2]) : 1000);
    else if (!strcmp(what, "spin"))
        run_spin(argc > 2 ? atoi(argv[2]) : 1000);
    else
        run_keys();
    {
        unsigned long long bytes = (unsigned long long)term_bytes_sent(term);

        term_close(term);
        printf("term_demo: %llu bytes, %llu frames, %llu dropped, %lld ms\n", bytes, (unsigned long long)frames,
               (unsigned long long)dropped, (long long)(clock_mono_ms() - began));
        printf("keys:%s\n", typed.s);
    }
    grid_release(&grid);
    text_release(&typed);
    return 0;
}
