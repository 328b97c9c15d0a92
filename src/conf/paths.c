#include "conf/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/text.h"

static const char *home_dir(struct err *e)
{
    const char *home = getenv("HOME");

    if (home && home[0] == '/')
        return home;
    err_set(e, ERR_CONFIG,
            home && *home ? "HOME is not an absolute path: set it to your home directory"
                          : "HOME is not set: set it to your home directory");
    return NULL;
}

static char *join(const char *dir, const char *middle, const char *file)
{
    size_t n = strlen(dir);

    while (n > 1 && dir[n - 1] == '/')
        n--;
    if (n == 1)
        n = 0; /* "/" itself */
    return x_printf("%.*s/%s%s%s", (int)n, dir, middle, file ? "/" : "", file ? file : "");
}

/* The specification wants relative values to be ignored. */
static char *xdg(const char *variable, const char *fallback, const char *file, struct err *e)
{
    const char *base = getenv(variable), *home;
    struct err why;

    if (base && base[0] == '/')
        return join(base, "neodeck", file);
    home = home_dir(&why);
    if (home)
        return join(home, fallback, file);
    err_set(e, ERR_CONFIG, "%s, or set %s", why.words, variable);
    return NULL;
}

char *path_config(const char *file, struct err *e)
{
    return xdg("XDG_CONFIG_HOME", ".config/neodeck", file, e);
}

char *path_state(const char *file, struct err *e)
{
    return xdg("XDG_STATE_HOME", ".local/state/neodeck", file, e);
}

char *path_expand(const char *path, const char *dir, struct err *e)
{
    const char *home;

    if (path[0] == '~' && path[1] && path[1] != '/') {
        err_set(e, ERR_CONFIG, "'%s': only ~/ is known here, write the path of that home directory", path);
        return NULL;
    }
    if (path[0] == '~') {
        home = home_dir(e);
        if (!home)
            return NULL;
        return path[1] && path[2] ? join(home, path + 2, NULL) : x_strdup(home);
    }
    if (!dir || !*path || path[0] == '/')
        return x_strdup(path);
    return join(dir, path, NULL);
}

bool path_make_dir(const char *dir, struct err *e)
{
    char *path = x_strdup(dir);
    bool ok = true;

    for (char *s = path + 1; ok && *path; s++) {
        char c = *s;

        if (c != '/' && c != '\0')
            continue;
        *s = '\0';
        if (mkdir(path, 0700) < 0 && errno != EEXIST)
            ok = err_set(e, ERR_DISK, "cannot make directory '%s': %s", path, strerror(errno));
        *s = c;
        if (!c)
            break;
    }
    free(path);
    return ok;
}
