// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "test/unit/test.h"

enum { MANY = 200 };

static int setup(void **state)
{
    fixture_t *fixture = malloc(sizeof *fixture);
    fixture_new(fixture);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    fixture_release(*state);
    free(*state);
    return 0;
}

// What was published, and what came of it.
typedef struct {
    int64_t wanted;
    int64_t published;
    int64_t duplicates;
    int64_t failed;
    bool done;
} ledger_t;

static void on_published(void *context, const fault_t *fault, int64_t offset, bool duplicate)
{
    ledger_t *ledger = context;
    ledger->published += fault == NULL;
    ledger->failed += fault != NULL;
    ledger->duplicates += duplicate;
    ledger->done = ledger->published + ledger->failed >= ledger->wanted;
    assert_true(offset >= 0);
}

static void publish(bus_t *bus, const char *key, const char *message_id, const char *text,
                    ledger_t *ledger)
{
    fault_t fault;
    bus_publish_t record = {
        .topic = "jobs", .key = key, .message_id = message_id, .payload = {text, strlen(text)}};
    assert_int_equal(bus_publish(bus, &record, on_published, ledger, &fault), ERR_OK);
}

// A consumer that acknowledges, or does what it is told to.
typedef enum { ACK, KEEP, NACK, TERM } manner_t;

typedef struct {
    bus_t *bus;
    const char *topic;
    manner_t manner;
    int64_t wanted;
    int64_t records;
    int64_t settled;
    int64_t refused;
    int64_t last_offset;
    int64_t last_deliveries;
    char last[64];
    char reason[64];
    char origin[64];
    bool seen[MANY];
    bool got;
    bool done;
} consumer_t;

static void on_settled(void *context, const fault_t *fault)
{
    consumer_t *consumer = context;
    consumer->settled += fault == NULL;
    consumer->refused += fault != NULL;
    consumer->done = consumer->settled >= consumer->wanted;
}

static void on_record(void *context, const bus_record_t *record)
{
    consumer_t *consumer = context;
    consumer->records++;
    consumer->got = true;
    consumer->last_offset = record->offset;
    consumer->last_deliveries = record->deliveries;
    snprintf(consumer->last, sizeof consumer->last, "%.*s", (int)record->payload.size,
             (const char *)record->payload.data);
    snprintf(consumer->reason, sizeof consumer->reason, "%s", record->reason);
    snprintf(consumer->origin, sizeof consumer->origin, "%s", record->origin_topic);
    if (record->offset < MANY) {
        consumer->seen[record->offset] = true;
    }
    const char *topic = record->topic;
    const char *group = record->group;
    if (consumer->manner == ACK) {
        bus_ack(consumer->bus, topic, group, record->offset, on_settled, consumer);
    } else if (consumer->manner == NACK) {
        bus_nack(consumer->bus, topic, group, record->offset, 0, "not today", on_settled, consumer);
    } else if (consumer->manner == TERM) {
        bus_term(consumer->bus, topic, group, record->offset, "never", on_settled, consumer);
    }
}

static void consume(consumer_t *consumer, const char *topic, int64_t credit, int64_t deliveries_max)
{
    fault_t fault;
    bus_consume_t options = {
        .topic = topic, .group = "workers", .credit = credit, .deliveries_max = deliveries_max};
    consumer->topic = topic;
    assert_int_equal(bus_consume(consumer->bus, &options, on_record, consumer, &fault), ERR_OK);
}

static void published_records_are_consumed_once_each(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    bus_t *publisher = fixture_bus(fixture, "gateway", "1");
    consumer_t consumer = {.bus = fixture_bus(fixture, "worker", "1"), .wanted = MANY};
    consume(&consumer, "jobs", 16, 0);
    ledger_t ledger = {.wanted = MANY};
    for (int i = 0; i < MANY; i++) {
        publish(publisher, NULL, NULL, "work", &ledger);
    }
    fixture_run_two(publisher, consumer.bus, &consumer.done);
    assert_int_equal(ledger.published, MANY);
    assert_int_equal(consumer.records, MANY);
    bus_destroy(&publisher);
    bus_destroy(&consumer.bus);
}

