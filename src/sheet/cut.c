#include "sheet/cut.h"

void cut_count(size_t n, struct text *out)
{
    if (n >= 1000) {
        cut_count(n / 1000, out);
        text_addf(out, ",%03u", (unsigned)(n % 1000));
    } else {
        text_addf(out, "%u", (unsigned)n);
    }
}

bool cut_words(const struct relation *r, struct text *out)
{
    if (!r || r->missing || !(r->coming || r->more))
        return false;
    if (!r->coming)
        text_adds(out, "first ");
    cut_count(r->nrows, out);
    if (r->coming)
        text_adds(out, " so far, more come");
    else if (r->err.kind == ERR_NONE || r->stale) /* why it is stale stands elsewhere */
        text_adds(out, ", the server has more");
    else
        text_addf(out, " only: %s", r->err.words);
    return true;
}
