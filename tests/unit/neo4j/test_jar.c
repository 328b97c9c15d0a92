/* Jars: made here byte by byte, whole, strange and hostile. */
#include "support/cm.h"
#include <zlib.h>
#include "base/text.h"
#include "neo4j/jar.h"
#include "neo4j/manifest.h"

/* ---- a small writer of zip files ---- */

enum trick {
    PLAIN,
    STORED = 1,
    ENCRYPTED = 2,
    STRANGE_METHOD = 4,
    WRONG_CRC = 8,
    BIG_CLAIM = 16,    /* the list says 100 MB */
    LONG_EXTRA = 32,   /* the local header has 2000 bytes more than the list says */
    WIDE = 64,         /* sizes and offset in 64-bit fields */
    LOST = 128         /* the list points into nowhere */
};

struct zip {
    struct text out, list;
    unsigned n;
};

static void put(struct text *t, uint64_t v, int bytes)
{
    while (bytes--) {
        text_addc(t, (char)(v & 0xFF));
        v >>= 8;
    }
}

static void zip_init(struct zip *z)
{
    *z = (struct zip){.n = 0};
    text_init(&z->out, 64 << 20);
    text_init(&z->list, 64 << 20);
}

static void zip_add(struct zip *z, const char *name, const char *data, size_t n, unsigned tricks)
{
    unsigned method = tricks & STORED ? 0 : tricks & STRANGE_METHOD ? 99 : 8, extra = tricks & LONG_EXTRA ? 2000 : 0, wide = tricks & WIDE ? 28 : 0;
    uLong bound = compressBound(n) + 16, crc = crc32(0, (const Bytef *)data, (uInt)n);
    unsigned char *packed = malloc(bound);
    size_t at = z->out.len, len;
    z_stream s = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)n, .next_out = packed, .avail_out = (uInt)bound};

    deflateInit2(&s, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    deflate(&s, Z_FINISH);
    len = s.total_out;
    deflateEnd(&s);
    if (tricks & STORED) {
        memcpy(packed, data, n);
        len = n;
    }
    if (tricks & WRONG_CRC)
        crc++;
    put(&z->out, 0x04034B50, 4), put(&z->out, 20, 2), put(&z->out, tricks & ENCRYPTED ? 1 : 0, 2), put(&z->out, method, 2), put(&z->out, 0, 4);
    put(&z->out, crc, 4), put(&z->out, len, 4), put(&z->out, n, 4), put(&z->out, strlen(name), 2), put(&z->out, extra, 2);
    text_adds(&z->out, name);
    for (unsigned i = 0; i < extra; i++)
        text_addc(&z->out, 'e');
    text_add(&z->out, (char *)packed, len);
    put(&z->list, 0x02014B50, 4), put(&z->list, 20, 2), put(&z->list, 20, 2), put(&z->list, tricks & ENCRYPTED ? 1 : 0, 2), put(&z->list, method, 2);
    put(&z->list, 0, 4), put(&z->list, crc, 4), put(&z->list, wide ? 0xFFFFFFFF : len, 4);
    put(&z->list, wide ? 0xFFFFFFFF : tricks & BIG_CLAIM ? 100 << 20 : n, 4);
    put(&z->list, strlen(name), 2), put(&z->list, wide, 2), put(&z->list, 0, 2), put(&z->list, 0, 2), put(&z->list, 0, 2), put(&z->list, 0, 4);
    put(&z->list, wide ? 0xFFFFFFFF : tricks & LOST ? 0x7FFFFFF : at, 4);
    text_adds(&z->list, name);
    if (wide)
        put(&z->list, 1, 2), put(&z->list, 24, 2), put(&z->list, n, 8), put(&z->list, len, 8), put(&z->list, at, 8);
    z->n++;
    free(packed);
}

static void zip_finish(struct zip *z, bool wide)
{
    size_t at = z->out.len, end;

    text_add(&z->out, z->list.s, z->list.len);
    end = z->out.len;
    if (wide) {
        put(&z->out, 0x06064B50, 4), put(&z->out, 44, 8), put(&z->out, 45, 2), put(&z->out, 45, 2), put(&z->out, 0, 4), put(&z->out, 0, 4);
        put(&z->out, z->n, 8), put(&z->out, z->n, 8), put(&z->out, z->list.len, 8), put(&z->out, at, 8);
        put(&z->out, 0x07064B50, 4), put(&z->out, 0, 4), put(&z->out, end, 8), put(&z->out, 1, 4);
    }
    put(&z->out, 0x06054B50, 4), put(&z->out, 0, 4), put(&z->out, wide ? 0xFFFF : z->n, 2), put(&z->out, wide ? 0xFFFF : z->n, 2);
    put(&z->out, wide ? 0xFFFFFFFF : z->list.len, 4), put(&z->out, wide ? 0xFFFFFFFF : at, 4), put(&z->out, 0, 2);
}

