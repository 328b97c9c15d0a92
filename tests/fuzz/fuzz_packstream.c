/* Values from arbitrary bytes, what they become as text, and back: what is written is read as the same. */
#include <stdlib.h>
#include <string.h>

#include "neo4j/packstream.h"
#include "target.h"

static void render_both(struct value v, struct text *a, struct arena *arena)
{
    struct text bytes, b;
    struct unpack u;

    text_init(&bytes, 0);
    text_init(&b, 0);
    value_render(v, a);
    pack_value(&bytes, v);
    unpack_begin(&u, bytes.s, bytes.len, arena);
    value_render(unpack_value(&u), &b);
    if (v.type == V_INT || v.type == V_TEXT || v.type == V_BOOL)
        if (u.wrong || !unpack_ended(&u) || a->len != b.len || (a->len && memcmp(a->s, b.s, a->len) != 0))
            abort();
    text_release(&bytes);
    text_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena arena = {0};
    struct unpack u;
    struct text t;

    text_init(&t, 1 << 20);
    unpack_begin(&u, data, n, &arena);
    if (n && data[0] & 1)
        u.deepest = 900;
    while (!u.wrong && !unpack_ended(&u)) {
        text_clear(&t);
        render_both(unpack_value(&u), &t, &arena);
    }
    text_release(&t);
    arena_release(&arena);
    return 0;
}
