// SPDX-License-Identifier: MPL-2.0
// Many records in one message: published, delivered, acknowledged; and repeats among them.
#include <string.h>

#include "rig.h"
#include "test/unit/test.h"

// A batch of one-letter records "a", "b", ...; `key` for all.
static int64_t send_batch(rig_t *rig, int64_t count, int64_t sequence, const char *producer,
                          const char *key)
{
    buf_t list = {0};
    codec_pack_list((uint32_t)count, &list);
    for (int64_t i = 0; i < count; i++) {
        hdr_part_t part = {.bytes = 1, .key = view_of(key)};
        codec_pack_array(&envelope_row(HDR_part)->schema, &part, &list);
    }
    header_t header = {.kind = HDR_publish_batch,
                       .publish_batch = {.id = rig->next_id + 1,
                                         .topic = view_of("jobs"),
                                         .count = count,
                                         .producer = view_of(producer),
                                         .sequence = sequence}};
    rig->next_id += count;
    rig_send_frames(rig, "p", &header, (view_t){list.data, list.size},
                    (view_t){"abcdefghijklmnopqrstuvwxyz", (size_t)count});
    buf_release(&list);
    return header.publish_batch.id;
}

static void expect_published(rig_t *rig, int64_t id, int64_t offset, int64_t count, bool duplicate)
{
    const hdr_published_t *published = &rig_expect(rig, "p", HDR_published)->published;
    assert_int_equal(published->id, id);
    assert_int_equal(published->offset, offset);
    assert_int_equal(published->count > 1 ? published->count : 1, count);
    assert_int_equal(published->duplicate, duplicate);
}

static void consume_batches(rig_t *rig, int64_t credit, int64_t batch)
{
    header_t header = {.kind = HDR_consume,
                       .consume = {.id = ++rig->next_id,
                                   .topic = view_of("jobs"),
                                   .group = view_of("g"),
                                   .credit = credit,
                                   .batch = batch}};
    rig_send(rig, "c", &header, NULL);
    rig_expect(rig, "c", HDR_done);
}

static int64_t ack_range(rig_t *rig, int64_t offset, int64_t count)
{
    header_t header = {.kind = HDR_ack,
                       .ack = {.id = rig->next_id + 1,
                               .topic = view_of("jobs"),
                               .group = view_of("g"),
                               .offset = offset,
                               .count = count}};
    rig->next_id += count;
    rig_send(rig, "c", &header, NULL);
    return header.ack.id;
}

static void batch_is_one_append_and_one_answer(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(0);
    int64_t id = send_batch(rig, 5, 0, NULL, NULL);
    expect_published(rig, id, 0, 5, false);
    rig_expect_none(rig, "p");
    rig_free(rig);
}

static void batch_that_fails_gives_its_offsets_back(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(0);
    rig->hold_appends = true;
    int64_t id = send_batch(rig, 3, 1, "me", NULL);
    rig_fail(rig, ERR_FULL);
    for (int64_t i = 0; i < 3; i++) {
        rig_expect_fault(rig, "p", HDR_refused, ERR_FULL);
        assert_int_equal(rig->header.refused.id, id + i);
    }
    rig->hold_appends = false;
    id = send_batch(rig, 3, 1, "me", NULL);
    expect_published(rig, id, 0, 3, false);
    rig_free(rig);
}

static void sequences_of_a_producer_are_stored_once_over_restarts(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(0);
    int64_t id = send_batch(rig, 4, 10, "me", NULL);
    expect_published(rig, id, 0, 4, false);
    id = send_batch(rig, 4, 12, "me", NULL); // 12 and 13 are there
    expect_published(rig, id, 2, 1, true);
    expect_published(rig, id + 1, 3, 1, true);
    expect_published(rig, id + 2, 4, 2, false);
    rig_restart(rig);
    rig_hello(rig, "p");
    id = send_batch(rig, 2, 14, "me", NULL);
    expect_published(rig, id, 4, 1, true);
    expect_published(rig, id + 1, 5, 1, true);
    id = send_batch(rig, 1, 14, "you", NULL);
    expect_published(rig, id, 6, 1, false);
    rig_free(rig);
}

static void repeat_waits_for_the_record_on_its_way(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(0);
    rig->hold_appends = true;
    int64_t id = send_batch(rig, 1, 1, "me", NULL);
    int64_t again = send_batch(rig, 1, 1, "me", NULL);
    rig_expect_none(rig, "p");
    rig_commit(rig);
    expect_published(rig, id, 0, 1, false);
    expect_published(rig, again, 0, 1, true);
    rig_free(rig);
}

