// SPDX-License-Identifier: MPL-2.0
#include "learn/lineage.h"

#include "base/mem.h"

static lineage_t of_call(const spot_t *spot, const uint8_t *lineage)
{
    size_t alone = 0;
    bool some = false;
    for (size_t i = 0; i < spot->call.inputs_count; i++) {
        alone += lineage[spot->inputs[i]] == LINEAGE_ALONE;
        some = some || lineage[spot->inputs[i]] != LINEAGE_NONE;
    }
    bool all = alone == spot->call.inputs_count;
    return !some ? LINEAGE_NONE : all ? LINEAGE_ALONE : LINEAGE_SHARED;
}

// A node stands behind those that it is made of.
uint8_t *lineage_of(const flow_t *flow, size_t column)
{
    uint8_t *lineage = mem_array(flow->nodes_count, sizeof *lineage);
    for (size_t i = 0; i < flow->nodes_count; i++) {
        const node_t *node = &flow->nodes[i];
        if (node->kind == NODE_SOURCE) {
            lineage[i] = node->from == column ? LINEAGE_ALONE : LINEAGE_NONE;
        } else if (node->kind == NODE_SELECT) {
            lineage[i] = lineage[node->from];
        } else {
            lineage[i] = (uint8_t)of_call(flow->spots[node->from], lineage);
        }
    }
    return lineage;
}
