// SPDX-License-Identifier: MPL-2.0
#include "broker/log/rebuild.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "broker/log/batch.h"

enum { COPIES_MAX = 100 }; // of one damaged segment

typedef struct {
    segment_head_t head;
    buf_t bytes;
    uint64_t first;    // sequence of the segment
    uint64_t next;     // of the next batch
    uint64_t sequence; // of the batch that is gathered
    batch_t batch;
} building_t;

// Sequence and ordinal count what is lost too.
static void put_batch(building_t *building, uint64_t sequence, batch_t *batch)
{
    if (batch->count == 0) {
        memset(buf_reserve(&batch->bytes, LAYOUT_BATCH_HEAD), 0, LAYOUT_BATCH_HEAD);
        batch->bytes.size = LAYOUT_BATCH_HEAD;
    }
    batch_head_t head = {.at = (uint32_t)building->bytes.size,
                         .nonce = building->head.nonce,
                         .sequence = sequence,
                         .size = (uint32_t)(batch->bytes.size - LAYOUT_BATCH_HEAD),
                         .count = batch->count,
                         .synced = sequence - 1,
                         .ordinal = (uint32_t)(sequence - building->first)};
    layout_put_batch(batch->bytes.data, &head);
    buf_add(&building->bytes, batch->bytes.data, batch->bytes.size);
    batch_clear(batch);
    building->next = sequence + 1;
}

// A mark for what is lost before this sequence.
static void fill(building_t *building, uint64_t until)
{
    batch_t mark = {0};
    if (building->next < until) {
        put_batch(building, until - 1, &mark);
    }
    batch_release(&mark);
}

static void flush(building_t *building)
{
    if (building->batch.count > 0) {
        fill(building, building->sequence);
        put_batch(building, building->sequence, &building->batch);
    }
}

static void take_record(void *context, const walk_image_t *image, const scan_record_t *record,
                        uint64_t sequence)
{
    (void)image;
    building_t *building = context;
    if (sequence < building->next && sequence != building->sequence) {
        return; // before what the segment before this one ends with
    }
    if (sequence != building->sequence) {
        flush(building);
        building->sequence = sequence;
    }
    batch_add(&building->batch, record->bytes, record->kept, record->bytes + record->kept,
              record->size - record->kept, false);
}

// Writes a file that was not there and waits until it is on disk.
static bool write_new(disk_t *disk, const char *path, const buf_t *bytes, size_t room)
{
    int file = disk->open(disk, path, O_RDWR | O_CREAT | O_EXCL);
    if (file < 0) {
        return false;
    }
    bool good = (room == 0 || disk->allocate(disk, file, room) >= 0) &&
                disk_write_all(disk, file, bytes->data, bytes->size, 0) &&
                disk->sync(disk, file) >= 0;
    int error = errno;
    disk->close(disk, file);
    errno = error;
    return good;
}

// The damaged bytes under a name that is free.
static bool keep_damaged(const walk_image_t *image, disk_t *disk)
{
    bool good = image->file_bytes == 0; // the file was missing
    buf_t bytes = {.data = image->bytes.data, .size = image->file_bytes};
    for (int i = 1; !good && i <= COPIES_MAX && (i == 1 || errno == EEXIST); i++) {
        char path[SEGMENT_PATH_SIZE + 32];
        snprintf(path, sizeof path, i == 1 ? "%s.damaged" : "%s.damaged.%d", image->path, i);
        good = write_new(disk, path, &bytes, 0);
    }
    return good;
}

// The damaged one is kept before the new one takes its place at once.
static err_t replace(const building_t *building, const walk_image_t *image, disk_t *disk,
                     const char *folder, fault_t *fault)
{
    char made[SEGMENT_PATH_SIZE + 4];
    char path[SEGMENT_PATH_SIZE];
    snprintf(made, sizeof made, "%s.new", image->path);
    segment_index_path(path, folder, image->number);
    disk->remove(disk, made);
    disk->remove(disk, path); // it says where records were
    if (!keep_damaged(image, disk) ||
        !write_new(disk, made, &building->bytes, building->head.size) ||
        disk->rename(disk, made, image->path) < 0 || disk->sync_folder(disk, folder) < 0) {
        return fault_errno(fault, ERR_IO, image->path);
    }
    return ERR_OK;
}

err_t rebuild_segment(const rebuild_t *rebuild, const walk_image_t *image, bool synced,
                      disk_t *disk, const char *folder, fault_t *fault)
{
    walk_t found;
    walker_t walker = {0};
    walk_segment(image, synced, &walker, &found);
    uint64_t first = rebuild->first ? rebuild->first : found.first_sequence;
    building_t building = {.head = image->head, .first = first, .next = first};
    if (getrandom(&building.head.nonce, sizeof building.head.nonce, 0) < 0) {
        return fault_errno(fault, ERR_IO, "getrandom");
    }
    layout_put_segment(buf_reserve(&building.bytes, LAYOUT_SEGMENT_HEAD), &building.head);
    building.bytes.size = LAYOUT_SEGMENT_HEAD;
    walker = (walker_t){.context = &building, .on_record = take_record};
    walk_segment(image, synced, &walker, &found);
    flush(&building);
    fill(&building, rebuild->next ? rebuild->next : found.next_sequence);
    err_t err = replace(&building, image, disk, folder, fault);
    batch_release(&building.batch);
    buf_release(&building.bytes);
    return err;
}
