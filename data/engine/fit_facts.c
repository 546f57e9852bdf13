// SPDX-License-Identifier: MPL-2.0
#include "data/engine/fit_facts.h"

const json_t *fit_facts(const flow_t *flow, size_t index)
{
    const node_t *node = &flow->nodes[index];
    if (node->stage > 0) {
        return NULL;
    }
    if (node->kind == NODE_SOURCE) {
        return json_array_get(json_object_get(flow->description, "columns"), node->from);
    }
    spot_t *spot = node->kind == NODE_OUTPUT ? flow->spots[node->from] : NULL;
    if (!spot || !spot->call.step->kind->describe || !spot->call.params) {
        return NULL;
    }
    if (!spot->facts) {
        const json_t *facts = fit_facts(flow, spot->inputs[0]);
        json_int_t rows = json_integer_value(json_object_get(flow->description, "rows"));
        spot->facts = facts ? spot->call.step->kind->describe(&spot->call, facts, rows) : NULL;
    }
    return spot->facts;
}