static void zip_release(struct zip *z)
{
    text_release(&z->list);
    text_release(&z->out);
}

/* ---- reading ---- */

struct source {
    const char *s;
    size_t n, reads, bytes;
};

static size_t read_source(void *data, uint64_t offset, void *out, size_t n)
{
    struct source *src = data;

    if (offset > src->n)
        return 0;
    if (n > src->n - offset)
        n = src->n - offset;
    memcpy(out, src->s + offset, n);
    src->reads++;
    src->bytes += n;
    return n;
}

static bool read_jar(const char *path, const char *s, size_t n, struct arena *a, struct jar_info *out, struct err *e)
{
    struct source src = {.s = s, .n = n};

    return jar_read(path, n, read_source, &src, a, out, e);
}

static const char manifest[] = "Manifest-Version: 1.0\r\nImplementation-Title: A plug\r\n in\r\nImplementation-Version: 5.26.19,fc95b9cc820\r\n b\r\n"
                               "Build-Jdk-Spec: 17\r\nAutomatic-Module-Name: org.example.plug\r\n\r\nName: x\r\nImplementation-Vendor: nobody\r\n";

static bool same(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static void reads_whole_jars(void **state)
{
    static const struct {
        unsigned tricks;
        bool wide;
        const char *before; /* bytes in front of the zip */
    } cases[] = {{PLAIN, false, ""}, {STORED, false, ""}, {LONG_EXTRA, false, ""}, {WIDE, true, ""}, {PLAIN, true, ""}, {PLAIN, false, "#!/bin/sh\nexec java\n"}};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        static const char pom[] = "#c\nversion=5.26.18\ngroupId=org.example\n", other[] = "version=9.9\n";
        struct arena a = {0};
        struct jar_info info;
        struct err e;
        struct zip z;

        zip_init(&z);
        zip_add(&z, "META-INF/", "", 0, STORED);
        zip_add(&z, "META-INF/MANIFEST.MF", manifest, sizeof manifest - 1, cases[i].tricks);
        zip_add(&z, "META-INF/maven/com.example/plug/pom.properties", other, sizeof other - 1, cases[i].tricks);
        zip_add(&z, "META-INF/maven/org.example/plug-core/pom.properties", pom, sizeof pom - 1, cases[i].tricks);
        zip_add(&z, "META-INF/maven/org.example/zlib/pom.properties", other, sizeof other - 1, cases[i].tricks);
        zip_finish(&z, cases[i].wide);
        if (*cases[i].before) {
            char *both = malloc(z.out.len + 64);
            size_t n = strlen(cases[i].before);

            memcpy(both, cases[i].before, n);
            memcpy(both + n, z.out.s, z.out.len);
            assert_true(read_jar("/p/plug-core-5.26.19.jar", both, n + z.out.len, &a, &info, &e));
            free(both);
        } else {
            assert_true(read_jar("/p/plug-core-5.26.19.jar", z.out.s, z.out.len, &a, &info, &e));
        }
        if (!same(info.name, "plug-core") || !same(info.version, "5.26.18") || !same(info.title, "A plugin") || info.trouble ||
            !same(info.manifest_version, "5.26.19,fc95b9cc820b") || !same(info.group, "org.example") || !same(info.file_version, "5.26.19") ||
            info.vendor || info.entries != 4 || !info.has_manifest || info.version_from != JAR_FROM_POM || !same(info.built_for, "17"))
            fail_msg("case %zu: %s %s %s", i, info.name, info.version, info.trouble ? info.trouble : "");
        zip_release(&z);
        arena_release(&a);
    }
}

/* What stands there is not always one: the next place counts. */
static void a_version_begins_with_a_number(void **state)
{
    static const char odd[] = "Manifest-Version: 1.0\nImplementation-Version: task ':jar' property 'archiveVersion'\nBundle-Version: 2.9.0\n\n";
    struct arena a = {0};
    struct jar_info info;
    struct err e;
    struct zip z;

    zip_init(&z);
    zip_add(&z, "META-INF/MANIFEST.MF", odd, sizeof odd - 1, PLAIN);
    zip_finish(&z, false);
    assert_true(read_jar("/p/json-path-2.9.0.jar", z.out.s, z.out.len, &a, &info, &e));
    assert_string_equal(info.version, "2.9.0");
    zip_release(&z);
    arena_release(&a);
}

