// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "data/profile/page.h"

enum {
    HIST_WIDTH = 400,
    HIST_HEIGHT = 110,
    RICH_BYTES = 3 << 19, // histograms have tooltips while the page is smaller
    BADGES_MAX = 6,
};

typedef enum { AS_VALUE, AS_NUMBER, AS_COUNT, AS_PERCENT, AS_BYTES } shape_t;

// A line of a table of facts: what is null is left out.
typedef struct {
    const char *label;
    const char *key;
    shape_t shape;
    const char *share; // shown behind it, may be NULL
} line_t;

static const line_t COUNT_LINES[] = {
    {"Distinct", "distinct", AS_COUNT, "distinct_share"},
    {"Once only", "unique", AS_COUNT, NULL},
    {"Missing", "missing", AS_COUNT, "missing_share"},
    {"Zeros", "zeros", AS_COUNT, "zeros_share"},
    {"Negative", "negatives", AS_COUNT, "negatives_share"},
    {"Memory", "memory_bytes", AS_BYTES, NULL},
};

static const line_t VALUE_LINES[] = {
    {"Mean", "mean", AS_NUMBER, NULL},   {"SD", "sd", AS_NUMBER, NULL},
    {"Minimum", "min", AS_NUMBER, NULL}, {"Median", "quantiles.median", AS_NUMBER, NULL},
    {"Maximum", "max", AS_NUMBER, NULL}, {"Monotonic", "trend", AS_VALUE, NULL},
};

static const line_t WORD_LINES[] = {
    {"Shortest", "lengths.min", AS_COUNT, NULL},
    {"Median length", "lengths.median", AS_NUMBER, NULL},
    {"Mean length", "lengths.mean", AS_NUMBER, NULL},
    {"Longest", "lengths.max", AS_COUNT, NULL},
    {"Characters", "characters", AS_COUNT, NULL},
    {"Words", "words", AS_COUNT, NULL},
};

static const line_t QUANTILE_LINES[] = {
    {"Minimum", "min", AS_VALUE, NULL},
    {"5 %", "quantiles.q5", AS_VALUE, NULL},
    {"Q1 (25 %)", "quantiles.q25", AS_VALUE, NULL},
    {"Median", "quantiles.median", AS_VALUE, NULL},
    {"Q3 (75 %)", "quantiles.q75", AS_VALUE, NULL},
    {"95 %", "quantiles.q95", AS_VALUE, NULL},
    {"Maximum", "max", AS_VALUE, NULL},
    {"Range", "range", AS_VALUE, NULL},
    {"Interquartile range", "iqr", AS_VALUE, NULL},
};

static const line_t MOMENT_LINES[] = {
    {"Mean", "mean", AS_VALUE, NULL},
    {"SD (sample)", "sd", AS_VALUE, NULL},
    {"SD (population)", "sd_population", AS_VALUE, NULL},
    {"Variance (sample)", "variance", AS_VALUE, NULL},
    {"Coefficient of variation", "cv", AS_VALUE, NULL},
    {"Skewness", "skewness", AS_VALUE, NULL},
    {"Kurtosis (excess)", "kurtosis", AS_VALUE, NULL},
    {"Median absolute deviation", "mad", AS_VALUE, NULL},
    {"Sum", "sum", AS_VALUE, NULL},
};

#define LINES(lines) lines, sizeof(lines) / sizeof(lines)[0]

static const json_t *find(const json_t *variable, const char *key)
{
    const char *dot = strchr(key, '.');
    if (!dot) {
        return json_object_get(variable, key);
    }
    return json_object_get(json_object_getn(variable, key, (size_t)(dot - key)), dot + 1);
}

static void add_shaped(page_t *page, shape_t shape, const json_t *value)
{
    if (shape == AS_COUNT) {
        page_count(page, value);
    } else if (shape == AS_PERCENT) {
        page_percent(page, value);
    } else if (shape == AS_BYTES) {
        page_bytes(page, value);
    } else if (shape == AS_NUMBER && json_is_number(value)) {
        page_number(page, value);
    } else {
        page_value(page, value);
    }
}

static void add_facts(page_t *page, const json_t *variable, const char *caption,
                      const line_t *lines, size_t count)
{
    page_addf(page, "<table class=\"facts\"><caption>%s</caption>\n", caption);
    for (size_t i = 0; i < count; i++) {
        const json_t *value = find(variable, lines[i].key);
        if (!value || json_is_null(value)) {
            continue;
        }
        page_addf(page, "<tr><th scope=\"row\">%s</th><td>", lines[i].label);
        add_shaped(page, lines[i].shape, value);
        if (lines[i].share) {
            page_add(page, " <small>");
            page_percent(page, find(variable, lines[i].share));
            page_add(page, "</small>");
        }
        page_add(page, "</td></tr>\n");
    }
    page_add(page, "</table>");
}

static double most_of(const json_t *counts)
{
    double most = 1;
    size_t i;
    json_t *count;
    json_array_foreach((json_t *)counts, i, count)
    {
        double here = json_number_value(count);
        most = here > most ? here : most;
    }
    return most;
}

