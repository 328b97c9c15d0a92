#include "neo4j/jvm_cmdline.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

/* The arguments one after the other, each copied into the arena when it is asked for. */
struct args {
    const char *p, *end;
    size_t taken;
    struct arena *arena;
};

static const char *next(struct args *in)
{
    const char *nul, *s;

    if (in->p >= in->end || in->taken++ == JVM_ARGUMENTS_MAX)
        return NULL;
    nul = memchr(in->p, '\0', (size_t)(in->end - in->p));
    s = arena_strndup(in->arena, in->p, (size_t)((nul ? nul : in->end) - in->p));
    in->p = nul ? nul + 1 : in->end;
    return s;
}

/* What stands behind the prefix, or NULL. */
static const char *behind(const char *s, const char *prefix)
{
    return str_starts(s, prefix) ? s + strlen(prefix) : NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* ---- options of the Java machine ---- */

static void set_bytes(int64_t *to, const char *s)
{
    int64_t n;

    if (bytes_parse(s, &n))
        *to = n;
}

static bool take_size(const char *s, struct jvm_cmdline *out)
{
    const struct {
        const char *prefix;
        int64_t *to;
    } sizes[] = {
        {"-Xms", &out->heap_initial},
        {"-Xmx", &out->heap_max},
        {"-XX:InitialHeapSize=", &out->heap_initial},
        {"-XX:MaxHeapSize=", &out->heap_max},
        {"-XX:MaxMetaspaceSize=", &out->metaspace_max},
        {"-XX:MaxDirectMemorySize=", &out->direct_max},
    };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (str_starts(s, sizes[i].prefix)) {
            set_bytes(sizes[i].to, s + strlen(sizes[i].prefix));
            return true;
        }
    return false;
}

static bool take_text(const char *s, struct jvm_cmdline *out)
{
    const struct {
        const char *prefix;
        const char **to;
    } texts[] = {
        {"-XX:HeapDumpPath=", &out->dump_path},
        {"-Dcom.sun.management.jmxremote.port=", &out->jmx_port},
        {"-agentlib:jdwp=", &out->debug},
        {"-Dbasedir=", &out->home},
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (str_starts(s, texts[i].prefix)) {
            *texts[i].to = s + strlen(texts[i].prefix);
            return true;
        }
    return false;
}

static void take_flag(const char *s, struct jvm_cmdline *out)
{
    static const struct {
        const char *flag, *name;
    } collectors[] = {
        {"UseG1GC", "G1"},         {"UseZGC", "ZGC"},       {"UseShenandoahGC", "Shenandoah"}, {"UseParallelGC", "Parallel"},
        {"UseSerialGC", "Serial"}, {"UseConcMarkSweepGC", "CMS"},
    };
    bool on = *s == '+';

    s++;
    for (size_t i = 0; on && i < sizeof collectors / sizeof *collectors; i++)
        if (!strcmp(s, collectors[i].flag))
            out->collector = collectors[i].name;
    if (!strcmp(s, "ExitOnOutOfMemoryError") || !strcmp(s, "CrashOnOutOfMemoryError"))
        out->exits_on_oom = on;
    if (!strcmp(s, "HeapDumpOnOutOfMemoryError"))
        out->dumps_on_oom = on;
    if (!strcmp(s, "PrintGCDateStamps"))
        out->gc_log_is_dated = on;
}

/* -Xlog:what:where:decorations:options, where file=PATH or a bare path; a path with blanks or colons stands in quotes. Only one that
 * logs garbage collections is of interest. */
static void take_xlog(const char *s, struct arena *a, struct jvm_cmdline *out)
{
    const char *what = s, *end;

    s += strcspn(s, ":");
    if (*s != ':' || strncmp(what, "gc", 2) != 0)
        return;
    s++;
    if (str_starts(s, "file="))
        s += 5;
    if (!*s || !strncmp(s, "stdout", 6) || !strncmp(s, "stderr", 6))
        return;
    end = *s == '"' ? strchr(s + 1, '"') : s + strcspn(s, ":");
    s += *s == '"';
    if (!end)
        return;
    out->gc_log = arena_strndup(a, s, (size_t)(end - s));
    end += *end == '"';
    s = *end == ':' ? end + 1 : end;
    /* the decorations: without any it is uptime, level and tags */
    out->gc_log_is_dated = false;
    for (size_t n; *s && *s != ':'; s += n + (s[n] == ',')) {
        n = strcspn(s, ",:");
        if ((n == 4 && !strncmp(s, "time", 4)) || (n == 7 && !strncmp(s, "utctime", 7)) || (n == 1 && *s == 't') || (n == 3 && !strncmp(s, "utc", 3)))
            out->gc_log_is_dated = true;
    }
}

static void take_option(const char *s, struct arena *a, struct jvm_cmdline *out)
{
    const char *rest;

    if (take_size(s, out) || take_text(s, out))
        return;
    if ((rest = behind(s, "-XX:")) && (*rest == '+' || *rest == '-'))
        take_flag(rest, out);
    else if ((rest = behind(s, "-XX:MaxRAMPercentage=")))
        out->heap_percent = strtod(rest, NULL);
    else if ((rest = behind(s, "-Xloggc:")))
        out->gc_log = rest;
    else if ((rest = behind(s, "-Xlog:")))
        take_xlog(rest, a, out);
}

/* Options whose value is the next argument. */
static bool takes_next(const char *s)
{
    static const char *const options[] = {
        "-cp",           "-classpath",  "--class-path", "-p",          "--module-path", "--upgrade-module-path", "--add-modules",
        "--add-exports", "--add-opens", "--add-reads",  "--patch-module", "--limit-modules", "--enable-native-access", "--source",
    };

    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (!strcmp(s, options[i]))
            return true;
    return false;
}

/* ---- the main class and what follows it ---- */

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return n >= m && !strcmp(s + n - m, end);
}

/* CommunityEntryPoint and its like up to 5, Neo4jCommunity and Neo4jEnterprise since 2025. */
static bool is_server(const char *main_class)
{
    return ends_with(main_class, "EntryPoint") || ends_with(main_class, ".Neo4jCommunity") || ends_with(main_class, ".Neo4jEnterprise");
}

static enum jvm_kind kind_of(const char *main_class)
{
    bool server = str_starts(main_class, "org.neo4j.server.") || str_starts(main_class, "com.neo4j.server.");

    if (server && is_server(main_class))
        return JVM_SERVER;
    if (server && (ends_with(main_class, "AdminCommand") || ends_with(main_class, "AdminTool")))
        return JVM_ADMIN;
    if (server && ends_with(main_class, "Neo4jCommand"))
        return JVM_LAUNCHER;
    if (str_starts(main_class, "org.neo4j.commandline.") || str_starts(main_class, "com.neo4j.commandline.") ||
        str_starts(main_class, "org.neo4j.tooling."))
        return JVM_ADMIN;
    return str_starts(main_class, "org.neo4j.shell.") ? JVM_SHELL : JVM_OTHER;
}

static void add_setting(const char *s, struct jvm_cmdline *out)
{
    if (s && strchr(s, '=') && out->nsettings < JVM_SETTINGS_MAX)
        out->settings[out->nsettings++] = s;
}

static void take_argument(struct args *in, const char *s, struct jvm_cmdline *out)
{
    const char *rest;

    if ((rest = behind(s, "--home-dir=")) || (!strcmp(s, "--home-dir") && (rest = next(in))))
        out->home = rest;
    else if ((rest = behind(s, "--config-dir=")) || (!strcmp(s, "--config-dir") && (rest = next(in))))
        out->conf = rest;
    else if (!strcmp(s, "--expand-commands"))
        out->expands_commands = true;
    else if (!strcmp(s, "-c"))
        add_setting(next(in), out);
}

/* The first words behind the class, up to the first option. */
static void take_command(struct args *in, struct jvm_cmdline *out)
{
    struct text t;
    const char *s;

    text_init(&t, 200);
    for (int i = 0; i < 3 && (s = next(in)) && *s != '-'; i++) {
        if (t.len)
            text_addc(&t, ' ');
        text_adds(&t, s);
    }
    if (t.len)
        out->command = arena_strdup(in->arena, t.s);
    text_release(&t);
}

static bool is_java(const char *path)
{
    const char *name = base_name(path);

    return !strcmp(name, "java") || !strcmp(name, "java.exe") || !strcmp(name, "javaw.exe");
}

/* The first argument that is no option is the main class; behind -jar stands a file, behind -m a module with a class. */
static void take_machine(struct args *in, struct jvm_cmdline *out)
{
    const char *s;

    while ((s = next(in))) {
        if (!strcmp(s, "-jar")) {
            out->main_class = next(in);
            return;
        }
        if (!strcmp(s, "-m") || !strcmp(s, "--module")) {
            s = next(in);
            out->main_class = s ? base_name(s) : NULL;
            return;
        }
        if (*s != '-' && *s != '@') {
            out->main_class = s;
            return;
        }
        if (takes_next(s))
            next(in);
        else
            take_option(s, in->arena, out);
    }
}

void jvm_cmdline_parse(const char *bytes, size_t n, struct arena *a, struct jvm_cmdline *out)
{
    struct args in = {.p = bytes, .arena = a};
    const char *s;

    *out = (struct jvm_cmdline){.kind = JVM_NOT_JAVA};
    in.end = bytes + (n > JVM_BYTES_MAX ? JVM_BYTES_MAX : n);
    s = next(&in);
    if (!s || !is_java(s))
        return;
    out->java = s;
    out->java_version = java_version_of_path(s);
    take_machine(&in, out);
    out->cut = !out->main_class;
    out->kind = out->cut ? JVM_OTHER : kind_of(out->main_class);
    if (out->kind == JVM_LAUNCHER || out->kind == JVM_ADMIN)
        take_command(&in, out);
    else if (out->kind == JVM_SERVER)
        while ((s = next(&in)))
            take_argument(&in, s, out);
}

/* ---- the version of Java ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The first number in a folder's name that speaks of Java: "java-17-openjdk", "temurin-25-jdk", "jdk1.8.0_202", "zulu11". */
static int version_of_folder(const char *s, size_t n)
{
    static const char *const words[] = {"java", "jdk", "jre", "jvm", "temurin", "zulu", "corretto", "graalvm", "semeru", "liberica"};
    size_t i = 0;
    int v = 0;
    char name[128];

    if (n >= sizeof name)
        return 0;
    memcpy(name, s, n);
    name[n] = '\0';
    for (i = 0; i < sizeof words / sizeof *words; i++)
        if (str_ifind(name, n, words[i]))
            break;
    if (i == sizeof words / sizeof *words)
        return 0;
    s = strpbrk(name, "0123456789");
    if (!s)
        return 0;
    if (s[0] == '1' && s[1] == '.' && is_digit(s[2]))
        s += 2;
    for (; is_digit(*s) && v < 100; s++)
        v = v * 10 + (*s - '0');
    return v >= 5 && v < 100 ? v : 0;
}

int java_version_of_path(const char *path)
{
    int found = 0;

    while (*path) {
        size_t n = strcspn(path, "/\\");
        int v = version_of_folder(path, n);

        if (v)
            found = v; /* the innermost counts */
        path += n + (path[n] != '\0');
    }
    return found;
}
