/* JSON by its brackets: slices of a text, without building a tree. An answer of many rows is cut into its rows here, so that only
 * one row at a time becomes a tree. */
#ifndef NEO4J_SCAN_H
#define NEO4J_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct slice {
    const char *s;
    size_t n;
};

/* Brackets deeper than this are no answer of a server. */
enum { SCAN_DEPTH_MAX = 900 };

/* The one JSON value that begins at *p (blanks before it are skipped); *p then stands behind it. False when it is cut, wrongly nested
 * or too deep. What a scalar says is not looked at. */
bool scan_value(const char **p, const char *end, struct slice *out);
/* The only value of the text: false when anything but blanks follows it. */
bool scan_whole(struct slice text, struct slice *out);

/* Walks the members of an object or the elements of a list. */
struct scan {
    const char *p, *end;
    bool began, broken; /* broken: commas, colons or names where none belong */
};
bool scan_object(struct scan *sc, struct slice value); /* false: it is no object */
bool scan_list(struct scan *sc, struct slice value);
/* False at the end, or with `broken`. A key is without its quotes, its escapes as they are. */
bool scan_member(struct scan *sc, struct slice *key, struct slice *value);
bool scan_element(struct scan *sc, struct slice *value);

/* The next line of a text, without its end; the last may have none. False at the end of the text. */
bool scan_line(const char **p, const char *end, struct slice *line);

bool slice_is(struct slice s, const char *text);
bool slice_ends(struct slice s, const char *text);
/* What stands behind the text that it begins with; false: it does not. `rest` may be the slice itself. */
bool slice_behind(struct slice s, const char *text, struct slice *rest);
/* Without what is in `set` at both of its ends. */
struct slice slice_trim(struct slice s, const char *set);
/* Member of an object; false when it is not there (or no object). */
bool scan_get(struct slice object, const char *key, struct slice *value);

#endif
