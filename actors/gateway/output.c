// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "actors/gateway/state.h"

static const char REMEDY[] = "send what you need of delimiter, quote_all, bom and gzip";

static err_t check_delimiter(const json_t *value, fault_t *fault)
{
    const char *text = json_string_value(value);
    if (!text) {
        return fault_set(fault, ERR_INVALID, "send one character, such as \";\", or \"tab\"",
                         "the output's 'delimiter' is not a text");
    }
    bool one = strlen(text) == 1 && !strpbrk(text, "\"\n\r");
    return one || strcmp(text, "tab") == 0
               ? ERR_OK
               : fault_set(fault, ERR_INVALID, "send one character, such as \";\", or \"tab\"",
                           "'%s' cannot be the output's 'delimiter'", text);
}

static err_t check_switch(const char *name, const json_t *value, fault_t *fault)
{
    if (strcmp(name, "quote_all") != 0 && strcmp(name, "bom") != 0 && strcmp(name, "gzip") != 0) {
        return fault_set(fault, ERR_INVALID, REMEDY, "the output has no setting '%s'", name);
    }
    return json_is_boolean(value) ? ERR_OK
                                  : fault_set(fault, ERR_INVALID, "send true or false",
                                              "the output's '%s' is not true or false", name);
}

err_t output_check(const json_t *output, fault_t *fault)
{
    if (!json_is_object(output)) {
        return fault_set(fault, ERR_INVALID, REMEDY, "the output is not an object");
    }
    err_t err = ERR_OK;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)output, name, value)
    {
        if (err == ERR_OK) {
            err = strcmp(name, "delimiter") == 0 ? check_delimiter(value, fault)
                                                 : check_switch(name, value, fault);
        }
    }
    return err;
}
