/* What programs and files of a host say, from arbitrary bytes: listeners, units, groups, sizes, sums, pid files, command lines. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "neo4j/config.h"
#include "neo4j/listeners.h"
#include "neo4j/tool_lines.h"
#include "neo4j/unit_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void need(bool ok)
{
    if (!ok)
        abort();
}

static void look_listeners(const char *s, size_t n, struct arena *a)
{
    struct listener *list;
    size_t count = listeners_parse(s, n, a, &list);

    need(count <= LISTENERS_MAX);
    for (size_t i = 0; i < count; i++)
        need(list[i].port > 0 && list[i].port < 65536 && list[i].pid >= 0 && strnlen(list[i].name, sizeof list->name) < sizeof list->name);
}

/* A name that is given to systemctl is no option and has no blank. */
static void look_units(const char *s, size_t n, struct arena *a)
{
    const char *names[UNITS_MAX], *of = unit_of_cgroup(s, n, a), *home, *conf;
    struct systemd_unit u = {0};
    size_t count = units_parse(s, n, a, names);

    for (size_t i = 0; i < count; i++)
        need(*names[i] != '-' && !strpbrk(names[i], " /;\n\t$"));
    need(!of || (*of != '-' && !strpbrk(of, " /;\n\t$")));
    cgroup_is_container(s, n);
    unit_files_parse(s, n, a, &u);
    home = unit_home(&u, a);
    conf = unit_conf(&u);
    need((!home || *home == '/') && (!conf || *conf == '/'));
}

static void look_lines(const char *s, size_t n)
{
    const char *p, *end = s + n;
    struct slice path, sum;
    int64_t number;

    for (p = s; cmdline_path_next(&p, end, &number);)
        need(number > 0 && p <= end);
    for (p = s; du_next(&p, end, &number, &path);)
        need(number >= 0 && path.n && path.s + path.n <= end);
    for (p = s; sha256_next(&p, end, &sum, &path);)
        need(sum.n == 64 && path.n && path.s + path.n <= end);
    need(pid_file_parse(s, n) >= 0);
    need(jdk_release_version(s, n).n < 64);
    conf_managed_by(s, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a = {0};
    char *s = x_malloc(n ? n : 1); /* a step beyond its end is seen */

    memcpy(s, bytes, n);
    if (n <= 1000 * 1000) {
        look_listeners(s, n, &a);
        look_units(s, n, &a);
        look_lines(s, n);
    }
    arena_release(&a);
    free(s);
    return 0;
}
