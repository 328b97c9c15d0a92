/* The command line: neodeck [OPTIONS] [TARGET...|COMMAND ARGS]. */
#ifndef CONF_CMDLINE_H
#define CONF_CMDLINE_H

#include "conf/options.h"

struct cmdline {
    bool set[NOPTIONS];                   /* given on the command line */
    struct option_value value[NOPTIONS];  /* of those; else the default of the table */
    char **instances;                     /* -i, in order */
    size_t ninstances;
    char **words;                         /* what is no option, in order: targets, or a command and its arguments */
    size_t nwords;
    char *owned[NOPTIONS];                /* texts of values that are not argv's own: expanded paths */
};

/* All texts are argv's: argv must outlive *c and is reordered. False with ERR_USAGE and words; *c is then released. */
bool cmdline_parse(struct cmdline *c, int argc, char **argv, struct err *e);
void cmdline_release(struct cmdline *c);
/* The text of --help, from the tables, at most 80 columns wide. */
void cmdline_usage(struct text *out);

#endif
