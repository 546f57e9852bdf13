// SPDX-License-Identifier: MPL-2.0
#include "data/expr/expr.h"
#include "data/expr/function.h"

#include "base/mem.h"

static const char *result_name(char result)
{
    switch (result) {
    case 'i':
        return "integer";
    case 'f':
        return "float";
    case 'b':
        return "boolean";
    case 't':
        return "text";
    case 'd':
        return "date";
    case 'm':
        return "datetime";
    case 'n':
        return "integer or float, as the arguments";
    case 'w':
        return "date or datetime, as the argument";
    default:
        return "as the values";
    }
}

static json_t *entry(const function_t *function)
{
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", function->name, "usage",
                  function->usage, "result", result_name(function->result), "description",
                  function->help, "example", function->example, "gives", function->gives);
    if (json && function->group[0]) {
        json_object_set_new(json, "group", json_string(function->group));
    }
    return json;
}

static json_t *limits(void)
{
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "text_bytes", EXPR_TEXT_MAX,
                     "depth", EXPR_DEPTH_MAX, "chain", EXPR_CHAIN_MAX, "nodes", EXPR_NODES_MAX,
                     "columns", EXPR_COLUMNS_MAX, "list", EXPR_LIST_MAX, "cell_bytes",
                     EXPR_CELL_MAX, "pattern_bytes", PATTERN_BYTES_MAX);
}

json_t *expr_catalogue(void)
{
    json_t *functions = json_array();
    json_t *operators = json_array();
    size_t count;
    const function_t *all = function_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (!(all[i].flags & FUNCTION_HIDDEN)) {
            json_array_append_new(all[i].group[0] ? functions : operators, entry(&all[i]));
        }
    }
    json_t *catalogue = json_pack("{s:o, s:o, s:o}", "functions", functions, "operators", operators,
                                  "limits", limits());
    if (!catalogue) {
        mem_exhausted(count);
    }
    return catalogue;
}
