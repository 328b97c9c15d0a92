/* Errors of files and commands with words: what is wrong, who may, and the line that would grant it. */
#include "host/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *doing_name(enum host_what what)
{
    static const char *const names[] = {
        [HOST_RUN] = "run", [HOST_STAT] = "look at", [HOST_LIST] = "list", [HOST_READ] = "read",
        [HOST_FOLLOW] = "read", [HOST_WRITE] = "write", [HOST_STATVFS] = "measure",
    };

    return (unsigned)what < sizeof names / sizeof *names ? names[what] : "use";
}

bool words_no_file(struct err *e, unsigned mode, const char *path)
{
    const char *what = S_ISDIR(mode) ? "a directory" : S_ISFIFO(mode) ? "a pipe" : S_ISSOCK(mode) ? "a socket"
                       : S_ISCHR(mode) || S_ISBLK(mode) ? "a device" : "something else";

    return err_set(e, ERR_SHAPE, "'%.200s' is %s, not a file", path, what);
}

/* ---- who may ---- */

struct blame { /* what keeps us out: the file itself, or the first directory on the way that lets us not through */
    char path[PATH_LIMIT];
    struct stat st;
    bool directory, known;
    char user[64], group[64];
};

static void name_owner(struct blame *b)
{
    char buf[4096];
    struct passwd pw, *p = NULL;
    struct group gr, *g = NULL;

    if (getpwuid_r(b->st.st_uid, &pw, buf, sizeof buf, &p) == 0 && p)
        snprintf(b->user, sizeof b->user, "%s", p->pw_name);
    else
        snprintf(b->user, sizeof b->user, "%u", (unsigned)b->st.st_uid);
    if (getgrgid_r(b->st.st_gid, &gr, buf, sizeof buf, &g) == 0 && g)
        snprintf(b->group, sizeof b->group, "%s", g->gr_name);
    else
        snprintf(b->group, sizeof b->group, "%u", (unsigned)b->st.st_gid);
}

static void find_blame(struct blame *b, const char *path)
{
    b->directory = false;
    b->known = false;
    for (const char *at = strchr(path + 1, '/'); at && !b->directory; at = strchr(at + 1, '/')) {
        snprintf(b->path, sizeof b->path, "%.*s", (int)(at - path), path);
        b->directory = faccessat(AT_FDCWD, b->path, X_OK, AT_EACCESS) != 0 && errno == EACCES;
    }
    if (!b->directory)
        snprintf(b->path, sizeof b->path, "%s", path);
    if (stat(b->path, &b->st) != 0)
        return;
    b->known = true;
    name_owner(b);
}

static const char *login_name_of_ours(void)
{
    const char *name = getenv("LOGNAME");

    return name && *name && strlen(name) < 40 ? name : "$USER";
}

/* A directory needs r to be listed and x to be gone through, a file r, or w. */
static bool group_may(const struct blame *b, const char *doing)
{
    unsigned need = b->directory ? S_IXGRP : strcmp(doing, "write") == 0 ? S_IWGRP : S_IRGRP;

    return b->st.st_gid != 0 && (b->st.st_mode & need) == need;
}

static bool words_denied(struct err *e, const char *doing, const char *path)
{
    struct blame *b = x_malloc(sizeof *b);
    char where[240] = "";

    find_blame(b, path);
    if (b->directory)
        snprintf(where, sizeof where, " ('%.100s' is closed)", b->path);
    if (!b->known)
        err_set(e, ERR_PRIVILEGE, "may not %s '%.120s'%s; set become, as in become = sudo -n -u neo4j", doing, path, where);
    else if (group_may(b, doing))
        err_set(e, ERR_PRIVILEGE, "may not %s '%.120s'%s: the group '%s' may; sudo usermod -a -G %s %s and a new login grants it, or "
                "become = sudo -n -u %s", doing, path, where, b->group, b->group, login_name_of_ours(), b->user);
    else
        err_set(e, ERR_PRIVILEGE, "may not %s '%.120s'%s: only its owner '%s' may; set become = sudo -n -u %s", doing, path, where,
                b->user, b->user);
    free(b);
    return false;
}