static void record_of_a_consumer_that_left_goes_to_another_uncounted(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    consumer_t first = {.bus = fixture_bus(fixture, "worker", "1"), .manner = KEEP};
    consumer_t second = {.bus = fixture_bus(fixture, "worker", "2"), .wanted = 1};
    ledger_t ledger = {.wanted = 1};
    publish(second.bus, NULL, NULL, "work", &ledger);
    consume(&first, "jobs", 1, 0);
    fixture_run_two(first.bus, second.bus, &first.got);
    bus_destroy(&first.bus);
    consume(&second, "jobs", 1, 0);
    fixture_run(second.bus, &second.done);
    assert_int_equal(second.last_deliveries, 1);
    bus_destroy(&second.bus);
}

static void lease_that_passes_brings_the_record_back_and_the_late_ack_is_stale(void **state)
{
    fixture_t *fixture = *state;
    fixture->core.ack_wait_ms = 100;
    fixture_start(fixture);
    consumer_t slow = {.bus = fixture_bus(fixture, "worker", "1"), .manner = KEEP};
    consumer_t quick = {.bus = fixture_bus(fixture, "worker", "2"), .wanted = 1};
    ledger_t ledger = {.wanted = 1};
    publish(quick.bus, NULL, NULL, "work", &ledger);
    consume(&slow, "jobs", 1, 0);
    fixture_run_two(slow.bus, quick.bus, &slow.got);
    bus_unconsume(slow.bus, "jobs", "workers"); // so that the record goes to the other
    consume(&quick, "jobs", 1, 0);
    fixture_run_two(slow.bus, quick.bus, &quick.done);
    bool told = false;
    bus_ack(slow.bus, "jobs", "workers", 0, on_settled, &slow);
    while (!told) {
        bool never = false;
        bus_run(slow.bus, &never, 10);
        told = slow.refused > 0;
    }
    assert_int_equal(slow.settled, 0);
    bus_destroy(&slow.bus);
    bus_destroy(&quick.bus);
}

static void record_refused_too_often_is_a_dead_letter_with_its_reason(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    consumer_t worker = {.bus = fixture_bus(fixture, "worker", "1"), .manner = NACK, .wanted = 3};
    consumer_t undertaker = {.bus = fixture_bus(fixture, "gateway", "1"), .wanted = 1};
    consume(&worker, "jobs", 1, 3);
    consume(&undertaker, "dead.jobs.workers", 1, 0);
    ledger_t ledger = {.wanted = 1};
    publish(undertaker.bus, "k", NULL, "poison", &ledger);
    fixture_run_two(worker.bus, undertaker.bus, &undertaker.done);
    assert_int_equal(worker.records, 3);
    assert_string_equal(undertaker.last, "poison");
    assert_string_equal(undertaker.reason, "not today");
    assert_string_equal(undertaker.origin, "jobs");
    bus_destroy(&worker.bus);
    bus_destroy(&undertaker.bus);
}

static void termed_record_is_a_dead_letter_at_once(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    consumer_t worker = {.bus = fixture_bus(fixture, "worker", "1"), .manner = TERM, .wanted = 1};
    consumer_t undertaker = {.bus = fixture_bus(fixture, "gateway", "1"), .wanted = 1};
    consume(&worker, "jobs", 1, 3);
    consume(&undertaker, "dead.jobs.workers", 1, 0);
    ledger_t ledger = {.wanted = 1};
    publish(undertaker.bus, NULL, NULL, "poison", &ledger);
    fixture_run_two(worker.bus, undertaker.bus, &undertaker.done);
    assert_string_equal(undertaker.reason, "never");
    bus_destroy(&worker.bus);
    bus_destroy(&undertaker.bus);
}

static void restart_with_publishes_in_flight_loses_and_doubles_nothing(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    bus_t *publisher = fixture_bus(fixture, "gateway", "1");
    ledger_t first = {.wanted = MANY / 4};
    ledger_t all = {.wanted = MANY};
    for (int i = 0; i < MANY; i++) {
        publish(publisher, NULL, NULL, "work", i < MANY / 4 ? &first : &all);
    }
    all.wanted -= MANY / 4;
    fixture_run(publisher, &first.done); // the others are somewhere on their way
    fixture_stop(fixture);
    fixture_start(fixture);
    fixture_run(publisher, &all.done);
    assert_int_equal(first.failed + all.failed, 0);
    consumer_t consumer = {.bus = fixture_bus(fixture, "worker", "1"), .wanted = MANY};
    consume(&consumer, "jobs", 64, 0);
    fixture_run(consumer.bus, &consumer.done);
    assert_int_equal(consumer.records, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_true(consumer.seen[i]); // dense from 0
    }
    bus_destroy(&publisher);
    bus_destroy(&consumer.bus);
}

