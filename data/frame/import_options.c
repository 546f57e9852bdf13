// SPDX-License-Identifier: MPL-2.0
#include "data/frame/import_options.h"

#include <string.h>

#include "base/mem.h"

static err_t invalid(const char *option, const char *remedy, fault_t *fault)
{
    return fault_set(fault, ERR_INVALID, remedy, "import option '%.100s' is not valid", option);
}

// One ASCII character, or the names "tab" and "auto".
static bool read_char(const json_t *json, char *ret_char)
{
    const char *text = json_string_value(json);
    if (!json || json_is_null(json) || (text && strcmp(text, "auto") == 0)) {
        return true;
    }
    if (text && (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)) {
        *ret_char = '\t';
        return true;
    }
    if (!text || strlen(text) != 1 || (unsigned char)*text >= 0x80) {
        return false;
    }
    *ret_char = *text;
    return true;
}

static err_t read_dialect(const json_t *json, csv_options_t *csv, fault_t *fault)
{
    const char *encoding = json_string_value(json_object_get(json, "encoding"));
    const json_t *header = json_object_get(json, "header");
    if (encoding && !encoding_by_name(encoding, &csv->encoding)) {
        return invalid("encoding", "use auto, utf-8, utf-16le, utf-16be, latin-1 or windows-1252",
                       fault);
    }
    if (!read_char(json_object_get(json, "delimiter"), &csv->delimiter)) {
        return invalid("delimiter", "use one ASCII character, or tab", fault);
    }
    if (!read_char(json_object_get(json, "quote"), &csv->quote)) {
        return invalid("quote", "use \" or '", fault);
    }
    if (!read_char(json_object_get(json, "decimal"), &csv->decimal)) {
        return invalid("decimal", "use . or ,", fault);
    }
    if (header && !json_is_null(header) && !json_is_boolean(header)) {
        return invalid("header", "use true or false", fault);
    }
    csv->header = json_is_true(header) ? 1 : json_is_false(header) ? -1 : 0;
    csv->lenient = json_is_true(json_object_get(json, "lenient"));
    return ERR_OK;
}

static bool are_tokens(const json_t *json)
{
    size_t i;
    json_t *token;
    if (!json_is_array(json) || json_array_size(json) > CELL_TOKENS_MAX) {
        return false;
    }
    json_array_foreach(json, i, token)
    {
        if (!json_is_string(token) || json_string_length(token) > CELL_TOKEN_BYTES_MAX) {
            return false;
        }
    }
    return true;
}

err_t import_options_read(const json_t *json, import_options_t *ret_options, fault_t *fault)
{
    static const char *const known[] = {"encoding", "delimiter", "quote",   "header",     "decimal",
                                        "lenient",  "missing",   "columns", "stripe_rows"};
    import_options_t options = {0};
    const char *key;
    json_t *value;
    if (json && !json_is_object(json) && !json_is_null(json)) {
        return fault_set(fault, ERR_INVALID, "send an object", "the import options are no object");
    }
    json_object_foreach((json_t *)json, key, value)
    {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            found = found || strcmp(known[i], key) == 0;
        }
        if (!found) {
            return invalid(key, "see docs/documents.md for what there is", fault);
        }
    }
    err_t err = read_dialect(json, &options.csv, fault);
    const json_t *rows = json_object_get(json, "stripe_rows");
    options.csv.piece_rows = (size_t)json_integer_value(rows);
    if (err == ERR_OK && rows &&
        (!json_is_integer(rows) || json_integer_value(rows) < 1 ||
         json_integer_value(rows) > PIECE_ROWS)) {
        err = invalid("stripe_rows", "give an integer from 1 to 65536", fault);
    }
    json_t *missing = json_object_get(json, "missing");
    json_t *columns = json_object_get(json, "columns");
    if (err == ERR_OK && missing && !are_tokens(missing)) {
        err = invalid("missing", "give a list of at most 100 short texts", fault);
    }
    if (err == ERR_OK && columns && !json_is_object(columns)) {
        err = invalid("columns", "give an object with a column's name for each", fault);
    }
    if (err == ERR_OK) {
        options.missing = json_incref(missing);
        options.columns = json_incref(columns);
        *ret_options = options;
    }
    return err;
}

static tokens_t tokens_from(const json_t *json)
{
    size_t count = json_array_size(json);
    text_t *texts = mem_array(count, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        const json_t *token = json_array_get(json, i);
        texts[i] = (text_t){json_string_value(token), (uint32_t)json_string_length(token)};
    }
    tokens_t tokens = tokens_new(texts, count);
    free(texts);
    return tokens;
}

static err_t read_format(const json_t *json, cell_rules_t *rules, fault_t *fault)
{
    const char *format = json_string_value(json_object_get(json, "format"));
    if (!format) {
        return ERR_OK;
    }
    if (!rules->declared || !type_in(rules->type, TYPES_TIME)) {
        return invalid("format", "say type date or datetime with it", fault);
    }
    rules->format = mem_new(sizeof *rules->format);
    return date_format_compile(format, strlen(format), DATE_FORMAT_READ, rules->format, fault);
}

err_t import_options_rules(const import_options_t *options, const char *column, bool comma,
                           cell_rules_t *ret_rules, fault_t *fault)
{
    cell_rules_t rules = {.comma = comma};
    const json_t *own = json_object_get(options->columns, column);
    const json_t *missing = json_object_get(own, "missing");
    const json_t *tokens = missing ? missing : options->missing;
    const json_t *type = json_object_get(own, "type");
    err_t err = ERR_OK;
    if (missing && !are_tokens(missing)) {
        err = invalid("missing", "give a list of at most 100 short texts", fault);
    } else if (type &&
               !(json_is_string(type) && type_by_name(json_string_value(type), &rules.type))) {
        err =
            invalid("type", "use integer, float, boolean, date, datetime, category or text", fault);
    }
    if (err == ERR_OK) {
        rules.declared = type != NULL;
        rules.tokens = tokens ? tokens_from(tokens) : tokens_default();
        err = read_format(own, &rules, fault);
    }
    if (err != ERR_OK) {
        fault_at(fault, 0, 0, column);
        rules_release(&rules);
        return err;
    }
    *ret_rules = rules;
    return ERR_OK;
}

err_t import_options_check(const import_options_t *options, char *const *names, size_t count,
                           fault_t *fault)
{
    const char *key;
    json_t *value;
    json_object_foreach(options->columns, key, value)
    {
        bool found = false;
        for (size_t i = 0; i < count && !found; i++) {
            found = strcmp(names[i], key) == 0;
        }
        if (!found) {
            fault_set(fault, ERR_COLUMN_UNKNOWN, "name columns of the file",
                      "the import options speak of column '%.100s', which the file does not have",
                      key);
            fault_at(fault, 0, 0, key);
            return ERR_COLUMN_UNKNOWN;
        }
    }
    return ERR_OK;
}

void import_options_release(import_options_t *options)
{
    json_decref(options->missing);
    json_decref(options->columns);
    *options = (import_options_t){0};
}
