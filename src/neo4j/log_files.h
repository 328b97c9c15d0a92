/* Which files a server of 5 and later logs to: server-logs.xml and user-logs.xml, log4j's configuration. */
#ifndef NEO4J_LOG_FILES_H
#define NEO4J_LOG_FILES_H

#include "neo4j/directories.h"

enum log_kind { LOG_KIND_USER, LOG_KIND_DEBUG, LOG_KIND_QUERY, LOG_KIND_SECURITY, LOG_KIND_HTTP, NLOG_KINDS };

enum { LOG_FILES_MAX = 32, LOG_XML_MAX = 1024 * 1024 };

struct log_file {
    enum log_kind kind;
    const char *path;     /* absolute */
    const char *pattern;  /* of rotated files as log4j has it ("/logs/debug.log.%02i"), ${...} resolved; NULL: not rotated, or not known */
    const char *appender; /* its name in the file */
    bool json;
};

/* Every file that one of the loggers of that XML writes to, at most LOG_FILES_MAX; returns how many. `user` tells user-logs.xml from
 * server-logs.xml. A path with a ${...} that is not a setting of neo4j.conf is left out. Texts live in the arena; any bytes. */
size_t log_files_parse(const char *xml, size_t n, bool user, const struct install *in, const struct config *c, struct arena *a,
                       struct log_file out[LOG_FILES_MAX]);
const char *log_kind_name(enum log_kind k); /* "neo4j.log", "debug.log" ... */
/* Where a kind goes when no XML says otherwise: the setting that has its path. */
enum setting_id log_kind_setting(enum log_kind k);

#endif
