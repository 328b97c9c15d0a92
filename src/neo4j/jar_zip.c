/* The zip format, as far as one entry has to be found and unpacked. */
#include "neo4j/jar_inside.h"

#include <string.h>
#include <zlib.h>

static uint16_t u16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t u32(const unsigned char *p)
{
    return (uint32_t)u16(p) | (uint32_t)u16(p + 2) << 16;
}

static uint64_t u64(const unsigned char *p)
{
    return (uint64_t)u32(p) | (uint64_t)u32(p + 4) << 32;
}

/* The list has to end where its end record begins; what is before it, but for the offset written, was put in front. */
static enum zip_found place(struct zip_end *e, uint64_t record_at)
{
    if (e->bytes > record_at)
        return ZIP_DAMAGED;
    if (e->at > record_at - e->bytes)
        return ZIP_DAMAGED;
    e->shift = (int64_t)(record_at - e->bytes - e->at);
    e->at += (uint64_t)e->shift;
    return ZIP_OK;
}

static enum zip_found take_end(const unsigned char *p, uint64_t at, struct zip_end *out)
{
    if (u16(p + 4) != u16(p + 6) || u16(p + 8) != u16(p + 10))
        return ZIP_PARTS;
    *out = (struct zip_end){.at = u32(p + 16), .bytes = u32(p + 12), .entries = u16(p + 10)};
    return place(out, at);
}

enum zip_found zip_find_end(const unsigned char *tail, size_t n, uint64_t size, struct zip_end *out, uint64_t *record64)
{
    if (n < 22)
        return ZIP_NO_END;
    for (size_t i = n - 22 + 1; i-- > 0;) {
        const unsigned char *p = tail + i;
        uint64_t at = size - n + i;

        if (u32(p) != 0x06054B50 || i + 22 + u16(p + 20) > n)
            continue;
        if (i >= 20 && u32(p - 20) == 0x07064B50 && (u16(p + 10) == 0xFFFF || u32(p + 12) == 0xFFFFFFFF || u32(p + 16) == 0xFFFFFFFF)) {
            *record64 = u64(p - 20 + 8);
            return *record64 < size && size - *record64 >= ZIP_RECORD64 ? ZIP_NEEDS_64 : ZIP_DAMAGED;
        }
        return take_end(p, at, out);
    }
    return ZIP_NO_END;
}

enum zip_found zip_take_end64(const unsigned char *record, size_t n, uint64_t at, uint64_t size, struct zip_end *out)
{
    if (n < ZIP_RECORD64 || u32(record) != 0x06064B50)
        return ZIP_DAMAGED;
    if (u32(record + 16) != u32(record + 20) || u64(record + 24) != u64(record + 32))
        return ZIP_PARTS;
    *out = (struct zip_end){.at = u64(record + 48), .bytes = u64(record + 40), .entries = u64(record + 32)};
    return out->bytes <= size ? place(out, at) : ZIP_DAMAGED;
}

/* Sizes and offset that do not fit 32 bits stand in an extra field, in this order, those only that are all ones. */
static void take_extra64(struct zip_entry *e, const unsigned char *p, const unsigned char *end)
{
    uint64_t *wide[] = {&e->unpacked, &e->packed, &e->at};

    while (end - p >= 4 && end - p - 4 >= u16(p + 2)) {
        const unsigned char *field = p + 4, *next = field + u16(p + 2);

        if (u16(p) == 1)
            for (size_t i = 0; i < 3; i++)
                if (*wide[i] == 0xFFFFFFFF && next - field >= 8) {
                    *wide[i] = u64(field);
                    field += 8;
                }
        p = next;
    }
}

bool zip_next(const unsigned char **p, const unsigned char *end, struct zip_entry *out)
{
    const unsigned char *h = *p, *next;
    size_t name, extra, comment;

    if (end - h < 46 || u32(h) != 0x02014B50)
        return false;
    name = u16(h + 28);
    extra = u16(h + 30);
    comment = u16(h + 32);
    if ((size_t)(end - h) < 46 + name + extra + comment)
        return false;
    *out = (struct zip_entry){
        .name = {(const char *)h + 46, name},
        .flags = u16(h + 8),
        .method = u16(h + 10),
        .crc = u32(h + 16),
        .packed = u32(h + 20),
        .unpacked = u32(h + 24),
        .at = u32(h + 42),
    };
    next = h + 46 + name;
    take_extra64(out, next, next + extra);
    *p = next + extra + comment;
    return true;
}

size_t zip_data_offset(const unsigned char *header, size_t n)
{
    return n >= ZIP_HEADER && u32(header) == 0x04034B50 ? (size_t)ZIP_HEADER + u16(header + 26) + u16(header + 28) : 0;
}

/* Never more than JAR_ENTRY_MAX + 1 bytes come out, whatever the sizes say. */
static const char *inflate_into(const unsigned char *data, size_t n, unsigned char *out, size_t *len)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)data, .avail_in = (uInt)n, .next_out = out, .avail_out = JAR_ENTRY_MAX + 1};
    int rc;

    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return "cannot be unpacked here";
    rc = inflate(&z, Z_FINISH);
    *len = z.total_out;
    inflateEnd(&z);
    if (*len > JAR_ENTRY_MAX)
        return "unpacks to more than 1 MB";
    return rc == Z_STREAM_END ? NULL : "is damaged";
}

const char *zip_unpack(const struct zip_entry *e, const unsigned char *data, size_t n, unsigned char *out, size_t *len)
{
    const char *wrong = NULL;

    *len = 0;
    if (e->method == Z_DEFLATED) {
        wrong = inflate_into(data, n, out, len);
    } else {
        memcpy(out, data, n);
        *len = n;
    }
    if (!wrong && crc32(0, out, (uInt)*len) != e->crc)
        wrong = "is damaged";
    return wrong;
}
