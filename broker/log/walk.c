// SPDX-License-Identifier: MPL-2.0
#include "broker/log/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

typedef struct {
    const walk_image_t *image;
    const walker_t *walker;
    scan_t scan;
    walk_t *found;
} going_t;

static void name_damage(const going_t *going, damage_t *damage)
{
    damage->segment = going->image->number;
    damage->path = going->image->path;
    going->found->damages++;
    if (going->walker->on_damage) {
        going->walker->on_damage(going->walker->context, damage);
    }
}

// A damaged record's first bytes: from the index, or, if its size can be believed, as they are.
static void name_record(const going_t *going, uint32_t at, uint32_t end)
{
    damage_t damage = {.offset = at,
                       .size = end - at,
                       .what = "the record is damaged",
                       .position = (uint64_t)going->image->number << 32 | at};
    size_t from = 0;
    scan_record_t record;
    while (going->image->has_index && index_next(&going->image->index, &from, &record)) {
        if (record.at == at) {
            damage.bytes = record.bytes;
            damage.kept = record.kept;
            damage.certain = true;
        }
    }
    if (!damage.bytes && end - at > LAYOUT_RECORD_HEAD) {
        damage.bytes = going->scan.bytes + at + LAYOUT_RECORD_HEAD;
        damage.kept = end - at - LAYOUT_RECORD_HEAD;
    }
    name_damage(going, &damage);
}

static void take_record(const going_t *going, const scan_record_t *record, uint64_t sequence)
{
    going->found->records++;
    if (going->walker->on_record) {
        going->walker->on_record(going->walker->context, going->image, record, sequence);
    }
}

static void take_batch(const going_t *going, const batch_head_t *batch)
{
    uint32_t at = scan_first(batch);
    uint32_t from = at;
    scan_record_t record;
    uint32_t seen = 0;
    for (; seen < batch->count && scan_record(&going->scan, batch, &at, &record); seen++) {
        if (layout_record_whole(going->scan.bytes + record.at, record.size)) {
            take_record(going, &record, batch->sequence);
        } else {
            name_record(going, record.at, at);
        }
        from = at;
    }
    if (from < scan_end(batch)) { // a size does not fit: where the next record begins is not known
        name_record(going, from, scan_end(batch));
    } else if (seen < batch->count) {
        damage_t damage = {.offset = batch->at, .what = "records of the batch are missing"};
        name_damage(going, &damage);
    }
    going->found->batches++;
}

// Whether the batch belongs behind those before it. Lost ones between are named.
static bool note_sequence(const going_t *going, const batch_head_t *batch)
{
    walk_t *found = going->found;
    if (found->first_sequence == 0) {
        found->first_sequence = batch->sequence - batch->ordinal;
        found->next_sequence = found->first_sequence;
    }
    uint64_t next = found->next_sequence;
    damage_t damage = {.offset = batch->at, .what = "batches before this one are missing"};
    if (batch->sequence < next || batch->sequence - batch->ordinal != found->first_sequence) {
        damage.what = "the batch is out of order";
        damage.size = scan_end(batch) - batch->at;
        name_damage(going, &damage);
        return false;
    }
    if (batch->sequence > next && batch->count > 0) {
        name_damage(going, &damage);
    }
    found->next_sequence = batch->sequence + 1;
    found->end = scan_end(batch);
    return true;
}

// Where the part that is whole, one batch behind the other, ends, and the sequence there.
static uint32_t whole_end(const scan_t *scan, uint64_t *ret_sequence)
{
    uint32_t at = LAYOUT_SEGMENT_HEAD;
    batch_head_t batch;
    uint64_t first = scan_first_sequence(scan);
    *ret_sequence = first;
    while (scan_batch(scan, at, &batch) && scan_goes_on(&batch, *ret_sequence, first) &&
           scan_batch_whole(scan, &batch)) {
        at = scan_end(&batch);
        *ret_sequence = batch.sequence + 1;
    }
    return at;
}

// Whether what is not whole, from here on, was known to be on disk.
static bool was_synced(const scan_t *scan, uint32_t from, uint64_t sequence)
{
    batch_head_t batch;
    for (uint32_t at = from + LAYOUT_ALIGN; at < scan->head->size; at += LAYOUT_ALIGN) {
        at = scan_next_batch(scan, at, &batch);
        if (at < scan->head->size && batch.synced >= sequence) {
            return true;
        }
    }
    return false;
}

static void take_gap(const going_t *going, uint32_t from, uint32_t to)
{
    damage_t damage = {.offset = from, .size = to - from, .what = "these bytes are no batch"};
    name_damage(going, &damage);
}

static void go_over(const going_t *going, uint32_t end)
{
    uint32_t at = LAYOUT_SEGMENT_HEAD;
    batch_head_t batch;
    while (at < end) {
        uint32_t next = scan_next_batch(&going->scan, at, &batch);
        next = next < end ? next : end;
        if (next > at) {
            take_gap(going, at, next);
        }
        at = next;
        if (at < end) {
            if (note_sequence(going, &batch)) {
                take_batch(going, &batch);
            }
            at = scan_end(&batch);
        }
    }
}

