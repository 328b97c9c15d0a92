/* Between the files that read jars. */
#ifndef NEO4J_JAR_INSIDE_H
#define NEO4J_JAR_INSIDE_H

#include "neo4j/jar.h"
#include "neo4j/scan.h"

/* An entry as the zip's list of files has it. */
struct zip_entry {
    struct slice name;
    uint64_t at; /* offset of its local header, as written */
    uint64_t packed, unpacked;
    uint32_t crc;
    uint16_t method, flags;
};

/* Where the list of files is. */
struct zip_end {
    uint64_t at, bytes, entries;
    int64_t shift; /* what all offsets are off by: bytes that were put before the zip */
};

enum zip_found { ZIP_OK, ZIP_NO_END, ZIP_PARTS, ZIP_DAMAGED, ZIP_NEEDS_64 };

/* The end record in the last n bytes of a file of `size` bytes. ZIP_NEEDS_64: *record64 is where the 64-bit record stands (56 bytes). */
enum zip_found zip_find_end(const unsigned char *tail, size_t n, uint64_t size, struct zip_end *out, uint64_t *record64);
enum zip_found zip_take_end64(const unsigned char *record, size_t n, uint64_t at, uint64_t size, struct zip_end *out);
/* The next entry of the list; moves *p behind it. False at its end or where it is damaged. */
bool zip_next(const unsigned char **p, const unsigned char *end, struct zip_entry *out);
/* The offset of the data behind a local header of n bytes or more; 0: it is none. */
size_t zip_data_offset(const unsigned char *header, size_t n);

enum { ZIP_TAIL = 22 + 65535 + 20, ZIP_RECORD64 = 56, ZIP_HEADER = 30 };

/* Unpacks into *out (JAR_ENTRY_MAX + 1 bytes of room); NULL when it went well, else what is wrong, for "... of it". */
const char *zip_unpack(const struct zip_entry *e, const unsigned char *data, size_t n, unsigned char *out, size_t *len);

#endif
