#include "neo4j/constraint.h"

#include <string.h>

#include "base/text.h"
#include "neo4j/scan.h"
#include "neo4j/tree.h"

/* Without what is before and behind it; as it is where that is not there. */
static struct slice between(struct slice p, const char *before, const char *behind)
{
    size_t first = strlen(before), last = strlen(behind);

    if (p.n < first + last || memcmp(p.s, before, first) != 0 || !slice_ends(p, behind))
        return p;
    return slice_trim((struct slice){p.s + first, p.n - first - last}, " ");
}

/* "p:Person" in its brackets, of a node or of a relationship: the variable and the label. */
static bool pattern(struct slice p, bool *relationship, struct slice *variable, struct slice *label)
{
    struct slice inner = between(p, "()-[", "]-()");
    const char *colon;

    *relationship = inner.s != p.s;
    if (!*relationship)
        inner = between(p, "(", ")");
    colon = memchr(inner.s, ':', inner.n);
    if (inner.s == p.s || !colon)
        return false;
    *variable = (struct slice){inner.s, (size_t)(colon - inner.s)};
    *label = (struct slice){colon + 1, inner.n - (size_t)(colon + 1 - inner.s)};
    return label->n > 0;
}

static struct value properties(struct arena *a, struct slice p, struct slice variable)
{
    struct values list = {0};

    while (p.n && list.n < CONSTRAINT_PROPERTIES_MAX) {
        const char *comma = memchr(p.s, ',', p.n);
        struct slice one = slice_trim((struct slice){p.s, comma ? (size_t)(comma - p.s) : p.n}, " ");

        if (one.n > variable.n && memcmp(one.s, variable.s, variable.n) == 0 && one.s[variable.n] == '.')
            one = (struct slice){one.s + variable.n + 1, one.n - variable.n - 1};
        values_add(&list, v_copy_text(a, one.s, one.n));
        p.n -= comma ? (size_t)(comma + 1 - p.s) : p.n;
        p.s = comma ? comma + 1 : p.s;
    }
    return values_list(&list, a);
}

/* What is asserted: the type, and *p becomes the properties. NULL: nothing known. */
static const char *assertion(struct slice *p, bool relationship)
{
    static const struct {
        const char *ending, *type;
    } rules[] = {{" IS UNIQUE", "UNIQUENESS"}, {" IS NODE KEY", "NODE_KEY"}};

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (slice_ends(*p, rules[i].ending)) {
            *p = between(slice_trim((struct slice){p->s, p->n - strlen(rules[i].ending)}, " "), "(", ")");
            return rules[i].type;
        }
    struct slice inner = between(*p, "exists(", ")");
    if (inner.s == p->s)
        return NULL;
    *p = inner;
    return relationship ? "RELATIONSHIP_PROPERTY_EXISTENCE" : "NODE_PROPERTY_EXISTENCE";
}

bool constraint_parse(struct arena *a, const char *description, struct constraint *out)
{
    static const char begin[] = "CONSTRAINT ON ", middle[] = " ASSERT ";
    const char *from = str_starts(description, begin) ? description + sizeof begin - 1 : NULL;
    const char *asserts = from ? strstr(from, middle) : NULL;
    struct slice variable, label, said;
    bool relationship;
    const char *type;

    if (!asserts || !pattern((struct slice){from, (size_t)(asserts - from)}, &relationship, &variable, &label))
        return false;
    said = slice_trim((struct slice){asserts + sizeof middle - 1, strlen(asserts + sizeof middle - 1)}, " ");
    type = assertion(&said, relationship);
    if (!type)
        return false;
    *out = (struct constraint){.type = type,
                               .entity = relationship ? "RELATIONSHIP" : "NODE",
                               .label = v_copy_text(a, label.s, label.n),
                               .properties = properties(a, said, variable)};
    return true;
}
