// SPDX-License-Identifier: MPL-2.0
// The power goes after every single call of the disk: what was promised is there, nothing is
// invented, and the order is kept. AUTODP_CRASH_SEEDS (default 8) is the number of workloads.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/log/journal.h"
#include "sim_disk.h"
#include "test/unit/test.h"

enum { SEGMENT = 8192, STEPS = 70, RECORD_MAX = 2500, NUMBERS_MAX = 4096, TORN_TRIES = 3 };

// The records of a run are numbered from 1.
typedef struct {
    sim_disk_t *disk;
    journal_t *journal;
    uint64_t seed;
    int64_t given;                  // last number handed to the log
    int64_t promised;               // last number that is on disk
    uint32_t trimmed;               // segments before this one may be gone
    uint32_t segments[NUMBERS_MAX]; // of each number
    bool ends[NUMBERS_MAX];         // a batch ends with this number
} run_t;

// What a recovery finds.
typedef struct {
    int64_t first;
    int64_t last;
    bool wrong;
    int64_t cut_bytes;
} found_t;

static size_t size_of(int64_t number)
{
    uint64_t seed = (uint64_t)number * 77;
    uint64_t draw = sim_random(&seed);
    return draw % 8 == 0 ? 8 + draw / 8 % (RECORD_MAX - 8) : 8 + draw / 8 % 100;
}

static void make_record(int64_t number, char *to)
{
    memset(to, (int)(number % 251), size_of(number));
    memcpy(to, &number, sizeof number);
}

static err_t take(void *context, const journal_record_t *record, fault_t *fault)
{
    (void)fault;
    found_t *found = context;
    int64_t number = 0;
    char expected[RECORD_MAX];
    found->wrong = found->wrong || record->kept < sizeof number;
    memcpy(&number, record->bytes, found->wrong ? 0 : sizeof number);
    found->wrong = found->wrong || (found->last != 0 && number != found->last + 1) || number <= 0 ||
                   number >= NUMBERS_MAX || record->size != size_of(number);
    if (!found->wrong) {
        make_record(number, expected);
        found->wrong = memcmp(expected, record->bytes, record->kept) != 0;
    }
    found->first = found->first ? found->first : number;
    found->last = number;
    return ERR_OK;
}

static err_t open_log(run_t *run, found_t *found)
{
    *found = (found_t){0};
    journal_report_t report;
    fault_t fault = {0};
    journal_options_t options = {
        .disk = &run->disk->calls, .folder = "log", .segment_bytes = SEGMENT};
    err_t err = journal_open(&options, take, found, &run->journal, &report, &fault);
    if (err == ERR_CORRUPT) {
        print_message("%s\n", fault.detail);
    }
    found->cut_bytes = err ? 0 : report.cut_bytes;
    return err;
}

static err_t append(run_t *run, bool sync)
{
    batch_t batch = {0};
    uint64_t base = 0;
    uint64_t count = 1 + sim_random(&run->seed) % 3;
    for (uint64_t i = 0; i < count; i++) {
        char bytes[RECORD_MAX];
        int64_t number = ++run->given;
        make_record(number, bytes);
        size_t head = 8 + (size_of(number) - 8) / 2;
        batch_add(&batch, bytes, head, bytes + head, size_of(number) - head, number % 2 == 0);
    }
    run->ends[run->given] = true;
    err_t err = journal_append(run->journal, &batch, sync, &base, NULL);
    batch_release(&batch);
    for (uint64_t i = 0; err == ERR_OK && i < count; i++) {
        run->segments[run->given - (int64_t)i] = (uint32_t)(base >> 32);
    }
    run->promised = err == ERR_OK && sync ? run->given : run->promised;
    return err;
}

