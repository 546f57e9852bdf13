// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "broker/log/fetcher.h"
#include "broker/log/layout.h"
#include "journal_box.h"
#include "test/unit/test.h"

static void records_come_back_in_order(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box_append(box, "one", "two"), ERR_OK);
    assert_int_equal(box_append(box, "three", NULL), ERR_OK);
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->count, 3);
    assert_string_equal(box->records[0], "one");
    assert_string_equal(box->records[1], "two");
    assert_string_equal(box->records[2], "three");
    assert_int_equal(box->report.batches, 2);
    assert_int_equal(box->report.cut_bytes, 0);
    assert_int_equal(box_append(box, "four", NULL), ERR_OK); // and it goes on
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_string_equal(box->records[3], "four");
}

static void fetcher_reads_what_was_appended(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(box_append(box, "some record", NULL), ERR_OK);
    }
    assert_int_equal(box_reopen(box), ERR_OK);
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

static void many_are_read_at_a_time_and_only_the_damaged_one_is_refused(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    for (int i = 0; i < 100; i++) {
        char text[32];
        snprintf(text, sizeof text, "record %d", 100 + i);
        assert_int_equal(box_append(box, text, NULL), ERR_OK);
    }
    assert_int_equal(box_reopen(box), ERR_OK);
    char bytes[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, bytes);
    bytes[(uint32_t)box->positions[7] + LAYOUT_RECORD_HEAD] ^= 1;
    box_write_file(box, 1, bytes);
    fetcher_t *fetcher = fetcher_new(&box->disk.calls, box->folder);
    fetch_t fetches[100];
    for (size_t i = 0; i < 100; i++) { // the last first, from the middle on
        size_t at = i < 50 ? i : 149 - i;
        fetches[i] = (fetch_t){.position = box->positions[at], .size = 10};
    }
    buf_t all = {0};
    assert_int_equal(fetcher_read_many(fetcher, fetches, 100, &all, &box->fault), ERR_CORRUPT);
    assert_non_null(strstr(box->fault.detail, "0000000001.log: the record at offset"));
    for (size_t i = 0; i < 100; i++) {
        size_t at = i < 50 ? i : 149 - i;
        assert_int_equal(fetches[i].err, at == 7 ? ERR_CORRUPT : ERR_OK);
        if (at != 7) {
            assert_memory_equal(fetches[i].bytes, box->records[at], 10);
        }
    }
    fetches[0].position = (uint64_t)77 << 32;
    assert_int_equal(fetcher_read_many(fetcher, fetches, 2, &all, &box->fault), ERR_IO);
    assert_int_equal(fetches[1].err, ERR_OK);
    buf_release(&all);
    fetcher_destroy(&fetcher);
}

static void full_segment_is_followed_by_another_and_old_ones_are_trimmed(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(box_append(box, "some record", NULL), ERR_OK);
    }
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->count, 200);
    assert_true(box->report.segments >= 3);
    assert_int_equal(journal_trim(box->journal, 3, &box->fault), ERR_OK);
    char path[128];
    box_segment_file(box, 2, path);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_true(box->count > 0 && box->count < 200);
    assert_int_equal(box->positions[0] >> 32, 3);
}

static void failed_sync_is_fatal(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    box->disk.fail_sync = EIO;
    assert_int_equal(box_append(box, "one", NULL), ERR_IO);
    assert_non_null(strstr(box->fault.detail, "fdatasync"));
    box->disk.fail_sync = ENOSPC;
    assert_int_equal(box_append(box, "one", NULL), ERR_IO);
}

static void full_disk_refuses_the_batch_and_the_log_goes_on(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box_append(box, "one", NULL), ERR_OK);
    box->disk.fail_write = ENOSPC;
    assert_int_equal(box_append(box, "two", NULL), ERR_FULL);
    box->disk.fail_write = 0;
    assert_int_equal(box_append(box, "three", NULL), ERR_OK);
    box->disk.fail_allocate = ENOSPC;
    err_t err = ERR_OK;
    int added = 0;
    while ((err = box_append(box, "more", NULL)) == ERR_OK) { // until a new segment is needed
        added++;
    }
    assert_int_equal(err, ERR_FULL);
    box->disk.fail_allocate = 0;
    assert_int_equal(box_append(box, "last", NULL), ERR_OK);
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->count, (size_t)added + 3);
    assert_string_equal(box->records[1], "three");
    assert_string_equal(box->records[box->count - 1], "last");
}

static void batch_larger_than_a_segment_is_too_large(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    char *large = mem_new(BOX_SEGMENT_BYTES);
    batch_t batch = {0};
    batch_add(&batch, large, BOX_SEGMENT_BYTES, "", 0, false);
    uint64_t base = 0;
    assert_int_equal(journal_append(box->journal, &batch, true, &base, &box->fault), ERR_TOO_LARGE);
    batch_release(&batch);
    free(large);
    assert_int_equal(box_append(box, "one", NULL), ERR_OK);
}

