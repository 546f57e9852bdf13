// SPDX-License-Identifier: MPL-2.0
// A log that was not written to its end, or was damaged since.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "broker/log/layout.h"
#include "journal_box.h"
#include "test/unit/test.h"

// The last batch, written only up to a byte: all of it is cut, what was before is there, and the
// log goes on.
static void last_batch_torn_at_any_byte_is_cut(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box_append(box, "one", "two"), ERR_OK);
    char before[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, before);
    assert_int_equal(box_append(box, "three", "four"), ERR_OK);
    char after[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, after);
    uint32_t first = 0;
    uint32_t last = 0; // the bytes of the last batch that are not zero
    for (uint32_t i = 0; i < BOX_SEGMENT_BYTES; i++) {
        if (before[i] != after[i]) {
            first = first ? first : i;
            last = i;
        }
    }
    for (uint32_t end = first; end <= last; end++) {
        char torn[BOX_SEGMENT_BYTES];
        memcpy(torn, before, sizeof torn);
        memcpy(torn, after, end);
        journal_close(&box->journal);
        box_write_file(box, 1, torn);
        assert_int_equal(box_reopen(box), ERR_OK);
        assert_int_equal(box->count, 2);
        bool anything = memcmp(torn, before, sizeof torn) != 0;
        assert_int_equal(box->report.cut_bytes > 0, anything);
        assert_int_equal(box_append(box, "five", NULL), ERR_OK);
        assert_int_equal(box_reopen(box), ERR_OK);
        assert_int_equal(box->count, 3);
        assert_string_equal(box->records[2], "five");
        assert_int_equal(box->report.cut_bytes, 0);
    }
}

static void torn_pages_in_any_order_are_cut(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box_append(box, "one", NULL), ERR_OK);
    char before[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, before);
    assert_int_equal(
        box_append(box, "a longer record that spans some words", "and another one of them"),
        ERR_OK);
    char after[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, after);
    for (uint32_t hole = 0; hole < BOX_SEGMENT_BYTES;
         hole += 16) { // a piece that did not reach the disk
        char torn[BOX_SEGMENT_BYTES];
        memcpy(torn, after, sizeof torn);
        memcpy(torn + hole, before + hole, 16);
        if (memcmp(torn, after, sizeof torn) == 0) {
            continue;
        }
        journal_close(&box->journal);
        box_write_file(box, 1, torn);
        assert_int_equal(box_reopen(box), ERR_OK);
        assert_int_equal(box->count, 1);
        assert_true(box->report.cut_bytes > 0);
        assert_non_null(strstr(box->report.cut_place, "0000000001.log"));
    }
}

static void flipped_bit_before_the_last_batch_is_refused_with_its_place(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box_append(box, "one", "two"), ERR_OK);
    char first[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, first);
    assert_int_equal(box_append(box, "three", "four"), ERR_OK);
    char whole[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, whole);
    journal_close(&box->journal);
    uint32_t end = BOX_SEGMENT_BYTES;
    while (first[end - 1] == 0) {
        end--;
    }
    for (uint32_t i = 0; i < end; i++) {
        char flipped[BOX_SEGMENT_BYTES];
        memcpy(flipped, whole, sizeof flipped);
        flipped[i] = (char)(flipped[i] ^ 0x10);
        box_write_file(box, 1, flipped);
        err_t err = box_reopen(box);
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
    assert_int_equal(box_reopen(box), ERR_OK);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(box_append(box, "some record", NULL), ERR_OK);
    }
    journal_close(&box->journal);
    char path[128];
    char away[160];
    box_segment_file(box, 2, path);
    snprintf(away, sizeof away, "%s.away", path);
    assert_int_equal(rename(path, away), 0);
    assert_int_equal(box_reopen(box), ERR_CORRUPT);
    assert_non_null(strstr(box->fault.detail, "0000000002.log is missing"));
    assert_int_equal(rename(away, path), 0);
    assert_int_equal(truncate(path, BOX_SEGMENT_BYTES - 1), 0);
    assert_int_equal(box_reopen(box), ERR_CORRUPT);
    assert_non_null(strstr(box->fault.detail, "cut short"));
    assert_int_equal(truncate(path, 10), 0);
    assert_int_equal(box_reopen(box), ERR_CORRUPT);
}

static void batches_lost_from_the_end_of_an_earlier_segment_are_refused(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(box_append(box, "some record", NULL), ERR_OK);
    }
    assert_int_equal(box_reopen(box), ERR_OK);
    uint32_t last = 0;
    for (size_t i = 0; i < box->count; i++) {
        last = box->positions[i] >> 32 == 1 ? (uint32_t)box->positions[i] : last;
    }
    journal_close(&box->journal);
    char bytes[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, bytes);
    memset(bytes + last - LAYOUT_BATCH_HEAD, 0, BOX_SEGMENT_BYTES - last + LAYOUT_BATCH_HEAD);
    box_write_file(box, 1, bytes);
    box_remove_index(box, 1);
    assert_int_equal(box_reopen(box), ERR_CORRUPT);
    assert_non_null(strstr(box->fault.detail, "0000000002.log begins with batch"));
}

