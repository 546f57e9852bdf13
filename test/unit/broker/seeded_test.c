// SPDX-License-Identifier: MPL-2.0
// Random clients, failures and crashes against a model of what was promised: what is acknowledged
// is kept, what is settled never comes back, offsets are dense, a key keeps its order. A failing
// seed is printed, and gives the same run again.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rig.h"
#include "test/unit/test.h"

enum { SEEDS = 40, STEPS = 600, RECORDS_MAX = 4096, CONSUMERS = 3, KEYS = 3, DELIVERIES_MAX = 4 };

typedef enum { UNKNOWN, PUBLISHED, SETTLED, BURIED } fate_t;

// What is known of an offset.
typedef struct {
    fate_t fate;
    char payload[16];
    char key[4];
    bool delivered;
    bool exhausted; // delivered so often that it may be a dead letter by now
} known_t;

typedef struct {
    rig_t *rig;
    uint64_t random;
    known_t known[RECORDS_MAX];
    int64_t next_payload;
    int64_t highest; // acknowledged offset
    struct {
        int64_t id;
        char payload[16];
        char key[4];
    } asked[RECORDS_MAX]; // publishes by order
    int64_t asked_count;
    struct {
        int64_t id;
        int64_t offset;
        fate_t fate;
    } settling[RECORDS_MAX];
    int64_t settling_count;
    struct {
        const char *name;
        int64_t held[64];
        int64_t held_count;
    } consumers[CONSUMERS];
} model_t;

// splitmix64 (Steele, Lea and Flood 2014).
static uint64_t draw(model_t *model, uint64_t below)
{
    uint64_t z = model->random += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return (z ^ z >> 31) % below;
}

static void connect_all(model_t *model)
{
    static const char *const NAMES[CONSUMERS] = {"c0", "c1", "c2"};
    rig_hello(model->rig, "p");
    for (int i = 0; i < CONSUMERS; i++) {
        model->consumers[i].name = NAMES[i];
        model->consumers[i].held_count = 0;
        rig_hello(model->rig, NAMES[i]);
        rig_consume(model->rig, NAMES[i], "jobs", "g", 1 + (int64_t)draw(model, 4));
    }
}

static void publish(model_t *model)
{
    int64_t i = model->asked_count++;
    snprintf(model->asked[i].payload, sizeof model->asked[i].payload, "r%lld",
             (long long)model->next_payload++);
    uint64_t key = draw(model, KEYS + 1);
    snprintf(model->asked[i].key, sizeof model->asked[i].key, key < KEYS ? "k%d" : "", (int)key);
    model->asked[i].id =
        rig_publish(model->rig, "p", "jobs", key < KEYS ? model->asked[i].key : NULL,
                    model->asked[i].payload, model->asked[i].payload);
}

static void take_published(model_t *model, const hdr_published_t *published)
{
    for (int64_t i = 0; i < model->asked_count; i++) {
        if (model->asked[i].id == published->id) {
            known_t *known = &model->known[published->offset];
            bool same =
                known->payload[0] == '\0' || strcmp(known->payload, model->asked[i].payload) == 0;
            assert_true(same);                               // an offset is given once
            strcpy(known->payload, model->asked[i].payload); // NOLINT: of the same size
            strcpy(known->key, model->asked[i].key);         // NOLINT: of the same size
            known->fate = known->fate == UNKNOWN ? PUBLISHED : known->fate;
            model->highest =
                published->offset > model->highest ? published->offset : model->highest;
        }
    }
}

// All earlier acknowledged records of the key must be done with.
static void check_order(const model_t *model, const hdr_record_t *record)
{
    for (int64_t i = 0; record->key.size > 0 && i < record->offset; i++) {
        const known_t *earlier = &model->known[i];
        if (earlier->fate == PUBLISHED && !earlier->exhausted &&
            view_equals(record->key, earlier->key)) {
            bool on_its_way = false; // settled, and the confirmation was lost in a crash
            for (int64_t k = 0; k < model->settling_count; k++) {
                on_its_way = on_its_way || model->settling[k].offset == i;
            }
            assert_true(on_its_way);
        }
    }
}

static void take_record(model_t *model, int consumer, const hdr_record_t *record)
{
    known_t *known = &model->known[record->offset];
    assert_true(known->fate == UNKNOWN || known->fate == PUBLISHED);
    if (known->payload[0] == '\0') {
        snprintf(known->payload, sizeof known->payload, "%.15s", model->rig->payload);
    }
    assert_string_equal(known->payload, model->rig->payload);
    check_order(model, record);
    known->delivered = true;
    known->exhausted = known->exhausted || record->deliveries >= DELIVERIES_MAX;
    model->consumers[consumer].held[model->consumers[consumer].held_count++ % 64] = record->offset;
}

