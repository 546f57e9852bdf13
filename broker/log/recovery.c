// SPDX-License-Identifier: MPL-2.0
#include "broker/log/recovery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "broker/log/scan.h"

enum { SEGMENTS_MAX = 1 << 20 };

static const char REMEDY[] = "run 'autodp log fsck', then restore the file from a backup or run "
                             "'autodp log repair'";

typedef struct {
    uint32_t *items;
    size_t count;
} numbers_t;

// The files of the folder.
typedef struct {
    recovery_t *recovery;
    numbers_t segments;
    numbers_t indexes;
} found_t;

// The reading of one segment.
typedef struct {
    recovery_t *recovery;
    segment_file_t file;
    buf_t *bytes;
    scan_t scan;
    uint32_t end;  // of the whole batches
    uint32_t last; // end of what is not zero
} reading_t;

// Where the log ends in something that is not a whole batch.
typedef struct {
    uint32_t number; // 0: nowhere
    uint32_t end;
    uint32_t last;
    uint32_t batches; // heads behind it that can be read
    uint32_t records; // in them
    char path[SEGMENT_PATH_SIZE];
} tail_t;

static void add_number(numbers_t *numbers, uint32_t number)
{
    if (number > 0 && numbers->count < SEGMENTS_MAX) {
        numbers->items = mem_resize(numbers->items, numbers->count + 1, sizeof(uint32_t));
        numbers->items[numbers->count++] = number;
    }
}

static void take_name(void *context, const char *name)
{
    found_t *found = context;
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".new") == 0) {
        // A file that a crash kept from being finished; nothing was ever written to it.
        char *path = text_format("%s/%s", found->recovery->folder, name);
        found->recovery->disk->remove(found->recovery->disk, path);
        free(path);
    }
    add_number(&found->segments, segment_number(name));
    add_number(&found->indexes, segment_index_number(name));
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static err_t check_numbers(const recovery_t *recovery, const numbers_t *numbers, fault_t *fault)
{
    for (size_t i = 1; i < numbers->count; i++) {
        if (numbers->items[i] != numbers->items[i - 1] + 1) {
            return fault_set(fault, ERR_CORRUPT, REMEDY, "%s: segment %010u.log is missing",
                             recovery->folder, numbers->items[i - 1] + 1);
        }
    }
    return ERR_OK;
}

static err_t give_record(const recovery_t *recovery, uint32_t number, const scan_record_t *record,
                         fault_t *fault)
{
    journal_record_t given = {.position = (uint64_t)number << 32 | record->at,
                              .size = record->size,
                              .bytes = record->bytes,
                              .kept = record->kept};
    recovery->report->records++;
    return recovery->on_record(recovery->context, &given, fault);
}

static err_t give_batch(recovery_t *recovery, const scan_t *scan, const batch_head_t *batch,
                        fault_t *fault)
{
    uint32_t at = scan_first(batch);
    scan_record_t record;
    while (scan_record(scan, batch, &at, &record)) {
        index_add(&recovery->index, &record);
        err_t err = give_record(recovery, scan->head->number, &record, fault);
        if (err) {
            return err;
        }
    }
    recovery->report->batches++;
    return ERR_OK;
}

static err_t check_sequence(recovery_t *recovery, const reading_t *reading, fault_t *fault)
{
    uint64_t first = scan_first_sequence(&reading->scan);
    if (recovery->sequence == 0) {
        recovery->sequence = first;
    }
    if (first != 0 && first != recovery->sequence) {
        return fault_set(
            fault, ERR_CORRUPT, REMEDY,
            "%s begins with batch %llu, but the segment before it ends before batch %llu",
            reading->file.path, (unsigned long long)first, (unsigned long long)recovery->sequence);
    }
    return ERR_OK;
}

// Whole batches one behind the other, from the segment's start on.
static err_t take_batches(recovery_t *recovery, reading_t *reading, fault_t *fault)
{
    index_clear(&recovery->index);
    recovery->index.first_sequence = recovery->sequence;
    recovery->ordinal = 0;
    batch_head_t batch;
    uint32_t at = LAYOUT_SEGMENT_HEAD;
    while (scan_batch(&reading->scan, at, &batch) &&
           scan_goes_on(&batch, recovery->sequence, recovery->index.first_sequence) &&
           scan_batch_whole(&reading->scan, &batch)) {
        err_t err = give_batch(recovery, &reading->scan, &batch, fault);
        if (err) {
            return err;
        }
        at = scan_end(&batch);
        recovery->sequence = batch.sequence + 1;
        recovery->ordinal = batch.ordinal + 1;
    }
    reading->end = at;
    recovery->index.end = at;
    recovery->index.next_sequence = recovery->sequence;
    return ERR_OK;
}

