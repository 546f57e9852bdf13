// SPDX-License-Identifier: MPL-2.0
#include "learn/remarks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "learn/unknown.h"

// Of one encoding, or of one input.
typedef struct {
    int64_t rows;
    int64_t first; // the first of them
    char *value;   // there; of an encoding
} remark_t;

struct remarks {
    const inputs_t *inputs;
    int64_t stripe_first;
    remark_t *unseen;  // by spot of the flow
    remark_t *lacking; // by input
};

remarks_t *remarks_new(const inputs_t *inputs)
{
    remarks_t *remarks = mem_new(sizeof *remarks);
    remarks->inputs = inputs;
    remarks->unseen = mem_array(inputs->features->flow->spots_count, sizeof(remark_t));
    remarks->lacking = mem_array(inputs->features->count, sizeof(remark_t));
    return remarks;
}

static void on_unseen(void *context, size_t spot, const vector_t *cells, size_t row)
{
    remarks_t *remarks = context;
    remark_t *remark = &remarks->unseen[spot];
    if (remark->rows++ == 0) {
        remark->first = remarks->stripe_first + (int64_t)row;
        remark->value = unknown_value(cells, row);
    }
}

err_t remarks_look(remarks_t *remarks, int64_t first, fault_t *fault)
{
    remarks->stripe_first = first;
    return unknown_each(remarks->inputs, on_unseen, remarks, fault);
}

void remarks_lacks(remarks_t *remarks, int64_t number, size_t input)
{
    remark_t *remark = &remarks->lacking[input];
    if (remark->rows++ == 0) {
        remark->first = number;
    }
}

// Takes the detail.
static void add(json_t *list, const char *column, int64_t rows, char *detail)
{
    json_array_append_new(list, json_pack("{s:s, s:I, s:s}", "column", column, "rows",
                                          (json_int_t)rows, "detail", detail));
    free(detail);
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

static const char *the_first(int64_t count)
{
    return count == 1 ? "" : "the first ";
}

static void add_refused(const features_t *features, json_t *list)
{
    const json_t *columns = json_object_get(frame_description(features->frame), "columns");
    for (size_t i = 0; i < features->request->features_count; i++) {
        const json_t *column = json_array_get(columns, features->request->features[i]);
        int64_t count = json_integer_value(json_object_get(column, "refused"));
        const char *type = json_string_value(json_object_get(column, "type"));
        if (count > 0) {
            add(list, json_string_value(json_object_get(column, "name")), count,
                text_format(
                    "%lld cell%s not of the type that the model learned (%s), taken as missing",
                    (long long)count, plural(count), type));
        }
    }
}

static void add_unseen(const remarks_t *remarks, json_t *list)
{
    const flow_t *flow = remarks->inputs->features->flow;
    for (size_t i = 0; i < flow->spots_count; i++) {
        const remark_t *remark = &remarks->unseen[i];
        const call_t *call = &flow->spots[i]->call;
        if (remark->rows > 0) {
            add(list, call->inputs[0].name, remark->rows,
                text_format("%lld value%s that step %d had not seen, %s'%s' in row %lld: %s",
                            (long long)remark->rows, plural(remark->rows), call->step->number,
                            the_first(remark->rows), remark->value, (long long)remark->first,
                            unknown_becomes(call->step)));
        }
    }
}

static void add_lacking(const remarks_t *remarks, json_t *list)
{
    const features_t *features = remarks->inputs->features;
    for (size_t i = 0; i < features->count; i++) {
        const remark_t *remark = &remarks->lacking[i];
        if (remark->rows > 0) {
            add(list, features->inputs[i].name, remark->rows,
                text_format("%lld row%s without a value that no step fills, %srow %lld: nothing "
                            "is predicted",
                            (long long)remark->rows, plural(remark->rows), the_first(remark->rows),
                            (long long)remark->first));
        }
    }
}

json_t *remarks_list(const remarks_t *remarks)
{
    json_t *list = json_array();
    add_refused(remarks->inputs->features, list);
    add_unseen(remarks, list);
    add_lacking(remarks, list);
    return list;
}

void remarks_destroy(remarks_t **remarks)
{
    if (!*remarks) {
        return;
    }
    for (size_t i = 0; i < (*remarks)->inputs->features->flow->spots_count; i++) {
        free((*remarks)->unseen[i].value);
    }
    free((*remarks)->unseen);
    free((*remarks)->lacking);
    free(*remarks);
    *remarks = NULL;
}