static double bar_height(const json_t *counts, size_t i, double most)
{
    double count = json_number_value(json_array_get(counts, i));
    double height = HIST_HEIGHT * count / most;
    return count > 0 && height < 1 ? 1 : height;
}

// All bars as one path.
static void add_bars(page_t *page, const json_t *counts)
{
    double most = most_of(counts);
    size_t count = json_array_size(counts);
    page_add(page, "<path class=\"hist\" d=\"");
    for (size_t i = 0; i < count; i++) {
        double height = bar_height(counts, i, most);
        if (height > 0) {
            page_addf(page, "M%zu %.1fv%.1fh7v-%.1fz", i * HIST_WIDTH / count, HIST_HEIGHT - height,
                      height, height);
        }
    }
    page_add(page, "\"/>");
}

// Invisible bars of full height that tell their range and count.
static void add_tooltips(page_t *page, const json_t *histogram)
{
    const json_t *counts = json_object_get(histogram, "counts");
    const json_t *edges = json_object_get(histogram, "edges");
    size_t count = json_array_size(counts);
    page_add(page, "<g fill=\"transparent\">");
    for (size_t i = 0; i < count; i++) {
        page_addf(page, "<rect x=\"%zu\" width=\"8\" height=\"%d\"><title>", i * HIST_WIDTH / count,
                  HIST_HEIGHT);
        add_shaped(page, AS_NUMBER, json_array_get(edges, i));
        page_add(page, " – ");
        add_shaped(page, AS_NUMBER, json_array_get(edges, i + 1));
        page_add(page, ": ");
        page_count(page, json_array_get(counts, i));
        page_add(page, "</title></rect>");
    }
    page_add(page, "</g>");
}

static double place_of(const json_t *variable, const char *key, double min, double range)
{
    return HIST_WIDTH * (json_number_value(find(variable, key)) - min) / range;
}

// A box from Q1 to Q3 with the median, and a line from 5 to 95 %.
static void add_box(page_t *page, const json_t *variable)
{
    double min = json_number_value(find(variable, "min"));
    double range = json_number_value(find(variable, "max")) - min;
    if (!json_is_number(find(variable, "quantiles.q5")) || !(range > 0) || !(range < 1e300)) {
        return;
    }
    double low = place_of(variable, "quantiles.q5", min, range);
    double left = place_of(variable, "quantiles.q25", min, range);
    double middle = place_of(variable, "quantiles.median", min, range);
    double right = place_of(variable, "quantiles.q75", min, range);
    double high = place_of(variable, "quantiles.q95", min, range);
    page_addf(page,
              "<g stroke=\"var(--accent)\" fill=\"none\" stroke-width=\"1.5\"><title>5 %%, Q1, "
              "median, Q3, 95 %%</title><path d=\"M%.1f %dH%.1fM%.1f %dH%.1f\"/>"
              "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"10\" rx=\"2\" "
              "fill=\"var(--card)\"/><path stroke-width=\"2.5\" d=\"M%.1f %dv10\"/></g>",
              low, HIST_HEIGHT + 13, left, right, HIST_HEIGHT + 13, high, left, HIST_HEIGHT + 8,
              right - left, middle, HIST_HEIGHT + 8);
}

static void add_histogram(page_t *page, const json_t *variable)
{
    const json_t *histogram = json_object_get(variable, "histogram");
    if (!json_is_object(histogram)) {
        page_add(page, "<div></div>");
        return;
    }
    page_addf(page,
              "<figure><svg viewBox=\"0 0 %d %d\" role=\"img\"><title>Histogram of 50 bins</title>",
              HIST_WIDTH, HIST_HEIGHT + 22);
    add_bars(page, json_object_get(histogram, "counts"));
    add_box(page, variable);
    if (page_size(page) < RICH_BYTES) {
        add_tooltips(page, histogram);
    }
    page_add(page, "</svg><div class=\"axis\"><span>");
    add_shaped(page, AS_NUMBER, json_object_get(variable, "min"));
    page_add(page, "</span><span>");
    add_shaped(page, AS_NUMBER, json_object_get(variable, "max"));
    page_add(page, "</span></div></figure>");
}

// Values with their counts as bars, the rest of the values as the last one.
static void add_counts(page_t *page, const json_t *list, const char *caption, double valid,
                       bool rest)
{
    double most = 1;
    double shown = 0;
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)list, i, item)
    {
        double count = json_number_value(json_object_get(item, "count"));
        most = count > most ? count : most;
        shown += count;
    }
    bool words = json_is_string(json_object_get(json_array_get(list, 0), "value"));
    page_addf(page, "<table class=\"bars%s\"><caption>%s</caption>\n", words ? "" : " figures",
              caption);
    json_array_foreach((json_t *)list, i, item)
    {
        const json_t *count = json_object_get(item, "count");
        const json_t *value = json_object_get(item, "value");
        page_add(page, "<tr><th scope=\"row\" title=\"");
        page_text(page, words ? json_string_value(value) : "", PAGE_CELL_CHARACTERS);
        page_add(page, "\"><bdi>");
        page_value(page, value);
        page_addf(page,
                  "</bdi></th><td><div class=\"track\"><i style=\"width:%.1f%%\"></i></div>"
                  "</td><td>",
                  100 * json_number_value(count) / most);
        page_count(page, count);
        page_add(page, "</td></tr>\n");
    }
    if (rest && valid > shown) {
        json_t *others = json_integer((json_int_t)(valid - shown));
        page_add(page, "<tr><th scope=\"row\"><i>other values</i></th><td></td><td>");
        page_count(page, others);
        page_add(page, "</td></tr>\n");
        json_decref(others);
    }
    page_add(page, "</table>");
}

