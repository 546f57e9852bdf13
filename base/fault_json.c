// SPDX-License-Identifier: MPL-2.0
#include "base/fault_json.h"

#include <string.h>

#include "base/text.h"

static json_t *text_to_json(const char *text)
{
    char clean[FAULT_DETAIL_MAX];
    text_copy(clean, sizeof clean, text);
    size_t length = strlen(clean);
    for (size_t at = text_utf8_prefix(clean, length); at < length;
         at += text_utf8_prefix(clean + at, length - at)) {
        clean[at] = '?';
    }
    return json_string(clean);
}

json_t *fault_to_json(const fault_t *fault)
{
    json_t *json = json_object();
    json_object_set_new(json, "code", json_string(err_name(fault->code)));
    json_object_set_new(json, "step", json_integer(fault->step));
    json_object_set_new(json, "column", text_to_json(fault->column));
    json_object_set_new(json, "line", json_integer(fault->line));
    json_object_set_new(json, "detail", text_to_json(fault->detail));
    json_object_set_new(json, "remedy", text_to_json(fault->remedy));
    return json;
}

static const char *text_of(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text ? text : "";
}

err_t fault_from_json(const json_t *json, fault_t *fault)
{
    *fault = (fault_t){.code = err_by_name(text_of(json, "code"))};
    json_int_t step = json_integer_value(json_object_get(json, "step"));
    fault->step = step > 0 && step <= INT32_MAX ? (int32_t)step : 0;
    fault->line = json_integer_value(json_object_get(json, "line"));
    text_copy(fault->column, sizeof fault->column, text_of(json, "column"));
    text_copy(fault->detail, sizeof fault->detail, text_of(json, "detail"));
    text_copy(fault->remedy, sizeof fault->remedy, text_of(json, "remedy"));
    return fault->code;
}
