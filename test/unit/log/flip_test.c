// SPDX-License-Identifier: MPL-2.0
// Every byte of a small log and its indexes is changed, and every length cut: it is refused with
// its place, or all records are there; only at the very end may an unsynced tail be cut, and is
// counted. No record is ever served wrong. AUTODP_FLIP_BITS=8 flips each bit, not one of each byte.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/log/fetcher.h"
#include "broker/log/journal.h"
#include "sim_disk.h"
#include "test/unit/test.h"

enum { SEGMENT = 4096, RECORDS = 60, RECORD_BYTES = 120, HEAD_BYTES = 24, FILES_MAX = 16 };

typedef struct {
    char path[SIM_PATH_SIZE];
    char *bytes;
    size_t size;
} saved_t;

typedef struct {
    sim_disk_t *disk;
    saved_t saved[FILES_MAX];
    size_t saved_count;
    sim_names_t names;
    int file_count;
    uint64_t positions[RECORDS + 1];
    int64_t last_batch; // number of the first record in it
    int64_t found;
    bool wrong;
    journal_report_t report;
    fault_t fault;
    int64_t refused;
    int64_t harmless;
    int64_t cut;
} box_t;

static void make_record(int64_t number, char *to)
{
    for (size_t i = 0; i < RECORD_BYTES; i++) {
        to[i] = (char)(number * 7 + (int64_t)i);
    }
}

static err_t take(void *context, const journal_record_t *record, fault_t *fault)
{
    (void)fault;
    box_t *box = context;
    int64_t number = ++box->found;
    char expected[RECORD_BYTES];
    make_record(number, expected);
    box->wrong = box->wrong || number > RECORDS || record->size != RECORD_BYTES ||
                 record->kept < HEAD_BYTES || record->kept > RECORD_BYTES ||
                 memcmp(record->bytes, expected, record->kept) != 0 ||
                 (box->positions[number] != 0 && box->positions[number] != record->position);
    if (!box->wrong) {
        box->positions[number] = record->position;
    }
    return ERR_OK;
}

static err_t try_open(box_t *box)
{
    box->found = 0;
    box->wrong = false;
    journal_t *journal = NULL;
    journal_options_t options = {
        .disk = &box->disk->calls, .folder = "log", .segment_bytes = SEGMENT};
    err_t err = journal_open(&options, take, box, &journal, &box->report, &box->fault);
    journal_close(&journal);
    return err;
}

static void fill(box_t *box)
{
    journal_t *journal = NULL;
    journal_options_t options = {
        .disk = &box->disk->calls, .folder = "log", .segment_bytes = SEGMENT};
    assert_int_equal(journal_open(&options, take, box, &journal, &box->report, &box->fault),
                     ERR_OK);
    for (int64_t number = 1; number <= RECORDS;) {
        batch_t batch = {0};
        uint64_t base = 0;
        box->last_batch = number;
        for (int i = 0; i < 3; i++, number++) {
            char bytes[RECORD_BYTES];
            make_record(number, bytes);
            batch_add(&batch, bytes, HEAD_BYTES, bytes + HEAD_BYTES, RECORD_BYTES - HEAD_BYTES,
                      false);
        }
        assert_int_equal(journal_append(journal, &batch, true, &base, &box->fault), ERR_OK);
        assert_int_equal(journal_prepare(journal, &box->fault), ERR_OK);
        batch_release(&batch);
    }
    journal_close(&journal);
}

static void save(box_t *box)
{
    box->names = box->disk->present;
    box->file_count = box->disk->file_count;
    for (size_t i = 0; i < box->names.count; i++) {
        const sim_file_t *file = &box->disk->files[box->names.items[i].file];
        saved_t *saved = &box->saved[box->saved_count++];
        snprintf(saved->path, sizeof saved->path, "%s", box->names.items[i].path);
        saved->bytes = mem_new(file->size + 1);
        saved->size = file->size;
        if (file->size > 0) {
            memcpy(saved->bytes, file->present, file->size);
        }
    }
}

