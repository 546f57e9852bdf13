// SPDX-License-Identifier: MPL-2.0
#include "proto/codec_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "proto/document.h"
#include "proto/limits.h"

enum { EXPECTED_MAX = 96 };

// What the field takes, for the remedy.
static void expected(const field_t *field, char text[EXPECTED_MAX])
{
    switch (field->kind) {
    case FIELD_VIEW:
    case FIELD_STR:
        snprintf(text, EXPECTED_MAX, "a text of at most %lld bytes", (long long)field->limit);
        break;
    case FIELD_INT:
        snprintf(text, EXPECTED_MAX, field->limit ? "an integer from 0 to %lld" : "an integer",
                 (long long)field->limit);
        break;
    case FIELD_BOOL:
        snprintf(text, EXPECTED_MAX, "true or false");
        break;
    case FIELD_REAL:
        snprintf(text, EXPECTED_MAX, "a number");
        break;
    case FIELD_DOC:
        snprintf(text, EXPECTED_MAX, "a value of at most %lld bytes and %d levels",
                 (long long)field->limit, LIMIT_DEPTH - 1);
        break;
    }
}

static err_t wrong(const field_t *field, err_t code, const char *what, fault_t *fault)
{
    char takes[EXPECTED_MAX];
    expected(field, takes);
    char remedy[FAULT_REMEDY_MAX];
    snprintf(remedy, sizeof remedy, "give '%s' as %s", field->name, takes);
    return fault_set(fault, code, remedy, "field '%s' %s", field->name, what);
}

static err_t read_text(const field_t *field, const json_t *value, void *at, fault_t *fault)
{
    if (!json_is_string(value)) {
        return wrong(field, ERR_INVALID, "is not a text", fault);
    }
    view_t text = {json_string_value(value), json_string_length(value)};
    if ((int64_t)text.size > field->limit) {
        return wrong(field, ERR_INVALID, "is too long", fault);
    }
    if (memchr(text.data, 0, text.size)) {
        return wrong(field, ERR_INVALID, "holds a NUL character", fault);
    }
    if (field->kind == FIELD_VIEW) {
        *(view_t *)at = text;
    } else {
        *(char **)at = view_dup(text);
    }
    return ERR_OK;
}

static err_t read_int(const field_t *field, const json_t *value, int64_t *ret, fault_t *fault)
{
    if (!json_is_integer(value)) {
        return wrong(field, ERR_INVALID, "is not an integer", fault);
    }
    json_int_t number = json_integer_value(value);
    if (field->limit > 0 && (number < 0 || number > field->limit)) {
        return wrong(field, ERR_INVALID, "is out of range", fault);
    }
    *ret = number;
    return ERR_OK;
}

// Whether the value nests at most `levels` deep.
static bool shallow(const json_t *value, int levels) // NOLINT(misc-no-recursion)
{
    json_t *inner = (json_t *)value; // jansson's iteration takes no const
    const char *key;
    json_t *item;
    size_t i;
    if (levels == 0 && (json_is_object(value) || json_is_array(value))) {
        return false;
    }
    json_object_foreach(inner, key, item)
    {
        if (!shallow(item, levels - 1)) {
            return false;
        }
    }
    json_array_foreach(inner, i, item)
    {
        if (!shallow(item, levels - 1)) {
            return false;
        }
    }
    return true;
}

static err_t read_document(const field_t *field, json_t *value, json_t **ret, fault_t *fault)
{
    if (!shallow(value, LIMIT_DEPTH - 1)) {
        return wrong(field, ERR_INVALID, "is nested too deeply", fault);
    }
    buf_t packed = {0};
    document_pack(&packed, value);
    bool fits = (int64_t)packed.size <= field->limit;
    buf_release(&packed);
    if (!fits) {
        return wrong(field, ERR_TOO_LARGE, "is too large", fault);
    }
    *ret = json_incref(value);
    return ERR_OK;
}

static err_t read_field(const field_t *field, json_t *value, void *at, fault_t *fault)
{
    switch (field->kind) {
    case FIELD_VIEW:
    case FIELD_STR:
        return read_text(field, value, at, fault);
    case FIELD_INT:
        return read_int(field, value, at, fault);
    case FIELD_BOOL:
        if (!json_is_boolean(value)) {
            return wrong(field, ERR_INVALID, "is not true or false", fault);
        }
        *(bool *)at = json_is_true(value);
        return ERR_OK;
    case FIELD_REAL:
        if (!json_is_number(value) || !isfinite(json_number_value(value))) {
            return wrong(field, ERR_INVALID, "is not a number", fault);
        }
        *(double *)at = json_number_value(value);
        return ERR_OK;
    case FIELD_DOC:
        return read_document(field, value, at, fault);
    }
    return ERR_OK;
}

static bool known(const schema_t *schema, const char *key)
{
    for (size_t i = 0; i < schema->count; i++) {
        if (strcmp(schema->fields[i].name, key) == 0) {
            return true;
        }
    }
    return false;
}

static err_t check_keys(const schema_t *schema, const json_t *object, fault_t *fault)
{
    json_t *inner = (json_t *)object;
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        return fault_set(fault, ERR_INVALID, "send an object: {\"name\": value, ...}",
                         "the value is not a JSON object");
    }
    json_object_foreach(inner, key, value)
    {
        if (!known(schema, key)) {
            return fault_set(fault, ERR_INVALID, "check the spelling, or leave it out",
                             "there is no field '%s' here", key);
        }
    }
    return ERR_OK;
}

err_t codec_from_json(const schema_t *schema, const json_t *object, void *ret, fault_t *fault)
{
    memset(ret, 0, schema->size);
    err_t err = check_keys(schema, object, fault);
    for (size_t i = 0; i < schema->count && err == ERR_OK; i++) {
        const field_t *field = &schema->fields[i];
        json_t *value = json_object_get(object, field->name);
        if (value && !json_is_null(value)) {
            err = read_field(field, value, (char *)ret + field->offset, fault);
        } else if (field->required) {
            err = wrong(field, ERR_INVALID, "is missing", fault);
        }
    }
    if (err) {
        codec_release(schema, ret);
    }
    return err;
}

// A new reference; NULL when the field is absent.
static json_t *write_field(const field_t *field, const void *at)
{
    switch (field->kind) {
    case FIELD_VIEW: {
        const view_t *view = at;
        return view->data ? json_stringn(view->data, view->size) : NULL;
    }
    case FIELD_STR:
        return *(char *const *)at ? json_string(*(char *const *)at) : NULL;
    case FIELD_INT:
        return json_integer(*(const int64_t *)at);
    case FIELD_BOOL:
        return json_boolean(*(const bool *)at);
    case FIELD_REAL:
        return json_real(*(const double *)at);
    case FIELD_DOC:
        return json_incref(*(json_t *const *)at);
    }
    return NULL;
}

json_t *codec_to_json(const schema_t *schema, const void *from)
{
    json_t *object = json_object();
    for (size_t i = 0; i < schema->count; i++) {
        const field_t *field = &schema->fields[i];
        json_t *value = write_field(field, (const char *)from + field->offset);
        if (value) {
            json_object_set_new(object, field->name, value);
        }
    }
    return object;
}
