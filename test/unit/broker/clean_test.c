// SPDX-License-Identifier: MPL-2.0
// Space comes back, and nothing that is needed goes with it.
#include "rig.h"
#include "test/unit/test.h"

enum { SEGMENT_BYTES = 4096, NUMBERED = 150 };

static const char PAYLOAD[] =
    "a payload that takes some room, so that segments fill up in a few dozen records";

static rig_t *small_rig(int64_t window)
{
    core_options_t options = {.segment_bytes = SEGMENT_BYTES, .window = window};
    rig_t *rig = rig_new(&options);
    rig_hello(rig, "p");
    return rig;
}

static size_t log_bytes(const rig_t *rig)
{
    size_t bytes = 0;
    for (size_t i = 0; i < rig->log_count; i++) {
        bytes += rig->log[i].bytes.size;
    }
    return bytes;
}

static void work_through(rig_t *rig, const char *client, int64_t first, int64_t count)
{
    for (int64_t i = first; i < first + count; i++) {
        rig_publish(rig, "p", "events", NULL, NULL, PAYLOAD);
        assert_int_equal(rig_expect(rig, "p", HDR_published)->published.offset, i);
        rig_expect_record(rig, client, i, 1);
        rig_ack(rig, client, "events", "g", i);
        rig_expect(rig, client, HDR_done);
    }
}

static void settled_records_do_not_fill_the_log(void **state)
{
    (void)state;
    rig_t *rig = small_rig(16);
    rig_consumer(rig, "c", "events", 1);
    work_through(rig, "c", 0, 2000);
    assert_true(log_bytes(rig) < 5 * SEGMENT_BYTES);
    rig_restart(rig);
    rig_hello(rig, "p");
    rig_consumer(rig, "c", "events", 1);
    rig_expect_none(rig, "c");
    work_through(rig, "c", 2000, 10); // no offset is given twice
    rig_free(rig);
}

static void publish_numbered(rig_t *rig, int64_t sequence)
{
    header_t header = {.kind = HDR_publish,
                       .publish = {.id = ++rig->next_id,
                                   .topic = view_of("events"),
                                   .producer = view_of("me"),
                                   .sequence = sequence}};
    rig_send(rig, "p", &header, PAYLOAD);
}

// The snapshot and the records that are still there overlap.
static void sequences_are_known_when_their_records_are_gone(void **state)
{
    (void)state;
    rig_t *rig = small_rig(16);
    rig_consumer(rig, "c", "events", 1);
    for (int64_t i = 0; i < 500; i++) {
        publish_numbered(rig, i);
        assert_int_equal(rig_expect(rig, "p", HDR_published)->published.offset, i);
        rig_expect_record(rig, "c", i, 1);
        rig_ack(rig, "c", "events", "g", i);
        rig_expect(rig, "c", HDR_done);
    }
    rig_restart(rig);
    rig_hello(rig, "p");
    for (int64_t i = 0; i < 500; i++) {
        publish_numbered(rig, i);
        const hdr_published_t *published = &rig_expect(rig, "p", HDR_published)->published;
        assert_true(published->duplicate);
        assert_int_equal(published->offset, i);
    }
    rig_free(rig);
}

static void returns_without_end_do_not_fill_the_log(void **state)
{
    (void)state;
    rig_t *rig = small_rig(16);
    rig_consumer(rig, "c", "jobs", 1);
    rig_publish(rig, "p", "jobs", NULL, NULL, "poison");
    rig_expect_record(rig, "c", 0, 1);
    rig_term(rig, "c", "jobs", "g", 0);
    rig_expect(rig, "c", HDR_done);
    rig_consumer(rig, "u", "dead.jobs.g", 1);
    rig_expect_record(rig, "u", 0, 1);
    for (int i = 2; i < 1000; i++) { // a dead letter may be returned for ever
        rig_nack(rig, "u", "dead.jobs.g", "g", 0, 0);
        rig_expect_record(rig, "u", 0, i);
        rig_expect(rig, "u", HDR_done);
    }
    assert_true(log_bytes(rig) < 5 * SEGMENT_BYTES);
    rig_free(rig);
}