static err_t refuse(const tail_t *tail, fault_t *fault)
{
    return fault_set(fault, ERR_CORRUPT, REMEDY,
                     "%s: the log is damaged at offset %u, and what is behind it shows that this "
                     "was on disk",
                     tail->path, tail->end);
}

// What is behind the whole batches of a segment: damage if a batch there knows batch N on disk.
static err_t look_behind(const recovery_t *recovery, const reading_t *reading, tail_t *tail,
                         fault_t *fault)
{
    *tail =
        (tail_t){.number = reading->file.head.number, .end = reading->end, .last = reading->last};
    memcpy(tail->path, reading->file.path, sizeof tail->path);
    batch_head_t batch;
    uint32_t at = reading->end;
    while ((at = scan_next_batch(&reading->scan, at, &batch)) < reading->scan.head->size) {
        if (at > reading->end && batch.synced >= recovery->sequence) {
            return refuse(tail, fault);
        }
        tail->batches++;
        tail->records += batch.count;
        at += LAYOUT_ALIGN;
    }
    return ERR_OK;
}

static void take_active(recovery_t *recovery, reading_t *reading)
{
    if (recovery->has_active) {
        segment_close(&recovery->active);
    }
    recovery->active = reading->file;
    recovery->has_active = true;
    recovery->at = reading->end;
}

// An empty segment: the first of the log, or one that was made ahead of need.
static void take_empty(recovery_t *recovery, reading_t *reading)
{
    reading->end = LAYOUT_SEGMENT_HEAD;
    if (!recovery->has_active) {
        take_active(recovery, reading);
    } else if (!recovery->has_spare) {
        recovery->spare = reading->file;
        recovery->has_spare = true;
    } else { // after a cut there may be one more; it is made again in its time
        segment_close(&reading->file);
        recovery->disk->remove(recovery->disk, reading->file.path);
    }
}

static err_t take_filled(recovery_t *recovery, reading_t *reading, tail_t *tail, fault_t *fault)
{
    if (tail->number) {
        return refuse(tail, fault);
    }
    if (recovery->has_spare || (recovery->has_active && recovery->sequence == 0)) {
        return fault_set(fault, ERR_CORRUPT, REMEDY,
                         "%s: the segment before this one is empty, which it never was",
                         reading->file.path);
    }
    err_t err = check_sequence(recovery, reading, fault);
    err = err ? err : take_batches(recovery, reading, fault);
    if (err == ERR_OK && reading->last > reading->end) {
        err = look_behind(recovery, reading, tail, fault);
    }
    return err;
}

static err_t read_segment(recovery_t *recovery, reading_t *reading, tail_t *tail, fault_t *fault)
{
    err_t err = segment_read(&reading->file, reading->bytes, fault);
    if (err == ERR_OK) {
        reading->scan = (scan_t){&reading->file.head, reading->bytes->data};
        reading->last = scan_last_byte(&reading->scan, LAYOUT_SEGMENT_HEAD);
    }
    if (err == ERR_OK && reading->last == LAYOUT_SEGMENT_HEAD) {
        take_empty(recovery, reading);
        return ERR_OK;
    }
    err = err ? err : take_filled(recovery, reading, tail, fault);
    if (err) {
        segment_close(&reading->file);
        return err;
    }
    take_active(recovery, reading);
    return ERR_OK;
}

// The sequence of the batch that the next segment begins with; 0 when it has none that is whole
// enough to say so.
static uint64_t next_first_sequence(const recovery_t *recovery, uint32_t number)
{
    char head[LAYOUT_SEGMENT_HEAD + LAYOUT_BATCH_HEAD];
    segment_file_t next;
    if (segment_open(&next, recovery->disk, recovery->folder, number, NULL)) {
        return 0;
    }
    batch_head_t batch;
    bool good = disk_read_all(recovery->disk, next.file, head, sizeof head, 0) &&
                layout_get_batch(head + LAYOUT_SEGMENT_HEAD, &batch) &&
                batch.nonce == next.head.nonce && batch.at == LAYOUT_SEGMENT_HEAD;
    segment_close(&next);
    return good ? batch.sequence - batch.ordinal : 0;
}

static err_t give_index(const recovery_t *recovery, uint32_t number, fault_t *fault)
{
    size_t at = 0;
    scan_record_t record;
    while (index_next(&recovery->sealed, &at, &record)) {
        err_t err = give_record(recovery, number, &record, fault);
        if (err) {
            return err;
        }
    }
    return ERR_OK;
}

