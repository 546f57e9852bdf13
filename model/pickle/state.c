// SPDX-License-Identifier: MPL-2.0
#include "model/pickle/state.h"

#include "model/pickle/pickle.h"

void state_begin(buf_t *out, const char *module, const char *name)
{
    pickle_new(out, module, name);
    pickle_dict(out);
}

void state_end(buf_t *out)
{
    pickle_text(out, "_sklearn_version");
    pickle_global(out, "sklearn", "__version__");
    pickle_dict_end(out);
    pickle_build(out);
}

void state_none(buf_t *out, const char *key)
{
    pickle_text(out, key);
    pickle_none(out);
}

void state_bool(buf_t *out, const char *key, bool value)
{
    pickle_text(out, key);
    pickle_bool(out, value);
}

void state_integer(buf_t *out, const char *key, int64_t value)
{
    pickle_text(out, key);
    pickle_integer(out, value);
}

void state_float(buf_t *out, const char *key, double value)
{
    pickle_text(out, key);
    pickle_float(out, value);
}

void state_text(buf_t *out, const char *key, const char *value)
{
    pickle_text(out, key);
    pickle_text(out, value);
}

void state_doubles(buf_t *out, const char *key, const double *data, size_t count)
{
    pickle_text(out, key);
    pickle_doubles(out, data, count, 0);
}

void state_one_column(buf_t *out, const char *name)
{
    state_integer(out, "n_features_in_", 1);
    if (name) {
        pickle_text(out, "feature_names_in_");
        pickle_objects(out);
        pickle_text(out, name);
        pickle_objects_end(out);
    }
}
