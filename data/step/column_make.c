// SPDX-License-Identifier: MPL-2.0
// Columns that are made of others. Conventions: pandas' astype with errors coerced,
// str.split(n=len(into) - 1, expand=True, regex=False), str.cat, and assign. New names must be
// free: a formula does not replace a column, so that its own name can stand in it without a riddle.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/frame/frame.h"
#include "data/step/cast.h"
#include "data/step/families.h"
#include "data/step/formula.h"

#define NAME_AS                                                                                    \
    {                                                                                              \
        .name = "as", .kind = SETTING_NAME, .required = true, .max = STEP_NAME_BYTES,              \
        .help = "the new column"                                                                   \
    }
#define COLUMN                                                                                     \
    {                                                                                              \
        .name = "column", .kind = SETTING_COLUMN, .required = true, .max = STEP_NAME_BYTES,        \
        .help = "the column it is made of"                                                         \
    }

// --- duplicate ---------------------------------------------------------------------------------

static const setting_t DUPLICATE[] = {COLUMN, NAME_AS, {0}};

static err_t prepare_duplicate(call_t *call, fault_t *fault)
{
    (void)fault;
    call_output(call, step_text(call->step, "as"), call->inputs[0].type, call->inputs[0].filled);
    return ERR_OK;
}

static err_t apply_duplicate(const call_t *call, const place_t *place, const vector_t *inputs,
                             vector_t *ret_outputs, fault_t *fault)
{
    (void)call;
    (void)place;
    (void)fault;
    ret_outputs[0] = inputs[0];
    return ERR_OK;
}

// --- cast --------------------------------------------------------------------------------------

static const setting_t CAST[] = {
    {.name = "type", .kind = SETTING_TYPE, .required = true, .help = "the new type"},
    {.name = "format",
     .kind = SETTING_TEXT,
     .max = 128,
     .help = "how dates are written, with strftime's letters"},
    {0},
};

static err_t prepare_cast(call_t *call, fault_t *fault)
{
    const input_t *input = &call->inputs[0];
    type_t to = TYPE_TEXT;
    type_by_name(step_text(call->step, "type"), &to);
    bool same =
        input->type == to || (type_in(to, TYPES_WORDS) && type_in(input->type, TYPES_WORDS));
    char *text =
        same ? mem_strdup("x") : cast_expression(input->type, to, step_text(call->step, "format"));
    if (!text) {
        bool numbers = type_in(input->type, TYPES_NUMBER);
        return call_fault(call, 0, ERR_COLUMN_TYPE, fault,
                          numbers ? "give a format such as %Y%m%d"
                                  : "take its parts, or cast it to text first",
                          "column '%s' is %s, which cannot become %s", input->name,
                          type_name(input->type), type_name(to));
    }
    call_output(call, input->name, to, same && input->filled);
    err_t err = formula_prepare(call, fault, "%s", text);
    free(text);
    return err;
}

// --- split -------------------------------------------------------------------------------------

static const setting_t SPLIT[] = {
    COLUMN,
    {.name = "separator",
     .kind = SETTING_TEXT,
     .required = true,
     .help = "what stands between the parts"},
    {.name = "into",
     .kind = SETTING_LIST,
     .required = true,
     .max = 100,
     .help = "the new columns; the last one takes the rest"},
    {0},
};

static err_t prepare_split(call_t *call, fault_t *fault)
{
    const input_t *input = &call->inputs[0];
    if (!type_in(input->type, TYPES_WORDS)) {
        return call_fault(call, 0, ERR_COLUMN_TYPE, fault, "cast it to text first",
                          "column '%s' is %s; split needs text", input->name,
                          type_name(input->type));
    }
    if (*step_text(call->step, "separator") == '\0') {
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault, "say what stands between the parts",
                          "'separator' is empty");
    }
    const json_t *into = step_json(call->step, "into");
    for (size_t i = 0; i < json_array_size(into); i++) {
        call_output(call, json_string_value(json_array_get(into, i)), input->type, false);
    }
    return ERR_OK;
}

// The parts of one text at parts[0], parts[stride], ...; those that are not there have no bytes.
static void split(text_t text, text_t separator, text_t *parts, size_t stride, size_t count)
{
    for (size_t part = 0; part < count; part++) {
        const char *at = part + 1 == count || !text.bytes
                             ? NULL
                             : memmem(text.bytes, text.size, separator.bytes, separator.size);
        parts[part * stride] = text;
        if (!at) {
            text = (text_t){NULL, 0};
            continue;
        }
        uint32_t before = (uint32_t)(at - text.bytes);
        parts[part * stride].size = before;
        text = (text_t){at + separator.size, text.size - before - separator.size};
    }
}

