// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "broker/fetcher.h"
#include "broker/journal.h"
#include "broker/layout.h"
#include "faulty_disk.h"
#include "test/unit/test.h"

enum { SEGMENT_BYTES = 4096, RECORDS_MAX = 256 };

// A log in a temporary directory, and what was read from it last.
typedef struct {
    char dir[64];
    char folder[80];
    faulty_disk_t disk;
    journal_t *journal;
    journal_report_t report;
    fault_t fault;
    size_t count;
    uint64_t positions[RECORDS_MAX];
    char records[RECORDS_MAX][64];
} box_t;

static int setup(void **state)
{
    box_t *box = mem_new(sizeof *box);
    snprintf(box->dir, sizeof box->dir, "/tmp/autodp-journal-XXXXXX");
    assert_non_null(mkdtemp(box->dir));
    snprintf(box->folder, sizeof box->folder, "%s/log", box->dir);
    faulty_disk_init(&box->disk);
    *state = box;
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static int teardown(void **state)
{
    box_t *box = *state;
    journal_close(&box->journal);
    nftw(box->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(box);
    return 0;
}

static err_t take(void *context, uint64_t position, const void *bytes, size_t size, fault_t *fault)
{
    (void)fault;
    box_t *box = context;
    assert_true(box->count < RECORDS_MAX && size < 64);
    box->positions[box->count] = position;
    memcpy(box->records[box->count], bytes, size);
    box->records[box->count++][size] = '\0';
    return ERR_OK;
}

static err_t reopen(box_t *box)
{
    journal_close(&box->journal);
    box->count = 0;
    journal_options_t options = {
        .disk = &box->disk.calls, .folder = box->folder, .segment_bytes = SEGMENT_BYTES};
    return journal_open(&options, take, box, &box->journal, &box->report, &box->fault);
}

// Appends one batch of these records.
static err_t append(box_t *box, const char *first, const char *second)
{
    batch_t batch = {0};
    batch_add(&batch, first, strlen(first), "", 0);
    if (second) {
        batch_add(&batch, second, 1, second + 1, strlen(second) - 1);
    }
    uint64_t base = 0;
    err_t err = journal_append(box->journal, &batch, &base, &box->fault);
    batch_release(&batch);
    return err;
}

static void segment_file(const box_t *box, unsigned number, char path[128])
{
    snprintf(path, 128, "%s/%010u.log", box->folder, number);
}

static void read_file(const box_t *box, unsigned number, char bytes[SEGMENT_BYTES])
{
    char path[128];
    segment_file(box, number, path);
    int file = open(path, O_RDONLY);
    assert_int_equal(pread(file, bytes, SEGMENT_BYTES, 0), SEGMENT_BYTES);
    close(file);
}

static void write_file(const box_t *box, unsigned number, const char bytes[SEGMENT_BYTES])
{
    char path[128];
    segment_file(box, number, path);
    int file = open(path, O_WRONLY);
    assert_int_equal(pwrite(file, bytes, SEGMENT_BYTES, 0), SEGMENT_BYTES);
    close(file);
}

static void records_come_back_in_order(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(append(box, "one", "two"), ERR_OK);
    assert_int_equal(append(box, "three", NULL), ERR_OK);
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(box->count, 3);
    assert_string_equal(box->records[0], "one");
    assert_string_equal(box->records[1], "two");
    assert_string_equal(box->records[2], "three");
    assert_int_equal(box->report.batches, 2);
    assert_int_equal(box->report.cut_bytes, 0);
    assert_int_equal(append(box, "four", NULL), ERR_OK); // and it goes on
    assert_int_equal(reopen(box), ERR_OK);
    assert_string_equal(box->records[3], "four");
}

static void fetcher_reads_what_was_appended(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(append(box, "some record", NULL), ERR_OK);
    }
    assert_int_equal(reopen(box), ERR_OK);
    fetcher_t *fetcher = fetcher_new(&box->disk.calls, box->folder);
    buf_t bytes = {0};
    for (int i = 0; i < 100; i++) {
        assert_int_equal(fetcher_read(fetcher, box->positions[i], 11, &bytes, &box->fault), ERR_OK);
        assert_memory_equal(bytes.data, "some record", 11);
    }
    assert_int_equal(fetcher_read(fetcher, box->positions[3], 12, &bytes, &box->fault),
                     ERR_CORRUPT);
    assert_int_equal(fetcher_read(fetcher, (uint64_t)77 << 32, 11, &bytes, &box->fault), ERR_IO);
    buf_release(&bytes);
    fetcher_destroy(&fetcher);
}

static void full_segment_is_followed_by_another_and_old_ones_are_trimmed(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(append(box, "some record", NULL), ERR_OK);
    }
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(box->count, 200);
    assert_true(box->report.segments >= 3);
    assert_int_equal(journal_trim(box->journal, 3, &box->fault), ERR_OK);
    char path[128];
    segment_file(box, 2, path);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(reopen(box), ERR_OK);
    assert_true(box->count > 0 && box->count < 200);
    assert_int_equal(box->positions[0] >> 32, 3);
}

