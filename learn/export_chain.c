// SPDX-License-Identifier: MPL-2.0
#include "learn/export_chain.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/pickle/pickle.h"
#include "model/pickle/state.h"

bool chain_is_text(type_t type)
{
    return type_in(type, TYPES_WORDS | TYPES_TIME);
}

void chain_begin(chain_t *chain, const char *module, const char *estimator)
{
    char name[32];
    snprintf(name, sizeof name, "step%zu", ++chain->stages);
    pickle_tuple(chain->out);
    pickle_text(chain->out, name);
    state_begin(chain->out, module, estimator);
    state_one_column(chain->out, chain->name);
    chain->name = NULL; // what comes next sees an array
}

void chain_end(chain_t *chain)
{
    state_end(chain->out);
    pickle_tuple_end(chain->out);
}

void chain_cast(chain_t *chain)
{
    chain_begin(chain, "sklearn.preprocessing", "StandardScaler");
    state_bool(chain->out, "with_mean", false);
    state_bool(chain->out, "with_std", false);
    state_none(chain->out, "mean_");
    state_none(chain->out, "var_");
    state_none(chain->out, "scale_");
    state_integer(chain->out, "n_samples_seen_", chain->samples);
    chain_end(chain);
}

void chain_function(chain_t *chain, const char *name)
{
    if (chain->name) {
        chain_cast(
            chain); // a function gives back what it gets: a DataFrame, if nothing came before
    }
    chain_begin(chain, "sklearn.preprocessing", "FunctionTransformer");
    pickle_text(chain->out, "func");
    pickle_global(chain->out, "numpy", name);
    pickle_text(chain->out, "kw_args");
    pickle_dict(chain->out);
}

void chain_function_end(chain_t *chain)
{
    pickle_dict_end(chain->out);
    chain_end(chain);
}

void chain_lookup(chain_t *chain, const double *values, size_t count)
{
    double *codes = mem_array(count, sizeof *codes);
    for (size_t i = 0; i < count; i++) {
        codes[i] = (double)i - 1;
    }
    chain_function(chain, "interp");
    state_doubles(chain->out, "xp", codes, count);
    state_doubles(chain->out, "fp", values, count);
    chain_function_end(chain);
    free(codes);
}
