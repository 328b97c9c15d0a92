#include "neo4j/unit_files.h"

#include <string.h>

enum { VALUE_MAX = 8192 };

static const char package_home[] = "/var/lib/neo4j", package_conf[] = "/etc/neo4j";

struct part {
    const char *s;
    size_t n;
};

static bool next_line(struct part *text, struct part *line)
{
    const char *nl;

    if (!text->n)
        return false;
    nl = memchr(text->s, '\n', text->n);
    *line = (struct part){text->s, nl ? (size_t)(nl - text->s) : text->n};
    text->s += line->n + (nl != NULL);
    text->n -= line->n + (nl != NULL);
    while (line->n && (*line->s == ' ' || *line->s == '\t')) {
        line->s++;
        line->n--;
    }
    while (line->n && (line->s[line->n - 1] == '\r' || line->s[line->n - 1] == ' '))
        line->n--;
    return true;
}

static bool ends_with(struct part p, const char *end)
{
    size_t n = strlen(end);

    return p.n >= n && memcmp(p.s + p.n - n, end, n) == 0;
}

/* What stands behind "NAME", or false. */
static bool behind(struct part p, const char *name, struct part *rest)
{
    size_t n = strlen(name);

    if (p.n < n || memcmp(p.s, name, n) != 0)
        return false;
    *rest = (struct part){p.s + n, p.n - n};
    return true;
}

/* ---- names ---- */

/* What may be given to systemctl: no option, nothing but what names of units are made of. */
static bool is_unit_name(struct part p)
{
    if (p.n < 9 || p.n > 250 || *p.s == '-' || !ends_with(p, ".service"))
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
    struct part text = {s, n}, line;
    size_t count = 0;

    while (count < UNITS_MAX && next_line(&text, &line)) {
        const char *blank = memchr(line.s, ' ', line.n);

        if (blank)
            line.n = (size_t)(blank - line.s);
        if (is_unit_name(line) && !ends_with(line, "@.service"))
            out[count++] = arena_strndup(a, line.s, line.n);
    }
    return count;
}

const char *unit_of_cgroup(const char *s, size_t n, struct arena *a)
{
    struct part text = {s, n}, line;

    while (next_line(&text, &line)) {
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
static const char *keep(struct part v, struct arena *a)
{
    if (v.n >= 2 && *v.s == '"' && v.s[v.n - 1] == '"')
        v = (struct part){v.s + 1, v.n - 2};
    return v.n && v.n <= VALUE_MAX && !memchr(v.s, '%', v.n) ? arena_strndup(a, v.s, v.n) : NULL;
}

/* The next of NAME=VALUE "NAME=VALUE" 'NAME=VALUE'. */
static bool next_variable(struct part *list, struct part *out)
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
    *out = (struct part){list->s, end ? (size_t)(end - list->s) : list->n};
    list->s += out->n + (end != NULL);
    list->n -= out->n + (end != NULL);
    return true;
}

static void take_environment(struct part list, struct arena *a, struct systemd_unit *u)
{
    struct part variable, value;

    while (next_variable(&list, &variable)) {
        if (behind(variable, "NEO4J_HOME=", &value))
            u->home = keep(value, a);
        else if (behind(variable, "NEO4J_CONF=", &value))
            u->conf = keep(value, a);
    }
}

/* "-/opt/neo4j/bin/neo4j console": without what stands before the path. An empty one takes back those before. */
static void take_program(struct part v, struct arena *a, struct systemd_unit *u)
{
    size_t n = 0;

    while (v.n && strchr("-@:+!", *v.s)) {
        v.s++;
        v.n--;
    }
    while (n < v.n && v.s[n] != ' ')
        n++;
    u->program = keep((struct part){v.s, n}, a);
}

static void take_line(struct part line, struct arena *a, struct systemd_unit *u)
{
    struct part v;

    if (behind(line, "Environment=", &v))
        take_environment(v, a, u);
    else if (behind(line, "ExecStart=", &v))
        take_program(v, a, u);
    else if (behind(line, "WorkingDirectory=", &v))
        u->working_directory = keep(v, a);
    else if (behind(line, "StandardOutput=", &v))
        u->output = keep(v, a);
    else if (behind(line, "User=", &v) && !u->user)
        u->user = keep(v, a);
}

/* A line that ends in a backslash goes on in the next, but for comments between them; what is too long for a value is none. */
static bool next_whole_line(struct part *text, struct text *joined, struct part *line)
{
    if (!next_line(text, line))
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
    } while (next_line(text, line));
    *line = (struct part){joined->s, joined->full ? 0 : joined->len};
    return true;
}

void unit_files_parse(const char *s, size_t n, struct arena *a, struct systemd_unit *u)
{
    struct part text = {s, n}, line;
    struct text joined;

    text_init(&joined, 2 * VALUE_MAX);
    while (next_whole_line(&text, &joined, &line))
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
    struct part program = {u->program, u->program ? strlen(u->program) : 0};

    if (u->home && *u->home == '/')
        return u->home;
    if (u->program && is_of_package(u->program))
        return package_home;
    if (u->program && *u->program == '/' && ends_with(program, launcher) && program.n >= sizeof launcher)
        return arena_strndup(a, program.s, program.n - (sizeof launcher - 1));
    return u->working_directory && *u->working_directory == '/' && u->working_directory[1] ? u->working_directory : NULL;
}

const char *unit_conf(const struct systemd_unit *u)
{
    if (u->conf && *u->conf == '/')
        return u->conf;
    return !u->home && u->program && is_of_package(u->program) ? package_conf : NULL;
}
