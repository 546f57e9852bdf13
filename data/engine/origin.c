// SPDX-License-Identifier: MPL-2.0
#include "data/engine/origin.h"

origin_t origin_of(const flow_t *flow, size_t index)
{
    origin_t origin = {.column = FLOW_NONE, .node = index, .same = true, .kept = true};
    bool first = true;
    for (;;) {
        const node_t *node = &flow->nodes[index];
        if (node->kind == NODE_SELECT) {
            index = node->from;
            origin.node = first ? index : origin.node;
            continue;
        }
        if (node->kind == NODE_SOURCE) {
            origin.column = (int64_t)node->from;
            return origin;
        }
        const spot_t *spot = flow->spots[node->from];
        const step_kind_t *kind = spot->call.step->kind;
        bool each = kind->shape == STEP_EACH && !kind->opens;
        bool together = kind->shape == STEP_TOGETHER && node->output < spot->call.inputs_count;
        origin.same = origin.same && (each || together);
        origin.kept = origin.kept && kind->keeps_cells;
        if (spot->call.inputs_count == 0) {
            return origin;
        }
        index = spot->inputs[together ? node->output : 0];
        first = false;
    }
}
