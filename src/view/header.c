#include "view/view.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sheet/findings.h"

/* Parts of the right end, from the right; each is dropped when there is no room for it. */
static int put_right(struct grid *g, int x, int least, enum role role, const char *s)
{
    int w = utf8_width(s, strlen(s));

    if (!w || x - w < least)
        return x;
    grid_puts(g, x - w, 0, w, role, s);
    return x - w - 2;
}

void header_draw(struct grid *g, const struct header *h)
{
    char time[16] = "", access[48] = "";
    struct text left;
    int least, x = g->w;

    text_init(&left, 512);
    text_addf(&left, "neodeck  %s", h->scope);
    if (*h->server)
        text_addf(&left, "  %s", h->server);
    least = utf8_width(left.s, left.len) + 2;
    if (h->newest_ms)
        time_of_day(h->newest_ms, time, sizeof(time));
    if (*h->access)
        snprintf(access, sizeof(access), "[%s]", h->access);
    if (*access && least + (int)strlen(access) + 16 > g->w) /* "(this console only)" goes before the name does */
        snprintf(access, sizeof(access), "[%.*s]", (int)(strcspn(h->access, "(") - (strchr(h->access, '(') != NULL)), h->access);
    if (*access && least > g->w - 40) /* the sign of read-only goes before everything else */
        least = g->w - 40 > 9 ? g->w - 40 : 9;
    x = put_right(g, x, least, ROLE_HEADER, time);
    x = put_right(g, x, least, ROLE_HEADER, h->interval);
    x = put_right(g, x, *access || *h->insecure ? 9 : least, *access ? ROLE_READONLY : ROLE_INSECURE,
                  *access ? access : h->insecure);
    if (*access)
        x = put_right(g, x, least, ROLE_INSECURE, h->insecure);
    x = put_right(g, x, least, ROLE_DIM, h->who);
    grid_put(g, 0, 0, x, ROLE_HEADER, 0, left.s, left.len, true);
    text_release(&left);
}

static bool sees_transactions(const struct model *m)
{
    for (uint32_t i = 0; i < model_instances(m); i++) {
        const struct relation *rel = model_get(m, i, SHEET_TRANSACTIONS);

        if (rel && rel->missing)
            return false;
    }
    return true;
}

int worst_draw(struct grid *g, int y, const struct model *m, bool many, bool connecting)
{
    struct text line;
    int status = findings_status(m), rows = 1;

    text_init(&line, 4096);
    findings_line(m, many, g->w - 2, &line);
    if (line.len) {
        bool bad = strcmp(value_str(relation_cell(model_get(m, MODEL_NO_INSTANCE, SHEET_FINDINGS), 0, COL_FINDINGS_LEVEL), ""),
                          "critical") == 0;
        enum role role = bad ? ROLE_BAD : ROLE_WARN;

        grid_puts(g, 0, y, 2, role, grid_symbol(g, bad ? SYM_BAD : SYM_WARN));
        grid_put(g, 2, y, g->w - 2, role, 0, line.s, line.len, true);
    } else if (status == 0) {
        grid_putf(g, 0, y, g->w, ROLE_OK, "%s nothing needs attention%s", grid_symbol(g, SYM_OK),
                  sees_transactions(m) ? "" : ", as far as can be seen without a list of transactions");
    } else {
        grid_puts(g, 0, y, g->w, ROLE_DIM, connecting ? "connecting ..." : "nothing is known yet");
    }
    text_release(&line);
    return rows;
}