bool words_errno(struct err *e, int number, const char *doing, const char *path)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR: return err_set(e, ERR_GONE, "there is no '%.240s'", path);
    case EACCES:
    case EPERM: return words_denied(e, doing, path);
    case ELOOP: return err_set(e, ERR_SHAPE, "'%.200s' leads in a circle of links", path);
    case ENOSPC:
    case EDQUOT: return err_set(e, ERR_DISK, "cannot %s '%.200s': the disk is full; make room and try again", doing, path);
    case EROFS: return err_set(e, ERR_DISK, "cannot %s '%.200s': the file system is mounted read-only", doing, path);
    default: return err_set(e, ERR_DISK, "cannot %s '%.200s': %s", doing, path, strerror(number));
    }
}

/* ---- what commands say ---- */

static size_t first_line(const char *s)
{
    return strcspn(s, "\r\n");
}

bool words_complaint(struct err *e, const char *said, const char *doing, const char *path)
{
    int n = (int)first_line(said);

    if (strstr(said, "No such file") || strstr(said, "Not a directory"))
        return err_set(e, ERR_GONE, "there is no '%.240s'", path);
    if (strstr(said, "Permission denied") || strstr(said, "not permitted"))
        return err_set(e, ERR_PRIVILEGE, "may not %s '%.120s', also not by become: %.*s", doing, path, n < 160 ? n : 160, said);
    if (strstr(said, "No space left") || strstr(said, "quota exceeded"))
        return err_set(e, ERR_DISK, "cannot %s '%.200s': the disk is full; make room and try again", doing, path);
    if (!n)
        return err_set(e, ERR_DISK, "cannot %s '%.120s': the command failed without a word; look at become", doing, path);
    return err_set(e, ERR_DISK, "cannot %s '%.120s': %.*s", doing, path, n < 200 ? n : 200, said);
}

static bool argv_is_sudo(const char *const *prefix)
{
    const char *slash = prefix && prefix[0] ? strrchr(prefix[0], '/') : NULL;

    return prefix && prefix[0] && strcmp(slash ? slash + 1 : prefix[0], "sudo") == 0;
}

const char *sudo_user(const char *const *prefix)
{
    for (size_t i = 1; argv_is_sudo(prefix) && prefix[i]; i++) {
        if (strcmp(prefix[i], "-u") == 0 || strcmp(prefix[i], "--user") == 0)
            return prefix[i + 1];
        if (str_starts(prefix[i], "--user="))
            return prefix[i] + strlen("--user=");
        if (str_starts(prefix[i], "-u"))
            return prefix[i] + 2;
    }
    return NULL;
}

static void sudoers_word(struct text *out, const char *s)
{
    for (; *s; s++) {
        if (strchr(",:=\\", *s))
            text_addc(out, '\\');
        text_addc(out, *s);
    }
}

bool words_not_run(struct err *e, const char *said)
{
    int n = (int)first_line(said);
    bool env = str_starts(said, "env: "), sudo = str_starts(said, "sudo: ") && strstr(said, "command not found");
    int skip = env ? (int)strlen("env: ") : (int)strlen("sudo: ");

    if (env || sudo)
        err_set(e, ERR_UNREACHABLE, "cannot run it: %.*s; is it installed?", n < 200 ? n - skip : 200, said + skip);
    return env || sudo;
}

/* "alice ALL=(neo4j) NOPASSWD: /usr/bin/systemctl start neo4j.service" */
static void sudoers_line(struct text *out, const char *const *prefix, const char *const *argv)
{
    const char *as = sudo_user(prefix);

    text_addf(out, "%s ALL=(%s) NOPASSWD: ", login_name_of_ours(), as ? as : "root");
    if (strcmp(argv[0], "sh") == 0) { /* a script of ours: nobody wants that in sudoers */
        text_adds(out, "ALL");
        return;
    }
    if (!strchr(argv[0], '/'))
        text_adds(out, "/usr/bin/"); /* sudo wants to know it whole; this is where it is nearly everywhere */
    for (size_t i = 0; argv[i]; i++) {
        if (i > 0)
            text_addc(out, ' ');
        sudoers_word(out, argv[i]);
    }
}

bool words_sudo(struct err *e, const char *const *prefix, const char *const *argv, const char *said)
{
    struct text line;
    int n;

    if (!argv_is_sudo(prefix) || !str_starts(said, "sudo: "))
        return false;
    said += strlen("sudo: ");
    n = (int)first_line(said);
    text_init(&line, 220);
    sudoers_line(&line, prefix, argv);
    err_set(e, ERR_PRIVILEGE, "sudo refused (%.*s); in /etc/sudoers.d this line would allow it: %s", n < 100 ? n : 100, said,
            line.full ? "(too long to show)" : line.s);
    text_release(&line);
    return true;
}
