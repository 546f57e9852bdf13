// SPDX-License-Identifier: MPL-2.0
// Random publishes, acknowledgements, seeks, purges and redrives, with commits that come late and a
// log that is cleaned all the while: what the broker says of its topics is the same after a kill.
#include <stdlib.h>
#include <string.h>

#include "rig_admin.h"
#include "test/unit/test.h"

enum { SEEDS = 20, ROUNDS = 12, STEPS = 60 };

static const topic_preset_t PRESETS[] = {{"s", {.kind = TOPIC_STREAM}}};
static const char *const TOPICS[] = {"s", "q"};
static const char *const STARTS[] = {"first", "end", "offset"};

static unsigned int seed;

static int64_t random_below(int64_t bound)
{
    seed = seed * 1103515245U + 12345U;
    return (int64_t)(seed >> 8) % bound;
}

static void hello(rig_t *rig)
{
    static const char *const CLIENTS[] = {"p", "a", "c"};
    for (size_t i = 0; i < 3; i++) {
        rig_hello(rig, CLIENTS[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        rig_consume(rig, "c", TOPICS[i], "g", 4);
    }
}

// The consumer settles what it has been sent, one way or another.
static void settle(rig_t *rig)
{
    while (rig_take(rig, "c")) {
        if (rig->header.kind != HDR_record) {
            continue;
        }
        hdr_record_t record = rig->header.record;
        char topic[LIMIT_NAME_BYTES + 1] = "";
        memcpy(topic, record.topic.data, record.topic.size);
        int64_t how = random_below(10);
        if (how < 6) {
            rig_ack(rig, "c", topic, "g", record.offset);
        } else if (how < 8) {
            rig_term(rig, "c", topic, "g", record.offset);
        }
    }
}

static void change(rig_t *rig)
{
    const char *topic = TOPICS[random_below(2)];
    int64_t at = random_below(40);
    switch (random_below(12)) {
    case 0:
        rig_ask(
            rig, METHOD_group_seek,
            &(msg_group_seek_t){
                .topic = topic, .group = "g", .start = STARTS[random_below(3)], .start_at = at});
        break;
    case 1:
        rig_ask(rig, METHOD_topic_purge, &(msg_topic_purge_t){.topic = topic, .below = at});
        break;
    case 2:
        rig_ask(rig, METHOD_topic_redrive,
                &(msg_topic_redrive_t){.topic = random_below(2) ? "dead.s.g" : "dead.q.g",
                                       .count = random_below(3)});
        break;
    case 3:
        settle(rig);
        break;
    default:
        rig_publish(rig, "p", topic, random_below(3) ? NULL : "key", NULL,
                    "a payload of some length, so that segments fill up");
    }
}

static void work(rig_t *rig)
{
    for (int i = 0; i < STEPS; i++) {
        change(rig);
        if (random_below(6) == 0) {
            rig->hold_appends = !rig->hold_appends;
            if (!rig->hold_appends) {
                rig_commit(rig);
            }
        }
    }
    rig->hold_appends = false;
    for (int i = 0; i < 8; i++) { // until nothing that was asked for is open
        rig_commit(rig);
        settle(rig);
    }
    while (rig_take(rig, "a") || rig_take(rig, "p")) {
    }
}

typedef struct {
    int64_t records, next, lag;
} said_t;

static said_t said(rig_t *rig, const char *topic, const char *group)
{
    return (said_t){rig_number(rig, topic, NULL, "records"), rig_number(rig, topic, NULL, "next"),
                    group ? rig_number(rig, topic, group, "lag") : 0};
}

static void check_round(rig_t *rig)
{
    work(rig);
    said_t before[2] = {said(rig, "s", "g"), said(rig, "q", "g")};
    rig_restart(rig);
    hello(rig);
    said_t after[2] = {said(rig, "s", "g"), said(rig, "q", "g")};
    for (size_t i = 0; i < 2; i++) {
        if (memcmp(&before[i], &after[i], sizeof before[i]) != 0) {
            fail_msg("topic %s: %d records, next %d, lag %d became %d, %d, %d", TOPICS[i],
                     (int)before[i].records, (int)before[i].next, (int)before[i].lag,
                     (int)after[i].records, (int)after[i].next, (int)after[i].lag);
        }
    }
}

static void what_admins_did_survives_whatever_else_happened(void **state)
{
    (void)state;
    for (unsigned int i = 1; i <= SEEDS; i++) {
        seed = i;
        core_options_t options = {.presets = PRESETS, .preset_count = 1, .segment_bytes = 4096};
        rig_t *rig = rig_new(&options);
        hello(rig);
        for (int round = 0; round < ROUNDS; round++) {
            check_round(rig);
        }
        rig_free(rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_admins_did_survives_whatever_else_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
