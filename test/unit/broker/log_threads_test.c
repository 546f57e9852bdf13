// SPDX-License-Identifier: MPL-2.0
// The threads around the log: what was put off is done, what is damaged is found.
#include "broker/scrubber.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "broker/log/layout.h"
#include "test/unit/log/journal_box.h"
#include "test/unit/test.h"

enum { WAIT_MS = 10000 };

static void make_log(box_t *box)
{
    assert_int_equal(box_reopen(box), ERR_OK);
    while (journal_active(box->journal) < 4) {
        assert_int_equal(box_append(box, "some record", NULL), ERR_OK);
    }
    assert_int_equal(box_reopen(box), ERR_OK);
}

static int64_t scrub_once(box_t *box)
{
    committer_t *committer = committer_new(&box->journal);
    scrubber_options_t options = {.disk = &box->disk.calls,
                                  .folder = box->folder,
                                  .committer = committer,
                                  .bytes_a_second = 1 << 30,
                                  .pass_ms = 3600 * 1000};
    scrubber_t *scrubber = scrubber_new(&options);
    int waited_ms = 0;
    while (scrubber_damages(scrubber) < 0 && waited_ms < WAIT_MS) {
        poll(NULL, 0, 1);
        waited_ms++;
    }
    int64_t damages = scrubber_damages(scrubber);
    scrubber_destroy(&scrubber);
    committer_destroy(&committer);
    return damages;
}

static void whole_log_has_no_damage(void **state)
{
    box_t *box = *state;
    make_log(box);
    assert_int_equal(scrub_once(box), 0);
}

static void damage_in_a_sealed_segment_is_found(void **state)
{
    box_t *box = *state;
    make_log(box);
    char bytes[BOX_SEGMENT_BYTES];
    box_read_file(box, 2, bytes);
    bytes[LAYOUT_SEGMENT_HEAD + LAYOUT_BATCH_HEAD + LAYOUT_RECORD_HEAD + 3] ^= 1;
    box_write_file(box, 2, bytes);
    assert_int_equal(scrub_once(box), 1);
}

static notice_t submit(committer_t *committer, commit_t *commit)
{
    batch_add(&commit->batch, "record", 6, "", 0, false);
    notice_t notice;
    committer_submit(committer, commit);
    do { // other news may come before it
        assert_true(committer_receive(committer, true, &notice));
    } while (!notice.commit);
    batch_release(&commit->batch);
    return notice;
}

// The sync comes by itself, and when it fails that is said without another commit.
static void sync_that_was_put_off_is_made_and_its_failure_is_told(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    committer_t *committer = committer_new(&box->journal);
    commit_t commit = {.sync_within_ms = 1};
    box->disk.fail_sync = EIO;
    notice_t notice = submit(committer, &commit);
    assert_ptr_equal(notice.commit, &commit);
    assert_int_equal(commit.err, ERR_OK);
    assert_int_equal(notice.err, ERR_OK);
    assert_true(committer_receive(committer, true, &notice));
    assert_null(notice.commit);
    assert_int_equal(notice.err, ERR_IO);
    assert_non_null(strstr(committer_fault(committer)->detail, "fdatasync"));
    committer_destroy(&committer);
}

// Without room for the next segment the log is low, long before it is full, until there is room.
static void log_is_low_while_there_is_no_room_for_the_next_segment(void **state)
{
    box_t *box = *state;
    assert_int_equal(box_reopen(box), ERR_OK);
    committer_t *committer = committer_new(&box->journal);
    box->disk.fail_allocate = ENOSPC;
    notice_t notice = {0};
    int64_t accepted = 0;
    while (!notice.low) {
        commit_t commit = {0};
        notice = submit(committer, &commit);
        assert_int_equal(commit.err, ERR_OK);
        accepted++;
        while (!notice.low && committer_receive(committer, false, &notice)) {
        }
    }
    box->disk.fail_allocate = 0;
    while (notice.low) {
        assert_true(committer_receive(committer, true, &notice));
    }
    assert_true(accepted < BOX_SEGMENT_BYTES / 64);
    committer_destroy(&committer);
}

static void backup_keeps_segments_until_it_is_done(void **state)
{
    box_t *box = *state;
    make_log(box);
    char path[128];
    snprintf(path, sizeof path, "%s/backup.lock", box->folder);
    disk_t *disk = &box->disk.calls;
    int backup = disk->open(disk, path, O_RDWR | O_CREAT);
    assert_int_equal(disk->lock(disk, backup), 0);
    assert_int_equal(journal_trim(box->journal, 3, &box->fault), ERR_CONFLICT);
    box_segment_file(box, 1, path);
    assert_int_equal(access(path, F_OK), 0);
    disk->close(disk, backup);
    assert_int_equal(journal_trim(box->journal, 3, &box->fault), ERR_OK);
    assert_int_not_equal(access(path, F_OK), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, box_setup, box_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whole_log_has_no_damage),
        TEST(damage_in_a_sealed_segment_is_found),
        TEST(sync_that_was_put_off_is_made_and_its_failure_is_told),
        TEST(log_is_low_while_there_is_no_room_for_the_next_segment),
        TEST(backup_keeps_segments_until_it_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
