// SPDX-License-Identifier: MPL-2.0
#include "broker/log/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "base/text.h"
#include "broker/log/scan.h"
#include "broker/log/segment.h"

enum { SEGMENTS_MAX = 1 << 20 };

struct journal {
    disk_t *disk;
    char *folder;
    int64_t segment_bytes;
    int lock;
    uint32_t first; // number of the oldest segment
    segment_file_t last;
    bool open;         // the last segment is
    uint32_t at;       // end of the last batch
    uint64_t sequence; // of the next batch
};

// The segment numbers in the folder.
typedef struct {
    const journal_t *journal;
    uint32_t *numbers;
    size_t count;
} found_t;

static void take_name(void *context, const char *name)
{
    found_t *found = context;
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".new") == 0) {
        // A segment that a crash kept from being finished; nothing was ever written to it.
        char *path = text_format("%s/%s", found->journal->folder, name);
        found->journal->disk->remove(found->journal->disk, path);
        free(path);
    }
    uint32_t number = segment_number(name);
    if (number > 0 && found->count < SEGMENTS_MAX) {
        found->numbers = mem_resize(found->numbers, found->count + 1, sizeof(uint32_t));
        found->numbers[found->count++] = number;
    }
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static err_t check_numbers(const journal_t *journal, const found_t *found, fault_t *fault)
{
    for (size_t i = 1; i < found->count; i++) {
        if (found->numbers[i] != found->numbers[i - 1] + 1) {
            return fault_set(fault, ERR_CORRUPT, "restore the file from a copy",
                             "%s: segment %010u.log is missing", journal->folder,
                             found->numbers[i - 1] + 1);
        }
    }
    return ERR_OK;
}

static err_t refuse_damage(const scan_t *scan, uint32_t end, fault_t *fault)
{
    return fault_set(fault, ERR_CORRUPT, "restore the file from a copy",
                     "%s: the log is damaged at offset %u, and there are batches behind it",
                     scan->path, end);
}

// Zeros what is left of a write that was cut off, so that it cannot be taken for anything later.
static err_t cut_tail(const journal_t *journal, const scan_t *scan, uint32_t end, fault_t *fault)
{
    uint32_t last = scan_last_byte(scan, end);
    if (last == end) {
        return ERR_OK;
    }
    journal_report_t *report = scan->report;
    report->cut_bytes = last - end;
    report->cut_records = scan_torn_records(scan, end);
    snprintf(report->cut_place, sizeof report->cut_place, "%.400s, offset %u", scan->path, end);
    char *zeros = mem_new(last - end);
    bool good = disk_write_all(journal->disk, journal->last.file, zeros, last - end, end) &&
                journal->disk->sync(journal->disk, journal->last.file) >= 0;
    free(zeros);
    return good ? ERR_OK : fault_errno(fault, ERR_IO, scan->path);
}

static err_t scan_segment(journal_t *journal, buf_t *bytes, scan_t *scan, bool is_last,
                          fault_t *fault)
{
    err_t err = segment_read(&journal->last, bytes, fault);
    if (err) {
        return err;
    }
    scan->head = &journal->last.head;
    scan->bytes = bytes->data;
    scan->path = journal->last.path;
    if (scan->report->segments++ == 0) {
        journal->sequence = scan->head->first_sequence;
    }
    uint32_t end = 0;
    if (scan->head->first_sequence != journal->sequence) {
        return fault_set(
            fault, ERR_CORRUPT, "restore the file before it from a copy",
            "%s begins with batch %llu, but the segment before it ends before batch %llu",
            scan->path, (unsigned long long)scan->head->first_sequence,
            (unsigned long long)journal->sequence);
    }
    err = scan_batches(scan, &journal->sequence, &end, fault);
    if (err) {
        return err;
    }
    if (scan_has_later_batch(scan, end)) {
        return refuse_damage(scan, end, fault);
    }
    journal->at = end;
    return is_last ? cut_tail(journal, scan, end, fault) : ERR_OK;
}

static err_t scan_all(journal_t *journal, const found_t *found, scan_t *scan, fault_t *fault)
{
    buf_t bytes = {0};
    err_t err = check_numbers(journal, found, fault);
    for (size_t i = 0; err == ERR_OK && i < found->count; i++) {
        if (journal->open) {
            segment_close(&journal->last);
        }
        err =
            segment_open(&journal->last, journal->disk, journal->folder, found->numbers[i], fault);
        journal->open = err == ERR_OK;
        if (err == ERR_OK) {
            err = scan_segment(journal, &bytes, scan, i + 1 == found->count, fault);
        }
    }
    buf_release(&bytes);
    return err;
}

static err_t add_segment(journal_t *journal, uint32_t number, fault_t *fault)
{
    segment_head_t head = {.number = number,
                           .size = (uint32_t)journal->segment_bytes,
                           .first_sequence = journal->sequence};
    if (getrandom(&head.nonce, sizeof head.nonce, 0) != sizeof head.nonce) {
        return fault_errno(fault, ERR_IO, "getrandom");
    }
    segment_file_t made;
    err_t err = segment_create(&made, journal->disk, journal->folder, &head, fault);
    if (err) {
        return err;
    }
    if (journal->open) {
        segment_close(&journal->last);
    }
    journal->last = made;
    journal->open = true;
    journal->at = LAYOUT_SEGMENT_HEAD;
    return ERR_OK;
}

