/* What the arguments of a process (/proc/PID/cmdline) say: whether it is a Neo4j server, and how its Java machine was started. */
#ifndef NEO4J_JVM_CMDLINE_H
#define NEO4J_JVM_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"

enum jvm_kind {
    JVM_NOT_JAVA, /* something else; nothing is filled in */
    JVM_OTHER,    /* a Java program that is none of Neo4j's, or whose class is not to be seen (see cut) */
    JVM_SERVER,   /* main class *EntryPoint, Neo4jCommunity or Neo4jEnterprise of org.neo4j.server or com.neo4j.server */
    JVM_LAUNCHER, /* Neo4jCommand: "neo4j start", "neo4j console", which waits for the server beside it */
    JVM_ADMIN,    /* neo4j-admin: a dump, a backup, an import may be running */
    JVM_SHELL     /* cypher-shell */
};

enum {
    JVM_BYTES_MAX = 1024 * 1024, /* of a command line, the rest is not looked at */
    JVM_ARGUMENTS_MAX = 4096,
    JVM_SETTINGS_MAX = 64
};

/* All texts live in the arena; NULL: not given. Sizes in bytes, 0: not given. Where something is given twice the last counts. */
struct jvm_cmdline {
    enum jvm_kind kind;
    bool cut;                /* no main class before the end: old kernels keep 4096 bytes only */
    const char *java;        /* argv[0] */
    const char *main_class;
    const char *command;     /* of LAUNCHER and ADMIN: the words behind the class, "database dump" */
    const char *home;        /* --home-dir=, or -Dbasedir= of the tools */
    const char *conf;        /* --config-dir= */
    bool expands_commands;   /* --expand-commands: $(...) in the configuration is run */
    const char *settings[JVM_SETTINGS_MAX]; /* "name=value" given with -c, over the configuration */
    size_t nsettings;
    int64_t heap_initial, heap_max, metaspace_max, direct_max;
    double heap_percent;     /* -XX:MaxRAMPercentage, 0: not given */
    const char *collector;   /* "G1", "ZGC", "Shenandoah", "Parallel", "Serial", "CMS" */
    const char *gc_log;      /* file of -Xlog:...:file= or -Xloggc:, as given */
    bool gc_log_is_dated;    /* its lines carry a time of day, not only the time since the start */
    bool exits_on_oom, dumps_on_oom;
    const char *dump_path;   /* -XX:HeapDumpPath= */
    const char *jmx_port;    /* -Dcom.sun.management.jmxremote.port= */
    const char *debug;       /* -agentlib:jdwp=... */
    int java_version;        /* from the path of java: 8, 11, 17, 21 ...; 0: it does not tell */
};

/* The bytes of /proc/PID/cmdline: arguments, each behind it a NUL (the last one may lack it). Any bytes. *out is filled always. */
void jvm_cmdline_parse(const char *bytes, size_t n, struct arena *a, struct jvm_cmdline *out);
/* "/usr/lib/jvm/java-17-openjdk-amd64/bin/java" to 17, "jdk1.8.0_202" to 8; 0: no version in the name of any folder. */
int java_version_of_path(const char *path);

#endif
