// SPDX-License-Identifier: MPL-2.0
#include "model/tree/tree_pickle.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/pickle/pickle.h"
#include "model/pickle/records.h"
#include "model/pickle/state.h"

static void limit(const json_t *params, const char *name, buf_t *out)
{
    if (!params_is_null(params, name)) {
        state_integer(out, name, params_integer(params, name));
    }
}

void tree_pickle_params(const json_t *params, buf_t *out)
{
    if (params_chose(params, "criterion", "entropy") ||
        params_chose(params, "criterion", "log_loss")) {
        state_text(out, "criterion", "entropy"); // older ones know no log_loss
    }
    limit(params, "max_depth", out);
    limit(params, "min_samples_split", out);
    limit(params, "min_samples_leaf", out);
    limit(params, "max_leaf_nodes", out);
    state_float(out, "min_weight_fraction_leaf", params_number(params, "min_weight_fraction_leaf"));
    state_float(out, "min_impurity_decrease", params_number(params, "min_impurity_decrease"));
    if (params_chose(params, "class_weight", "balanced")) {
        state_text(out, "class_weight", "balanced");
    }
}

static void node(const tree_t *tree, size_t i, buf_t *out)
{
    const node_t *here = &tree->nodes[i];
    const fact_t *fact = &tree->facts[i];
    bool leaf = here->feature < 0;
    record_integer(out, leaf ? -1 : (int64_t)i + 1);
    record_integer(out, leaf ? -1 : (int64_t)here->next);
    record_integer(out, leaf ? -2 : here->feature);
    record_double(out, leaf ? -2 : here->threshold);
    record_double(out, fact->impurity);
    record_integer(out, fact->rows);
    record_double(out, fact->weight);
    // Where the heavier side is goes what is missing: scikit-learn from 1.3 on.
    bool missing = !leaf && tree->facts[i + 1].weight > tree->facts[here->next].weight;
    record_byte(out, missing);
}

// The installed scikit-learn's own record: it may have fields more or less.
static void nodes(const tree_t *tree, buf_t *out)
{
    static const record_field_t fields[] = {{"left_child", "<i8"},
                                            {"right_child", "<i8"},
                                            {"feature", "<i8"},
                                            {"threshold", "<f8"},
                                            {"impurity", "<f8"},
                                            {"n_node_samples", "<i8"},
                                            {"weighted_n_node_samples", "<f8"},
                                            {"missing_go_to_left", "|u1"}};
    enum { RECORD_SIZE = 7 * 8 + 1 };
    pickle_global(out, "numpy.lib.recfunctions", "require_fields");
    pickle_tuple(out);
    pickle_records(out, tree->count, fields, sizeof fields / sizeof fields[0], RECORD_SIZE);
    for (size_t i = 0; i < tree->count; i++) {
        node(tree, i, out);
    }
    pickle_records_end(out);
    pickle_global(out, "sklearn.tree._tree", "NODE_DTYPE");
    pickle_tuple_end(out);
    pickle_call(out);
}

// Shares, not counts: they mean the same in all versions. A split has the mean of both sides.
static void values(const tree_t *tree, buf_t *out)
{
    size_t width = tree->width;
    double *all = mem_array(tree->count * width, sizeof *all);
    for (size_t i = tree->count; i-- > 0;) {
        const node_t *here = &tree->nodes[i];
        for (size_t k = 0; k < width && here->feature < 0; k++) {
            all[i * width + k] = tree->values[here->next * width + k];
        }
        for (size_t k = 0; k < width && here->feature >= 0; k++) {
            all[i * width + k] = (all[(i + 1) * width + k] * tree->facts[i + 1].weight +
                                  all[here->next * width + k] * tree->facts[here->next].weight) /
                                 tree->facts[i].weight;
        }
    }
    pickle_cube(out, tree->count, width);
    for (size_t i = 0; i < tree->count * width; i++) {
        record_double(out, all[i]);
    }
    pickle_records_end(out);
    free(all);
}

static void structure(const tree_t *tree, size_t columns, buf_t *out)
{
    int64_t width = (int64_t)tree->width;
    pickle_global(out, "sklearn.tree._tree", "Tree");
    pickle_tuple(out);
    pickle_integer(out, (int64_t)columns);
    pickle_int64s(out, &width, 1);
    pickle_integer(out, 1); // outputs
    pickle_tuple_end(out);
    pickle_call(out);
    pickle_dict(out);
    state_integer(out, "max_depth", (int64_t)tree_depth(tree));
    state_integer(out, "node_count", (int64_t)tree->count);
    pickle_text(out, "nodes");
    nodes(tree, out);
    pickle_text(out, "values");
    values(tree, out);
    pickle_dict_end(out);
    pickle_build(out);
}

static void class_numbers(size_t count, buf_t *out)
{
    double *numbers = mem_array(count, sizeof *numbers);
    for (size_t k = 0; k < count; k++) {
        numbers[k] = (double)k;
    }
    state_doubles(out, "classes_", numbers, count);
    free(numbers);
}

void tree_pickle(const model_t *model, const tree_t *tree, const class_names_t *classes, buf_t *out)
{
    bool classify = model->task == TASK_CLASSIFY;
    state_begin(out, "sklearn.tree", classify ? "DecisionTreeClassifier" : "DecisionTreeRegressor");
    tree_pickle_params(model->params, out);
    state_integer(out, "n_features_in_", (int64_t)model->columns);
    state_integer(out, "n_features_", (int64_t)model->columns); // before 1.0
    state_integer(out, "n_outputs_", 1);
    state_integer(out, "max_features_", (int64_t)model->columns);
    if (classify) {
        state_integer(out, "n_classes_", (int64_t)model->classes);
    }
    if (classes) {
        pickle_text(out, "classes_");
        pickle_names(out, classes);
    } else if (classify) {
        class_numbers(model->classes, out);
    }
    pickle_text(out, "tree_");
    structure(tree, model->columns, out);
    state_end(out);
}
