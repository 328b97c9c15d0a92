/* Units of systemd: their names in a list, and what their files say. Pure, any bytes. */
#ifndef NEO4J_UNIT_FILES_H
#define NEO4J_UNIT_FILES_H

#include "neo4j/systemd.h"

enum { UNITS_MAX = 40 };

/* What UNITS of host_commands.def prints: the units that can run, without templates. Texts live in the arena. */
size_t units_parse(const char *s, size_t n, struct arena *a, const char *out[UNITS_MAX]);
/* What UNIT_CAT prints: fills in what the properties do not tell (home, conf, program, working_directory, output, user). Of all that is in
 * Environment only NEO4J_HOME and NEO4J_CONF are taken. */
void unit_files_parse(const char *s, size_t n, struct arena *a, struct systemd_unit *u);
/* Where the server of a unit is: its NEO4J_HOME, or by the place of the program that it starts; NULL: not to be known. */
const char *unit_home(const struct systemd_unit *u, struct arena *a);
const char *unit_conf(const struct systemd_unit *u); /* NULL: not said */
/* The unit that a process belongs to, by its /proc/PID/cgroup: "neo4j.service"; NULL: none. */
const char *unit_of_cgroup(const char *s, size_t n, struct arena *a);
/* True: the process lives in a container, by the same file. */
bool cgroup_is_container(const char *s, size_t n);

#endif
