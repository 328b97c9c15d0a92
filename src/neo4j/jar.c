/* Which bytes of a jar are wanted next, and what is made of them. */
#include "neo4j/jar_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "neo4j/manifest.h"

enum state { AT_TAIL, AT_HEAD, AT_END64, AT_DIRECTORY, AT_ENTRY, AT_DONE };
enum file { FILE_MANIFEST, FILE_POM, NFILES };

struct jar {
    struct arena *arena;
    struct jar_info info;
    struct err error;
    uint64_t size;
    enum state state;
    uint64_t offset; /* what is wanted */
    size_t n;
    struct zip_end end;
    struct zip_entry files[NFILES]; /* name.s NULL: not there */
    enum file reading;
    bool again; /* the header was longer than thought: wanted a second time */
};

static void want(struct jar *j, enum state state, uint64_t offset, uint64_t n)
{
    j->state = state;
    j->offset = offset;
    j->n = (size_t)n;
}

static void fail(struct jar *j, enum err_kind kind, const char *words)
{
    err_set(&j->error, kind, "%s", words);
    j->state = AT_DONE;
}

static const char *keep(struct jar *j, const struct text *t)
{
    return t->len ? arena_strndup(j->arena, t->s, t->len) : NULL;
}

struct jar *jar_begin(const char *path, uint64_t size, struct arena *a)
{
    struct jar *j = x_calloc(1, sizeof *j);
    uint64_t tail = size < ZIP_TAIL ? size : ZIP_TAIL;

    j->arena = a;
    j->size = size;
    jar_name_split(path, a, &j->info);
    if (size)
        want(j, AT_TAIL, size - tail, tail);
    else
        fail(j, ERR_SHAPE, "the file is empty: copy it again");
    return j;
}

bool jar_wants(const struct jar *j, uint64_t *offset, size_t *n)
{
    *offset = j->offset;
    *n = j->n;
    return j->state != AT_DONE;
}

/* ---- which entries ---- */

static bool is_manifest(struct slice name)
{
    static const char wanted[] = "META-INF/MANIFEST.MF";

    return name.n == sizeof wanted - 1 && str_ifind(name.s, name.n, wanted) == name.s;
}

/* META-INF/maven/GROUP/ARTIFACT/pom.properties */
static bool is_pom(struct slice name, struct slice *group, struct slice *artifact)
{
    static const char begin[] = "META-INF/maven/", end[] = "/pom.properties";
    const char *s, *slash;
    size_t n;

    if (name.n <= sizeof begin + sizeof end - 2 || memcmp(name.s, begin, sizeof begin - 1) != 0 ||
        memcmp(name.s + name.n - (sizeof end - 1), end, sizeof end - 1) != 0)
        return false;
    s = name.s + sizeof begin - 1;
    n = name.n - (sizeof begin - 1) - (sizeof end - 1);
    slash = memchr(s, '/', n);
    if (!slash || memchr(slash + 1, '/', n - (size_t)(slash - s) - 1))
        return false;
    *group = (struct slice){s, (size_t)(slash - s)};
    *artifact = (struct slice){slash + 1, n - group->n - 1};
    return true;
}

/* A jar with its dependencies inside has many: the one whose artifact is what the file is named after, the longest such name. */
static bool is_better(const struct jar *j, struct slice artifact)
{
    const char *file = j->info.file_name;

    return file && artifact.n <= strlen(file) && !memcmp(file, artifact.s, artifact.n) &&
           (!j->info.artifact || strlen(j->info.artifact) < artifact.n);
}

static const char *text_of(struct jar *j, struct slice s)
{
    struct text t;
    const char *kept;

    text_init(&t, JAR_VALUE_MAX);
    text_add_clean(&t, s.s, s.n, CLEAN_ONE_LINE);
    kept = keep(j, &t);
    text_release(&t);
    return kept;
}

static void take_entry(struct jar *j, const struct zip_entry *e)
{
    struct slice group, artifact;

    j->info.entries += !(e->name.n && e->name.s[e->name.n - 1] == '/');
    if (is_manifest(e->name)) {
        if (!j->files[FILE_MANIFEST].name.s)
            j->files[FILE_MANIFEST] = *e;
    } else if (is_pom(e->name, &group, &artifact) && is_better(j, artifact)) {
        j->info.group = text_of(j, group);
        j->info.artifact = text_of(j, artifact);
        j->files[FILE_POM] = *e;
    }
}

/* ---- one entry after the other ---- */

static const char *const file_names[NFILES] = {"the manifest", "pom.properties"};

static void next_file(struct jar *j, enum file from);

