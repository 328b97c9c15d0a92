/* The console: screens over each other, a prompt, a dialog, keys. Everything that draws or reads keys; what is known and asked
 * is struct app's. */
#ifndef APP_CONSOLE_H
#define APP_CONSOLE_H

#include "app/app.h"
#include "cmd/cmd.h"
#include "ui/dialog.h"
#include "ui/grid.h"
#include "ui/menu.h"
#include "ui/term.h"
#include "ui/theme.h"
#include "view/view.h"

#define SCREENS_MAX 16

#define LOGS_ASKED_MAX 16

enum prompt_kind { PROMPT_NONE, PROMPT_COMMAND, PROMPT_FILTER, PROMPT_SORT };

struct prompt {
    enum prompt_kind kind;
    struct line line;
    char *before;            /* the filter as it was, for Esc */
    char **history;          /* newest first, from the store */
    size_t nhistory;
    ticket asked;            /* for the history */
    long at;                 /* in history; -1: the line being typed */
    char *typed;
    struct text wrong;       /* why the line is wrong, shown above it */
    struct menu menu;        /* what the word may become */
    char **words;            /* of the menu's items; NULL: it is not open */
    size_t nwords, words_cap, word_at; /* word_at: byte of the line where the word begins */
    char *unfinished;        /* the line as it was before a candidate was put into it */
    struct theme theme;      /* as it was, when */
    bool previews;           /* another one is tried on */
};

/* What the dialog on the screen is about. */
enum question { ASK_NOTHING, ASK_QUIT, ASK_KILL, ASK_ARM, ASK_SECRET };

struct kill;
struct kept;

struct console {
    struct app *app;
    struct term *term;       /* NULL: memory grid of a script */
    struct watch *tty;
    struct handover *handed; /* another program has the terminal; NULL: it is ours */
    struct grid grid;
    struct theme theme;
    struct dashboard dash;
    struct view *screen[SCREENS_MAX]; /* over the dashboard, the last is on top */
    size_t nscreens;
    bool zoomed;             /* the dashboard shows only its focused pane */
    unsigned panes_asked;    /* which panes were on the screen when feed/ was told what is looked at */
    uint32_t scope;          /* instance looked at, MODEL_NO_INSTANCE: all */
    char *group;             /* of all only those of this group; "": of any */
    struct keymap *keys;
    struct kept *kept;       /* how views were left */
    struct prompt prompt;
    struct dialog dialog;
    enum question question;
    uint32_t question_instance;
    struct kill *kill;       /* on its way to its confirmation; NULL: none */
    unsigned *following;     /* kills that run */
    size_t nfollowing;
    struct menu menu;
    bool menu_open;
    enum command_id actions[NCOMMANDS]; /* of the menu, by item */
    size_t nactions;
    bool menu_logs;          /* the menu is about logs */
    struct log_interest logs_asked[LOGS_ASKED_MAX]; /* as told to feed/ last */
    size_t nlogs_asked;
    uint64_t drawn_logs;     /* what was known of logs when they were drawn */
    bool mouse;              /* clicks and the wheel come as keys */
    struct mouse clicked;    /* the last click, and */
    int64_t clicked_ms;      /* when it was: a second one at once opens; monotonic */
    bool paused, drowsy, dirty, quitting, frame_set, offered_secret;
    int exit_status;
    char message[512];
    enum role message_role;
    int64_t message_until_ms;
    int64_t last_key_ms;     /* monotonic */
    int64_t frame_us; /* CPU that frames took of late */
    int64_t next_frame_ms; /* by news; monotonic */
    struct timer *tick, *resize, *frame, *watch_people;
    struct sigwatch *signals[8];
    uint64_t drawn_generation;
    ticket explain;
};

/* Runs until the person leaves; returns the exit status. */
int console_main(struct app *a);

bool console_open(struct console *c, struct app *a, int w, int h, bool memory, struct err *e);
void console_close(struct console *c);

