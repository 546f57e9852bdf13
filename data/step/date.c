// SPDX-License-Identifier: MPL-2.0
// Dates and times (UTC). Conventions: pandas' to_datetime(errors="coerce"), Series.dt and
// differences of timestamps; weekday is ISO's as in expressions (1 is Monday, where pandas has 0),
// week is the ISO week.
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/step/families.h"
#include "data/step/formula.h"
#include "data/value/date.h"

// --- parse -------------------------------------------------------------------------------------

static const setting_t PARSE[] = {
    {.name = "format",
     .kind = SETTING_TEXT,
     .max = 128,
     .help = "strftime's letters, as in %d.%m.%Y; left out: 2020-01-31, with a time behind it"},
    {.name = "to",
     .kind = SETTING_CHOICE,
     .choices = "date|datetime",
     .initial = "\"date\"",
     .help = "what the text becomes"},
    {0},
};

static err_t prepare_parse(call_t *call, fault_t *fault)
{
    bool date = step_chose(call->step, "to", "date");
    const char *format = step_text(call->step, "format");
    call_output(call, call->inputs[0].name, date ? TYPE_DATE : TYPE_DATETIME, false);
    if (!format) {
        return formula_prepare(call, fault,
                               date ? "coalesce(date(x), date(datetime(x)))"
                                    : "coalesce(datetime(x), datetime(date(x)))");
    }
    char *literal = formula_quote(format);
    err_t err = formula_prepare(call, fault, "%s(x, %s)", date ? "date" : "datetime", literal);
    free(literal);
    return err;
}

// --- parts -------------------------------------------------------------------------------------

static const setting_t PARTS[] = {
    {.name = "parts",
     .kind = SETTING_LIST,
     .required = true,
     .help = "some of year, month, day, hour, minute, second, weekday, week, quarter, day_of_year, "
             "is_weekend"},
    {0},
};

enum { DAY_SECONDS = 86400 };

// A part of a day and of the seconds in it.
typedef int64_t part_of_t(int64_t day, int64_t second);

static int64_t year_of(int64_t day, int64_t second)
{
    (void)second;
    return date_to_civil(day).year;
}

static int64_t month_of(int64_t day, int64_t second)
{
    (void)second;
    return date_to_civil(day).month;
}

static int64_t day_of(int64_t day, int64_t second)
{
    (void)second;
    return date_to_civil(day).day;
}

static int64_t hour_of(int64_t day, int64_t second)
{
    (void)day;
    return second / 3600;
}

static int64_t minute_of(int64_t day, int64_t second)
{
    (void)day;
    return second / 60 % 60;
}

static int64_t second_of(int64_t day, int64_t second)
{
    (void)day;
    return second % 60;
}

static int64_t weekday_of(int64_t day, int64_t second)
{
    (void)second;
    return date_weekday(day);
}

static int64_t week_of(int64_t day, int64_t second)
{
    (void)second;
    return date_week(day);
}

static int64_t quarter_of(int64_t day, int64_t second)
{
    (void)second;
    return date_quarter(day);
}

static int64_t day_of_year_of(int64_t day, int64_t second)
{
    (void)second;
    return date_day_of_year(day);
}

static int64_t is_weekend_of(int64_t day, int64_t second)
{
    (void)second;
    return date_weekday(day) > 5;
}

static const struct {
    const char *name;
    part_of_t *of;
    type_t type;
} PART_TABLE[] = {
    {"year", year_of, TYPE_INTEGER},
    {"month", month_of, TYPE_INTEGER},
    {"day", day_of, TYPE_INTEGER},
    {"hour", hour_of, TYPE_INTEGER},
    {"minute", minute_of, TYPE_INTEGER},
    {"second", second_of, TYPE_INTEGER},
    {"weekday", weekday_of, TYPE_INTEGER},
    {"week", week_of, TYPE_INTEGER},
    {"quarter", quarter_of, TYPE_INTEGER},
    {"day_of_year", day_of_year_of, TYPE_INTEGER},
    {"is_weekend", is_weekend_of, TYPE_BOOLEAN},
};
enum { PARTS_COUNT = sizeof PART_TABLE / sizeof PART_TABLE[0] };

// Its place in the table, or PARTS_COUNT.
static size_t find_part(const char *name)
{
    size_t part = 0;
    while (part < PARTS_COUNT && (!name || strcmp(PART_TABLE[part].name, name) != 0)) {
        part++;
    }
    return part;
}

static err_t prepare_parts(call_t *call, fault_t *fault)
{
    const json_t *parts = step_json(call->step, "parts");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const char *name = json_string_value(json_array_get(parts, i));
        size_t part = find_part(name);
        if (part == PARTS_COUNT) {
            return call_fault(call, 0, ERR_STEP_PARAMETER, fault, PARTS[0].help,
                              "a date has no part '%.100s'", name);
        }
        char *output = text_format("%s_%s", call->inputs[0].name, name);
        call_output(call, output, PART_TABLE[part].type, call->inputs[0].filled);
        free(output);
    }
    return ERR_OK;
}