static void add_head(page_t *page, const json_t *variable)
{
    const char *name = json_string_value(json_object_get(variable, "name"));
    const json_t *alerts = json_object_get(page->report, "alerts");
    size_t shown = 0;
    size_t i;
    json_t *alert;
    page_add(page, "<div class=\"head\"><h3>");
    page_name(page, name);
    page_addf(page, "</h3><span class=\"chip\">%s</span>",
              json_string_value(json_object_get(variable, "type")));
    const char *last = "";
    json_array_foreach((json_t *)alerts, i, alert)
    {
        const char *column = json_string_value(json_object_get(alert, "column"));
        const char *other = json_string_value(json_object_get(alert, "other"));
        const char *kind = json_string_value(json_object_get(alert, "kind"));
        bool mine = (column && strcmp(column, name) == 0) || (other && strcmp(other, name) == 0);
        if (mine && shown < BADGES_MAX && strcmp(kind, last) != 0) {
            page_badge(page, alert);
            last = kind;
            shown++;
        }
    }
    page_add(page, "</div>\n");
}

static void add_more(page_t *page, const json_t *variable, bool numbers, double valid)
{
    page_add(page, "<details><summary>More about it</summary><div class=\"cols\">\n<div>");
    add_facts(page, variable, "Quantiles", LINES(QUANTILE_LINES));
    if (numbers) {
        page_add(page, "</div>\n<div>");
        add_facts(page, variable, "Moments", LINES(MOMENT_LINES));
    }
    page_add(page, "</div>\n<div>");
    add_counts(page, json_object_get(variable, "common"), "Most common", valid, true);
    page_add(page, "</div>\n<div>");
    add_counts(page, json_object_get(variable, "smallest"), "Smallest", valid, false);
    page_add(page, "</div>\n<div>");
    add_counts(page, json_object_get(variable, "largest"), "Largest", valid, false);
    page_add(page, "</div></div></details>\n");
}

static void add_examples(page_t *page, const json_t *variable)
{
    size_t i;
    json_t *example;
    page_add(page, "<details><summary>First values</summary><ul class=\"mono\">");
    json_array_foreach(json_object_get(variable, "examples"), i, example)
    {
        page_add(page, "<li><bdi>");
        page_value(page, example);
        page_add(page, "</bdi></li>");
    }
    page_add(page, "</ul></details>\n");
}

void page_variable(page_t *page, size_t index)
{
    const json_t *variable = json_array_get(json_object_get(page->report, "variables"), index);
    const char *type = json_string_value(json_object_get(variable, "type"));
    double valid = json_number_value(json_object_get(variable, "valid"));
    bool ordered = json_is_object(json_object_get(variable, "quantiles"));
    bool words = json_is_object(json_object_get(variable, "lengths"));
    page_addf(page, "<article class=\"card\" id=\"v%zu\">", index);
    add_head(page, variable);
    page_add(page, "<div class=\"body\"><div>");
    add_facts(page, variable, "Counts", LINES(COUNT_LINES));
    page_add(page, "</div>\n");
    if (ordered || words) {
        page_add(page, "<div>");
        if (ordered) {
            add_facts(page, variable, "Values", LINES(VALUE_LINES));
        } else {
            add_facts(page, variable, "Texts", LINES(WORD_LINES));
        }
        page_add(page, "</div>\n");
    }
    page_add(page, ordered || words ? "<div>" : "<div class=\"wide\">");
    if (ordered) {
        add_histogram(page, variable);
    } else if (valid > 0) {
        add_counts(page, json_object_get(variable, "common"), "Most common", valid, true);
    }
    page_add(page, "</div></div>\n");
    if (ordered) {
        add_more(page, variable, strcmp(type, "integer") == 0 || strcmp(type, "float") == 0, valid);
    } else if (words) {
        add_examples(page, variable);
    }
    page_add(page, "</article>\n");
}

void page_variable_line(page_t *page, size_t index)
{
    const json_t *variable = json_array_get(json_object_get(page->report, "variables"), index);
    page_add(page, "<tr><th scope=\"row\">");
    page_name(page, json_string_value(json_object_get(variable, "name")));
    page_addf(page, "</th><td>%s</td><td class=\"num\">",
              json_string_value(json_object_get(variable, "type")));
    page_count(page, json_object_get(variable, "distinct"));
    page_add(page, "</td><td class=\"num\">");
    page_percent(page, json_object_get(variable, "missing_share"));
    page_add(page, "</td></tr>\n");
}