static void cannot_read(struct jar *j, const char *why)
{
    if (!j->info.trouble)
        j->info.trouble = arena_printf(j->arena, "%s %s: not read", file_names[j->reading], why);
    next_file(j, j->reading + 1);
}

static const char *unreadable(const struct jar *j, const struct zip_entry *e, uint64_t at)
{
    if (e->flags & 1)
        return "is encrypted";
    if (e->method != 0 && e->method != 8)
        return "is packed in a way that Java does not know";
    if (e->packed > JAR_ENTRY_MAX || e->unpacked > JAR_ENTRY_MAX)
        return "is larger than 1 MB";
    return at >= j->end.at || j->end.at - at < ZIP_HEADER + e->packed ? "is not where the list of files says" : NULL;
}

/* The extra field of a local header is often another than that of the list: some room for it, and a second look where it is larger. */
static void next_file(struct jar *j, enum file from)
{
    enum { EXTRA = 512 };
    const struct zip_entry *e;
    uint64_t at, n;
    const char *why;

    while (from < NFILES && !j->files[from].name.s)
        from++;
    if (from >= NFILES) {
        j->state = AT_DONE;
        return;
    }
    j->reading = from;
    j->again = false;
    e = &j->files[from];
    at = e->at + (uint64_t)j->end.shift;
    why = unreadable(j, e, at);
    if (why) {
        cannot_read(j, why);
        return;
    }
    n = ZIP_HEADER + e->name.n + EXTRA + e->packed;
    want(j, AT_ENTRY, at, n < j->size - at ? n : j->size - at);
}

/* Some builds write another thing there: "task ':jar' property 'archiveVersion'". */
static bool is_version(const char *s)
{
    s += *s == 'v';
    return *s >= '0' && *s <= '9';
}

static void take_manifest(struct jar *j, const char *s, size_t n)
{
    const struct {
        const char *name;
        const char **to;
    } values[] = {
        {"Implementation-Title", &j->info.title},
        {"Bundle-Name", &j->info.title},
        {"Specification-Title", &j->info.title},
        {"Implementation-Vendor", &j->info.vendor},
        {"Bundle-Vendor", &j->info.vendor},
        {"Implementation-Version", &j->info.manifest_version},
        {"Bundle-Version", &j->info.manifest_version},
        {"Specification-Version", &j->info.manifest_version},
        {"Automatic-Module-Name", &j->info.module},
        {"Bundle-SymbolicName", &j->info.module},
        {"Build-Jdk-Spec", &j->info.built_for},
    };
    struct text t;

    text_init(&t, JAR_VALUE_MAX);
    j->info.has_manifest = true;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (!*values[i].to && manifest_value(s, n, values[i].name, &t) && (values[i].to != &j->info.manifest_version || is_version(t.s)))
            *values[i].to = keep(j, &t);
    text_release(&t);
}

static void take_pom(struct jar *j, const char *s, size_t n)
{
    struct text t;

    text_init(&t, JAR_VALUE_MAX);
    if (properties_value(s, n, "version", &t))
        j->info.pom_version = keep(j, &t);
    text_release(&t);
}

static void take_file(struct jar *j, const unsigned char *data, size_t n)
{
    unsigned char *unpacked = x_malloc(JAR_ENTRY_MAX + 1);
    size_t len;
    const char *wrong = zip_unpack(&j->files[j->reading], data, n, unpacked, &len);

    if (wrong) {
        cannot_read(j, wrong);
    } else {
        (j->reading == FILE_MANIFEST ? take_manifest : take_pom)(j, (const char *)unpacked, len);
        next_file(j, j->reading + 1);
    }
    free(unpacked);
}

static void give_entry(struct jar *j, const unsigned char *p, size_t n)
{
    const struct zip_entry *e = &j->files[j->reading];
    size_t data = zip_data_offset(p, n);

    if (!data) {
        cannot_read(j, "is not where the list of files says");
    } else if (n >= data + e->packed) {
        take_file(j, p + data, (size_t)e->packed);
    } else if (j->again || j->size - j->offset < data + e->packed) {
        cannot_read(j, "is cut off");
    } else {
        j->again = true;
        want(j, AT_ENTRY, j->offset, data + e->packed);
    }
}

/* ---- the list of files ---- */

static void give_directory(struct jar *j, const unsigned char *p, size_t n)
{
    const unsigned char *end = p + n;
    struct zip_entry e;

    if (n < j->n) {
        fail(j, ERR_SHAPE, "the jar became shorter while it was read: being copied?");
        return;
    }
    while (zip_next(&p, end, &e))
        take_entry(j, &e);
    if (p != end && !j->info.trouble)
        j->info.trouble = "its list of files is damaged";
    for (int f = 0; f < NFILES; f++) /* the bytes of the names end with this call */
        if (j->files[f].name.s)
            j->files[f].name.s = "";
    next_file(j, FILE_MANIFEST);
}

