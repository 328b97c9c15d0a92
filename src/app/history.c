/* The audit log as a sheet. */
#include "app/app.h"

#define HISTORY_LINES 1000

static void on_history(void *ctx, const struct reply *r)
{
    struct app *a = ctx;
    struct relation *rel;

    a->history_asked = 0;
    if (r->err) {
        if (r->err->kind != ERR_CANCELLED)
            model_publish_failure(a->model, MODEL_NO_INSTANCE, SHEET_HISTORY, r->err);
        return;
    }
    rel = relation_new(MODEL_NO_INSTANCE, SHEET_HISTORY);
    rel->taken_ms = 0; /* the newest data of the header is that of servers */
    for (size_t i = 0; i < r->nrows; i++) {
        struct value *row = relation_add_row(rel);

        for (size_t col = 0; col < r->ncols && col < rel->ncols; col++)
            row[col] = value_copy(&rel->arena, r->cells[i * r->ncols + col]);
    }
    model_publish(a->model, rel);
}

void app_load_history(struct app *a)
{
    struct ask ask = {.kind = ASK_HISTORY, .instance = INSTANCE_NONE, .u.line = {.limit = HISTORY_LINES}};

    if (!a->history_asked)
        a->history_asked = port_submit(&a->records, &ask, on_history, a);
}

bool app_history_loaded(void *data)
{
    const struct app *a = data;

    return !a->history_asked;
}
