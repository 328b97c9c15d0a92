/* Opening, closing and handing over the terminal. */
#include "ui/term_priv.h"
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/mem.h"
#include "ui/term_probe.h"

#define LEAVE_WAIT_MS 140 /* with the restore string's own wait less than 200 ms */

/* --- strings that enter and leave the screen --- */

const char *term_cap(const char *name)
{
    const char *s = tigetstr(name);

    return s && s != (char *)-1 ? s : NULL;
}

void term_add_cap(struct text *out, const char *name)
{
    const char *s = term_cap(name);

    while (s && *s) {
        const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;

        if (end)
            s = end + 1;
        else
            text_addc(out, *s++);
    }
}

/* Bracketed paste is asked for; mouse reports, which a program that died may have left on, are turned off. */
static const char private_on[] = "\033[?2004h\033[?1000l\033[?1002l\033[?1003l\033[?1006l";
static const char mouse_on[] = "\033[?1000h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1000l";
static const char private_off[] = "\033[?2004l\033[?1006l\033[?1000l"; /* the mouse, too: whoever leaves does not know whether it is on */

static bool is_ansi(void)
{
    return str_starts(term_cap("cup"), "\033[");
}

static void make_strings(struct term *t, struct text *leave)
{
    text_clear(&t->enter);
    term_add_cap(&t->enter, "smcup");
    term_add_cap(&t->enter, "smkx");
    if (is_ansi())
        text_adds(&t->enter, private_on);
    text_init(leave, 512);
    term_add_cap(leave, "sgr0");
    if (is_ansi())
        text_adds(leave, private_off);
    term_add_cap(leave, "rmkx");
    term_add_cap(leave, "cnorm");
    if (!term_cap("smcup")) /* no other screen to go back to: leave a clean one */
        term_add_cap(leave, "clear");
    term_add_cap(leave, "rmcup");
}

/* --- modes and size --- */

static void set_modes(const struct term *t)
{
    struct termios m = t->saved;

    m.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | ISTRIP | IXON | PARMRK | INPCK);
    m.c_oflag &= ~(tcflag_t)OPOST;
    m.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
    m.c_cc[VMIN] = 1;
    m.c_cc[VTIME] = 0;
    tcsetattr(t->fd, TCSANOW, &m);
}

static int within(int v, int otherwise)
{
    return v < 1 ? otherwise : v > GRID_MAX ? GRID_MAX : v;
}

static void ask_size(const struct term *t, int *w, int *h)
{
    struct winsize ws = {0};

    if (ioctl(t->fd, TIOCGWINSZ, &ws) < 0)
        ws.ws_col = ws.ws_row = 0;
    *w = within(ws.ws_col, within(tigetnum("cols"), 80));
    *h = within(ws.ws_row, within(tigetnum("lines"), 24));
}

void term_resized(struct term *t)
{
    int w, h;

    ask_size(t, &w, &h);
    if (w == t->w && h == t->h && t->last.cells)
        return;
    t->w = w;
    t->h = h;
    resize_term(h, w);
    grid_resize(&t->last, w, h);
    term_redraw(t);
}

void term_size(const struct term *t, int *w, int *h)
{
    *w = t->w;
    *h = t->h;
}

/* --- opening --- */

static bool open_files(struct term *t, struct err *e)
{
    int memory;

    t->fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (t->fd < 0)
        return err_set(e, ERR_TERMINAL, "cannot open the terminal (/dev/tty: %s): run neodeck in one, or print with '%s'",
                       strerror(errno), "neodeck show VIEW");
    memory = memfd_create("neodeck-screen", MFD_CLOEXEC);
    t->memory = memory < 0 ? NULL : fdopen(memory, "w");
    t->in = fdopen(t->fd, "r");
    if (t->memory && t->in)
        return true;
    if (memory >= 0 && !t->memory)
        close(memory);
    return err_set(e, ERR_TERMINAL, "cannot set up the terminal: %s", strerror(errno));
}

/* A description without a size ("linux") is none for curses when its output is no terminal, unless the environment has one. */
static SCREEN *new_screen(const struct term *t, const char *name)
{
    static const char *const vars[] = {"LINES", "COLUMNS"};
    char *old[2];
    SCREEN *screen;

    for (int i = 0; i < 2; i++) {
        old[i] = x_strdup(getenv(vars[i]));
        setenv(vars[i], i ? "80" : "24", 1);
    }
    screen = newterm(name, t->memory, t->in);
    for (int i = 0; i < 2; i++) {
        if (old[i])
            setenv(vars[i], old[i], 1);
        else
            unsetenv(vars[i]);
        free(old[i]);
    }
    return screen;
}

