/* Whether anything of a process group is still alive. The dead who wait for somebody to ask for their exit status count
 * for kill(2) as there; under an init that is slow to ask, as in containers, that lasts for seconds or for ever. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "loop/internal.h"

/* "123 (name, may hold anything) S 1 456 ...": state, parent, group. */
static bool lives_in(int proc, const char *pid, pid_t group)
{
    char path[300], stat[512], state;
    int of;
    snprintf(path, sizeof path, "%s/stat", pid);
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, stat, sizeof stat - 1);
    close(fd);
    stat[n > 0 ? n : 0] = '\0';
    const char *after = strrchr(stat, ')');
    return after && sscanf(after + 1, " %c %*d %d", &state, &of) == 2 && of == group && state != 'Z' && state != 'X';
}

bool group_lives(pid_t group)
{
    bool found = false;
    if (kill(-group, 0) != 0 && errno != EPERM)
        return false;
    DIR *d = opendir("/proc");
    if (!d)
        return true;
    for (struct dirent *e; !found && (e = readdir(d));)
        found = isdigit((unsigned char)e->d_name[0]) && lives_in(dirfd(d), e->d_name, group);
    closedir(d);
    return found;
}