static err_t apply_split(const call_t *call, const place_t *place, const vector_t *inputs,
                         vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    const vector_t *input = &inputs[0];
    const char *bytes = step_text(call->step, "separator");
    text_t separator = {bytes, (uint32_t)strlen(bytes)};
    size_t words = input->codes ? input->words : input->count;
    text_t *parts = arena_array(place->arena, words * call->outputs_count, sizeof *parts);
    for (size_t i = 0; i < words; i++) {
        bool there = input->codes || vector_is_valid(input, i);
        split(there ? input->texts[i] : (text_t){"", 0}, separator, parts + i, words,
              call->outputs_count);
    }
    for (size_t part = 0; part < call->outputs_count; part++) {
        text_t *texts = parts + part * words;
        uint8_t *valid = arena_alloc(place->arena, place->rows + 1);
        for (size_t i = 0; i < place->rows; i++) {
            size_t word = input->codes ? input->codes[i] : i;
            valid[i] = vector_is_valid(input, i) && texts[word].bytes;
        }
        for (size_t i = 0; i < words; i++) { // what stands in a missing cell may be read
            texts[i] = texts[i].bytes ? texts[i] : (text_t){"", 0};
        }
        ret_outputs[part] = *input;
        ret_outputs[part].valid = valid;
        ret_outputs[part].texts = texts;
    }
    return ERR_OK;
}

// --- merge -------------------------------------------------------------------------------------

static const setting_t MERGE[] = {
    {.name = "separator",
     .kind = SETTING_TEXT,
     .initial = "\" \"",
     .help = "what stands between the parts"},
    NAME_AS,
    {.name = "missing",
     .kind = SETTING_CHOICE,
     .choices = "skip|missing",
     .initial = "\"skip\"",
     .help = "whether missing parts are left out, or make the whole missing"},
    {0},
};

// The tool: each input as texts.
typedef struct {
    size_t count;
    expr_t **texts;
} merge_t;

static void release_merge(void *tool)
{
    merge_t *merge = tool;
    for (size_t i = 0; i < merge->count; i++) {
        expr_destroy(&merge->texts[i]);
    }
    free(merge->texts);
    free(merge);
}

static err_t prepare_merge(call_t *call, fault_t *fault)
{
    merge_t *merge = mem_new(sizeof *merge);
    merge->texts = mem_array(call->inputs_count, sizeof(expr_t *));
    call->tool = merge;
    bool some = false;
    bool all = true;
    for (; merge->count < call->inputs_count; merge->count++) {
        err_t err = formula_bind(call, "text(x)", merge->count, &merge->texts[merge->count], fault);
        if (err != ERR_OK) {
            return err;
        }
        some = some || call->inputs[merge->count].filled;
        all = all && call->inputs[merge->count].filled;
    }
    bool skip = step_chose(call->step, "missing", "skip");
    call_output(call, step_text(call->step, "as"), TYPE_TEXT, skip ? some : all);
    return ERR_OK;
}

// The parts of a row behind each other; false when the row is missing.
static bool merge_row(const vector_t *parts, size_t count, size_t row, bool skip, text_t separator,
                      const place_t *place, text_t *ret_text)
{
    size_t size = 0;
    size_t there = 0;
    for (size_t i = 0; i < count; i++) {
        bool valid = vector_is_valid(&parts[i], row);
        size += valid ? vector_text(&parts[i], row).size + separator.size : 0;
        there += valid;
    }
    if (there == 0 || (!skip && there < count)) {
        return false;
    }
    if (size > EXPR_CELL_MAX) { // as expressions do not make such a text either
        ++*place->faulty;
        return false;
    }
    char *bytes = arena_alloc(place->arena, size);
    size = 0;
    for (size_t i = 0; i < count; i++) {
        if (!vector_is_valid(&parts[i], row)) {
            continue;
        }
        text_t text = vector_text(&parts[i], row);
        memcpy(bytes + size, text.bytes, text.size);
        memcpy(bytes + size + text.size, separator.bytes, separator.size);
        size += text.size + separator.size;
    }
    *ret_text = (text_t){bytes, (uint32_t)(size - separator.size)};
    return true;
}