void console_draw(struct console *c);                 /* into the grid; and to the terminal when there is one */
bool console_too_small(const struct grid *g);             /* for anything but leaving */
void console_key(struct console *c, keycode k);
void console_set_theme(struct console *c, const struct theme *t);
void console_keep(struct console *c);                 /* a person may have changed how the view on the screen looks */
void console_wake(struct console *c);                 /* a person is there: a key, a click */
void console_line(struct console *c, const char *line); /* a ":" line */
void console_resize(struct console *c, int w, int h);
void console_say(struct console *c, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
const char *console_interval_words(int64_t ms, char *buf, size_t n); /* "2s" as one writes it, not "2.0s" as what was measured */
void console_interests(struct console *c);            /* tells feed/ what is looked at now */
struct view *console_view(const struct console *c);   /* the one with the focus */
void console_context(struct console *c, struct view_ctx *ctx);
bool console_busy(const struct console *c);           /* plans or runs that a script should wait for */

/* menu.c */
void console_menu_open(struct console *c);
void console_menu_key(struct console *c, keycode k);

/* dispatch.c */
void console_command(struct console *c, enum command_id id, enum view_id view, const char *arg);
void console_push(struct console *c, struct view *v);

/* scope.c: what is looked at */
void scope_instance(struct console *c, const char *arg); /* ":instance", "" all */
void scope_group(struct console *c, const char *arg);    /* ":group", "" all */
void scope_to_instance(struct console *c, uint32_t instance);
void scope_to_group(struct console *c, const char *name);
bool scope_back(struct console *c);                      /* from one instance to its group, to all; false: it was all */
void scope_each_group(const struct console *c, void (*add)(void *, const char *), void *to);
void scope_words(const struct console *c, struct text *scope, struct text *server);

/* mouse.c */
void console_mouse(struct console *c, struct mouse m);
void mouse_command(struct console *c, const char *arg); /* ":mouse" */

/* bind.c */
void bind_command(struct console *c, const char *arg); /* ":bind KEY COMMAND" */
void bind_list(struct console *c, const char *arg);    /* ":keys" */

/* hint.c */
void hint_words(const struct console *c, const struct view_ctx *ctx, int cols, struct text *out);

/* prompt.c */
void prompt_open(struct console *c, enum prompt_kind kind, const char *text);
void prompt_key(struct console *c, keycode k);
void prompt_close(struct console *c);
void prompt_draw(struct console *c, int y);

/* completion.c: Tab in the prompt */
bool completion_key(struct console *c, keycode k); /* true: it was for the candidates */
void completion_draw(struct console *c, int x, int bottom);
void completion_close(struct prompt *p);

/* questions.c */
void question_open(struct console *c, enum question q, uint32_t instance);
void question_key(struct console *c, keycode k);

/* kill.c */
void kill_begin(struct console *c, const char *id);
void kill_go_on(struct console *c);                        /* after a lock was opened: asks for the next one, else plans */
void kill_leave_out(struct console *c, uint32_t instance); /* its lock was not opened: go on without it */
void kill_confirmed(struct console *c);
void kill_dropped(struct console *c);
bool kill_planning(const struct console *c);
size_t kill_progress(const struct console *c, struct text *out);

/* clipboard.c */
void clipboard_copy(struct console *c, const char *s, size_t n);

/* logs.c */
void logs_ask(struct console *c);          /* tells feed/ which logs are looked at, and where, when that is another wish than before */
bool logs_moved(const struct console *c);  /* there is news of the logs on the screen */
bool logs_update(struct console *c);       /* takes it over without drawing; false: there was none */
void logs_menu_key(struct console *c, keycode k);
void logs_sources(struct console *c, const char *arg);
void logs_goto(struct console *c, const char *arg);
void logs_search(struct console *c, const char *arg);
void logs_enter(struct console *c);
void logs_copy(struct console *c);

/* export.c */
void export_list(struct console *c, const char *file);

/* explain.c */
void explain_begin(struct console *c);

/* signals.c */
void signals_start(struct console *c);
void signals_stop(struct console *c);
void signals_suspend(struct console *c);
void signals_resume(struct console *c); /* the terminal is ours again */

/* cypher.c */
void cypher_begin(struct console *c, uint32_t instance);
void signals_catch_fatal(void);

/* drowsy.c: is anybody attached to the tmux that we run in */
void drowsy_check(struct console *c);

#endif