static vector_t part_vector(const vector_t *from, size_t part, arena_t *arena)
{
    int64_t *integers = arena_array(arena, from->count, sizeof *integers);
    for (size_t i = 0; i < from->count; i++) {
        int64_t cell = vector_is_valid(from, i) ? from->integers[i] : 0;
        bool date = from->type == TYPE_DATE;
        int64_t day = date ? cell : datetime_day(cell);
        int64_t second = date ? 0 : (cell - day * DAY_MS) / 1000;
        integers[i] = PART_TABLE[part].of(day, second);
    }
    return (vector_t){.type = PART_TABLE[part].type,
                      .count = from->count,
                      .valid = from->valid,
                      .integers = integers};
}

static err_t apply_parts(const call_t *call, const place_t *place, const vector_t *inputs,
                         vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    const json_t *parts = step_json(call->step, "parts");
    for (size_t i = 0; i < call->outputs_count; i++) {
        size_t part = find_part(json_string_value(json_array_get(parts, i)));
        ret_outputs[i] = part_vector(&inputs[0], part, place->arena);
    }
    return ERR_OK;
}

// --- difference --------------------------------------------------------------------------------

static const setting_t DIFFERENCE[] = {
    {.name = "other",
     .kind = SETTING_COLUMN,
     .required = true,
     .max = STEP_NAME_BYTES,
     .help = "the dates that are taken from the column's"},
    {.name = "unit",
     .kind = SETTING_CHOICE,
     .choices = "days|hours|minutes|seconds",
     .initial = "\"days\"",
     .help = "what is counted"},
    {.name = "as",
     .kind = SETTING_NAME,
     .required = true,
     .max = STEP_NAME_BYTES,
     .help = "the new column"},
    {0},
};

static err_t prepare_difference(call_t *call, fault_t *fault)
{
    if (call->step->columns_count != 1) {
        return call_fault(call, 0, ERR_STEP_PARAMETER, fault,
                          "name one column, and the other one as 'other'",
                          "a difference is that of one column and another");
    }
    const input_t *other = &call->inputs[1];
    if (!type_in(other->type, TYPES_TIME)) {
        return call_fault(call, 1, ERR_COLUMN_TYPE, fault, "parse it first",
                          "column '%s' is %s; difference needs dates", other->name,
                          type_name(other->type));
    }
    call_output(call, step_text(call->step, "as"), TYPE_FLOAT,
                call->inputs[0].filled && other->filled);
    return ERR_OK;
}

static int64_t unit_ms(const step_t *step)
{
    return step_chose(step, "unit", "days")      ? DAY_MS
           : step_chose(step, "unit", "hours")   ? 3600000
           : step_chose(step, "unit", "minutes") ? 60000
                                                 : 1000;
}

static int64_t ms_at(const vector_t *vector, size_t i)
{
    return vector->integers[i] * (vector->type == TYPE_DATE ? DAY_MS : 1);
}

static err_t apply_difference(const call_t *call, const place_t *place, const vector_t *inputs,
                              vector_t *ret_outputs, fault_t *fault)
{
    (void)fault;
    double unit = (double)unit_ms(call->step);
    double *numbers = arena_array(place->arena, place->rows, sizeof *numbers);
    uint8_t *valid = arena_alloc(place->arena, place->rows + 1);
    for (size_t i = 0; i < place->rows; i++) {
        valid[i] = vector_is_valid(&inputs[0], i) && vector_is_valid(&inputs[1], i);
        numbers[i] = valid[i] ? (double)(ms_at(&inputs[0], i) - ms_at(&inputs[1], i)) / unit : 0;
    }
    ret_outputs[0] =
        (vector_t){.type = TYPE_FLOAT, .count = place->rows, .valid = valid, .numbers = numbers};
    return ERR_OK;
}

const step_kind_t DATE_KINDS[] = {
    {
        .op = "date",
        .method = "parse",
        .title = "Read dates",
        .help = "Texts become dates; those that say none become missing.",
        .types = TYPES_WORDS,
        .settings = PARSE,
        .prepare = prepare_parse,
        .apply = formula_apply_counted,
        .release_tool = formula_release,
    },
    {
        .op = "date",
        .method = "parts",
        .title = "Parts of dates",
        .help = "New columns with the year, the weekday and others, behind the column.",
        .shape = STEP_BESIDE,
        .types = TYPES_TIME,
        .settings = PARTS,
        .prepare = prepare_parts,
        .apply = apply_parts,
    },
    {
        .op = "date",
        .method = "difference",
        .title = "Time between two dates",
        .help = "A new column: how much later the column's date is than the other's.",
        .shape = STEP_NEW,
        .types = TYPES_TIME,
        .settings = DIFFERENCE,
        .prepare = prepare_difference,
        .apply = apply_difference,
    },
    {0},
};