static void second_opener_is_refused(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    journal_t *other = NULL;
    journal_report_t report;
    journal_options_t options = {
        .disk = &box->disk.calls, .folder = box->folder, .segment_bytes = BOX_SEGMENT_BYTES};
    assert_int_equal(journal_open(&options, box_take, box, &other, &report, &box->fault),
                     ERR_CONFLICT);
    assert_null(other);
}

static void segment_that_was_not_finished_is_forgotten(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box_append(box, "one", NULL), ERR_OK);
    journal_close(&box->journal);
    char path[128];
    snprintf(path, sizeof path, "%s/0000000002.log.new", box->folder);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->count, 1);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void sealed_segments_are_read_from_their_indexes(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    for (int i = 0; i < 200; i++) {
        char text[32];
        snprintf(text, sizeof text, "record %d", i);
        assert_int_equal(box_append(box, text, NULL), ERR_OK);
        assert_int_equal(journal_prepare(box->journal, &box->fault), ERR_OK);
        assert_false(journal_unprepared(box->journal));
    }
    box_remove_index(box, 2);
    for (int pass = 0; pass < 2; pass++) { // the missing one is written in the first
        assert_int_equal(box_reopen(box), ERR_OK);
        assert_int_equal(box->count, 200);
        assert_int_equal(box->report.batches, 200);
        int64_t sealed = journal_active(box->journal) - 1;
        assert_true(sealed >= 3);
        assert_int_equal(box->report.indexed, pass == 0 ? sealed - 1 : sealed);
        for (int i = 0; i < 200; i++) {
            char text[32];
            snprintf(text, sizeof text, "record %d", i);
            assert_string_equal(box->records[i], text);
        }
    }
}

static void next_segment_is_made_ahead_and_a_full_disk_is_known_early(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    while (!journal_unprepared(box->journal)) {
        assert_int_equal(box_append(box, "some record", NULL), ERR_OK);
    }
    assert_int_equal(journal_active(box->journal), 1);
    box->disk.fail_allocate = ENOSPC;
    assert_int_equal(journal_prepare(box->journal, &box->fault), ERR_FULL);
    assert_int_equal(box_append(box, "some record", NULL), ERR_OK);
    box->disk.fail_allocate = 0;
    assert_int_equal(journal_prepare(box->journal, &box->fault), ERR_OK);
    char path[128];
    box_segment_file(box, 2, path);
    assert_int_equal(access(path, F_OK), 0);
    box->disk.fail_allocate = ENOSPC; // it is there already
    while (journal_active(box->journal) == 1) {
        assert_int_equal(box_append(box, "some record", NULL), ERR_OK);
    }
    size_t known = box->count;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_true(box->count > known);
}

static void empty_next_segment_is_kept_over_a_start(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    while (!journal_unprepared(box->journal)) {
        assert_int_equal(box_append(box, "some record", NULL), ERR_OK);
    }
    assert_int_equal(journal_prepare(box->journal, &box->fault), ERR_OK);
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(journal_active(box->journal), 1);
    assert_false(journal_unprepared(box->journal));
    size_t count = box->count;
    while (journal_active(box->journal) == 1) {
        assert_int_equal(box_append(box, "some record", NULL), ERR_OK);
        count++;
    }
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->count, count);
}

// What a refused write left behind must not be found later, not even behind a shorter batch.
static void remains_of_a_refused_write_are_cleaned(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    box->disk.fail_write = ENOSPC;
    assert_int_equal(box_append(box, "a long record, of which half will be on the disk",
                                "and another one, so that it is longer still"),
                     ERR_FULL);
    box->disk.fail_write = 0;
    assert_int_equal(box_append(box, "one", NULL), ERR_OK);
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->report.cut_bytes, 0);
    assert_int_equal(box->count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_come_back_in_order, box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(many_are_read_at_a_time_and_only_the_damaged_one_is_refused,
                                        box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(sealed_segments_are_read_from_their_indexes, box_setup,
                                        box_teardown),
        cmocka_unit_test_setup_teardown(next_segment_is_made_ahead_and_a_full_disk_is_known_early,
                                        box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(empty_next_segment_is_kept_over_a_start, box_setup,
                                        box_teardown),
        cmocka_unit_test_setup_teardown(remains_of_a_refused_write_are_cleaned, box_setup,
                                        box_teardown),
        cmocka_unit_test_setup_teardown(fetcher_reads_what_was_appended, box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(
            full_segment_is_followed_by_another_and_old_ones_are_trimmed, box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(failed_sync_is_fatal, box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(full_disk_refuses_the_batch_and_the_log_goes_on, box_setup,
                                        box_teardown),
        cmocka_unit_test_setup_teardown(batch_larger_than_a_segment_is_too_large, box_setup,
                                        box_teardown),
        cmocka_unit_test_setup_teardown(second_opener_is_refused, box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(segment_that_was_not_finished_is_forgotten, box_setup,
                                        box_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
