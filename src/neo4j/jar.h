/* What a jar says about itself: its manifest, and the pom.properties of the artifact that its file is named after. Only these few
 * entries are ever unpacked, each with a limit; the rest of the file is not read. Any bytes. */
#ifndef NEO4J_JAR_H
#define NEO4J_JAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "base/mem.h"

enum {
    JAR_ENTRY_MAX = 1024 * 1024,          /* bytes of one entry, packed and unpacked */
    JAR_DIRECTORY_MAX = 16 * 1024 * 1024, /* bytes of the zip's list of files */
    JAR_VALUE_MAX = 1024                  /* bytes of a text that is kept */
};

enum jar_source { JAR_FROM_NOTHING, JAR_FROM_POM, JAR_FROM_MANIFEST, JAR_FROM_NAME };

/* Texts live in the arena, NULL: not said. */
struct jar_info {
    const char *name;                  /* the best of what follows: "apoc-core" */
    const char *version;               /* "5.26.19" */
    enum jar_source name_from, version_from;
    const char *file_name, *file_version, *classifier; /* what the name of the file says: "apoc", "5.26.19", "core" */
    const char *title, *vendor;        /* Implementation-Title (Bundle-Name, Specification-Title), -Vendor */
    const char *manifest_version;      /* Implementation-Version, else Bundle-Version, else Specification-Version */
    const char *module;                /* Automatic-Module-Name, else Bundle-SymbolicName */
    const char *group, *artifact;      /* of Maven */
    const char *pom_version;
    const char *built_for;             /* Build-Jdk-Spec: the Java it was built with */
    uint64_t entries;                  /* files in it */
    bool has_manifest;
    const char *trouble;               /* one sentence: what of it could not be read; the rest is there */
};

/* ---- step by step, for who cannot wait: want, read, give, until nothing is wanted ---- */

struct jar;
/* `path`: of its file, for the name; `size` in bytes. */
struct jar *jar_begin(const char *path, uint64_t size, struct arena *a);
/* True: read n bytes at offset and give them. False: jar_end has the answer. The same until they are given. */
bool jar_wants(const struct jar *j, uint64_t *offset, size_t *n);
/* Fewer bytes than wanted: the file is shorter than its size said. */
void jar_give(struct jar *j, const void *bytes, size_t n);
/* Frees j, also halfway. False: it is no jar, *e (ERR_SHAPE, ERR_TOO_LARGE) says what is wrong with it; *out is filled all the same,
 * at least with what the name of the file says. */
bool jar_end(struct jar *j, struct jar_info *out, struct err *e);

/* ---- at once ---- */

/* Reads up to n bytes at offset into `out`; returns how many. */
typedef size_t jar_read_fn(void *data, uint64_t offset, void *out, size_t n);
bool jar_read(const char *path, uint64_t size, jar_read_fn *read, void *data, struct arena *a, struct jar_info *out, struct err *e);

/* Name, version and classifier of a file's name alone ("/x/apoc-5.26.19-core.jar"); fills these three members of *out. */
void jar_name_split(const char *path, struct arena *a, struct jar_info *out);

#endif
