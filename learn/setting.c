// SPDX-License-Identifier: MPL-2.0
#include "learn/setting.h"

#include <math.h>

err_t setting_fail(fault_t *fault, const char *name, const char *remedy)
{
    return fault_set(fault, ERR_HYPERPARAMETER, remedy, "the value of '%s' is not valid", name);
}

err_t setting_number(const json_t *json, const char *name, double least, double most,
                     const char *remedy, double *value, fault_t *fault)
{
    const json_t *given = json_object_get(json, name);
    if (!given || json_is_null(given)) {
        return ERR_OK;
    }
    double number = json_number_value(given);
    if (!json_is_number(given) || !isfinite(number) || number < least || number > most) {
        return setting_fail(fault, name, remedy);
    }
    *value = number;
    return ERR_OK;
}

err_t setting_whole(const json_t *json, const char *name, double least, double most,
                    const char *remedy, double *value, fault_t *fault)
{
    err_t err = setting_number(json, name, least, most, remedy, value, fault);
    return err == ERR_OK && *value != trunc(*value) ? setting_fail(fault, name, remedy) : err;
}

err_t setting_flag(const json_t *json, const char *name, bool *flag, fault_t *fault)
{
    const json_t *given = json_object_get(json, name);
    if (given && !json_is_null(given) && !json_is_boolean(given)) {
        return setting_fail(fault, name, "use true or false");
    }
    if (json_is_boolean(given)) {
        *flag = json_is_true(given);
    }
    return ERR_OK;
}