// The last batch, written only up to a byte: all of it is cut, what was before is there, and the
// log goes on.
static void last_batch_torn_at_any_byte_is_cut(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(append(box, "one", "two"), ERR_OK);
    char before[SEGMENT_BYTES];
    read_file(box, 1, before);
    assert_int_equal(append(box, "three", "four"), ERR_OK);
    char after[SEGMENT_BYTES];
    read_file(box, 1, after);
    uint32_t first = 0;
    uint32_t last = 0; // the bytes of the last batch that are not zero
    for (uint32_t i = 0; i < SEGMENT_BYTES; i++) {
        if (before[i] != after[i]) {
            first = first ? first : i;
            last = i;
        }
    }
    for (uint32_t end = first; end <= last; end++) {
        char torn[SEGMENT_BYTES];
        memcpy(torn, before, sizeof torn);
        memcpy(torn, after, end);
        journal_close(&box->journal);
        write_file(box, 1, torn);
        assert_int_equal(reopen(box), ERR_OK);
        assert_int_equal(box->count, 2);
        bool anything = memcmp(torn, before, sizeof torn) != 0;
        assert_int_equal(box->report.cut_bytes > 0, anything);
        assert_int_equal(append(box, "five", NULL), ERR_OK);
        assert_int_equal(reopen(box), ERR_OK);
        assert_int_equal(box->count, 3);
        assert_string_equal(box->records[2], "five");
        assert_int_equal(box->report.cut_bytes, 0);
    }
}

static void torn_pages_in_any_order_are_cut(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(append(box, "one", NULL), ERR_OK);
    char before[SEGMENT_BYTES];
    read_file(box, 1, before);
    assert_int_equal(
        append(box, "a longer record that spans some words", "and another one of them"), ERR_OK);
    char after[SEGMENT_BYTES];
    read_file(box, 1, after);
    for (uint32_t hole = 0; hole < SEGMENT_BYTES;
         hole += 16) { // a piece that did not reach the disk
        char torn[SEGMENT_BYTES];
        memcpy(torn, after, sizeof torn);
        memcpy(torn + hole, before + hole, 16);
        if (memcmp(torn, after, sizeof torn) == 0) {
            continue;
        }
        journal_close(&box->journal);
        write_file(box, 1, torn);
        assert_int_equal(reopen(box), ERR_OK);
        assert_int_equal(box->count, 1);
        assert_true(box->report.cut_bytes > 0);
        assert_non_null(strstr(box->report.cut_place, "0000000001.log"));
    }
}

static void flipped_bit_before_the_last_batch_is_refused_with_its_place(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(append(box, "one", "two"), ERR_OK);
    char first[SEGMENT_BYTES];
    read_file(box, 1, first);
    assert_int_equal(append(box, "three", "four"), ERR_OK);
    char whole[SEGMENT_BYTES];
    read_file(box, 1, whole);
    journal_close(&box->journal);
    uint32_t end = SEGMENT_BYTES;
    while (first[end - 1] == 0) {
        end--;
    }
    for (uint32_t i = 0; i < end; i++) {
        char flipped[SEGMENT_BYTES];
        memcpy(flipped, whole, sizeof flipped);
        flipped[i] = (char)(flipped[i] ^ 0x10);
        write_file(box, 1, flipped);
        err_t err = reopen(box);
        if (err == ERR_OK) { // padding between records is covered by nothing and means nothing
            assert_int_equal(box->count, 4);
            assert_int_equal(whole[i], 0);
            continue;
        }
        assert_int_equal(err, ERR_CORRUPT);
        assert_non_null(strstr(box->fault.detail, "0000000001.log"));
        assert_non_null(strstr(box->fault.detail, "offset"));
    }
}

static void shortened_or_missing_segment_is_refused(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(append(box, "some record", NULL), ERR_OK);
    }
    journal_close(&box->journal);
    char path[128];
    char away[160];
    segment_file(box, 2, path);
    snprintf(away, sizeof away, "%s.away", path);
    assert_int_equal(rename(path, away), 0);
    assert_int_equal(reopen(box), ERR_CORRUPT);
    assert_non_null(strstr(box->fault.detail, "0000000002.log is missing"));
    assert_int_equal(rename(away, path), 0);
    assert_int_equal(truncate(path, SEGMENT_BYTES - 1), 0);
    assert_int_equal(reopen(box), ERR_CORRUPT);
    assert_non_null(strstr(box->fault.detail, "cut short"));
    assert_int_equal(truncate(path, 10), 0);
    assert_int_equal(reopen(box), ERR_CORRUPT);
}