static void tells_what_it_cannot_read(void **state)
{
    static char zeros[8 << 20];
    static const struct {
        const char *data;
        size_t n;
        unsigned tricks;
        const char *words;
    } cases[] = {
        {manifest, sizeof manifest - 1, ENCRYPTED, "encrypted"},
        {manifest, sizeof manifest - 1, STRANGE_METHOD, "packed in a way"},
        {manifest, sizeof manifest - 1, WRONG_CRC, "damaged"},
        {manifest, sizeof manifest - 1, BIG_CLAIM, "larger than 1 MB"},
        {manifest, sizeof manifest - 1, LOST, "not where"},
        {zeros, sizeof zeros, PLAIN, "larger than 1 MB"},
        {zeros, sizeof zeros, STORED, "larger than 1 MB"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct jar_info info;
        struct err e;
        struct zip z;

        zip_init(&z);
        zip_add(&z, "META-INF/MANIFEST.MF", cases[i].data, cases[i].n, cases[i].tricks);
        zip_finish(&z, false);
        assert_true(read_jar("/p/plug-1.0.jar", z.out.s, z.out.len, &a, &info, &e));
        if (!info.trouble || !strstr(info.trouble, cases[i].words) || info.has_manifest || !same(info.version, "1.0"))
            fail_msg("case %zu: %s", i, info.trouble ? info.trouble : "no trouble");
        zip_release(&z);
        arena_release(&a);
    }
}

/* A bomb that says it is small: the sizes of the list are not believed. */
static void stops_bombs(void **state)
{
    static char zeros[8 << 20];
    struct arena a = {0};
    struct jar_info info;
    struct err e;
    struct zip z;

    zip_init(&z);
    zip_add(&z, "META-INF/MANIFEST.MF", zeros, sizeof zeros, PLAIN);
    memcpy(z.list.s + 24, "\x10\0\0\0", 4);
    zip_finish(&z, false);
    assert_true(read_jar("/p/plug.jar", z.out.s, z.out.len, &a, &info, &e));
    assert_non_null(strstr(info.trouble, "unpacks to more than 1 MB"));
    zip_release(&z);
    arena_release(&a);
}

static void refuses_what_is_no_jar(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *words;
    } cases[] = {
        {"", 0, "empty"},
        {"x", 1, "no jar"},
        {"hello, world, this is no zip file", 33, "no jar"},
        {"PK\3\4 and then it was cut off somewhere", 39, "cut off"},
        {"<!DOCTYPE html><html>404</html>", 31, "web page"},
        {"PK\5\6\0\0\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 22, "several parts"},
        {"PK\5\6\0\0\0\0\1\0\1\0\xFF\0\0\0\0\0\0\0\0\0", 22, "damaged"},
        {"PK\5\6\0\0\0\0\1\0\1\0\0\0\0\0\xFF\0\0\0\0\0", 22, "damaged"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct jar_info info;
        struct err e;

        if (read_jar("/p/apoc-5.26.19-core.jar", cases[i].bytes, cases[i].n, &a, &info, &e) || !strstr(e.words, cases[i].words))
            fail_msg("case %zu: %s", i, e.words);
        assert_string_equal(info.name, "apoc-core");
        assert_string_equal(info.version, "5.26.19");
        arena_release(&a);
    }
}

/* Of a large jar only its list and the manifest are read; a file that grows shorter meanwhile is no fault. */
static void reads_little(void **state)
{
    static char junk[3 << 20];
    struct source src;
    struct arena a = {0};
    struct jar_info info;
    struct err e;
    struct zip z;

    for (size_t i = 0; i < sizeof junk; i++)
        junk[i] = (char)(i * 2654435761u >> 13);
    zip_init(&z);
    zip_add(&z, "META-INF/MANIFEST.MF", manifest, sizeof manifest - 1, PLAIN);
    zip_add(&z, "a.class", junk, sizeof junk, STORED);
    zip_finish(&z, false);
    src = (struct source){.s = z.out.s, .n = z.out.len};
    assert_true(jar_read("/p/x.jar", src.n, read_source, &src, &a, &info, &e));
    assert_true(src.reads == 2 && src.bytes < 70000 && info.has_manifest);
    src.n = z.out.len - 100;
    assert_false(jar_read("/p/x.jar", z.out.len, read_source, &src, &a, &info, &e));
    assert_non_null(strstr(e.words, "shorter"));
    zip_release(&z);
    arena_release(&a);
}

static void gives_up_halfway(void **state)
{
    struct arena a = {0};
    struct jar *j = jar_begin("/p/x-1.0.jar", 1000, &a);
    struct jar_info info;
    uint64_t offset;
    size_t n;

    assert_true(jar_wants(j, &offset, &n) && offset == 0 && n == 1000);
    jar_end(j, &info, NULL);
    assert_string_equal(info.version, "1.0");
    arena_release(&a);
}

/* However it is cut or its bytes are changed, something is said and nothing breaks. */
static void survives_damage(void **state)
{
    struct zip z;

    zip_init(&z);
    zip_add(&z, "META-INF/MANIFEST.MF", manifest, sizeof manifest - 1, WIDE);
    zip_finish(&z, true);
    for (size_t i = 0; i < z.out.len; i++) {
        struct arena a = {0};
        struct jar_info info;
        struct err e;
        char saved = z.out.s[i];

        z.out.s[i] = (char)0xFF;
        if (!read_jar("/p/x.jar", z.out.s, z.out.len, &a, &info, &e))
            assert_true(*e.words);
        z.out.s[i] = saved;
        assert_false(read_jar("/p/x.jar", z.out.s, i, &a, &info, &e));
        arena_release(&a);
    }
    zip_release(&z);
}

static void splits_names(void **state)
{
    static const struct {
        const char *path, *name, *version, *classifier;
    } cases[] = {
        {"/p/apoc-5.26.19-core.jar", "apoc", "5.26.19", "core"},
        {"apoc-4.4.0.36-all.jar", "apoc", "4.4.0.36", "all"},
        {"neo4j-graph-data-science-2.13.2.jar", "neo4j-graph-data-science", "2.13.2", NULL},
        {"bloom-plugin-4.x-2.7.0.jar", "bloom-plugin", "2.7.0", NULL},
        {"x-1.0-SNAPSHOT.jar", "x", "1.0-SNAPSHOT", NULL},
        {"x-2.0-alpha01-uber.JAR", "x", "2.0-alpha01", "uber"},
        {"antlr4-runtime-4.13.2.jar", "antlr4-runtime", "4.13.2", NULL},
        {"guava-33.0.0-jre.jar", "guava", "33.0.0", "jre"},
        {"my-plugin.jar", "my-plugin", NULL, NULL},
        {"1.0.jar", "1.0", NULL, NULL},
        {".jar", ".jar", NULL, NULL},
        {"", NULL, NULL, NULL},
        {"---.jar", NULL, NULL, NULL},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct jar_info info = {0};

        jar_name_split(cases[i].path, &a, &info);
        if (!same(info.file_name, cases[i].name) || !same(info.file_version, cases[i].version) || !same(info.classifier, cases[i].classifier))
            fail_msg("%s: '%s' '%s' '%s'", cases[i].path, info.file_name ? info.file_name : "-", info.file_version ? info.file_version : "-",
                     info.classifier ? info.classifier : "-");
        arena_release(&a);
    }
}

static void reads_manifests(void **state)
{
    static const struct {
        const char *text, *name, *value;
    } cases[] = {
        {"A: b\nC: d\n", "c", "d"},
        {"A: b\n c\n  d\nC: x", "A", "bc d"},
        {"A: b\rB: c\r\rD: e", "D", NULL},
        {"AB: b\n", "A", NULL},
        {"A:b", "A", "b"},
        {"A:", "A", ""},
        {"A: \xC3\n \xA9\n", "A", "\xC3\xA9"},
        {"A: x\x01y\xFF\n", "A", "x\xEF\xBF\xBDy\xEF\xBF\xBD"},
        {"", "A", NULL},
    };
    struct text t;

    text_init(&t, 16);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        bool found = manifest_value(cases[i].text, strlen(cases[i].text), cases[i].name, &t);

        if (found != (cases[i].value != NULL) || (found && strcmp(t.s, cases[i].value)))
            fail_msg("case %zu: '%s'", i, t.s);
    }
    assert_true(manifest_value("A: 0123456789012345678901234567890", 34, "A", &t) && t.len == 16);
    text_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_whole_jars),
        cmocka_unit_test(a_version_begins_with_a_number), cmocka_unit_test(tells_what_it_cannot_read), cmocka_unit_test(stops_bombs),
        cmocka_unit_test(refuses_what_is_no_jar), cmocka_unit_test(reads_little),         cmocka_unit_test(gives_up_halfway),
        cmocka_unit_test(survives_damage),  cmocka_unit_test(splits_names),              cmocka_unit_test(reads_manifests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
