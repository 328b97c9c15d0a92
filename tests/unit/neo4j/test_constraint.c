/* Sentences that servers before 4.2 print about a constraint. */
#include "support/cm.h"
#include "neo4j/constraint.h"

static void takes_sentences_apart(void **state)
{
    static const struct {
        const char *said, *type, *entity, *label, *properties;
    } cases[] = {
        {"CONSTRAINT ON ( srvc:SrvC ) ASSERT srvc.id IS UNIQUE", "UNIQUENESS", "NODE", "SrvC", "[\"id\"]"},
        {"CONSTRAINT ON ( srvc:SrvC ) ASSERT (srvc.id) IS UNIQUE", "UNIQUENESS", "NODE", "SrvC", "[\"id\"]"},
        {"CONSTRAINT ON ( p:Person ) ASSERT (p.first, p.last) IS NODE KEY", "NODE_KEY", "NODE", "Person", "[\"first\", \"last\"]"},
        {"CONSTRAINT ON ( p:Person ) ASSERT exists(p.name)", "NODE_PROPERTY_EXISTENCE", "NODE", "Person", "[\"name\"]"},
        {"CONSTRAINT ON ()-[ liked:LIKED ]-() ASSERT exists(liked.day)", "RELATIONSHIP_PROPERTY_EXISTENCE", "RELATIONSHIP", "LIKED", "[\"day\"]"},
        {"CONSTRAINT ON ( x:Odd name ) ASSERT x.a b IS UNIQUE", "UNIQUENESS", "NODE", "Odd name", "[\"a b\"]"},
        {"", NULL, NULL, NULL, NULL},
        {"INDEX ON :SrvD(a, b)", NULL, NULL, NULL, NULL},
        {"CONSTRAINT ON ", NULL, NULL, NULL, NULL},
        {"CONSTRAINT ON ( ) ASSERT x IS UNIQUE", NULL, NULL, NULL, NULL},
        {"CONSTRAINT ON ( p:Person ) ASSERT p.age > 3", NULL, NULL, NULL, NULL},
        {"CONSTRAINT ON ( p: ) ASSERT p.id IS UNIQUE", NULL, NULL, NULL, NULL},
    };
    struct arena a = {0};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct constraint c = {0};
        struct text t;

        if (constraint_parse(&a, cases[i].said, &c) != (cases[i].type != NULL))
            fail_msg("case %zu", i);
        if (!cases[i].type)
            continue;
        text_init(&t, 0);
        value_render(c.properties, &t);
        assert_string_equal(c.type, cases[i].type);
        assert_string_equal(c.entity, cases[i].entity);
        assert_string_equal(value_str(c.label, ""), cases[i].label);
        assert_string_equal(t.s, cases[i].properties);
        text_release(&t);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(takes_sentences_apart)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