static void repeated_message_id_is_a_duplicate_after_a_restart_too(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    bus_t *publisher = fixture_bus(fixture, "gateway", "1");
    ledger_t ledger = {.wanted = 1};
    publish(publisher, NULL, "jb_1", "work", &ledger);
    fixture_run(publisher, &ledger.done);
    fixture_stop(fixture);
    fixture_start(fixture);
    ledger_t again = {.wanted = 1};
    publish(publisher, NULL, "jb_1", "work", &again);
    fixture_run(publisher, &again.done);
    assert_int_equal(ledger.duplicates, 0);
    assert_int_equal(again.duplicates, 1);
    bus_destroy(&publisher);
}

static void confirmed_acks_survive_a_restart(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    bus_t *publisher = fixture_bus(fixture, "gateway", "1");
    consumer_t before = {.bus = fixture_bus(fixture, "worker", "1"), .wanted = 10};
    consume(&before, "jobs", 4, 0);
    ledger_t ledger = {.wanted = 10};
    for (int i = 0; i < 10; i++) {
        publish(publisher, NULL, NULL, "first", &ledger);
    }
    fixture_run_two(publisher, before.bus, &before.done);
    bus_destroy(&before.bus);
    fixture_stop(fixture);
    fixture_start(fixture);
    consumer_t after = {.bus = fixture_bus(fixture, "worker", "2"), .wanted = 1};
    consume(&after, "jobs", 4, 0);
    publish(publisher, NULL, NULL, "second", &ledger);
    fixture_run_two(publisher, after.bus, &after.done);
    assert_string_equal(after.last, "second");
    assert_int_equal(after.last_offset, 10);
    assert_int_equal(after.records, 1);
    bus_destroy(&publisher);
    bus_destroy(&after.bus);
}

static void consumer_gets_records_again_after_a_broker_restart(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    consumer_t consumer = {.bus = fixture_bus(fixture, "worker", "1"), .wanted = 1};
    consume(&consumer, "jobs", 4, 0);
    ledger_t ledger = {.wanted = 1};
    publish(consumer.bus, NULL, NULL, "first", &ledger);
    fixture_run(consumer.bus, &consumer.done);
    fixture_stop(fixture);
    fixture_start(fixture);
    consumer.wanted = 2;
    consumer.done = false;
    publish(consumer.bus, NULL, NULL, "second", &ledger);
    fixture_run(consumer.bus, &consumer.done);
    assert_string_equal(consumer.last, "second");
    bus_destroy(&consumer.bus);
}

static void publish_wait_tells_the_offset(void **state)
{
    fixture_t *fixture = *state;
    fixture_start(fixture);
    bus_t *publisher = fixture_bus(fixture, "gateway", "1");
    bus_publish_t record = {.topic = "jobs", .payload = {"x", 1}};
    int64_t offset = -1;
    fault_t fault;
    assert_int_equal(bus_publish_wait(publisher, &record, FIXTURE_WAIT_MS, &offset, &fault),
                     ERR_OK);
    assert_int_equal(offset, 0);
    record.topic = "dead.jobs.workers";
    assert_int_equal(bus_publish_wait(publisher, &record, FIXTURE_WAIT_MS, &offset, &fault),
                     ERR_FORBIDDEN);
    bus_destroy(&publisher);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(published_records_are_consumed_once_each, setup, teardown),
        cmocka_unit_test_setup_teardown(record_of_a_consumer_that_left_goes_to_another_uncounted,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            lease_that_passes_brings_the_record_back_and_the_late_ack_is_stale, setup, teardown),
        cmocka_unit_test_setup_teardown(record_refused_too_often_is_a_dead_letter_with_its_reason,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(termed_record_is_a_dead_letter_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(restart_with_publishes_in_flight_loses_and_doubles_nothing,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(repeated_message_id_is_a_duplicate_after_a_restart_too,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(confirmed_acks_survive_a_restart, setup, teardown),
        cmocka_unit_test_setup_teardown(consumer_gets_records_again_after_a_broker_restart, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(publish_wait_tells_the_offset, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
