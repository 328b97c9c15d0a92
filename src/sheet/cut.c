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

bool cut_is(const struct relation *r)
{
    return r && !r->missing && (r->coming || r->more);
}

bool cut_words(const struct relation *r, bool brief, struct text *out)
{
    if (!cut_is(r))
        return false;
    if (!r->coming)
        text_adds(out, "first ");
    cut_count(r->nrows, out);
    if (r->coming)
        text_adds(out, " so far, more come");
    else if (r->err.kind == ERR_NONE || r->stale) /* why it is stale stands elsewhere */
        text_adds(out, ", the server has more");
    else
        text_addf(out, " only: %s", brief ? err_name(r->err.kind) : r->err.words);
    return true;
}
