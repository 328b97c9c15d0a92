/* Time: one clock for the whole program, which tests can freeze. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"

int64_t clock_mono_ms(void); /* monotonic; frozen: only clock_advance moves it */
int64_t clock_wall_ms(void); /* milliseconds since 1970 UTC */
void clock_freeze(int64_t wall_ms); /* both clocks stand still from here; monotonic starts at 1,000,000 */
void clock_advance(int64_t ms);     /* only when frozen */
bool clock_frozen(void);
int64_t clock_cpu_us(void); /* CPU time of the calling thread, never frozen: to pace work by what it costs */

/* RFC 3339 with milliseconds, "2026-11-22T13:45:02.123Z". buf >= 32. */
const char *time_rfc3339(int64_t wall_ms, char *buf, size_t n);
/* Accepts RFC 3339, also a blank for T, no seconds fraction or up to 9 digits, zone Z, +hh:mm, +hhmm, [Region] suffix ignored. */
bool time_parse(const char *s, int64_t *wall_ms);
/* Time of day for a screen, "13:45:02Z". */
const char *time_of_day(int64_t wall_ms, char *buf, size_t n);

/* "500ms" "2s" "15m" "3h" "2d", also "1.5s" and combinations "1h30m"; no unit is an error. Range 0 .. 100 years. */
bool duration_parse(const char *s, int64_t *ms);
/* ISO 8601 duration as Neo4j prints it ("PT1.234S", "P1DT2H", "PT-0.5S"); months count 30 days, years 365. */
bool duration_parse_iso(const char *s, int64_t *ms);
/* Short for a cell, at most 6 columns: "12ms" "3.1s" "41s" "12m04" "3h07" "2d04h" "412d". */
const char *duration_short(int64_t ms, char *buf, size_t n);
/* Bytes for a cell: "0" "912B" "4.1K" "88M" "1.2G" (1024). */
const char *bytes_short(int64_t bytes, char *buf, size_t n);
/* "500", "4k", "20m", "2g", "1.5G", "16MiB" to bytes, as Neo4j reads them. */
bool bytes_parse(const char *s, int64_t *bytes);

#endif