void walk_segment(const walk_image_t *image, bool synced, const walker_t *walker, walk_t *ret)
{
    *ret = (walk_t){.end = LAYOUT_SEGMENT_HEAD};
    going_t going = {
        .image = image, .walker = walker, .scan = {&image->head, image->bytes.data}, .found = ret};
    if (image->head_damaged) {
        name_damage(&going,
                    &(damage_t){.size = LAYOUT_SEGMENT_HEAD, .what = "the head is damaged"});
    }
    if (image->cut_short) {
        name_damage(&going, &(damage_t){.offset = (uint32_t)image->file_bytes,
                                        .what = "the file was cut short or added to"});
    }
    uint64_t sequence = 0;
    uint32_t last = scan_last_byte(&going.scan, LAYOUT_SEGMENT_HEAD);
    uint32_t end = whole_end(&going.scan, &sequence);
    bool tail = last > end && !synced && !was_synced(&going.scan, end, sequence);
    ret->tail_bytes = tail ? last - end : 0;
    go_over(&going, tail || last < end ? end : last);
}

bool walk_empty(const walk_image_t *image)
{
    scan_t scan = {&image->head, image->bytes.data};
    return scan_last_byte(&scan, LAYOUT_SEGMENT_HEAD) == LAYOUT_SEGMENT_HEAD;
}

// The nonce of a segment whose head is damaged, from a batch that names its own place.
static bool find_nonce(walk_image_t *image)
{
    const char *bytes = image->bytes.data;
    for (uint32_t at = LAYOUT_SEGMENT_HEAD; at + LAYOUT_BATCH_HEAD <= image->head.size;
         at += LAYOUT_ALIGN) {
        batch_head_t batch;
        if (bytes[at] == 'A' && layout_get_batch(bytes + at, &batch) && batch.at == at) {
            image->head.nonce = batch.nonce;
            return true;
        }
    }
    return false;
}

static err_t read_image(walk_image_t *image, disk_t *disk, int file, fault_t *fault)
{
    int64_t size = disk->size(disk, file);
    if (size < 0 || size > LAYOUT_SEGMENT_MAX) {
        return fault_set(fault, ERR_CORRUPT, NULL, "%s: %lld bytes are no segment", image->path,
                         (long long)size);
    }
    size_t room = (size_t)size > LAYOUT_SEGMENT_MIN ? (size_t)size : LAYOUT_SEGMENT_MIN;
    memset(buf_reserve(&image->bytes, room), 0, room);
    if (!disk_read_all(disk, file, image->bytes.data, (size_t)size, 0)) {
        return fault_errno(fault, ERR_IO, image->path);
    }
    image->head_damaged = !layout_get_segment(image->bytes.data, &image->head) ||
                          image->head.number != image->number ||
                          image->head.size > LAYOUT_SEGMENT_MAX ||
                          image->head.size < LAYOUT_SEGMENT_MIN;
    if (image->head_damaged) {
        image->head = (segment_head_t){.number = image->number, .size = (uint32_t)room};
        find_nonce(image);
    }
    image->cut_short = !image->head_damaged && image->head.size != (uint64_t)size;
    if (image->head.size > room) {
        image->bytes.size = room;
        memset(buf_reserve(&image->bytes, image->head.size - room), 0, image->head.size - room);
    }
    image->bytes.size = image->head.size;
    image->file_bytes = (size_t)size;
    return ERR_OK;
}

static void load_index(walk_image_t *image, disk_t *disk, const char *folder)
{
    char path[SEGMENT_PATH_SIZE];
    segment_index_path(path, folder, image->number);
    int file = disk->open(disk, path, O_RDONLY);
    if (file >= 0) {
        disk->close(disk, file);
        image->has_index = index_read(&image->index, disk, folder, &image->head);
        image->index_damaged = !image->has_index;
    }
}

err_t walk_load(walk_image_t *ret, disk_t *disk, const char *folder, uint32_t number,
                fault_t *fault)
{
    *ret = (walk_image_t){.number = number};
    segment_path(ret->path, folder, number);
    int file = disk->open(disk, ret->path, O_RDONLY);
    if (file < 0) {
        return fault_errno(fault, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, ret->path);
    }
    err_t err = read_image(ret, disk, file, fault);
    disk->close(disk, file);
    if (err == ERR_OK) {
        load_index(ret, disk, folder);
    }
    return err;
}

void walk_release(walk_image_t *image)
{
    buf_release(&image->bytes);
    index_release(&image->index);
}

typedef struct {
    uint32_t *items;
    size_t count;
} numbers_t;

static void take_name(void *context, const char *name)
{
    numbers_t *numbers = context;
    uint32_t number = segment_number(name);
    if (number > 0) {
        numbers->items = mem_resize(numbers->items, numbers->count + 1, sizeof(uint32_t));
        numbers->items[numbers->count++] = number;
    }
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

err_t walk_list(disk_t *disk, const char *folder, uint32_t **ret, size_t *ret_count, fault_t *fault)
{
    numbers_t numbers = {0};
    if (disk->list(disk, folder, take_name, &numbers) < 0) {
        return fault_errno(fault, ERR_IO, folder);
    }
    if (numbers.count > 0) {
        qsort(numbers.items, numbers.count, sizeof(uint32_t), by_number);
    }
    *ret = numbers.items;
    *ret_count = numbers.count;
    return ERR_OK;
}
