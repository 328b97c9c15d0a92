/* The file format of neodeck.conf and the themes: INI in the manner of git's. Pure: a buffer in, lines out.
 *
 *     [section]              names of letters, digits, '-', '.', '_'; case does not matter
 *     [section "sub"]        sub: any text, \" and \\ escaped
 *     name = value           blanks around both are dropped
 *     name                   no value: for a yes/no option the same as yes
 *     name = "value"         quoted as a whole: \" \\ \n \t are escapes, blanks are kept
 *     "#" = value            a name may be quoted as well
 *     # comment, ; comment   also behind a value, after a blank and outside double quotes
 *
 * A quote within a value stands for itself: command = pass show "my entry". CRLF and a byte order mark are tolerated. */
#ifndef CONF_INI_H
#define CONF_INI_H

#include <stddef.h>

enum ini_kind {
    INI_SECTION,       /* a header: section, sub */
    INI_ITEM,          /* section, sub, name, value */
    INI_WRONG,         /* a line that cannot be read: words say why and what would be right */
    INI_WRONG_SECTION, /* the same of a header: what follows belongs to nobody and is not handed out */
};

/* One line; all texts live for the call only and are NUL-terminated UTF-8 without control characters but tab and newline. */
struct ini_line {
    enum ini_kind kind;
    const char *section; /* lower case; "" before the first header */
    const char *sub;     /* NULL: none */
    const char *name;    /* as written; of a wrong line NULL or what stands at its beginning */
    const char *value;   /* NULL: no '=' */
    const char *words;   /* of a wrong line */
    unsigned line;       /* from 1 */
    unsigned column;     /* from 1, in bytes: of the value, of a name without one, or of what is wrong */
};

void ini_parse(const char *bytes, size_t n, void (*take)(void *data, const struct ini_line *line), void *data);

#endif