// A record whose bytes are those of a batch does not pass for one.
static void record_that_looks_like_a_batch_does_not_stop_the_cutting(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box_append(box, "one", NULL), ERR_OK);
    char bytes[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, bytes);
    batch_t batch = {0};
    batch_add(&batch, bytes + LAYOUT_SEGMENT_HEAD, 56, "", 0,
              false); // the first batch, as a record
    uint64_t base = 0;
    assert_int_equal(journal_append(box->journal, &batch, true, &base, &box->fault), ERR_OK);
    batch_release(&batch);
    journal_close(&box->journal);
    box_read_file(box, 1, bytes);
    bytes[(uint32_t)base] = 0; // the head of the last batch is gone
    box_write_file(box, 1, bytes);
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->count, 1);
    assert_true(box->report.cut_bytes > 0);
}

static size_t last_batch_start(const box_t *box)
{
    return (uint32_t)box->positions[box->count - 1] - LAYOUT_BATCH_HEAD;
}

// Of five batches the first is synced: damage from the second on is a tail, all of it is cut and
// counted.
static void unsynced_tail_of_several_batches_is_cut(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box_append(box, "synced", NULL), ERR_OK);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(box_append_unsynced(box, "unsynced"), ERR_OK);
    }
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->count, 5);
    journal_close(&box->journal);
    char bytes[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, bytes);
    bytes[(uint32_t)box->positions[2] + LAYOUT_RECORD_HEAD] ^= 1;
    box_write_file(box, 1, bytes);
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->count, 2);
    assert_int_equal(box->report.cut_batches, 3);
    assert_int_equal(box->report.cut_records, 3);
    assert_int_equal(box_append(box, "more", NULL), ERR_OK);
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->count, 3);
    assert_int_equal(box->report.cut_bytes, 0);
}

static void damage_that_a_later_batch_knows_on_disk_is_refused(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box_append_unsynced(box, "one"), ERR_OK);
    assert_int_equal(box_append_unsynced(box, "two"), ERR_OK);
    assert_int_equal(journal_sync(box->journal, &box->fault), ERR_OK);
    assert_int_equal(box_append_unsynced(box, "three"), ERR_OK);
    assert_int_equal(box_reopen(box), ERR_OK);
    size_t third = last_batch_start(box);
    journal_close(&box->journal);
    char whole[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, whole);
    for (size_t i = LAYOUT_SEGMENT_HEAD; i < third; i++) {
        char bytes[BOX_SEGMENT_BYTES];
        memcpy(bytes, whole, sizeof bytes);
        bytes[i] ^= 4;
        box_write_file(box, 1, bytes);
        err_t err = box_reopen(box);
        assert_true(err == ERR_CORRUPT || (err == ERR_OK && box->count == 3 && whole[i] == 0));
    }
}

// Something in a segment shows that those before it were on disk, even if it is torn itself.
static void damage_before_a_later_segment_is_refused(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    uint32_t last = 0;
    while (journal_active(box->journal) == 1) {
        assert_int_equal(box_append_unsynced(box, "some record"), ERR_OK);
    }
    assert_int_equal(box_reopen(box), ERR_OK);
    last = (uint32_t)box->positions[box->count - 2];
    journal_close(&box->journal);
    char bytes[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, bytes);
    bytes[last + LAYOUT_RECORD_HEAD] ^= 1; // in the last batch of the first segment
    box_write_file(box, 1, bytes);
    box_read_file(box, 2, bytes);
    bytes[LAYOUT_SEGMENT_HEAD] = 0; // the only batch of the second
    box_write_file(box, 2, bytes);
    box_remove_index(box, 1);
    assert_int_equal(box_reopen(box), ERR_CORRUPT);
    assert_non_null(strstr(box->fault.detail, "0000000001.log"));
}

// Batch one is zeros, which a disk may make of it: what comes after tells.
static void lost_first_batch_is_found_by_the_ordinal_of_the_next(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box_append(box, "one", NULL), ERR_OK);
    assert_int_equal(box_append(box, "two", NULL), ERR_OK);
    assert_int_equal(box_reopen(box), ERR_OK);
    size_t second = last_batch_start(box);
    journal_close(&box->journal);
    char bytes[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, bytes);
    memset(bytes + LAYOUT_SEGMENT_HEAD, 0, second - LAYOUT_SEGMENT_HEAD);
    box_write_file(box, 1, bytes);
    assert_int_equal(box_reopen(box), ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(last_batch_torn_at_any_byte_is_cut, box_setup,
                                        box_teardown),
        cmocka_unit_test_setup_teardown(torn_pages_in_any_order_are_cut, box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(flipped_bit_before_the_last_batch_is_refused_with_its_place,
                                        box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(shortened_or_missing_segment_is_refused, box_setup,
                                        box_teardown),
        cmocka_unit_test_setup_teardown(batches_lost_from_the_end_of_an_earlier_segment_are_refused,
                                        box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(unsynced_tail_of_several_batches_is_cut, box_setup,
                                        box_teardown),
        cmocka_unit_test_setup_teardown(damage_that_a_later_batch_knows_on_disk_is_refused,
                                        box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(damage_before_a_later_segment_is_refused, box_setup,
                                        box_teardown),
        cmocka_unit_test_setup_teardown(lost_first_batch_is_found_by_the_ordinal_of_the_next,
                                        box_setup, box_teardown),
        cmocka_unit_test_setup_teardown(record_that_looks_like_a_batch_does_not_stop_the_cutting,
                                        box_setup, box_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
