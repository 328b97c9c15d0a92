/* Preloaded: a file system that does not answer. Every call that names a path which begins with that of HANG_PATH waits for as long as the
 * file HANG_WHILE is there, as a network file system does whose server is gone. */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void wait_for_disk(const char *path)
{
    const char *place = getenv("HANG_PATH"), *file = getenv("HANG_WHILE");

    if (!path || !place || !file || strncmp(path, place, strlen(place)) != 0)
        return;
    while (syscall(SYS_faccessat, AT_FDCWD, file, F_OK) == 0)
        nanosleep(&(struct timespec){0, 20 * 1000 * 1000}, NULL);
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) \
        *(void **)&real = dlsym(RTLD_NEXT, #name)

int stat(const char *restrict path, struct stat *restrict st)
{
    REAL(stat);
    wait_for_disk(path);
    return real(path, st);
}

int lstat(const char *restrict path, struct stat *restrict st)
{
    REAL(lstat);
    wait_for_disk(path);
    return real(path, st);
}

int fstatat(int dir, const char *restrict path, struct stat *restrict st, int flags)
{
    REAL(fstatat);
    wait_for_disk(path);
    return real(dir, path, st, flags);
}

int statvfs(const char *restrict path, struct statvfs *restrict v)
{
    REAL(statvfs);
    wait_for_disk(path);
    return real(path, v);
}

DIR *opendir(const char *path)
{
    REAL(opendir);
    wait_for_disk(path);
    return real(path);
}

static mode_t mode_of(int flags, va_list ap)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

#define OPEN(name)                        \
    int name(const char *path, int flags, ...) \
    {                                     \
        va_list ap;                       \
        mode_t mode;                      \
        REAL(name);                       \
        va_start(ap, flags);              \
        mode = mode_of(flags, ap);        \
        va_end(ap);                       \
        wait_for_disk(path);              \
        return real(path, flags, mode);   \
    }
OPEN(open)
OPEN(open64)