static void take_end(struct jar *j, enum zip_found found)
{
    if (found == ZIP_PARTS)
        fail(j, ERR_SHAPE, "one part of a zip file in several parts: put them together");
    else if (found != ZIP_OK)
        fail(j, ERR_SHAPE, "damaged: its list of files is not where its end says; copy it again");
    else if (j->end.bytes > JAR_DIRECTORY_MAX)
        fail(j, ERR_TOO_LARGE, "its list of files is larger than 16 MB: not read");
    else if (!j->end.bytes)
        j->state = AT_DONE; /* an empty zip */
    else
        want(j, AT_DIRECTORY, j->end.at, j->end.bytes);
}

static void give_tail(struct jar *j, const unsigned char *p, size_t n)
{
    uint64_t at = j->offset, record64;
    enum zip_found found;

    if (n < j->n) {
        fail(j, ERR_SHAPE, "the jar became shorter while it was read: being copied?");
        return;
    }
    found = zip_find_end(p, n, j->size, &j->end, &record64);
    if (found == ZIP_NO_END) {
        want(j, AT_HEAD, 0, j->size < 16 ? j->size : 16);
    } else if (found == ZIP_NEEDS_64) {
        want(j, AT_END64, record64, ZIP_RECORD64);
    } else {
        take_end(j, found);
        if (j->state == AT_DIRECTORY && j->end.at >= at) /* it is in what was read already */
            give_directory(j, p + (j->end.at - at), (size_t)j->end.bytes);
    }
}

/* No end: what it is instead. */
static void give_head(struct jar *j, const unsigned char *p, size_t n)
{
    const char *s = (const char *)p;

    if (n >= 4 && !memcmp(s, "PK\3\4", 4))
        fail(j, ERR_SHAPE, "cut off: it begins as a jar and has no end; copy it again");
    else if (n && (str_ifind(s, n, "<html") || str_ifind(s, n, "<!doctype") || str_ifind(s, n, "<?xml")))
        fail(j, ERR_SHAPE, "no jar but a web page: the download went wrong");
    else
        fail(j, ERR_SHAPE, "no jar: it is not a zip file");
}

void jar_give(struct jar *j, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    if (n > j->n)
        n = j->n;
    switch (j->state) {
    case AT_TAIL:
        give_tail(j, p, n);
        break;
    case AT_HEAD:
        give_head(j, p, n);
        break;
    case AT_END64:
        take_end(j, zip_take_end64(p, n, j->offset, j->size, &j->end));
        break;
    case AT_DIRECTORY:
        give_directory(j, p, n);
        break;
    case AT_ENTRY:
        give_entry(j, p, n);
        break;
    case AT_DONE:
        break;
    }
}

/* ---- the best of all ---- */

/* "3.5.35,fc95b9cc8..." is a version with a commit. */
static const char *bare_version(struct jar *j, const char *s)
{
    size_t n = strcspn(s, ", ");

    return s[n] ? arena_strndup(j->arena, s, n) : s;
}

static void choose(struct jar *j)
{
    struct jar_info *i = &j->info;

    if (i->artifact) {
        i->name = i->artifact;
        i->name_from = JAR_FROM_POM;
    } else if (i->file_name) {
        i->name = i->classifier ? arena_printf(j->arena, "%s-%s", i->file_name, i->classifier) : i->file_name;
        i->name_from = JAR_FROM_NAME;
    } else if (i->title) {
        i->name = i->title;
        i->name_from = JAR_FROM_MANIFEST;
    }
    if (i->pom_version) {
        i->version = i->pom_version;
        i->version_from = JAR_FROM_POM;
    } else if (i->manifest_version) {
        i->version = bare_version(j, i->manifest_version);
        i->version_from = JAR_FROM_MANIFEST;
    } else if (i->file_version) {
        i->version = i->file_version;
        i->version_from = JAR_FROM_NAME;
    }
}

bool jar_end(struct jar *j, struct jar_info *out, struct err *e)
{
    bool ok = j->error.kind == ERR_NONE;

    choose(j);
    *out = j->info;
    if (e)
        *e = j->error;
    free(j);
    return ok;
}

bool jar_read(const char *path, uint64_t size, jar_read_fn *read, void *data, struct arena *a, struct jar_info *out, struct err *e)
{
    struct jar *j = jar_begin(path, size, a);
    uint64_t offset;
    size_t n;

    while (jar_wants(j, &offset, &n)) {
        void *bytes = x_malloc(n);

        n = read(data, offset, bytes, n);
        jar_give(j, bytes, n);
        free(bytes);
    }
    return jar_end(j, out, e);
}