static void batches_lost_from_the_end_of_an_earlier_segment_are_refused(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(append(box, "some record", NULL), ERR_OK);
    }
    assert_int_equal(reopen(box), ERR_OK);
    uint32_t last = 0;
    for (size_t i = 0; i < box->count; i++) {
        last = box->positions[i] >> 32 == 1 ? (uint32_t)box->positions[i] : last;
    }
    journal_close(&box->journal);
    char bytes[SEGMENT_BYTES];
    read_file(box, 1, bytes);
    memset(bytes + last - LAYOUT_BATCH_HEAD, 0, SEGMENT_BYTES - last + LAYOUT_BATCH_HEAD);
    write_file(box, 1, bytes);
    assert_int_equal(reopen(box), ERR_CORRUPT);
    assert_non_null(strstr(box->fault.detail, "0000000002.log begins with batch"));
}

// A record whose bytes are those of a batch does not pass for one.
static void record_that_looks_like_a_batch_does_not_stop_the_cutting(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(append(box, "one", NULL), ERR_OK);
    char bytes[SEGMENT_BYTES];
    read_file(box, 1, bytes);
    batch_t batch = {0};
    batch_add(&batch, bytes + LAYOUT_SEGMENT_HEAD, 56, "", 0); // the first batch, as a record
    uint64_t base = 0;
    assert_int_equal(journal_append(box->journal, &batch, &base, &box->fault), ERR_OK);
    batch_release(&batch);
    journal_close(&box->journal);
    read_file(box, 1, bytes);
    bytes[(uint32_t)base] = 0; // the head of the last batch is gone
    write_file(box, 1, bytes);
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(box->count, 1);
    assert_true(box->report.cut_bytes > 0);
}

static void failed_sync_is_fatal(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    box->disk.fail_sync = EIO;
    assert_int_equal(append(box, "one", NULL), ERR_IO);
    assert_non_null(strstr(box->fault.detail, "fdatasync"));
    box->disk.fail_sync = ENOSPC;
    assert_int_equal(append(box, "one", NULL), ERR_IO);
}

static void full_disk_refuses_the_batch_and_the_log_goes_on(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(append(box, "one", NULL), ERR_OK);
    box->disk.fail_write = ENOSPC;
    assert_int_equal(append(box, "two", NULL), ERR_FULL);
    box->disk.fail_write = 0;
    assert_int_equal(append(box, "three", NULL), ERR_OK);
    box->disk.fail_allocate = ENOSPC;
    err_t err = ERR_OK;
    int added = 0;
    while ((err = append(box, "more", NULL)) == ERR_OK) { // until a new segment is needed
        added++;
    }
    assert_int_equal(err, ERR_FULL);
    box->disk.fail_allocate = 0;
    assert_int_equal(append(box, "last", NULL), ERR_OK);
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(box->count, (size_t)added + 3);
    assert_string_equal(box->records[1], "three");
    assert_string_equal(box->records[box->count - 1], "last");
}

static void batch_larger_than_a_segment_is_too_large(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    char *large = mem_new(SEGMENT_BYTES);
    batch_t batch = {0};
    batch_add(&batch, large, SEGMENT_BYTES, "", 0);
    uint64_t base = 0;
    assert_int_equal(journal_append(box->journal, &batch, &base, &box->fault), ERR_TOO_LARGE);
    batch_release(&batch);
    free(large);
    assert_int_equal(append(box, "one", NULL), ERR_OK);
}

static void second_opener_is_refused(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    journal_t *other = NULL;
    journal_report_t report;
    journal_options_t options = {
        .disk = &box->disk.calls, .folder = box->folder, .segment_bytes = SEGMENT_BYTES};
    assert_int_equal(journal_open(&options, take, box, &other, &report, &box->fault), ERR_CONFLICT);
    assert_null(other);
}

static void segment_that_was_not_finished_is_forgotten(void **state)
{
    box_t *box = *state;
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(append(box, "one", NULL), ERR_OK);
    journal_close(&box->journal);
    char path[128];
    snprintf(path, sizeof path, "%s/0000000002.log.new", box->folder);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(reopen(box), ERR_OK);
    assert_int_equal(box->count, 1);
    assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_come_back_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(fetcher_reads_what_was_appended, setup, teardown),
        cmocka_unit_test_setup_teardown(
            full_segment_is_followed_by_another_and_old_ones_are_trimmed, setup, teardown),
        cmocka_unit_test_setup_teardown(last_batch_torn_at_any_byte_is_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(torn_pages_in_any_order_are_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(flipped_bit_before_the_last_batch_is_refused_with_its_place,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(shortened_or_missing_segment_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(batches_lost_from_the_end_of_an_earlier_segment_are_refused,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(record_that_looks_like_a_batch_does_not_stop_the_cutting,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(failed_sync_is_fatal, setup, teardown),
        cmocka_unit_test_setup_teardown(full_disk_refuses_the_batch_and_the_log_goes_on, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(batch_larger_than_a_segment_is_too_large, setup, teardown),
        cmocka_unit_test_setup_teardown(second_opener_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(segment_that_was_not_finished_is_forgotten, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
