// SPDX-License-Identifier: MPL-2.0
// Columns of booleans.
#include "data/profile/facts.h"
#include "data/profile/figure.h"
#include "data/profile/levels_file.h"

static json_t *variable_of(const facts_t *facts, const size_t counts[2])
{
    json_t *variable = json_object();
    json_t *common = json_array();
    size_t most = counts[1] >= counts[0];
    for (size_t i = 0; i < 2; i++) {
        size_t value = i == 0 ? most : !most;
        if (counts[value] > 0) {
            json_array_append_new(common, json_pack("{s:b, s:I}", "value", (int)value, "count",
                                                    (json_int_t)counts[value]));
        }
    }
    json_object_set_new(variable, "imbalance", figure_number(facts->imbalance));
    json_object_set_new(variable, "common", common);
    return variable;
}

static err_t read_stripe(levels_file_t *levels, facts_t *facts, const vector_t *vector,
                         size_t counts[2], fault_t *fault)
{
    uint8_t codes[FRAME_STRIPE_ROWS];
    size_t here[2] = {0};
    for (size_t i = 0; i < vector->count; i++) {
        codes[i] = vector->integers[i] == 1;
        here[codes[i]] += vector_is_valid(vector, i) != 0;
    }
    for (size_t value = 0; value < 2; value++) {
        counts[value] += here[value];
        if (here[value] > 0) {
            levels_file_code(levels, (int64_t)value, (int64_t)here[value]);
        }
    }
    facts->valid += here[0] + here[1];
    return levels_file_add(levels, vector, codes, fault);
}

err_t truth_study(study_t *study, facts_t *facts, stripe_t *stripe, fault_t *fault)
{
    levels_file_t levels = levels_file_new(study, facts);
    size_t counts[2] = {0};
    err_t err = ERR_OK;
    for (size_t i = 0; i < frame_stripes(study->frame) && err == ERR_OK; i++) {
        err = stripe_load(stripe, i, &facts->column, 1, fault);
        if (err == ERR_OK) {
            const vector_t *vector = stripe_vector(stripe, facts->column);
            size_t first = (size_t)frame_stripe_first(study->frame, i);
            mask_add(&facts->mask, first, vector->count, vector->valid);
            err = read_stripe(&levels, facts, vector, counts, fault);
        }
    }
    if (err != ERR_OK) {
        return err;
    }
    levels_file_end(&levels, facts);
    facts->distinct = (counts[0] > 0) + (counts[1] > 0);
    facts->single = (counts[0] == 1) + (counts[1] == 1);
    facts->bytes = (int64_t)facts->valid;
    facts_bands(study, facts);
    facts->variable = variable_of(facts, counts);
    return ERR_OK;
}
