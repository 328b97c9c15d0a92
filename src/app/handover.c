#include "app/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

struct handover {
    pid_t pid;
    struct sigwatch *ended;
    const char *name; /* argv[0], copied */
};

/* Who is in the foreground: reads the keys, and gets the signals of the keyboard. Asked for from the background it would stop us. */
static void put_in_front(pid_t group)
{
    sigset_t stop, old;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

    if (tty < 0)
        return;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    sigprocmask(SIG_BLOCK, &stop, &old);
    tcsetpgrp(tty, group);
    sigprocmask(SIG_SETMASK, &old, NULL);
    close(tty);
}

static void release(struct console *c)
{
    struct handover *h = c->handed;

    c->handed = NULL;
    sigwatch_free(h->ended);
    free((char *)(uintptr_t)h->name);
    free(h);
}

static void take_back(struct console *c)
{
    put_in_front(getpgrp());
    release(c);
    signals_resume(c);
}

static void told(struct console *c, const char *name, int status)
{
    if (WIFSIGNALED(status))
        console_say(c, ROLE_WARN, "%s was ended by signal %d", name, WTERMSIG(status));
    else if (WEXITSTATUS(status) == 127)
        console_say(c, ROLE_BAD, "%s could not be started: see its own words by running it in a shell", name);
    else if (WEXITSTATUS(status))
        console_say(c, ROLE_WARN, "%s ended with status %d", name, WEXITSTATUS(status));
    else
        console_say(c, ROLE_MESSAGE, "%s has ended", name);
}

/* Stopped by Ctrl-Z it goes on: there is no shell below it. */
static void on_child(void *data, int signum)
{
    struct console *c = data;
    int status = 0;
    char name[64];
    pid_t got;

    (void)signum;
    if (!c->handed)
        return;
    got = waitpid(c->handed->pid, &status, WNOHANG | WUNTRACED);
    if (got == c->handed->pid && WIFSTOPPED(status)) {
        put_in_front(got);
        kill(-got, SIGCONT);
    } else if (got == c->handed->pid || (got < 0 && errno == ECHILD)) {
        snprintf(name, sizeof name, "%s", c->handed->name);
        take_back(c);
        told(c, name, status);
        c->dirty = true;
    }
}

/* In the child: only what is safe after fork, and its own end. */
static void run(const char *const *argv, char **env)
{
    static const int ours[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD, SIGPIPE, SIGHUP, SIGTERM, SIGCONT, SIGWINCH};
    sigset_t none;
    int tty;

    setpgid(0, 0);
    put_in_front(getpid());
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        signal(ours[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    tty = open("/dev/tty", O_RDWR);
    for (int fd = 0; tty >= 0 && fd < 3; fd++)
        dup2(tty, fd);
    if (tty > 2)
        close(tty);
    execvpe(argv[0], (char *const *)(uintptr_t)argv, env);
    _exit(127);
}

static bool is_one_of(const char *variable, const char *const *names)
{
    size_t n = strcspn(variable, "=");

    while (*names && (strlen(*names) != n || strncmp(*names, variable, n) != 0))
        names++;
    return *names != NULL;
}

/* The texts stay the environment's own. */
static char **environment_without(const char *const *names)
{
    size_t n = 0, kept = 0;

    while (environ[n])
        n++;
    char **env = x_calloc(n + 1, sizeof *env);
    for (size_t i = 0; i < n; i++)
        if (!is_one_of(environ[i], names))
            env[kept++] = environ[i];
    return env;
}

bool handover_begin(struct console *c, const char *const *argv, const char *const *without, struct err *e)
{
    struct handover *h;
    char **env;
    pid_t pid;

    if (!c->term || c->handed)
        return err_set(e, ERR_USAGE, "there is no terminal to hand over: that works in the console only");
    term_suspend(c->term);
    watch_set(c->tty, 0);
    h = x_calloc(1, sizeof *h);
    h->name = x_strdup(argv[0]);
    h->ended = loop_signal(c->app->loop, SIGCHLD, on_child, c); /* before it can end */
    c->handed = h;
    env = environment_without(without);
    pid = fork();
    if (pid == 0)
        run(argv, env);
    free(env);
    if (pid > 0) {
        setpgid(pid, pid); /* both do: whoever comes first */
        h->pid = pid;
        log_debug("the terminal is handed to %s, pid %d", argv[0], (int)pid);
        return true;
    }
    err_set(e, ERR_INTERNAL, "cannot start another process: %s", strerror(errno));
    release(c);
    signals_resume(c);
    return false;
}

void handover_end(struct console *c)
{
    if (!c->handed)
        return;
    kill(-c->handed->pid, SIGHUP);
    kill(-c->handed->pid, SIGCONT);
    put_in_front(getpgrp());
    release(c);
}
