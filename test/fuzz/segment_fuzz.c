// SPDX-License-Identifier: MPL-2.0
// Any bytes as a segment and its index: the readers of the start, of fsck and of the scrubber stay
// inside them. The first byte says whether checksums are put right where the fuzzer cannot guess
// them: bit 0 the segment's head, bit 1 batches, bit 2 records, bit 3 the index.
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/mem.h"
#include "broker/log/check.h"
#include "broker/log/journal.h"
#include "test/unit/log/sim_disk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SEGMENT = LAYOUT_SEGMENT_MIN, INDEX_HEAD = 64, NONCE = 7 };

static void seal(char *head, size_t size)
{
    layout_put_number(head + size - 4, crc32c(0, head, size - 4), 4);
}

static void seal_records(char *bytes, uint32_t at, uint32_t end)
{
    while (at + LAYOUT_RECORD_HEAD <= end) {
        record_head_t head = layout_get_record(bytes + at);
        if (layout_record_room(head.size) > end - at) {
            return;
        }
        layout_put_number(bytes + at, crc32c(0, bytes + at + 4, LAYOUT_RECORD_HEAD - 4 + head.size),
                          4);
        at += (uint32_t)layout_record_room(head.size);
    }
}

// Makes what looks like a batch pass for one.
static void seal_batches(char *bytes, bool batches, bool records)
{
    for (uint32_t at = LAYOUT_SEGMENT_HEAD; at + LAYOUT_BATCH_HEAD < SEGMENT; at += LAYOUT_ALIGN) {
        uint32_t size = (uint32_t)layout_get_number(bytes + at + 24, 4);
        bool fits = memcmp(bytes + at, "ADPB", 4) == 0 && size <= SEGMENT - at - LAYOUT_BATCH_HEAD;
        if (fits && records) {
            seal_records(bytes, at + LAYOUT_BATCH_HEAD, at + LAYOUT_BATCH_HEAD + size);
        }
        if (fits && batches) {
            layout_put_number(bytes + at + 4, at, 4);
            layout_put_number(bytes + at + 8, NONCE, 8);
            seal(bytes + at, LAYOUT_BATCH_HEAD);
        }
    }
}

static void put_file(sim_disk_t *disk, const char *path, const char *bytes, size_t size)
{
    int file = disk->calls.open(&disk->calls, path, O_CREAT);
    disk->calls.write(&disk->calls, file, bytes, size, 0);
}

static err_t take(void *context, const journal_record_t *record, fault_t *fault)
{
    (void)fault;
    uint32_t *sum = context; // every byte that is given out can be read
    *sum = crc32c(*sum, record->bytes, record->kept);
    if (record->kept > record->size) {
        abort();
    }
    return ERR_OK;
}

static void make_files(sim_disk_t *disk, const uint8_t *data, size_t size)
{
    uint8_t how = data[0];
    size_t length = size - 1 < SEGMENT ? size - 1 : SEGMENT;
    char *bytes = mem_new(SEGMENT);
    memcpy(bytes, data + 1, length);
    if (how & 1U) {
        segment_head_t head = {.number = 1, .size = SEGMENT, .nonce = NONCE};
        layout_put_segment(bytes, &head);
    }
    seal_batches(bytes, how & 2U, how & 4U);
    put_file(disk, "log/0000000001.log", bytes, SEGMENT);
    size_t left = size - 1 - length;
    if (left >= INDEX_HEAD + 4) {
        char *index = mem_new(left);
        memcpy(index, data + 1 + length, left);
        if (how & 8U) {
            layout_put_number(index + 8, 1, 4);
            layout_put_number(index + 16, NONCE, 8);
            layout_put_number(index + 44, left - INDEX_HEAD - 4, 4);
            seal(index, INDEX_HEAD);
            layout_put_number(index + left - 4,
                              crc32c(0, index + INDEX_HEAD, left - INDEX_HEAD - 4), 4);
        }
        put_file(disk, "log/0000000001.idx", index, left);
        free(index);
    }
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    sim_disk_t *disk = sim_disk_new();
    make_files(disk, data, size);
    uint32_t sum = 0;
    fault_t fault;
    walker_t walker = {0};
    check_report_t checked;
    check_log(&disk->calls, "log", &walker, &checked, &fault);
    journal_t *journal = NULL;
    journal_report_t report;
    journal_options_t options = {.disk = &disk->calls, .folder = "log", .segment_bytes = SEGMENT};
    err_t err = journal_open(&options, take, &sum, &journal, &report, &fault);
    journal_close(&journal);
    if (err == ERR_CORRUPT) { // a repair makes it one that opens
        if (check_repair(&disk->calls, "log", &walker, &checked, &fault) == ERR_OK &&
            journal_open(&options, take, &sum, &journal, &report, &fault) == ERR_CORRUPT) {
            abort();
        }
        journal_close(&journal);
    }
    sim_disk_destroy(&disk);
    return 0;
}