static void take_done(model_t *model, int64_t id)
{
    for (int64_t i = 0; i < model->settling_count; i++) {
        if (model->settling[i].id == id) {
            model->known[model->settling[i].offset].fate = model->settling[i].fate;
        }
    }
}

// Takes what was sent, in the order in which it was sent.
static void listen(model_t *model)
{
    rig_t *rig = model->rig;
    const char *client;
    while ((client = rig_take_any(rig, NULL))) {
        if (rig->header.kind == HDR_published) {
            take_published(model, &rig->header.published);
        } else if (rig->header.kind == HDR_record) {
            take_record(model, client[1] - '0', &rig->header.record);
        } else if (rig->header.kind == HDR_done) {
            take_done(model, rig->header.done.id);
        }
    }
}

static void settle(model_t *model)
{
    int i = (int)draw(model, CONSUMERS);
    int64_t *count = &model->consumers[i].held_count;
    if (*count == 0) {
        return;
    }
    int64_t offset = model->consumers[i].held[--*count % 64];
    const char *name = model->consumers[i].name;
    uint64_t how = draw(model, 10);
    if (how < 7) {
        int64_t id = rig_ack(model->rig, name, "jobs", "g", offset);
        model->settling[model->settling_count].id = id;
        model->settling[model->settling_count].offset = offset;
        model->settling[model->settling_count++].fate = SETTLED;
    } else if (how < 9) {
        rig_nack(model->rig, name, "jobs", "g", offset, (int64_t)draw(model, 500));
    } else {
        int64_t id = rig_term(model->rig, name, "jobs", "g", offset);
        model->settling[model->settling_count].id = id;
        model->settling[model->settling_count].offset = offset;
        model->settling[model->settling_count++].fate = BURIED;
    }
}

static void disturb(model_t *model)
{
    rig_t *rig = model->rig;
    switch (draw(model, 6)) {
    case 0:
        rig->hold_appends = !rig->hold_appends;
        rig_commit(rig);
        break;
    case 1:
        rig->hold_reads = !rig->hold_reads;
        rig_read(rig);
        break;
    case 2:
        rig_fail(rig, ERR_FULL);
        break;
    case 3:
        rig_gone(rig, model->consumers[draw(model, CONSUMERS)].name);
        break;
    case 4:
        listen(model);
        rig->hold_appends = false;
        rig_restart(rig);
        connect_all(model);
        break;
    default:
        rig_pass(rig, (int64_t)draw(model, 4000));
        break;
    }
}

static void act(model_t *model)
{
    uint64_t what = draw(model, 20);
    if (what < 8) {
        publish(model);
    } else if (what < 17) {
        settle(model);
    } else if (what < 19) {
        rig_commit(model->rig);
        rig_read(model->rig);
    } else {
        disturb(model);
    }
    listen(model);
}

// Everything acknowledged and not settled must still come.
static void drain(model_t *model)
{
    rig_t *rig = model->rig;
    rig->hold_appends = false;
    rig->hold_reads = false;
    rig_restart(rig);
    rig_hello(rig, "last");
    rig_consume(rig, "last", "jobs", "g", 64);
    while (rig_take(rig, "last")) {
        if (rig->header.kind == HDR_record) {
            known_t *known = &model->known[rig->header.record.offset];
            assert_true(known->fate == UNKNOWN || known->fate == PUBLISHED);
            int64_t offset = rig->header.record.offset;
            snprintf(known->payload, sizeof known->payload, "%.15s", rig->payload);
            known->delivered = true;
            known->fate = SETTLED;
            rig_ack(rig, "last", "jobs", "g", offset);
        }
    }
    for (int64_t i = 0; i <= model->highest; i++) {
        assert_true(model->known[i].payload[0] != '\0'); // no gap below what was acknowledged
        assert_true(model->known[i].delivered);
    }
}

static void run_seed(uint64_t seed)
{
    core_options_t options = {
        .segment_bytes = 4096, .window = 8, .ack_wait_ms = 3000, .deliveries_max = DELIVERIES_MAX};
    model_t *model = mem_new(sizeof *model);
    model->random = seed;
    model->highest = -1;
    model->rig = rig_new(&options);
    connect_all(model);
    for (int i = 0; i < STEPS; i++) {
        act(model);
    }
    drain(model);
    rig_free(model->rig);
    free(model);
}

static void random_work_keeps_its_promises(void **state)
{
    (void)state;
    const char *only = getenv("SEED");
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        uint64_t used = only ? strtoull(only, NULL, 10) : seed;
        print_message("seed %llu\n", (unsigned long long)used);
        run_seed(used);
        if (only) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_work_keeps_its_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