static void restore(box_t *box)
{
    sim_disk_t *disk = box->disk;
    for (; disk->file_count > box->file_count; disk->file_count--) {
        free(disk->files[disk->file_count - 1].present);
        free(disk->files[disk->file_count - 1].durable);
    }
    disk->present = box->names;
    disk->durable = box->names;
    disk->change_count = 0;
    for (size_t i = 0; i < box->saved_count; i++) {
        sim_file_t *file = sim_disk_file(disk, box->saved[i].path);
        file->size = box->saved[i].size;
        file->locked = false;
        if (file->size > 0) {
            memcpy(file->present, box->saved[i].bytes, file->size);
        }
    }
}

static int setup(void **state)
{
    box_t *box = mem_new(sizeof *box);
    box->disk = sim_disk_new();
    fill(box);
    assert_int_equal(try_open(box), ERR_OK);
    assert_int_equal(box->found, RECORDS);
    assert_true(box->report.indexed >= 1);
    save(box);
    *state = box;
    return 0;
}

static int teardown(void **state)
{
    box_t *box = *state;
    for (size_t i = 0; i < box->saved_count; i++) {
        free(box->saved[i].bytes);
    }
    sim_disk_destroy(&box->disk);
    free(box);
    return 0;
}

// Each record reads as it was, or is refused.
static void read_all(box_t *box)
{
    fetcher_t *fetcher = fetcher_new(&box->disk->calls, "log");
    fetch_t fetches[RECORDS];
    for (int64_t i = 0; i < RECORDS; i++) {
        fetches[i] = (fetch_t){.position = box->positions[i + 1], .size = RECORD_BYTES};
    }
    buf_t bytes = {0};
    fetcher_read_many(fetcher, fetches, RECORDS, &bytes, &box->fault);
    for (int64_t i = 0; i < RECORDS; i++) {
        char expected[RECORD_BYTES];
        make_record(i + 1, expected);
        assert_true(fetches[i].err || memcmp(fetches[i].bytes, expected, RECORD_BYTES) == 0);
    }
    buf_release(&bytes);
    fetcher_destroy(&fetcher);
}

static void judge(box_t *box, const saved_t *damaged)
{
    read_all(box);
    err_t err = try_open(box);
    assert_false(box->wrong);
    if (err) {
        assert_int_equal(err, ERR_CORRUPT);
        assert_non_null(strstr(box->fault.detail, damaged->path));
        box->refused++;
    } else if (box->found == RECORDS) {
        box->harmless++;
    } else { // the last batch, which nothing behind it knows to be on disk
        assert_int_equal(box->found, box->last_batch - 1);
        assert_true(box->report.cut_bytes > 0);
        box->cut++;
    }
}

static void flipped_bit_is_found_or_harmless(void **state)
{
    box_t *box = *state;
    const char *wanted = getenv("AUTODP_FLIP_BITS");
    bool all = wanted && strcmp(wanted, "8") == 0;
    uint64_t seed = 1;
    for (size_t i = 0; i < box->saved_count; i++) {
        for (size_t at = 0; at < box->saved[i].size; at++) {
            unsigned from = all ? 0 : (unsigned)(sim_random(&seed) % 8);
            for (unsigned bit = from; bit < (all ? 8 : from + 1); bit++) {
                restore(box);
                char *byte = &sim_disk_file(box->disk, box->saved[i].path)->present[at];
                *byte = (char)((unsigned char)*byte ^ 1U << bit);
                judge(box, &box->saved[i]);
            }
        }
    }
    print_message("%lld refused, %lld harmless, %lld cut\n", (long long)box->refused,
                  (long long)box->harmless, (long long)box->cut);
    assert_true(box->refused > 0 && box->harmless > 0 && box->cut > 0);
}

static void shortened_file_is_found_or_harmless(void **state)
{
    box_t *box = *state;
    for (size_t i = 0; i < box->saved_count; i++) {
        for (size_t size = 0; size < box->saved[i].size; size++) {
            restore(box);
            sim_disk_file(box->disk, box->saved[i].path)->size = size;
            judge(box, &box->saved[i]);
        }
    }
    assert_int_equal(box->cut, 0); // a segment has its full size from the start
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(flipped_bit_is_found_or_harmless, setup, teardown),
        cmocka_unit_test_setup_teardown(shortened_file_is_found_or_harmless, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
