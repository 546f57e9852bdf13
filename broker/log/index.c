// SPDX-License-Identifier: MPL-2.0
#include "broker/log/index.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/crc32c.h"
#include "broker/log/segment.h"

static const char INDEX_MAGIC[8] = {'A', 'D', 'P', 'I', 'D', 'X', '0', '1'};

enum { HEAD = 64, ENTRY = 12, TAIL = 4 };

void index_add(index_t *index, const scan_record_t *record)
{
    if (index->records.size == 0 && !index->too_large) {
        buf_reserve(&index->records, HEAD);
        index->records.size = HEAD;
    }
    if (index->too_large || index->records.size + ENTRY + record->kept > INDEX_BYTES_MAX) {
        buf_release(&index->records);
        index->too_large = true;
        return;
    }
    char *to = buf_reserve(&index->records, ENTRY + record->kept);
    layout_put_number(to, record->at, 4);
    layout_put_number(to + 4, record->size, 4);
    layout_put_number(to + 8, record->kept, 4);
    memcpy(to + ENTRY, record->bytes, record->kept);
    index->records.size += ENTRY + record->kept;
    index->count++;
}

static void put_head(const index_t *index, char *to, const segment_head_t *segment)
{
    memset(to, 0, HEAD);
    memcpy(to, INDEX_MAGIC, sizeof INDEX_MAGIC);
    layout_put_number(to + 8, segment->number, 4);
    layout_put_number(to + 12, index->end, 4);
    layout_put_number(to + 16, segment->nonce, 8);
    layout_put_number(to + 24, index->first_sequence, 8);
    layout_put_number(to + 32, index->next_sequence, 8);
    layout_put_number(to + 40, index->count, 4);
    layout_put_number(to + 44, index->records.size - HEAD, 4);
    layout_put_number(to + HEAD - 4, crc32c(0, to, HEAD - 4), 4);
}

// Under another name until it is written; without a sync, as the checksums find what was lost.
bool index_write(index_t *index, disk_t *disk, const char *folder, const segment_head_t *segment)
{
    if (index->too_large || index->count == 0) {
        return false;
    }
    char path[SEGMENT_PATH_SIZE];
    char made[SEGMENT_PATH_SIZE + 4];
    segment_index_path(path, folder, segment->number);
    snprintf(made, sizeof made, "%s.new", path);
    put_head(index, index->records.data, segment);
    size_t size = index->records.size;
    uint32_t crc = crc32c(0, index->records.data + HEAD, size - HEAD);
    layout_put_number(buf_reserve(&index->records, TAIL), crc, TAIL);
    int file = disk->open(disk, made, O_WRONLY | O_CREAT | O_TRUNC);
    if (file < 0) {
        return false;
    }
    bool good = disk_write_all(disk, file, index->records.data, size + TAIL, 0);
    disk->close(disk, file);
    good = good && disk->rename(disk, made, path) >= 0;
    if (!good) {
        disk->remove(disk, made);
    }
    return good;
}

bool index_next(const index_t *index, size_t *at, scan_record_t *ret)
{
    size_t from = *at ? *at : HEAD;
    if (index->records.size < from || index->records.size - from < ENTRY) {
        return false;
    }
    const char *entry = index->records.data + from;
    size_t kept = layout_get_number(entry + 8, 4);
    if (kept > index->records.size - from - ENTRY) {
        return false;
    }
    *ret = (scan_record_t){.at = (uint32_t)layout_get_number(entry, 4),
                           .size = (uint32_t)layout_get_number(entry + 4, 4),
                           .kept = (uint32_t)kept,
                           .bytes = entry + ENTRY};
    *at = from + ENTRY + kept;
    return true;
}

static bool head_fits(const char *head, size_t size, const segment_head_t *segment)
{
    return memcmp(head, INDEX_MAGIC, sizeof INDEX_MAGIC) == 0 &&
           layout_get_number(head + HEAD - 4, 4) == crc32c(0, head, HEAD - 4) &&
           layout_get_number(head + 8, 4) == segment->number &&
           layout_get_number(head + 12, 4) <= segment->size &&
           layout_get_number(head + 16, 8) == segment->nonce &&
           layout_get_number(head + 44, 4) == size - HEAD - TAIL;
}

// Whether the records fill the bytes and each lies inside the segment.
static bool records_fit(const index_t *index)
{
    size_t at = 0;
    uint32_t count = 0;
    scan_record_t record;
    while (index_next(index, &at, &record)) {
        if (record.kept > record.size || record.at > index->end ||
            record.size > index->end - record.at) {
            return false;
        }
        count++;
    }
    return count == index->count && (at ? at : HEAD) == index->records.size;
}

bool index_parse(index_t *index, buf_t *bytes, const segment_head_t *segment)
{
    const char *head = bytes->data;
    size_t size = bytes->size;
    if (size < HEAD + TAIL || !head_fits(head, size, segment) ||
        layout_get_number(head + size - TAIL, TAIL) != crc32c(0, head + HEAD, size - HEAD - TAIL)) {
        return false;
    }
    index_t read = {.end = (uint32_t)layout_get_number(head + 12, 4),
                    .first_sequence = layout_get_number(head + 24, 8),
                    .next_sequence = layout_get_number(head + 32, 8),
                    .count = (uint32_t)layout_get_number(head + 40, 4),
                    .records = *bytes};
    read.records.size = size - TAIL;
    if (!records_fit(&read)) {
        return false;
    }
    *index = read;
    *bytes = (buf_t){0};
    return true;
}

bool index_read(index_t *index, disk_t *disk, const char *folder, const segment_head_t *segment)
{
    char path[SEGMENT_PATH_SIZE];
    segment_index_path(path, folder, segment->number);
    int file = disk->open(disk, path, O_RDONLY);
    if (file < 0) {
        return false;
    }
    buf_t bytes = index->records; // its memory again
    *index = (index_t){0};
    buf_clear(&bytes);
    int64_t size = disk->size(disk, file);
    bool good = size >= HEAD + TAIL && size <= HEAD + INDEX_BYTES_MAX + TAIL &&
                disk_read_all(disk, file, buf_reserve(&bytes, (size_t)size), (size_t)size, 0);
    disk->close(disk, file);
    bytes.size = good ? (size_t)size : 0;
    good = good && index_parse(index, &bytes, segment);
    buf_release(&bytes);
    return good;
}

void index_clear(index_t *index)
{
    buf_t records = index->records;
    buf_clear(&records);
    *index = (index_t){.records = records};
}

void index_release(index_t *index)
{
    buf_release(&index->records);
    *index = (index_t){0};
}
