/* What is mounted where: lines of /proc/self/mountinfo. */
#include "host/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"

/* "\040" and the like, which is all that the kernel writes so. */
static bool is_octal(const char *s)
{
    return s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7';
}

/* A field of mountinfo: blanks and the like are escaped. */
static const char *unescape(char *s)
{
    char *to = s;

    for (const char *from = s; *from; to++) {
        if (is_octal(from)) {
            *to = (char)((unsigned)(from[1] - '0') << 6 | (unsigned)(from[2] - '0') << 3 | (unsigned)(from[3] - '0'));
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
    return s;
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue" */
bool mount_parse(char *line, struct mount *m)
{
    char *save = NULL, *word = strtok_r(line, " \n", &save), *fields[5] = {0};

    for (size_t i = 0; i < 5 && word; i++, word = strtok_r(NULL, " \n", &save))
        fields[i] = word;
    while (word && strcmp(word, "-") != 0)
        word = strtok_r(NULL, " \n", &save);
    m->fs = word ? strtok_r(NULL, " \n", &save) : NULL;
    m->device = m->fs ? strtok_r(NULL, " \n", &save) : NULL;
    if (!fields[4] || !m->device)
        return false;
    m->id = strtoull(fields[0], NULL, 10);
    m->where = fields[4];
    unescape(m->where);
    unescape(m->device);
    return true;
}

size_t mount_fits(const struct mount *m, const char *path, uint64_t id)
{
    size_t n = strlen(m->where);

    if (id)
        return m->id == id ? SIZE_MAX : 0;
    if (strcmp(m->where, "/") == 0)
        return 1;
    return strncmp(m->where, path, n) == 0 && (path[n] == '/' || !path[n]) ? n : 0;
}

/* Somebody else answers for them: another machine, or a program. */
static bool may_hang_as_a_whole(const char *fs)
{
    static const char *const kinds[] = {"nfs", "cifs", "smb", "fuse", "9p", "virtiofs", "ceph", "gluster", "lustre", "beegfs", "gpfs",
                                        "afs", "ocfs", "gfs", "autofs"};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_starts(fs, kinds[i]))
            return true;
    return false;
}

char *mount_that_hangs(const char *path)
{
    char *line = NULL, *where = NULL;
    size_t cap = 0, best = 0;
    FILE *in = fopen("/proc/self/mountinfo", "re");
    struct mount m;

    while (in && getline(&line, &cap, in) > 0) {
        size_t fit = mount_parse(line, &m) ? mount_fits(&m, path, 0) : 0;
        if (fit == 0 || fit < best)
            continue;
        best = fit;
        free(where);
        where = fit > 1 && may_hang_as_a_whole(m.fs) ? x_strdup(m.where) : NULL;
    }
    free(line);
    if (in)
        fclose(in);
    return where;
}
