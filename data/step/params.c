// SPDX-License-Identifier: MPL-2.0
#include "data/step/params.h"

#include <stdlib.h>

#include "base/mem.h"

params_t *params_new(void)
{
    params_t *params = mem_new(sizeof *params);
    atomic_init(&params->references, 1);
    params->rows_dropped = -1;
    return params;
}

params_t *params_share(params_t *params)
{
    atomic_fetch_add(&params->references, 1);
    return params;
}

void params_release(params_t **params)
{
    if (!*params) {
        return;
    }
    if (atomic_fetch_sub(&(*params)->references, 1) == 1) {
        free((*params)->text);
        free((*params)->values);
        levels_destroy(&(*params)->levels);
        if ((*params)->bound) {
            (*params)->bound_free((*params)->bound);
        }
        free(*params);
    }
    *params = NULL;
}