static err_t sync_or_trim(run_t *run, uint64_t draw)
{
    if (draw == 0) {
        uint32_t active = journal_active(run->journal);
        run->trimmed = active;
    }
    // What was appended before a trim may be what is kept of the segments that go.
    err_t err = draw == 0 ? journal_trim(run->journal, run->trimmed, NULL)
                          : journal_sync(run->journal, NULL);
    run->promised = err == ERR_OK ? run->given : run->promised;
    return err;
}

// Steps until the power goes.
static void work(run_t *run)
{
    err_t err = ERR_OK;
    for (int i = 0; err == ERR_OK && i < STEPS; i++) {
        uint64_t draw = sim_random(&run->seed) % 24;
        if (draw < 3) {
            err = sync_or_trim(run, draw);
        } else {
            err = append(run, draw < 12);
        }
        if (err == ERR_OK && draw % 2 == 0) {
            err = journal_prepare(run->journal, NULL);
        }
    }
}

static void check_found(const run_t *run, const found_t *found)
{
    assert_false(found->wrong);
    assert_true(found->last >= run->promised);
    assert_true(found->last <= run->given);
    assert_true(found->last == 0 || run->ends[found->last]);
    for (int64_t number = 1; number < found->first; number++) {
        assert_true(run->segments[number] < run->trimmed);
    }
}

static void lose_power(run_t *run)
{
    run->disk->calls_most = run->disk->calls_made; // closing changes nothing any more
    journal_close(&run->journal);
    sim_disk_crash(run->disk, SIM_LOST, &run->seed);
}

// Opens what is left, loses the power, goes on, and loses it again.
static void recover(run_t *run, sim_loss_t loss)
{
    found_t found;
    found_t again;
    sim_disk_crash(run->disk, loss, &run->seed);
    assert_int_equal(open_log(run, &found), ERR_OK);
    check_found(run, &found);
    run->given = found.last; // numbers that were lost are given anew
    lose_power(run);
    assert_int_equal(open_log(run, &again), ERR_OK);
    assert_true(again.first <= found.first); // a removal may be lost
    assert_int_equal(again.last, found.last);
    assert_int_equal(again.cut_bytes, 0);
    run->promised = run->given;
    work(run);
    assert_int_equal(append(run, true), ERR_OK);
    lose_power(run);
    assert_int_equal(open_log(run, &again), ERR_OK);
    check_found(run, &again);
    assert_int_equal(again.last, run->given);
    assert_int_equal(again.cut_bytes, 0);
    journal_close(&run->journal);
}

// One workload that ends after so many calls; returns how many it would make.
static int64_t crash_after(uint64_t seed, int64_t calls, sim_loss_t loss, uint64_t torn)
{
    run_t *run = mem_new(sizeof *run);
    run->disk = sim_disk_new();
    run->seed = seed;
    run->disk->calls_most = calls;
    found_t found;
    if (open_log(run, &found) == ERR_OK) {
        work(run);
    }
    int64_t made = run->disk->calls_made;
    run->disk->calls_most = 0; // closing changes nothing any more
    journal_close(&run->journal);
    run->seed = seed * 31 + torn;
    recover(run, loss);
    sim_disk_destroy(&run->disk);
    free(run);
    return made;
}

static void promises_survive_a_crash_after_every_call(void **state)
{
    (void)state;
    const char *wanted = getenv("AUTODP_CRASH_SEEDS");
    uint64_t seeds = wanted ? strtoull(wanted, NULL, 10) : 8;
    int64_t crashes = 0;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        int64_t all = crash_after(seed, -1, SIM_LOST, 0);
        for (int64_t calls = 0; calls <= all; calls++) {
            crash_after(seed, calls, SIM_LOST, 0);
            crash_after(seed, calls, SIM_KEPT, 0);
            crash_after(seed, calls, SIM_KILLED, 0);
            for (uint64_t torn = 0; torn < TORN_TRIES; torn++) {
                crash_after(seed, calls, SIM_TORN, torn);
            }
            crashes += 3 + TORN_TRIES;
        }
    }
    print_message("%lld crashes\n", (long long)crashes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(promises_survive_a_crash_after_every_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
