// SPDX-License-Identifier: MPL-2.0
#include "model/boost/examine.h"

#include <stdlib.h>
#include <string.h>

#include "model/boost/booster.h"
#include "model/boost/ubjson.h"

// A number that is written as a text.
static size_t number(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    bool digits = text && *text && text[strspn(text, "0123456789")] == '\0' && strlen(text) < 10;
    return digits ? strtoul(text, NULL, 10) : SIZE_MAX;
}

static bool is_text(const json_t *json, const char *key, const char *text)
{
    const char *value = json_string_value(json_object_get(json, key));
    return value && strcmp(value, text) == 0;
}

// How many trees a round has.
static size_t trees_of(const model_t *model)
{
    return model->task == TASK_CLASSIFY && model->classes > 2 ? model->classes : 1;
}

static bool is_empty(const json_t *json, const char *key)
{
    const json_t *list = json_object_get(json, key);
    return json_is_array(list) && json_array_size(list) == 0;
}

static bool examine_learner(const model_t *model, const json_t *learner)
{
    const json_t *param = json_object_get(learner, "learner_model_param");
    const json_t *objective = json_object_get(learner, "objective");
    const json_t *gbtree = json_object_get(learner, "gradient_booster");
    size_t classes = trees_of(model) > 1 ? model->classes : 0;
    const json_t *softmax = json_object_get(objective, "softmax_multiclass_param");
    return number(param, "num_feature") == model->columns &&
           number(param, "num_class") == classes && number(param, "num_target") == 1 &&
           is_text(objective, "name", booster_objective(model->task, model->classes)) &&
           (classes == 0 || number(softmax, "num_class") == classes) &&
           is_text(gbtree, "name", "gbtree") && is_empty(learner, "feature_names") &&
           is_empty(learner, "feature_types") &&
           json_object_size(json_object_get(learner, "attributes")) == 0;
}

// The member `key` of an object when it is a list of `count` integers from min to max - 1.
static bool are_integers(const json_t *json, const char *key, size_t count, json_int_t min,
                         json_int_t max)
{
    const json_t *list = json_object_get(json, key);
    bool good = json_array_size(list) == count;
    for (size_t i = 0; i < count && good; i++) {
        const json_t *item = json_array_get(list, i);
        json_int_t value = json_integer_value(item);
        good = json_is_integer(item) && value >= min && value < max;
    }
    return good;
}

static bool are_reals(const json_t *json, const char *key, size_t count)
{
    const json_t *list = json_object_get(json, key);
    bool good = json_array_size(list) == count;
    for (size_t i = 0; i < count && good; i++) {
        good = json_is_real(json_array_get(list, i));
    }
    return good;
}

static bool examine_lists(const model_t *model, const json_t *tree, size_t count)
{
    static const char *const reals[] = {"base_weights", "loss_changes", "split_conditions",
                                        "sum_hessian"};
    static const char *const nothing[] = {"categories", "categories_nodes", "categories_segments",
                                          "categories_sizes"};
    bool good = true;
    for (size_t i = 0; i < 4; i++) {
        good = good && are_reals(tree, reals[i], count) && is_empty(tree, nothing[i]);
    }
    json_int_t nodes = (json_int_t)count;
    return good && are_integers(tree, "left_children", count, -1, nodes) &&
           are_integers(tree, "right_children", count, -1, nodes) &&
           are_integers(tree, "parents", count, 0, (json_int_t)INT32_MAX + 1) &&
           are_integers(tree, "split_indices", count, 0, (json_int_t)model->columns) &&
           are_integers(tree, "split_type", count, 0, 1) &&
           are_integers(tree, "default_left", count, 0, 2);
}

static json_int_t integer_at(const json_t *tree, const char *key, size_t i)
{
    return json_integer_value(json_array_get(json_object_get(tree, key), i));
}

// A leaf, or a node whose children come behind it and know it.
static bool examine_node(const json_t *tree, size_t node)
{
    json_int_t left = integer_at(tree, "left_children", node);
    json_int_t right = integer_at(tree, "right_children", node);
    if (left == -1 && right == -1) {
        return true;
    }
    json_int_t self = (json_int_t)node;
    return left > self && right > self && left != right &&
           integer_at(tree, "parents", (size_t)left) == self &&
           integer_at(tree, "parents", (size_t)right) == self;
}

static bool examine_tree(const model_t *model, const json_t *tree, size_t place)
{
    const json_t *param = json_object_get(tree, "tree_param");
    const json_t *id = json_object_get(tree, "id");
    size_t count = number(param, "num_nodes");
    bool good = json_is_integer(id) && json_integer_value(id) == (json_int_t)place && count > 0 &&
                count <= INT32_MAX && number(param, "num_deleted") < count &&
                number(param, "num_feature") == model->columns &&
                number(param, "size_leaf_vector") == 0 && examine_lists(model, tree, count);
    for (size_t i = 0; i < count && good; i++) {
        good = examine_node(tree, i);
    }
    return good;
}

// The nth tree of a round is of the nth class.
static bool examine_trees(const model_t *model, const json_t *learner)
{
    const json_t *forest = json_object_get(json_object_get(learner, "gradient_booster"), "model");
    const json_t *param = json_object_get(forest, "gbtree_model_param");
    const json_t *info = json_object_get(forest, "tree_info");
    const json_t *trees = json_object_get(forest, "trees");
    size_t group = trees_of(model);
    size_t count = json_array_size(trees);
    bool good = count > 0 && count <= BOOST_ROUNDS_MAX * group && count % group == 0 &&
                number(param, "num_trees") == count && number(param, "num_parallel_tree") == 1 &&
                number(param, "size_leaf_vector") == 0 &&
                are_integers(forest, "tree_info", count, 0, (json_int_t)group);
    for (size_t i = 0; i < count && good; i++) {
        good = json_integer_value(json_array_get(info, i)) == (json_int_t)(i % group) &&
               examine_tree(model, json_array_get(trees, i), i);
    }
    return good;
}

bool examine(const model_t *model, const buf_t *bytes)
{
    json_t *json = ubjson_read(bytes->data, bytes->size);
    const json_t *learner = json_object_get(json, "learner");
    bool good = are_integers(json, "version", 3, 0, INT16_MAX) && examine_learner(model, learner) &&
                examine_trees(model, learner);
    json_decref(json);
    return good;
}
