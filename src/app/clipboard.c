/* To the clipboard of the person's own terminal: OSC 52, or through tmux, which drops OSC 52 by default. There is no answer to
 * either, so the words say what was sent, not what arrived. */
#include "app/console.h"

#include <stdlib.h>
#include <string.h>

#define OSC_MAX 74994 /* bytes of base64 that terminals are known to take */

static void encode(struct text *out, const unsigned char *s, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)s[i] << 16 | (i + 1 < n ? (uint32_t)s[i + 1] << 8 : 0) | (i + 2 < n ? s[i + 2] : 0);

        text_addc(out, digits[v >> 18 & 63]);
        text_addc(out, digits[v >> 12 & 63]);
        text_addc(out, i + 1 < n ? digits[v >> 6 & 63] : '=');
        text_addc(out, i + 2 < n ? digits[v & 63] : '=');
    }
}

static void on_tmux(void *data, const struct child_result *r)
{
    struct console *c = data;

    if (r->error || r->exit_status != 0)
        console_say(c, ROLE_WARN, "tmux did not take it (%s): :export FILE writes the list to a file",
                    r->error ? r->error : "tmux load-buffer -w needs tmux 3.2");
}

static void by_osc52(struct console *c, const char *s, size_t n)
{
    struct text t;

    text_init(&t, OSC_MAX + 64);
    text_adds(&t, "\033]52;c;");
    encode(&t, (const unsigned char *)s, n);
    text_addc(&t, '\007');
    if (t.full || t.len > OSC_MAX)
        console_say(c, ROLE_WARN, "%zu bytes are too many for the clipboard of a terminal: :export FILE writes a file", n);
    else if (!c->term || !term_send(c->term, t.s, t.len))
        console_say(c, ROLE_WARN, "the terminal does not take anything now: try again");
    else
        console_say(c, ROLE_MESSAGE, "%zu bytes sent to the clipboard of your terminal", n);
    text_release(&t);
}

void clipboard_copy(struct console *c, const char *s, size_t n)
{
    static const char *const argv[] = {"tmux", "load-buffer", "-w", "-", NULL};

    if (!getenv("TMUX") || !c->term) {
        by_osc52(c, s, n);
        return;
    }
    loop_spawn(c->app->loop, argv, s, n, 4096, 3000, on_tmux, c);
    console_say(c, ROLE_MESSAGE, "%zu bytes sent to tmux and the clipboard of your terminal", n);
}
