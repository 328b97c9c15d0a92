/* Bounded growable text, UTF-8, width on the terminal, and the cleaning of text from outside. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdarg.h>

/* A byte buffer that grows up to `max` bytes and then drops the rest and says so in `full`. Always NUL-terminated
 * (s is never NULL after text_init). */
struct text {
    char *s;
    size_t len, cap, max;
    bool full;
};

#define TEXT_MAX_DEFAULT ((size_t)16 * 1024 * 1024)

void text_init(struct text *t, size_t max); /* max 0: TEXT_MAX_DEFAULT */
void text_release(struct text *t);
void text_clear(struct text *t);            /* empty, keeps its memory */
void text_add(struct text *t, const char *s, size_t n);
void text_adds(struct text *t, const char *s);
void text_addc(struct text *t, char c);
void text_addf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_vaddf(struct text *t, const char *fmt, va_list ap);
void text_add_cp(struct text *t, uint32_t cp); /* one code point as UTF-8 */
char *text_steal(struct text *t);              /* the caller frees; the text is empty again */

/* Decode one code point from the n > 0 bytes at s; stores it and returns the bytes used (1..4). An invalid, overlong,
 * surrogate or cut sequence gives U+FFFD and uses 1 byte. */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);
size_t utf8_encode(uint32_t cp, char out[4]);
bool utf8_valid(const char *s, size_t n);

/* Columns that cp takes on a terminal: 0 (combining), 1 or 2; -1 when utf8proc and the C library disagree or it may not
 * be drawn at all (controls, bidi, unassigned): the caller draws the mark of cp_mark() instead. */
int cp_width(uint32_t cp);
/* Forget all widths; to be called after setlocale(), whose tables count when they are UTF-8. */
void cp_width_reset(void);
/* What is drawn instead of a code point that must not reach the terminal: for C0 U+2400+cp, DEL U+2421, all else U+FFFD;
 * any drawable code point is returned unchanged. Tab and newline are controls here: callers expand them before. */
uint32_t cp_mark(uint32_t cp);
/* True for C0, C1, DEL, bidi and other format controls, line and paragraph separators, private escapes (Cc Cf Zl Zp Cs). */
bool cp_is_control(uint32_t cp);

/* Columns of a whole string after marks. */
int utf8_width(const char *s, size_t n);
/* How many bytes of s fit into `cols` columns (whole grapheme bases with their combining marks); *used gets the columns. */
size_t utf8_fit(const char *s, size_t n, int cols, int *used);

/* Append s with every control made visible (marks), newlines and tabs as one space each when `one_line`. `ascii` replaces
 * all non-ASCII by '?'. This is the one cleaner used by all printers and the grid. */
enum { CLEAN_ONE_LINE = 1, CLEAN_ASCII = 2 };
void text_add_clean(struct text *t, const char *s, size_t n, unsigned flags);

/* Collapse runs of white space into one blank, trim; for showing a query in one line. */
void text_add_squeezed(struct text *t, const char *s, size_t n);

bool str_ieq(const char *a, const char *b);
bool str_starts(const char *s, const char *prefix);
/* Case-insensitive (simple folding, utf8proc) search of needle in hay; NULL or a pointer into hay. */
const char *str_ifind(const char *hay, size_t n, const char *needle);

#endif