// Takes a sealed segment's records from its index, if the index is whole and ends where the next
// segment goes on.
static err_t try_index(recovery_t *recovery, reading_t *reading, bool *ret_taken, fault_t *fault)
{
    index_t *index = &recovery->sealed;
    const segment_head_t *head = &reading->file.head;
    *ret_taken = index_read(index, recovery->disk, recovery->folder, head) &&
                 (recovery->sequence == 0 || recovery->sequence == index->first_sequence) &&
                 index->next_sequence == next_first_sequence(recovery, head->number + 1);
    if (!*ret_taken) {
        return ERR_OK;
    }
    recovery->report->batches += (int64_t)(index->next_sequence - index->first_sequence);
    recovery->report->indexed++;
    recovery->sequence = index->next_sequence;
    reading->end = index->end;
    index_clear(&recovery->index);
    take_active(recovery, reading);
    return give_index(recovery, head->number, fault);
}

static err_t take_segment(recovery_t *recovery, reading_t *reading, bool is_last, tail_t *tail,
                          fault_t *fault)
{
    bool taken = false;
    err_t err = ERR_OK;
    recovery->report->segments++;
    if (recovery->index.count > 0 && next_first_sequence(recovery, reading->file.head.number)) {
        // The segment before had none that was whole.
        index_write(&recovery->index, recovery->disk, recovery->folder, &recovery->active.head);
    }
    if (!is_last && tail->number == 0 && !recovery->has_spare) {
        err = try_index(recovery, reading, &taken, fault);
    }
    if (err || taken) {
        return err;
    }
    return read_segment(recovery, reading, tail, fault);
}

static err_t take_segments(recovery_t *recovery, const numbers_t *numbers, tail_t *tail,
                           fault_t *fault)
{
    buf_t bytes = {0};
    err_t err = check_numbers(recovery, numbers, fault);
    for (size_t i = 0; err == ERR_OK && i < numbers->count; i++) {
        reading_t reading = {.bytes = &bytes};
        err =
            segment_open(&reading.file, recovery->disk, recovery->folder, numbers->items[i], fault);
        if (err == ERR_OK) {
            err = take_segment(recovery, &reading, i + 1 == numbers->count, tail, fault);
        }
    }
    buf_release(&bytes);
    index_release(&recovery->sealed);
    return err;
}

// Zeros what is left of writes that were cut off, so that it cannot be taken for anything later.
static err_t cut(const recovery_t *recovery, const tail_t *tail, fault_t *fault)
{
    journal_report_t *report = recovery->report;
    report->cut_bytes = tail->last - tail->end;
    report->cut_batches = tail->batches > 0 ? tail->batches : 1;
    report->cut_records = tail->records;
    snprintf(report->cut_place, sizeof report->cut_place, "%.400s, offset %u", tail->path,
             tail->end);
    disk_t *disk = recovery->disk;
    char *zeros = mem_new(tail->last - tail->end);
    bool good =
        disk_write_all(disk, recovery->active.file, zeros, tail->last - tail->end, tail->end) &&
        disk->sync(disk, recovery->active.file) >= 0;
    free(zeros);
    return good ? ERR_OK : fault_errno(fault, ERR_IO, tail->path);
}

// Indexes without a segment, and that of the active one, which is going to grow.
static void remove_indexes(const recovery_t *recovery, const numbers_t *indexes)
{
    for (size_t i = 0; i < indexes->count; i++) {
        uint32_t number = indexes->items[i];
        if (number < recovery->first || number >= recovery->active.head.number) {
            char path[SEGMENT_PATH_SIZE];
            segment_index_path(path, recovery->folder, number);
            recovery->disk->remove(recovery->disk, path);
        }
    }
}

err_t recovery_run(recovery_t *recovery, fault_t *fault)
{
    found_t found = {.recovery = recovery};
    tail_t tail = {0};
    err_t err = ERR_OK;
    if (recovery->disk->list(recovery->disk, recovery->folder, take_name, &found) < 0) {
        err = fault_errno(fault, ERR_IO, recovery->folder);
    }
    if (err == ERR_OK && found.segments.count > 0) {
        qsort(found.segments.items, found.segments.count, sizeof(uint32_t), by_number);
        recovery->first = found.segments.items[0];
        err = take_segments(recovery, &found.segments, &tail, fault);
        if (err == ERR_OK && tail.number) {
            err = cut(recovery, &tail, fault);
        }
    }
    if (err == ERR_OK) {
        remove_indexes(recovery, &found.indexes);
    }
    free(found.segments.items);
    free(found.indexes.items);
    return err;
}
