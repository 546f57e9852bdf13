// SPDX-License-Identifier: MPL-2.0
#include "cli/insight.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNTS_SHOWN = 5 };

// What counts most, as far as it counts.
static void print_importance(const json_t *importance)
{
    const json_t *features = json_object_get(importance, "features");
    bool begun = false;
    for (size_t i = 0; i < json_array_size(features) && i < COUNTS_SHOWN; i++) {
        const json_t *feature = json_array_get(features, i);
        double mean = json_number_value(json_object_get(feature, "mean"));
        if (mean > 0) {
            if (!begun) {
                printf("What counts (%s lost when it is shuffled): ",
                       json_string_value(json_object_get(importance, "score")));
            }
            printf("%s%s %.4f", begun ? ", " : "",
                   json_string_value(json_object_get(feature, "name")), mean);
            begun = true;
        }
    }
    printf("%s", begun ? "\n" : "");
}

static void print_areas(const json_t *classes)
{
    size_t i;
    json_t *class;
    json_array_foreach((json_t *)classes, i, class)
    {
        char *label = json_dumps(json_object_get(class, "label"), JSON_ENCODE_ANY);
        const json_t *roc = json_object_get(class, "roc");
        const json_t *recall = json_object_get(class, "precision_recall");
        printf("%s%s %.4f, %.4f", i ? "; " : "Areas (ROC, precision-recall): ", label,
               json_number_value(json_object_get(roc, "area")),
               json_number_value(json_object_get(recall, "area")));
        free(label);
    }
    printf("%s", i ? "\n" : "");
}

void insight_print(const json_t *insight)
{
    size_t i;
    json_t *sentence;
    print_importance(json_object_get(insight, "importance"));
    print_areas(json_object_get(insight, "classes"));
    json_array_foreach(json_object_get(insight, "left_out"), i, sentence)
    {
        printf("%s\n", json_string_value(sentence));
    }
}
