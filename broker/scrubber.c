// SPDX-License-Identifier: MPL-2.0
#include "broker/scrubber.h"

#include <czmq.h>
#include <inttypes.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/handover.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/core/entry.h"
#include "broker/log/scrub.h"
#include "broker/log/walk.h"

struct scrubber {
    zactor_t *actor;
    scrubber_options_t options;
    char *folder;
    void *pipe;
    int64_t found; // in this pass
    _Atomic int64_t damages;
};

// Waits; false when the thread is to end.
static bool pause_ms(const scrubber_t *scrubber, int64_t time_ms)
{
    zmq_pollitem_t item = {.socket = scrubber->pipe, .events = ZMQ_POLLIN};
    return zmq_poll(&item, 1, (long)time_ms) == 0;
}

static void report(void *context, const damage_t *damage)
{
    scrubber_t *scrubber = context;
    scrubber->found++;
    entry_t entry;
    view_t body;
    fault_t reason;
    view_t bytes = {damage->bytes, damage->kept};
    if (damage->bytes && entry_unpack(bytes, &entry, &body, &reason) == ERR_OK &&
        entry.kind == ENT_record) {
        log_event(LOG_ERROR, "log.damaged", "%s, offset %u: %s: topic '%.*s', record %" PRId64,
                  damage->path, damage->offset, damage->what, (int)entry.record.topic.size,
                  entry.record.topic.data, entry.record.offset);
        return;
    }
    log_event(LOG_ERROR, "log.damaged", "%s, offset %u: %s", damage->path, damage->offset,
              damage->what);
}

static void tell_damage(scrubber_t *scrubber, uint32_t number)
{
    walk_image_t image;
    walk_t found;
    fault_t fault;
    walker_t walker = {.context = scrubber, .on_damage = report};
    err_t err = walk_load(&image, scrubber->options.disk, scrubber->folder, number, &fault);
    if (err == ERR_OK) {
        walk_segment(&image, true, &walker, &found);
    } else if (err != ERR_NOT_FOUND) {
        scrubber->found++;
        log_event(LOG_ERROR, "log.damaged", "%s", fault.detail);
    }
    walk_release(&image);
}

// False when the thread is to end.
static bool scrub_segment(scrubber_t *scrubber, uint32_t number)
{
    scrub_t scrub;
    bool going = true;
    int64_t read = 0;
    int64_t start_ms = clock_mono_ms();
    scrub_result_t result = scrub_open(&scrub, scrubber->options.disk, scrubber->folder, number);
    while (going && result == SCRUB_MORE) {
        size_t bytes = 0;
        result = scrub_next(&scrub, &bytes);
        read += (int64_t)bytes;
        int64_t due_ms = start_ms + read * 1000 / scrubber->options.bytes_a_second;
        int64_t now_ms = clock_mono_ms();
        going = due_ms <= now_ms || pause_ms(scrubber, due_ms - now_ms);
    }
    scrub_close(&scrub);
    if (result == SCRUB_DAMAGED) {
        tell_damage(scrubber, number);
    }
    return going;
}

static bool pass(scrubber_t *scrubber)
{
    uint32_t *numbers = NULL;
    size_t count = 0;
    uint32_t active = committer_segment(scrubber->options.committer);
    bool going = true;
    scrubber->found = 0;
    if (walk_list(scrubber->options.disk, scrubber->folder, &numbers, &count, NULL)) {
        return true; // tried again with the next pass
    }
    for (size_t i = 0; going && i < count && numbers[i] < active; i++) {
        going = scrub_segment(scrubber, numbers[i]);
    }
    free(numbers);
    if (going) {
        atomic_store(&scrubber->damages, scrubber->found);
    }
    return going;
}

static void run(zsock_t *pipe, void *argument)
{
    scrubber_t *scrubber = argument;
    scrubber->pipe = zsock_resolve(pipe);
    zsock_signal(pipe, 0);
    bool going = true;
    while (going) {
        int64_t next_ms = clock_mono_ms() + scrubber->options.pass_ms;
        going = pass(scrubber);
        int64_t left_ms = next_ms - clock_mono_ms();
        going = going && (left_ms <= 0 ? pause_ms(scrubber, 1) : pause_ms(scrubber, left_ms));
    }
    handover_give(scrubber);
}

scrubber_t *scrubber_new(const scrubber_options_t *options)
{
    scrubber_t *scrubber = mem_new(sizeof *scrubber);
    scrubber->options = *options;
    scrubber->folder = mem_strdup(options->folder);
    atomic_store(&scrubber->damages, -1);
    scrubber->actor = zactor_new(run, scrubber);
    return scrubber;
}

void scrubber_destroy(scrubber_t **scrubber)
{
    if (!*scrubber) {
        return;
    }
    zactor_destroy(&(*scrubber)->actor);
    handover_take(*scrubber);
    free((*scrubber)->folder);
    free(*scrubber);
    *scrubber = NULL;
}

int64_t scrubber_damages(const scrubber_t *scrubber)
{
    return atomic_load(&scrubber->damages);
}