static void one_unsettled_record_does_not_pin_the_log_and_is_kept(void **state)
{
    (void)state;
    rig_t *rig = small_rig(16);
    rig_consumer(rig, "slow", "jobs", 1);
    rig_publish(rig, "p", "jobs", "k", "jb_1", "the one");
    rig_expect(rig, "p", HDR_published);
    rig_expect_record(rig, "slow", 0, 1);
    rig_consumer(rig, "c", "events", 1);
    work_through(rig, "c", 0, 2000);
    assert_true(log_bytes(rig) < 5 * SEGMENT_BYTES);
    rig_restart(rig);
    rig_consumer(rig, "slow", "jobs", 1);
    rig_expect(rig, "slow", HDR_record);
    assert_string_equal(rig->payload, "the one");
    assert_true(view_equals(rig->header.record.key, "k"));
    rig_free(rig);
}

static void message_ids_of_settled_records_are_still_known(void **state)
{
    (void)state;
    rig_t *rig = small_rig(16);
    rig_consumer(rig, "w", "jobs", 1);
    rig_publish(rig, "p", "jobs", NULL, "jb_1", "x");
    rig_expect(rig, "p", HDR_published);
    rig_expect_record(rig, "w", 0, 1);
    rig_ack(rig, "w", "jobs", "g", 0);
    rig_expect(rig, "w", HDR_done);
    rig_consumer(rig, "c", "events", 1);
    work_through(rig, "c", 0, 1000);
    for (int i = 0; i < 2; i++) {
        rig_publish(rig, "p", "jobs", NULL, "jb_1", "x");
        const header_t *published = rig_expect(rig, "p", HDR_published);
        assert_true(published->published.duplicate);
        assert_int_equal(published->published.offset, 0);
        rig_restart(rig);
        rig_hello(rig, "p");
    }
    rig_consumer(rig, "w", "jobs", 1);
    rig_expect_none(rig, "w");
    rig_free(rig);
}

static void records_without_a_group_wait_for_one(void **state)
{
    (void)state;
    rig_t *rig = small_rig(16);
    rig_publish(rig, "p", "jobs", NULL, NULL, "early");
    rig_expect(rig, "p", HDR_published);
    rig_consumer(rig, "c", "events", 1);
    work_through(rig, "c", 0, 1000);
    rig_restart(rig);
    rig_consumer(rig, "w", "jobs", 1);
    rig_expect_record(rig, "w", 0, 1);
    assert_string_equal(rig->payload, "early");
    rig_free(rig);
}

static void settlements_out_of_order_survive_the_cleaning(void **state)
{
    (void)state;
    rig_t *rig = small_rig(16);
    rig_consumer(rig, "w", "jobs", 64);
    for (int64_t i = 0; i < 40; i++) {
        rig_publish(rig, "p", "jobs", NULL, NULL, "x");
        rig_expect(rig, "p", HDR_published);
        rig_expect_record(rig, "w", i, 1);
    }
    for (int64_t i = 1; i < 40; i += 2) {
        rig_ack(rig, "w", "jobs", "g", i);
        rig_expect(rig, "w", HDR_done);
    }
    rig_consumer(rig, "c", "events", 1);
    work_through(rig, "c", 0, 1000);
    rig_restart(rig);
    rig_consumer(rig, "w", "jobs", 64);
    for (int64_t i = 0; i < 40; i += 2) {
        assert_int_equal(rig_expect(rig, "w", HDR_record)->record.offset, i);
    }
    rig_expect_none(rig, "w");
    rig_free(rig);
}

static void cleaning_that_the_disk_refuses_is_given_up_for_a_while(void **state)
{
    (void)state;
    rig_t *rig = small_rig(16);
    rig_consumer(rig, "w", "jobs", 1);
    rig_publish(rig, "p", "jobs", NULL, NULL, "kept");
    rig_expect(rig, "p", HDR_published);
    rig_expect_record(rig, "w", 0, 1);
    rig_consumer(rig, "c", "events", 1);
    int64_t done = 0;
    int64_t failures = 0;
    while (failures < 50) { // each cleaning meets the disk at another moment
        work_through(rig, "c", done, 5);
        done += 5;
        rig->hold_appends = true;
        rig_publish(rig, "p", "events", NULL, NULL, PAYLOAD);
        rig_fail(rig, ERR_FULL);
        rig_expect_fault(rig, "p", HDR_refused, ERR_FULL);
        rig->hold_appends = false;
        failures++;
    }
    work_through(rig, "c", done, 1000);
    rig_restart(rig);
    rig_consumer(rig, "w", "jobs", 1);
    rig_expect(rig, "w", HDR_record);
    assert_string_equal(rig->payload, "kept");
    rig_free(rig);
}

