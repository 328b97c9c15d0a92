/* Relations for tests, written as texts: "column=value" with the type that the column has. */
#ifndef TESTS_SHEET_ROWS_OF_H
#define TESTS_SHEET_ROWS_OF_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sheet/columns.h"

static struct value list_value(struct arena *a, const char *s)
{
    struct value *v = arena_alloc(a, 32 * sizeof *v);
    uint32_t n = 0;
    while (*s) {
        size_t len = strcspn(s, " ");
        v[n++] = v_copy_text(a, s, len);
        s += len + (s[len] == ' ');
    }
    return (struct value){.type = V_LIST, .len = n, .u.list = v};
}

static struct value cell_value(struct arena *a, const struct column *c, const char *s)
{
    int64_t i = 0;
    if (strncmp(s, "absent:", 7) == 0) {
        for (int k = 0; k < NABSENT; k++)
            if (strcmp(absent_name(k), s + 7) == 0)
                return v_absent(k);
        fail_msg("no such reason: %s", s);
    }
    switch (c->type) {
    case V_BOOL:
        return v_bool(strcmp(s, "yes") == 0);
    case V_INT:
        return v_int(atoll(s));
    case V_FLOAT:
        return v_float(atof(s));
    case V_DURATION:
        assert_true(duration_parse(s, &i));
        return v_duration(i);
    case V_TIME:
        assert_true(time_parse(s, &i));
        return v_time(i);
    case V_LIST:
        return list_value(a, s);
    default:
        return v_copy_text(a, s, strlen(s));
    }
}

/* One row: name, value, name, value, ... NULL. What is not named is absent: null. */
static inline void add_row(struct relation *r, ...)
{
    const struct sheet *s = sheet_of(r->sheet);
    struct value *row = relation_add_row(r);
    const char *name;
    va_list ap;
    for (size_t i = 0; i < s->ncols; i++)
        row[i] = v_absent(ABSENT_NULL);
    va_start(ap, r);
    while ((name = va_arg(ap, const char *))) {
        int at = column_named(s, name);
        if (at < 0)
            fail_msg("no column %s in %s", name, s->name);
        row[at] = cell_value(&r->arena, &s->columns[at], va_arg(ap, const char *));
    }
    va_end(ap);
}

#endif