static err_t lock_folder(journal_t *journal, fault_t *fault)
{
    disk_t *disk = journal->disk;
    if (disk->make_folder(disk, journal->folder) < 0) {
        return fault_errno(fault, ERR_IO, journal->folder);
    }
    char *path = text_format("%s/lock", journal->folder);
    journal->lock = disk->open(disk, path, O_RDWR | O_CREAT);
    err_t err = ERR_OK;
    if (journal->lock < 0) {
        err = fault_errno(fault, ERR_IO, path);
    } else if (disk->lock(disk, journal->lock) < 0) {
        err = errno == EWOULDBLOCK
                  ? fault_set(fault, ERR_CONFLICT,
                              "end the other broker, or use another data directory",
                              "another broker uses %s", journal->folder)
                  : fault_errno(fault, ERR_IO, path);
    }
    free(path);
    return err;
}

static err_t recover(journal_t *journal, scan_t *scan, fault_t *fault)
{
    found_t found = {.journal = journal};
    err_t err = lock_folder(journal, fault);
    if (err == ERR_OK &&
        journal->disk->list(journal->disk, journal->folder, take_name, &found) < 0) {
        err = fault_errno(fault, ERR_IO, journal->folder);
    }
    if (err == ERR_OK && found.count > 0) {
        qsort(found.numbers, found.count, sizeof(uint32_t), by_number);
        journal->first = found.numbers[0];
        err = scan_all(journal, &found, scan, fault);
    } else if (err == ERR_OK) {
        journal->sequence = 1;
        journal->first = 1;
        err = add_segment(journal, 1, fault);
    }
    free(found.numbers);
    return err;
}

err_t journal_open(const journal_options_t *options, journal_record_fn *on_record, void *context,
                   journal_t **ret, journal_report_t *ret_report, fault_t *fault)
{
    if (options->segment_bytes < LAYOUT_SEGMENT_MIN ||
        options->segment_bytes > LAYOUT_SEGMENT_MAX) {
        return fault_set(fault, ERR_INVALID, "use 4 KiB to 1 GiB",
                         "a log segment of %lld bytes is not possible",
                         (long long)options->segment_bytes);
    }
    journal_t *journal = mem_new(sizeof *journal);
    journal->disk = options->disk;
    journal->folder = mem_strdup(options->folder);
    journal->segment_bytes = options->segment_bytes;
    journal->lock = -1;
    journal_report_t report = {0};
    scan_t scan = {.on_record = on_record, .context = context, .report = &report};
    err_t err = recover(journal, &scan, fault);
    if (err) {
        journal_close(&journal);
        return err;
    }
    *ret = journal;
    *ret_report = report;
    return ERR_OK;
}

static err_t write_batch(journal_t *journal, const batch_t *batch, fault_t *fault)
{
    disk_t *disk = journal->disk;
    if (!disk_write_all(disk, journal->last.file, batch->bytes.data, batch->bytes.size,
                        journal->at)) {
        return fault_errno(fault, ERR_IO, journal->last.path);
    }
    // After a failed sync nobody knows what is on disk: it is never tried again, and ENOSPC is no
    // exception.
    if (disk->sync(disk, journal->last.file) < 0) {
        return fault_set(fault, ERR_IO, "check the disk, then start the broker again",
                         "%s: fdatasync: %s", journal->last.path, strerror(errno));
    }
    return ERR_OK;
}

err_t journal_append(journal_t *journal, batch_t *batch, uint64_t *ret_base, fault_t *fault)
{
    size_t room = (size_t)journal->segment_bytes - LAYOUT_SEGMENT_HEAD;
    if (batch->bytes.size > room) {
        return fault_set(fault, ERR_TOO_LARGE, "use larger log segments",
                         "%zu bytes do not fit into a log segment", batch->bytes.size);
    }
    if (batch->bytes.size > journal->last.head.size - journal->at) {
        err_t err = add_segment(journal, journal->last.head.number + 1, fault);
        if (err) {
            return err;
        }
    }
    batch_head_t head = {.at = journal->at,
                         .nonce = journal->last.head.nonce,
                         .sequence = journal->sequence,
                         .size = (uint32_t)(batch->bytes.size - LAYOUT_BATCH_HEAD),
                         .count = batch->count};
    layout_put_batch(batch->bytes.data, &head);
    err_t err = write_batch(journal, batch, fault);
    if (err == ERR_OK) {
        *ret_base = (uint64_t)journal->last.head.number << 32 | journal->at;
        journal->at += (uint32_t)batch->bytes.size;
        journal->sequence++;
    }
    return err;
}

err_t journal_trim(journal_t *journal, uint32_t segment, fault_t *fault)
{
    while (journal->first < segment && journal->first < journal->last.head.number) {
        char path[SEGMENT_PATH_SIZE];
        segment_path(path, journal->folder, journal->first);
        if (journal->disk->remove(journal->disk, path) < 0 && errno != ENOENT) {
            return fault_errno(fault, ERR_IO, path);
        }
        journal->first++;
    }
    if (journal->disk->sync_folder(journal->disk, journal->folder) < 0) {
        return fault_errno(fault, ERR_IO, journal->folder);
    }
    return ERR_OK;
}

disk_t *journal_disk(const journal_t *journal)
{
    return journal->disk;
}

const char *journal_folder(const journal_t *journal)
{
    return journal->folder;
}

void journal_close(journal_t **journal)
{
    journal_t *old = *journal;
    if (!old) {
        return;
    }
    if (old->open) {
        segment_close(&old->last);
    }
    if (old->lock >= 0) {
        old->disk->close(old->disk, old->lock);
    }
    free(old->folder);
    free(old);
    *journal = NULL;
}
