// SPDX-License-Identifier: MPL-2.0
#include "model/boost/boost_pickle.h"

#include "model/boost/booster.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

static void write_params(buf_t *out, const json_t *params)
{
    static const char *const integers[] = {"n_estimators", "max_depth"};
    static const char *const numbers[] = {
        "learning_rate", "min_child_weight", "subsample", "colsample_bytree",
        "reg_lambda",    "reg_alpha",        "gamma"};
    for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
        state_integer(out, integers[i], params_integer(params, integers[i]));
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        state_float(out, numbers[i], params_number(params, numbers[i]));
    }
    state_text(out, "tree_method", "hist");
}

static void write_booster(buf_t *out, const booster_t *booster)
{
    pickle_text(out, "_Booster");
    pickle_global(out, "xgboost.core", "Booster");
    pickle_tuple(out);
    pickle_none(out);
    pickle_tuple(out);
    pickle_tuple_end(out);
    pickle_bytes(out, booster->bytes.data, booster->bytes.size);
    pickle_tuple_end(out);
    pickle_call(out);
}

// The labels, and the encoder by which versions before 2.0 give them back.
static void write_classes(buf_t *out, const class_names_t *classes)
{
    state_integer(out, "n_classes_", (int64_t)classes->count);
    pickle_text(out, "classes_");
    pickle_names(out, classes);
    pickle_text(out, "_le");
    state_begin(out, "sklearn.preprocessing", "LabelEncoder");
    pickle_text(out, "classes_");
    pickle_names(out, classes);
    state_end(out);
}

void boost_pickle(const model_t *model, const class_names_t *classes, buf_t *out)
{
    pickle_new(out, "xgboost.sklearn", classes ? "XGBClassifier" : "XGBRegressor");
    pickle_dict(out);
    write_params(out, model->params);
    state_text(out, "objective", booster_objective(model->task, model->classes));
    write_booster(out, model->state);
    if (classes) {
        write_classes(out, classes);
    }
    pickle_dict_end(out);
    pickle_build(out);
}
