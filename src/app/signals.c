/* Orderly signals end the loop and leave with 128 + n after the terminal is restored; fatal ones only write the restore string. */
#include "app/console.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

#define RESIZE_MS 30 /* a storm of resizes gives one layout in that time */

static void on_leave(void *data, int signum)
{
    struct console *c = data;

    log_debug("signal %d", signum);
    c->quitting = true;
    c->exit_status = 128 + signum;
    loop_stop(c->app->loop);
}

static void on_resized(void *data)
{
    struct console *c = data;
    int w, h;

    if (c->handed)
        return;
    term_resized(c->term);
    term_size(c->term, &w, &h);
    console_resize(c, w, h);
}

static void on_winch(void *data, int signum)
{
    struct console *c = data;

    (void)signum;
    timer_set(c->resize, RESIZE_MS);
}

static void on_continue(void *data, int signum)
{
    struct console *c = data;

    (void)signum;
    if (c->handed)
        return;
    term_resume(c->term);
    term_redraw(c->term);
    on_resized(c);
}

void signals_resume(struct console *c)
{
    on_continue(c, SIGCONT);
    watch_set(c->tty, LOOP_READ | (term_wants_write(c->term) ? LOOP_WRITE : 0));
}

static void on_stop(void *data, int signum)
{
    (void)signum;
    signals_suspend(data);
}

void signals_start(struct console *c)
{
    static const int leaving[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
    size_t n = 0;

    c->resize = loop_timer(c->app->loop, on_resized, c);
    for (size_t i = 0; i < sizeof(leaving) / sizeof(*leaving); i++)
        c->signals[n++] = loop_signal(c->app->loop, leaving[i], on_leave, c);
    c->signals[n++] = loop_signal(c->app->loop, SIGWINCH, on_winch, c);
    c->signals[n++] = loop_signal(c->app->loop, SIGCONT, on_continue, c);
    c->signals[n++] = loop_signal(c->app->loop, SIGTSTP, on_stop, c);
}

void signals_stop(struct console *c)
{
    for (size_t i = 0; i < sizeof(c->signals) / sizeof(*c->signals); i++)
        sigwatch_free(c->signals[i]);
}

static volatile sig_atomic_t continued;

static void on_own_continue(int signum)
{
    (void)signum;
    continued = 1;
}

/* Stops the whole group, as the terminal's own Ctrl-Z would; false when nobody could continue it ("ssh -t host neodeck"): the
 * kernel then ignores SIGTSTP, but would obey SIGSTOP. */
static bool stop_group(void)
{
    struct sigaction stop = {.sa_handler = SIG_DFL}, go = {.sa_handler = on_own_continue, .sa_flags = SA_RESTART}, old_stop, old_go;

    continued = 0;
    sigaction(SIGCONT, &go, &old_go);
    sigaction(SIGTSTP, &stop, &old_stop);
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &old_stop, NULL);
    sigaction(SIGCONT, &old_go, NULL);
    return continued != 0;
}

/* Ctrl-Z: the screen as it was, stop, and then everything again. */
void signals_suspend(struct console *c)
{
    bool stopped;

    if (!c->term || c->handed)
        return;
    term_suspend(c->term);
    stopped = stop_group();
    on_continue(c, SIGCONT);
    if (!stopped)
        console_say(c, ROLE_WARN, "there is no shell to go back to: not suspended");
}

static void on_fatal(int signum)
{
    term_restore_now();
    signal(signum, SIG_DFL);
    raise(signum);
}

void signals_catch_fatal(void)
{
    static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    static char stack[65536];
    stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)};
    struct sigaction act;

    sigaltstack(&alt, NULL);
    memset(&act, 0, sizeof(act));
    act.sa_handler = on_fatal;
    act.sa_flags = SA_ONSTACK | (int)SA_RESETHAND | SA_NODEFER;
    for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
        sigaction(fatal[i], &act, NULL);
}
