// SPDX-License-Identifier: MPL-2.0
// Verifying and repairing a log that was damaged.
#include "broker/log/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal_box.h"
#include "test/unit/test.h"

enum { RECORDS = 200 };

static char last_what[64];
static char last_head[64];

static void note_damage(void *context, const damage_t *damage)
{
    (void)context;
    snprintf(last_what, sizeof last_what, "%s", damage->what);
    size_t size = damage->kept < sizeof last_head - 1 ? damage->kept : sizeof last_head - 1;
    memcpy(last_head, damage->bytes ? damage->bytes : "", damage->bytes ? size : 0);
    last_head[damage->bytes ? size : 0] = '\0';
}

static const walker_t WALKER = {.on_damage = note_damage};

static check_report_t check(box_t *box)
{
    check_report_t report = {0};
    last_what[0] = '\0';
    assert_int_equal(check_log(&box->disk.calls, box->folder, &WALKER, &report, &box->fault),
                     ERR_OK);
    return report;
}

static check_report_t repair(box_t *box)
{
    check_report_t report = {0};
    assert_int_equal(check_repair(&box->disk.calls, box->folder, &WALKER, &report, &box->fault),
                     ERR_OK);
    return report;
}

static void fill(box_t *box)
{
    assert_int_equal(box_reopen(box), ERR_OK);
    for (int i = 0; i < RECORDS; i++) {
        char text[32];
        snprintf(text, sizeof text, "record %d", i);
        assert_int_equal(box_append(box, text, NULL), ERR_OK);
    }
    assert_int_equal(box_reopen(box), ERR_OK);
    journal_close(&box->journal);
}

static void flip(box_t *box, size_t record)
{
    char bytes[BOX_SEGMENT_BYTES];
    unsigned number = (unsigned)(box->positions[record] >> 32);
    box_read_file(box, number, bytes);
    bytes[(uint32_t)box->positions[record] + LAYOUT_RECORD_HEAD + 1] ^= 1;
    box_write_file(box, number, bytes);
}

// All but the records from `lost` on, so many of them, are there, in order.
static void expect_all_but(box_t *box, size_t lost, size_t count)
{
    assert_int_equal(box_reopen(box), ERR_OK);
    assert_int_equal(box->count, RECORDS - count);
    for (size_t i = 0; i < box->count; i++) {
        char text[32];
        snprintf(text, sizeof text, "record %zu", i < lost ? i : i + count);
        assert_string_equal(box->records[i], text);
    }
    assert_int_equal(box_append(box, "more", NULL), ERR_OK);
    journal_close(&box->journal);
}

static void whole_log_is_clean(void **state)
{
    box_t *box = *state;
    fill(box);
    check_report_t report = check(box);
    assert_int_equal(report.damages, 0);
    assert_int_equal(report.records, RECORDS);
    assert_int_equal(report.bad_indexes, 0);
    assert_int_equal(report.indexes, report.segments - 1);
    assert_int_equal(repair(box).repaired, 0);
}

static void damaged_record_is_named_and_the_rest_is_kept(void **state)
{
    box_t *box = *state;
    fill(box);
    flip(box, 20);
    assert_int_equal(check(box).damages, 1);
    assert_string_equal(last_what, "the record is damaged");
    assert_string_equal(last_head, "record 20"); // from the index
    assert_int_equal(repair(box).repaired, 1);
    assert_int_equal(check(box).damages, 0);
    char path[160];
    char kept[192];
    box_segment_file(box, 1, path);
    snprintf(kept, sizeof kept, "%s.damaged", path);
    assert_int_equal(access(kept, F_OK), 0);
    expect_all_but(box, 20, 1);
    assert_int_equal(check(box).damages, 0);
}

static void damaged_head_of_a_batch_costs_the_batch(void **state)
{
    box_t *box = *state;
    fill(box);
    char bytes[BOX_SEGMENT_BYTES];
    box_read_file(box, 2, bytes);
    bytes[LAYOUT_SEGMENT_HEAD + 9] ^= 1;
    box_write_file(box, 2, bytes);
    size_t first = 0;
    while (box->positions[first] >> 32 == 1) {
        first++;
    }
    assert_true(check(box).damages > 0);
    repair(box);
    assert_int_equal(check(box).damages, 0);
    expect_all_but(box, first, 1);
}

static void damaged_head_of_a_segment_costs_nothing(void **state)
{
    box_t *box = *state;
    fill(box);
    char bytes[BOX_SEGMENT_BYTES];
    box_read_file(box, 1, bytes);
    bytes[20] ^= 1;
    box_write_file(box, 1, bytes);
    assert_int_equal(box_reopen(box), ERR_CORRUPT);
    assert_true(check(box).damages > 0);
    repair(box);
    assert_int_equal(check(box).damages, 0);
    expect_all_but(box, 0, 0);
}

static void lost_or_shortened_segment_is_marked(void **state)
{
    box_t *box = *state;
    fill(box);
    size_t first = 0;
    size_t end = 0;
    for (size_t i = 0; i < RECORDS; i++) {
        first += box->positions[i] >> 32 < 2;
        end += box->positions[i] >> 32 <= 2;
    }
    char path[160];
    box_segment_file(box, 2, path);
    unlink(path);
    assert_true(check(box).damages > 0);
    assert_string_equal(last_what, "the file is missing");
    repair(box);
    assert_int_equal(check(box).damages, 0);
    expect_all_but(box, first, end - first);
}

static void shortened_segment_keeps_what_it_has(void **state)
{
    box_t *box = *state;
    fill(box);
    char path[160];
    box_segment_file(box, 1, path);
    assert_int_equal(truncate(path, (off_t)(uint32_t)box->positions[10]), 0);
    size_t end = 0;
    while (box->positions[end] >> 32 == 1) {
        end++;
    }
    assert_true(check(box).damages > 0);
    repair(box);
    assert_int_equal(check(box).damages, 0);
    expect_all_but(box, 10, end - 10);
}

static void locked_log_is_refused(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    int file = -1;
    assert_int_equal(check_lock(&box->disk.calls, box->folder, &file, &box->fault), ERR_CONFLICT);
    journal_close(&box->journal);
    assert_int_equal(check_lock(&box->disk.calls, box->folder, &file, &box->fault), ERR_OK);
    close(file);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, box_setup, box_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whole_log_is_clean),
        TEST(damaged_record_is_named_and_the_rest_is_kept),
        TEST(damaged_head_of_a_batch_costs_the_batch),
        TEST(damaged_head_of_a_segment_costs_nothing),
        TEST(lost_or_shortened_segment_is_marked),
        TEST(shortened_segment_keeps_what_it_has),
        TEST(locked_log_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
