// SPDX-License-Identifier: MPL-2.0
#include "data/profile/figure.h"
#include "data/profile/words.h"

static json_t *lengths_of(const facts_t *facts, const words_t *words)
{
    return json_pack("{s:I, s:o, s:o, s:I}", "min", (json_int_t)facts->length_min, "median",
                     figure_number(words->median), "mean",
                     figure_number((double)words->characters / (double)facts->valid), "max",
                     (json_int_t)facts->length_max);
}

json_t *words_variable(const facts_t *facts, const words_t *words, const common_t *common)
{
    json_t *variable = json_object();
    json_t *examples = json_array();
    json_t *list = json_array();
    for (size_t i = 0; i < words->examples_count; i++) {
        text_t text = {words->examples[i].bytes, (uint32_t)words->examples[i].size};
        json_array_append_new(examples, figure_text(text, FIGURE_CELL_CHARACTERS));
    }
    for (size_t i = 0; i < common->count; i++) {
        text_t text = {common->texts[i].bytes, (uint32_t)common->texts[i].size};
        json_array_append_new(list, json_pack("{s:o, s:I}", "value",
                                              figure_text(text, FIGURE_CELL_CHARACTERS), "count",
                                              (json_int_t)common->texts[i].count));
    }
    json_object_set_new(variable, "lengths",
                        facts->valid > 0 ? lengths_of(facts, words) : json_null());
    json_object_set_new(variable, "characters", json_integer((json_int_t)words->characters));
    json_object_set_new(variable, "words", json_integer((json_int_t)words->words));
    json_object_set_new(variable, "imbalance", figure_number(facts->imbalance));
    json_object_set_new(variable, "common", list);
    json_object_set_new(variable, "examples", examples);
    return variable;
}
