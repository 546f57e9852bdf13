// SPDX-License-Identifier: MPL-2.0
// A log in a temporary directory, to be written, damaged and read again.
#pragma once

#include "broker/log/journal.h"
#include "faulty_disk.h"

enum { BOX_SEGMENT_BYTES = 4096, BOX_RECORDS_MAX = 512 };

typedef struct {
    char dir[64];
    char folder[80];
    faulty_disk_t disk;
    journal_t *journal;
    journal_report_t report;
    fault_t fault;
    size_t count; // of the records read when it was opened last
    uint64_t positions[BOX_RECORDS_MAX];
    char records[BOX_RECORDS_MAX][64];
} box_t;

// The set-up and tear-down of a test whose state is a box_t.
int box_setup(void **state);
int box_teardown(void **state);

// Takes a record that was read; a journal_record_fn.
err_t box_take(void *context, const journal_record_t *record, fault_t *fault);

// Closes the log and opens it again.
err_t box_reopen(box_t *box);

// Appends one batch of these records; the second may be NULL.
err_t box_append(box_t *box, const char *first, const char *second);

// The same without waiting for the disk.
err_t box_append_unsynced(box_t *box, const char *record);

// The path of a segment.
void box_segment_file(const box_t *box, unsigned number, char path[128]);

// Removes the index of a segment, if there is one.
void box_remove_index(const box_t *box, unsigned number);

// The bytes of a segment.
void box_read_file(const box_t *box, unsigned number, char bytes[BOX_SEGMENT_BYTES]);
void box_write_file(const box_t *box, unsigned number, const char bytes[BOX_SEGMENT_BYTES]);
