/* Regular expressions with an end: PCRE2 with limits on pattern, text, steps and memory. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>

#include "base/mem.h"
#include "sheet/filter.h"

enum {
    TEXT_LOOKED_AT = 16 * 1024, /* bytes of one cell */
    STEPS = 20000,              /* of one match: enough for one pass over the text with backtracking */
    DEPTH = 1000,
    HEAP_KB = 4096,
    STACK_KB = 1024, /* of compiled code; taken as far as a match goes */
    OVERRUNS = 50, /* matches that ran into a limit before the pattern is given up for this pass */
};

struct regex {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    pcre2_jit_stack *stack; /* NULL: not compiled */
    unsigned overruns;
};

static void words_of(int code, size_t at, struct err *e)
{
    PCRE2_UCHAR words[160];
    if (pcre2_get_error_message(code, words, sizeof words) < 0)
        words[0] = '\0';
    err_set(e, ERR_USAGE, "wrong regular expression at character %zu: %s", at + 1, (const char *)words);
}

/* To code, where this machine and who guards it let us: a whole list is searched in half the time. Else it is interpreted. */
static void compile(struct regex *r)
{
    if (pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE) != 0)
        return;
    r->stack = pcre2_jit_stack_create((size_t)32 * 1024, (size_t)STACK_KB * 1024, NULL);
    pcre2_jit_stack_assign(r->limits, NULL, r->stack);
}

struct regex *regex_new(const char *pattern, bool case_matters, struct err *e)
{
    uint32_t options = PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | (case_matters ? 0 : PCRE2_CASELESS);
    PCRE2_SIZE at = 0;
    int code = 0;
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options | PCRE2_UTF, &code, &at, NULL);
    struct regex *r;
    if (!compiled) {
        words_of(code, at, e);
        return NULL;
    }
    r = x_calloc(1, sizeof *r);
    r->code = compiled;
    r->data = pcre2_match_data_create(1, NULL);
    r->limits = pcre2_match_context_create(NULL);
    if (!r->data || !r->limits) {
        regex_free(r);
        err_set(e, ERR_INTERNAL, "no memory for the regular expression");
        return NULL;
    }
    pcre2_set_match_limit(r->limits, STEPS);
    pcre2_set_depth_limit(r->limits, DEPTH);
    pcre2_set_heap_limit(r->limits, HEAP_KB);
    compile(r);
    return r;
}

void regex_free(struct regex *r)
{
    if (!r)
        return;
    pcre2_jit_stack_free(r->stack);
    pcre2_match_context_free(r->limits);
    pcre2_match_data_free(r->data);
    pcre2_code_free(r->code);
    free(r);
}

bool regex_match(struct regex *r, const char *s, size_t n)
{
    int got;
    if (r->overruns >= OVERRUNS)
        return false;
    got = pcre2_match(r->code, (PCRE2_SPTR)s, n < TEXT_LOOKED_AT ? n : TEXT_LOOKED_AT, 0, 0, r->data, r->limits);
    if (got < PCRE2_ERROR_PARTIAL)
        r->overruns++;
    return got >= 0;
}

void filter_begin(const struct filter *f)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->term[i].regex)
            f->term[i].regex->overruns = 0;
}

bool filter_gave_up(const struct filter *f)
{
    for (size_t i = 0; f && i < f->count; i++)
        if (f->term[i].regex && f->term[i].regex->overruns)
            return true;
    return false;
}