static size_t noted_counts(const rig_t *rig)
{
    size_t noted = 0;
    for (size_t i = 0; i < rig->log_count; i++) {
        entry_t entry;
        view_t body;
        fault_t fault;
        view_t bytes = {rig->log[i].bytes.data, rig->log[i].bytes.size};
        assert_int_equal(entry_unpack(bytes, &entry, &body, &fault), ERR_OK);
        noted += entry.kind == ENT_delivered;
    }
    return noted;
}

static void delivery_counts_of_settled_records_do_not_stay_in_the_log(void **state)
{
    (void)state;
    rig_t *rig = small_rig(16);
    rig_consumer(rig, "c", "events", 20);
    for (int64_t i = 0; i < 20; i++) {
        rig_publish(rig, "p", "events", NULL, NULL, PAYLOAD);
        rig_expect(rig, "p", HDR_published);
        rig_expect_record(rig, "c", i, 1);
    }
    rig_gone(rig, "c"); // what was delivered counts
    rig_consumer(rig, "d", "events", 20);
    rig_pass(rig, 1000);
    assert_true(noted_counts(rig) >= 20);
    for (int64_t i = 0; i < 20; i++) {
        rig_ack(rig, "d", "events", "g", i);
    }
    rig_restart(rig);
    rig_hello(rig, "p");
    rig_consumer(rig, "c", "events", 1);
    work_through(rig, "c", 20, 500); // segments with the counts go
    assert_int_equal(noted_counts(rig), 0);
    rig_free(rig);
}

// The first sequences are settled; the state of the cleaning that follows waits behind the next.
static rig_t *rig_with_state_behind_a_publish(void)
{
    rig_t *rig = small_rig(16);
    rig_consumer(rig, "c", "events", NUMBERED);
    for (int64_t i = 0; i < NUMBERED; i++) {
        publish_numbered(rig, i);
        rig_expect(rig, "p", HDR_published);
        rig_expect_record(rig, "c", i, 1);
    }
    rig->hold_appends = true;
    for (int64_t i = 0; i < NUMBERED; i++) {
        rig_ack(rig, "c", "events", "g", i);
    }
    size_t acks = rig->unit_count;
    publish_numbered(rig, NUMBERED);
    while (acks-- > 0) {
        rig_commit_one(rig);
    }
    assert_true(rig->unit_count > 1);
    return rig;
}

// Publishes the next sequence once more, behind a restart.
static const hdr_published_t *publish_again(rig_t *rig)
{
    while (rig->trim_before == 0) { // the next cleaning would write another state
        rig_commit_one(rig);
    }
    rig->hold_appends = false;
    rig_restart(rig);
    rig_hello(rig, "p");
    publish_numbered(rig, NUMBERED);
    return &rig_expect(rig, "p", HDR_published)->published;
}

static void state_of_a_cleaning_is_without_what_the_disk_refuses(void **state)
{
    (void)state;
    rig_t *rig = rig_with_state_behind_a_publish();
    rig_fail_one(rig, ERR_FULL);
    rig_expect_fault(rig, "p", HDR_refused, ERR_FULL);
    const hdr_published_t *published = publish_again(rig);
    assert_false(published->duplicate);
    assert_int_equal(published->offset, NUMBERED); // no offset is left out
    rig_free(rig);
}

static void sequences_in_front_of_a_state_that_is_without_them_are_known(void **state)
{
    (void)state;
    rig_t *rig = rig_with_state_behind_a_publish();
    const hdr_published_t *published = publish_again(rig);
    assert_true(published->duplicate);
    assert_int_equal(published->offset, NUMBERED);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settled_records_do_not_fill_the_log),
        cmocka_unit_test(sequences_are_known_when_their_records_are_gone),
        cmocka_unit_test(returns_without_end_do_not_fill_the_log),
        cmocka_unit_test(one_unsettled_record_does_not_pin_the_log_and_is_kept),
        cmocka_unit_test(message_ids_of_settled_records_are_still_known),
        cmocka_unit_test(records_without_a_group_wait_for_one),
        cmocka_unit_test(settlements_out_of_order_survive_the_cleaning),
        cmocka_unit_test(cleaning_that_the_disk_refuses_is_given_up_for_a_while),
        cmocka_unit_test(delivery_counts_of_settled_records_do_not_stay_in_the_log),
        cmocka_unit_test(state_of_a_cleaning_is_without_what_the_disk_refuses),
        cmocka_unit_test(sequences_in_front_of_a_state_that_is_without_them_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
