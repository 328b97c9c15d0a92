#include "neo4j/unit_files.h"

#include <string.h>

#include "neo4j/scan.h"

enum { VALUE_MAX = 8192 };

static const char package_home[] = "/var/lib/neo4j", package_conf[] = "/etc/neo4j";

/* Without the blanks around it. */
static bool next_line(const char **p, const char *end, struct slice *line)
{
    if (!scan_line(p, end, line))
        return false;
    *line = slice_trim(*line, " \t\r");
    return true;
}

/* ---- names ---- */

/* What may be given to systemctl: no option, nothing but what names of units are made of. */
static bool is_unit_name(struct slice p)
{
    if (p.n < 9 || p.n > 250 || *p.s == '-' || !slice_ends(p, ".service"))
        return false;
    for (size_t i = 0; i < p.n; i++) {
        char c = p.s[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && (c == '\0' || !strchr(":-_.\\@", c)))
            return false;
    }
    return true;
}

size_t units_parse(const char *s, size_t n, struct arena *a, const char *out[UNITS_MAX])
{
    const char *end = s + n;
    struct slice line;
    size_t count = 0;

    while (count < UNITS_MAX && next_line(&s, end, &line)) {
        const char *blank = memchr(line.s, ' ', line.n);

        if (blank)
            line.n = (size_t)(blank - line.s);
        if (is_unit_name(line) && !slice_ends(line, "@.service"))
            out[count++] = arena_strndup(a, line.s, line.n);
    }
    return count;
}

const char *unit_of_cgroup(const char *s, size_t n, struct arena *a)
{
    const char *end = s + n;
    struct slice line;

    while (next_line(&s, end, &line)) {
        const char *slash = memrchr(line.s, '/', line.n);
        bool unified = line.n > 3 && memcmp(line.s, "0::", 3) == 0;

        if (!slash || (!unified && !memmem(line.s, line.n, "name=systemd:", 13)))
            continue;
        line.n -= (size_t)(slash + 1 - line.s);
        line.s = slash + 1;
        if (is_unit_name(line))
            return arena_strndup(a, line.s, line.n);
    }
    return NULL;
}

bool cgroup_is_container(const char *s, size_t n)
{
    static const char *const words[] = {"docker", "kubepods", "containerd", "libpod", "crio", "/lxc", "machine.slice"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (memmem(s, n, words[i], strlen(words[i])))
            return true;
    return false;
}

/* ---- what the files say ---- */

/* A value, unless systemd puts something of its own into it ("%i"): what that is is not known here. */
static const char *keep(struct slice v, struct arena *a)
{
    if (v.n >= 2 && *v.s == '"' && v.s[v.n - 1] == '"')
        v = (struct slice){v.s + 1, v.n - 2};
    return v.n && v.n <= VALUE_MAX && !memchr(v.s, '%', v.n) ? arena_strndup(a, v.s, v.n) : NULL;
}

/* The next of NAME=VALUE "NAME=VALUE" 'NAME=VALUE'. */
static bool next_variable(struct slice *list, struct slice *out)
{
    char quote = ' ';
    const char *end;

    while (list->n && *list->s == ' ') {
        list->s++;
        list->n--;
    }
    if (!list->n)
        return false;
    if (*list->s == '"' || *list->s == '\'') {
        quote = *list->s++;
        list->n--;
    }
    end = memchr(list->s, quote, list->n);
    *out = (struct slice){list->s, end ? (size_t)(end - list->s) : list->n};
    list->s += out->n + (end != NULL);
    list->n -= out->n + (end != NULL);
    return true;
}

static void take_environment(struct slice list, struct arena *a, struct systemd_unit *u)
{
    struct slice variable, value;

    while (next_variable(&list, &variable)) {
        if (slice_behind(variable, "NEO4J_HOME=", &value))
            u->home = keep(value, a);
        else if (slice_behind(variable, "NEO4J_CONF=", &value))
            u->conf = keep(value, a);
    }
}

/* "-/opt/neo4j/bin/neo4j console": without what stands before the path. An empty one takes back those before. */
static void take_program(struct slice v, struct arena *a, struct systemd_unit *u)
{
    size_t n = 0;

    while (v.n && strchr("-@:+!", *v.s)) {
        v.s++;
        v.n--;
    }
    while (n < v.n && v.s[n] != ' ')
        n++;
    u->program = keep((struct slice){v.s, n}, a);
}

static void take_line(struct slice line, struct arena *a, struct systemd_unit *u)
{
    struct slice v;

    if (slice_behind(line, "Environment=", &v))
        take_environment(v, a, u);
    else if (slice_behind(line, "ExecStart=", &v))
        take_program(v, a, u);
    else if (slice_behind(line, "WorkingDirectory=", &v))
        u->working_directory = keep(v, a);
    else if (slice_behind(line, "StandardOutput=", &v))
        u->output = keep(v, a);
    else if (slice_behind(line, "User=", &v) && !u->user)
        u->user = keep(v, a);
}

/* A line that ends in a backslash goes on in the next, but for comments between them; what is too long for a value is none. */
static bool next_whole_line(const char **p, const char *end, struct text *joined, struct slice *line)
{
    if (!next_line(p, end, line))
        return false;
    if (!line->n || line->s[line->n - 1] != '\\' || *line->s == '#' || *line->s == ';')
        return true;
    text_clear(joined);
    do {
        bool comment = line->n && (*line->s == '#' || *line->s == ';'), on = line->n && line->s[line->n - 1] == '\\';

        if (!comment)
            text_add(joined, line->s, line->n - on);
        if (!comment && !on)
            break;
        if (!comment)
            text_addc(joined, ' ');
    } while (next_line(p, end, line));
    *line = (struct slice){joined->s, joined->full ? 0 : joined->len};
    return true;
}

void unit_files_parse(const char *s, size_t n, struct arena *a, struct systemd_unit *u)
{
    const char *end = s + n;
    struct slice line;
    struct text joined;

    text_init(&joined, 2 * VALUE_MAX);
    while (next_whole_line(&s, end, &joined, &line))
        take_line(line, a, u);
    text_release(&joined);
}

static bool is_of_package(const char *program)
{
    return !strcmp(program, "/usr/bin/neo4j") || !strcmp(program, "/usr/share/neo4j/bin/neo4j");
}

const char *unit_home(const struct systemd_unit *u, struct arena *a)
{
    static const char launcher[] = "/bin/neo4j";
    struct slice program = {u->program, u->program ? strlen(u->program) : 0};

    if (u->home && *u->home == '/')
        return u->home;
    if (u->program && is_of_package(u->program))
        return package_home;
    if (u->program && *u->program == '/' && slice_ends(program, launcher) && program.n >= sizeof launcher)
        return arena_strndup(a, program.s, program.n - (sizeof launcher - 1));
    return u->working_directory && *u->working_directory == '/' && u->working_directory[1] ? u->working_directory : NULL;
}

const char *unit_conf(const struct systemd_unit *u)
{
    if (u->conf && *u->conf == '/')
        return u->conf;
    return !u->home && u->program && is_of_package(u->program) ? package_conf : NULL;
}