static err_t apply_merge(const call_t *call, const place_t *place, const vector_t *inputs,
                         vector_t *ret_outputs, fault_t *fault)
{
    const merge_t *merge = call->tool;
    const char *bytes = step_text(call->step, "separator");
    text_t separator = {bytes, (uint32_t)strlen(bytes)};
    bool skip = step_chose(call->step, "missing", "skip");
    vector_t *parts = arena_array(place->arena, merge->count, sizeof *parts);
    for (size_t i = 0; i < merge->count; i++) {
        err_t err = expr_eval(merge->texts[i], &inputs[i], place->rows, place->arena, &parts[i],
                              NULL, fault);
        if (err != ERR_OK) {
            return err;
        }
    }
    text_t *texts = arena_array(place->arena, place->rows, sizeof *texts);
    uint8_t *valid = arena_alloc(place->arena, place->rows + 1);
    for (size_t i = 0; i < place->rows; i++) {
        texts[i] = (text_t){"", 0};
        valid[i] = merge_row(parts, merge->count, i, skip, separator, place, &texts[i]);
    }
    ret_outputs[0] =
        (vector_t){.type = TYPE_TEXT, .count = place->rows, .valid = valid, .texts = texts};
    return ERR_OK;
}

// --- derive ------------------------------------------------------------------------------------

static const setting_t DERIVE[] = {
    NAME_AS,
    {.name = "expression",
     .kind = SETTING_EXPRESSION,
     .required = true,
     .max = EXPR_TEXT_MAX,
     .help = "a formula over columns, as in price * 1.19"},
    {0},
};

static err_t open_derive(call_t *call, json_t *names, fault_t *fault)
{
    const char *text = step_text(call->step, "expression");
    expr_t *expr = NULL;
    err_t err = expr_parse(text, strlen(text), &expr, fault);
    for (size_t i = 0; err == ERR_OK && i < expr_columns_count(expr); i++) {
        json_array_append_new(names, json_string(expr_column(expr, i)));
    }
    call->tool = expr;
    return err;
}

static err_t prepare_derive(call_t *call, fault_t *fault)
{
    type_t *types = mem_array(call->inputs_count + 1, sizeof *types);
    for (size_t i = 0; i < call->inputs_count; i++) {
        types[i] = call->inputs[i].type;
    }
    err_t err = expr_bind(call->tool, types, fault);
    free(types);
    if (err == ERR_OK) {
        call_output(call, step_text(call->step, "as"), expr_type(call->tool), false);
    }
    return err;
}

static err_t apply_derive(const call_t *call, const place_t *place, const vector_t *inputs,
                          vector_t *ret_outputs, fault_t *fault)
{
    expr_stats_t stats = {.rows = (int64_t)place->stripe * FRAME_STRIPE_ROWS};
    err_t err =
        expr_eval(call->tool, inputs, place->rows, place->arena, &ret_outputs[0], &stats, fault);
    for (int i = 0; i < EXPR_LOSS_COUNT; i++) {
        *place->faulty += stats.cells[i];
    }
    return err;
}

const step_kind_t COLUMN_MAKE_KINDS[] = {
    {
        .op = "duplicate",
        .title = "Copy a column",
        .help = "A new column with the same values.",
        .shape = STEP_NEW,
        .columns = STEP_COLUMNS_NONE,
        .types = TYPES_ANY,
        .settings = DUPLICATE,
        .prepare = prepare_duplicate,
        .apply = apply_duplicate,
    },
    {
        .op = "cast",
        .title = "Change the type",
        .help = "Values become those of another type; where that cannot be, missing.",
        .types = TYPES_ANY,
        .settings = CAST,
        .prepare = prepare_cast,
        .apply = formula_apply_counted,
        .release_tool = formula_release,
    },
    {
        .op = "split",
        .title = "Split a text into columns",
        .help = "New columns with the parts between separators; missing where there are fewer.",
        .shape = STEP_NEW,
        .columns = STEP_COLUMNS_NONE,
        .types = TYPES_ANY,
        .settings = SPLIT,
        .prepare = prepare_split,
        .apply = apply_split,
    },
    {
        .op = "merge",
        .title = "Join columns to one",
        .help = "One text of several columns, in the place of the first.",
        .shape = STEP_MERGE,
        .types = TYPES_ANY,
        .settings = MERGE,
        .prepare = prepare_merge,
        .apply = apply_merge,
        .release_tool = release_merge,
    },
    {
        .op = "derive",
        .title = "Calculate a column",
        .help = "A new column by a formula over others.",
        .shape = STEP_NEW,
        .columns = STEP_COLUMNS_NONE,
        .types = TYPES_ANY,
        .settings = DERIVE,
        .open = open_derive,
        .prepare = prepare_derive,
        .apply = apply_derive,
        .release_tool = formula_release,
    },
    {0},
};
