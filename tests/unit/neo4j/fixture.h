/* Recorded HTTP answers of real servers: tests/fixtures/http/VERSION/NAME.txt. */
#ifndef TESTS_NEO4J_FIXTURE_H
#define TESTS_NEO4J_FIXTURE_H

#include "support/cm.h"
#include "neo4j/http.h"

struct fixture {
    int status;
    enum dialect dialect; /* by its content type */
    char *file, *body;
    size_t n;
};

static inline char *fixture_read(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    char *s;

    if (!f)
        fail_msg("no fixture %s", path);
    fseek(f, 0, SEEK_END);
    *n = (size_t)ftell(f);
    rewind(f);
    s = malloc(*n + 1);
    assert_int_equal(fread(s, 1, *n, f), *n);
    s[*n] = '\0';
    fclose(f);
    return s;
}

/* name: "5.26.30/types" */
static inline struct fixture fixture_load(const char *name)
{
    struct fixture f = {0};
    char path[512];
    size_t n;

    snprintf(path, sizeof path, "%s/http/%s.txt", FIXTURES, name);
    f.file = fixture_read(path, &n);
    assert_int_equal(sscanf(f.file, "HTTP/1.1 %d", &f.status), 1);
    f.body = strstr(f.file, "\n\n");
    f.body = f.body ? f.body + 2 : f.file + n;
    f.n = n - (size_t)(f.body - f.file);
    f.dialect = strstr(f.file, "vnd.neo4j.jolt")    ? DIALECT_JOLT
                : strstr(f.file, "vnd.neo4j.query") ? DIALECT_QUERY
                                                    : DIALECT_JSON;
    return f;
}

static inline void fixture_free(struct fixture *f)
{
    free(f->file);
}

/* A body in memory of exactly its size, so that a read behind it is seen. */
static inline bool decode_copy(enum dialect d, int status, const char *body, size_t n, struct arena *a, struct neo_result *out,
                               struct err *e)
{
    char *copy = malloc(n ? n : 1);
    bool ok;

    memcpy(copy, body, n);
    memset(e, 0, sizeof *e);
    ok = neo_http_decode(d, status, copy, n, 0, 100000, a, out, e);
    free(copy);
    return ok;
}

#endif
