// SPDX-License-Identifier: MPL-2.0
#include "broker/core/space.h"

#include <string.h>

#include "base/mem.h"

enum {
    SEGMENTS_LEAST = 2,    // the present one and one before it are never worth a cleaning
    COPIED_MOST = 4 << 10, // out of a segment when the disk is full
};

static void add_segment(core_t *core, uint32_t number)
{
    if (core->segment_count == core->segment_capacity) {
        core->segment_capacity = core->segment_capacity ? core->segment_capacity * 2 : 16;
        core->segments = mem_resize(core->segments, core->segment_capacity, sizeof(segment_t));
    }
    core->segments[core->segment_count++] = (segment_t){.number = number};
}

void space_count(core_t *core, uint64_t position, int64_t bytes)
{
    uint32_t number = (uint32_t)(position >> 32);
    size_t count = core->segment_count;
    if (count == 0 || core->segments[count - 1].number < number) {
        add_segment(core, number);
    }
    for (size_t i = core->segment_count; i > 0; i--) {
        if (core->segments[i - 1].number == number) {
            int64_t at = (int64_t)(uint32_t)position;
            segment_t *segment = &core->segments[i - 1];
            segment->live += bytes;
            segment->end = at > segment->end ? at : segment->end;
            core->live_bytes += bytes;
            return;
        }
    }
}

int64_t space_bytes(const core_t *core)
{
    return (int64_t)core->segment_count * core->options.segment_bytes;
}

bool space_wasted(const core_t *core)
{
    if (core->low) { // every segment counts, but what is copied takes of the last room
        return core->segment_count > 1 && core->segments[0].live <= COPIED_MOST;
    }
    if (core->segment_count <= SEGMENTS_LEAST) {
        return false;
    }
    int64_t closed = 0;
    for (size_t i = 0; i < core->segment_count - SEGMENTS_LEAST; i++) {
        closed += core->segments[i].end;
    }
    return core->segments[0].live == 0 || closed > 2 * core->live_bytes;
}

void space_forget_oldest(core_t *core)
{
    core->segment_count--;
    memmove(core->segments, core->segments + 1, core->segment_count * sizeof(segment_t));
}