static bool open_screen(struct term *t, const char *name, struct err *e)
{
    static const char advice[] = "set TERM to what your terminal is, e.g. xterm-256color, or print with 'neodeck show VIEW'";

    if (!term_described(name))
        return err_set(e, ERR_TERMINAL, "no description of the terminal '%.60s' on this machine: %s", name, advice);
    t->screen = new_screen(t, name);
    if (!t->screen)
        return err_set(e, ERR_TERMINAL, "curses cannot use the terminal '%.60s': %s", name, advice);
    if (!term_cap("cup") || !term_cap("clear"))
        return err_set(e, ERR_TERMINAL, "the terminal '%.60s' cannot place its cursor: %s", name, advice);
    return true;
}

/* Modes that do not touch the line discipline: set_modes does that. */
static void set_curses(void)
{
    noecho();
    nonl();
    typeahead(-1); /* else waiting input holds back output */
    keypad(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
}

static void enter_screen(struct term *t)
{
    text_add(&t->pending, t->enter.s, t->enter.len);
    if (t->decoder.mouse_wanted)
        text_adds(&t->pending, mouse_on);
    t->active = true;
    term_redraw(t);
}

static void arm(struct term *t)
{
    struct text leave;

    make_strings(t, &leave);
    restore_arm(t->fd, &t->saved, leave.s, leave.len);
    text_release(&leave);
}

struct term *term_open(const struct theme *theme, bool no_color, struct err *e)
{
    const char *name = getenv("TERM");
    struct term *t = x_calloc(1, sizeof *t);

    t->fd = -1;
    text_init(&t->pending, PENDING_MAX);
    text_init(&t->enter, 512);
    if (!name || !*name)
        err_set(e, ERR_TERMINAL, "TERM is not set: set it to what your terminal is, or print with 'neodeck show VIEW'");
    else if (open_files(t, e) && tcgetattr(t->fd, &t->saved) < 0)
        err_set(e, ERR_TERMINAL, "cannot read the terminal's modes: %s", strerror(errno));
    else if (t->in && open_screen(t, name, e)) {
        t->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
        t->theme = *theme;
        set_curses();
        term_colours_start(t, no_color);
        term_keys_start(t);
        arm(t);
        mem_on_exhausted(term_restore_now); /* so that its words are there to read */
        set_modes(t);
        term_resized(t);
        term_memory_collect(t); /* what curses says first is said by enter_screen */
        text_clear(&t->pending);
        enter_screen(t);
        return t;
    }
    term_close(t);
    return NULL;
}

/* --- leaving --- */

void term_suspend(struct term *t)
{
    if (!t->active)
        return;
    t->active = false;
    term_drain(t, LEAVE_WAIT_MS);
    term_restore_now();
}

/* Stopped from outside (SIGSTOP) the screen is still ours, but a shell has set its own modes meanwhile. */
static void take_again(struct term *t)
{
    term_add_cap(&t->pending, "smkx");
    if (is_ansi())
        text_adds(&t->pending, private_on);
    if (t->decoder.mouse_wanted)
        text_adds(&t->pending, mouse_on);
    term_redraw(t);
}

void term_resume(struct term *t)
{
    set_modes(t);
    if (t->active) {
        take_again(t);
        return;
    }
    arm(t);
    enter_screen(t);
    term_resized(t);
}

void term_close(struct term *t)
{
    if (!t)
        return;
    if (t->active)
        term_suspend(t);
    if (t->screen)
        delscreen(t->screen);
    if (t->in)
        fclose(t->in);
    else if (t->fd >= 0)
        close(t->fd);
    if (t->memory)
        fclose(t->memory);
    grid_release(&t->last);
    text_release(&t->pending);
    text_release(&t->enter);
    decoder_release(&t->decoder);
    free(t);
}

void term_set_mouse(struct term *t, bool on)
{
    if (!is_ansi() || t->decoder.mouse_wanted == on)
        return;
    t->decoder.mouse_wanted = on;
    if (!t->active)
        return;
    text_adds(&t->pending, on ? mouse_on : mouse_off);
    term_flush(t);
}

int term_fd(const struct term *t)
{
    return t->fd;
}

bool term_utf8(const struct term *t)
{
    return t->utf8;
}