static void parts_and_bytes_must_be_as_announced(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(0);
    header_t header = {.kind = HDR_publish_batch,
                       .publish_batch = {.id = 50, .topic = view_of("jobs"), .count = 2}};
    static const char ONE[] = "\x91\x92\x1e\x01";
    static const char TWO[] = "\x92\x92\x1e\x01\x92\x1e\x01";
    static const struct {
        view_t list;
        view_t payload;
        err_t code;
    } CASES[] = {
        {{ONE, 4}, {"ab", 2}, ERR_MALFORMED},
        {{TWO, 7}, {"a", 1}, ERR_MALFORMED},
        {{TWO, 7}, {"abc", 3}, ERR_MALFORMED},
        {{TWO, 6}, {"ab", 2}, ERR_MALFORMED},
        {{"\x92\x91\x1e\x92\x1e\x01", 6}, {"ab", 2}, ERR_INVALID},
        {{"", 0}, {"", 0}, ERR_MALFORMED},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        rig_send_frames(rig, "p", &header, CASES[i].list, CASES[i].payload);
        rig_expect_fault(rig, "p", HDR_refused, CASES[i].code);
        rig_expect_fault(rig, "p", HDR_refused, CASES[i].code);
        rig_expect_none(rig, "p");
    }
    int64_t id = send_batch(rig, 1, 0, NULL, NULL);
    expect_published(rig, id, 0, 1, false);
    rig_free(rig);
}

static void records_come_in_batches_to_who_asks_for_them(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(0);
    rig_hello(rig, "c");
    send_batch(rig, 5, 0, NULL, NULL);
    consume_batches(rig, 4, 3);
    const hdr_records_t *records = &rig_expect(rig, "c", HDR_records)->records;
    assert_int_equal(records->count, 3);
    records = &rig_expect(rig, "c", HDR_records)->records;
    assert_int_equal(records->count, 1);
    rig_expect_none(rig, "c"); // the credit is used up
    rig_free(rig);
}

static void range_is_acknowledged_and_those_not_held_are_named(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(0);
    rig_hello(rig, "c");
    send_batch(rig, 6, 0, NULL, NULL);
    consume_batches(rig, 6, 6);
    rig_expect(rig, "c", HDR_records);
    int64_t id = ack_range(rig, 1, 2);
    const hdr_done_t *done = &rig_expect(rig, "c", HDR_done)->done;
    assert_int_equal(done->id, id);
    assert_int_equal(done->count, 2);
    id = ack_range(rig, 0, 5); // 1 and 2 are settled: 0, then 3 and 4
    rig_expect_fault(rig, "c", HDR_refused, ERR_STALE);
    assert_int_equal(rig->header.refused.id, id + 1);
    rig_expect_fault(rig, "c", HDR_refused, ERR_STALE);
    assert_int_equal(rig_expect(rig, "c", HDR_done)->done.id, id);
    done = &rig_expect(rig, "c", HDR_done)->done;
    assert_int_equal(done->id, id + 3);
    assert_int_equal(done->count, 2);
    rig_restart(rig);
    rig_hello(rig, "c");
    consume_batches(rig, 6, 6);
    assert_int_equal(rig_expect(rig, "c", HDR_records)->records.count, 1);
    rig_free(rig);
}

static void keys_keep_their_order_through_batches(void **state)
{
    (void)state;
    rig_t *rig = rig_with_jobs(0);
    rig_hello(rig, "c");
    send_batch(rig, 3, 0, NULL, "k");
    consume_batches(rig, 3, 3);
    assert_int_equal(rig_expect(rig, "c", HDR_records)->records.count, 1);
    rig_expect_none(rig, "c");
    ack_range(rig, 0, 1);
    rig_expect(rig, "c", HDR_done);
    assert_int_equal(rig_expect(rig, "c", HDR_records)->records.count, 1);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batch_is_one_append_and_one_answer),
        cmocka_unit_test(batch_that_fails_gives_its_offsets_back),
        cmocka_unit_test(sequences_of_a_producer_are_stored_once_over_restarts),
        cmocka_unit_test(repeat_waits_for_the_record_on_its_way),
        cmocka_unit_test(parts_and_bytes_must_be_as_announced),
        cmocka_unit_test(records_come_in_batches_to_who_asks_for_them),
        cmocka_unit_test(range_is_acknowledged_and_those_not_held_are_named),
        cmocka_unit_test(keys_keep_their_order_through_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
