// SPDX-License-Identifier: MPL-2.0
#include <math.h>
#include <string.h>

#include "data/profile/page.h"

enum {
    VALUES_COLUMNS = 16, // a heat map of more columns has no figures in its cells
    SIDE_BY_SIDE = 7,    // heat maps of at most so many columns
    NAMED_COLUMNS = 12,  // a matrix of missing cells with more names the outer ones only
    BARS_MAX = 40,
    PATTERN_NAMES = 12,
    LEVELS = 8, // of holes in the matrix of missing cells
    PLOT = 300,
};

static const json_t *get(const json_t *json, const char *key)
{
    return json_object_get(json, key);
}

static const char *text_at(const json_t *array, size_t i)
{
    const char *text = json_string_value(json_array_get(array, i));
    return text ? text : "";
}

static void add_heat_cell(page_t *page, const json_t *value, bool dense, const char *row,
                          const char *column)
{
    double r = json_number_value(value);
    if (!json_is_number(value)) {
        page_add(page, "<td class=\"d\" title=\"not defined\">–</td>");
        return;
    }
    r = fabs(r) < 0.005 ? 0 : r; // which is not written as -0.00
    double strength = fabs(r) > 1 ? 1 : fabs(r);
    page_addf(page, "<td class=\"%s%s\" style=\"--a:%.2f\"", r < 0 ? "n" : "p",
              strength > 0.6 ? " s" : "", strength);
    if (dense) {
        page_add(page, " title=\"");
        page_text(page, row, PAGE_NAME_CHARACTERS / 2);
        page_add(page, " × ");
        page_text(page, column, PAGE_NAME_CHARACTERS / 2);
        page_addf(page, ": %.2f\"></td>", r);
    } else {
        page_addf(page, ">%.2f</td>", r);
    }
}

void page_heat(page_t *page, const json_t *matrix, const char *caption)
{
    const json_t *names = get(matrix, "columns");
    size_t all = json_array_size(names);
    size_t count = all < PAGE_HEAT_COLUMNS ? all : PAGE_HEAT_COLUMNS;
    bool dense = count > VALUES_COLUMNS;
    if (count < all) {
        page_addf(page, "<p class=\"lead\">The first %zu of %zu columns.</p>", count, all);
    }
    page_addf(page, "<div class=\"scroll\"><table class=\"heat%s\"><caption class=\"sr\">%s",
              dense ? " dense" : "", caption);
    page_add(page, "</caption><thead><tr><td></td>");
    for (size_t i = 0; i < count; i++) {
        page_add(page, "<th scope=\"col\">");
        page_text(page, text_at(names, i), PAGE_NAME_CHARACTERS / 3);
        page_add(page, "</th>");
    }
    page_add(page, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(get(matrix, "matrix"), i);
        page_add(page, "<tr><th scope=\"row\">");
        page_text(page, text_at(names, i), PAGE_NAME_CHARACTERS / 2);
        page_add(page, "</th>");
        for (size_t j = 0; j < count; j++) {
            add_heat_cell(page, json_array_get(row, j), dense, text_at(names, i),
                          text_at(names, j));
        }
        page_add(page, "</tr>\n");
    }
    page_add(page, "</tbody></table></div>\n");
}

// Whether a measure compares any columns.
static bool has_measure(const page_t *page, const char *key)
{
    const json_t *matrix = get(get(page->report, "correlations"), key);
    return json_array_size(get(matrix, "columns")) > 1;
}

static void add_measure(page_t *page, const char *key, const char *heading, const char *lead)
{
    const json_t *matrix = get(get(page->report, "correlations"), key);
    if (!has_measure(page, key)) {
        return;
    }
    page_addf(page,
              "<div class=\"card\"><h3>%s</h3><p class=\"lead\" style=\"margin-top:0\">%s</p>",
              heading, lead);
    page_heat(page, matrix, heading);
    page_add(page, "</div>\n");
}

void page_correlations(page_t *page)
{
    page_section(page, "correlations", "Correlations",
                 "Each over the rows in which both columns have a value.");
    if (!has_measure(page, "pearson") && !has_measure(page, "cramers_v")) {
        page_add(page, "<div class=\"card\">There are no two columns to compare.</div>\n");
    }
    size_t count =
        json_array_size(get(get(get(page->report, "correlations"), "pearson"), "columns"));
    page_addf(page, "<div%s>", count <= SIDE_BY_SIDE ? " class=\"pair\"" : "");
    add_measure(page, "pearson", "Pearson", "Linear: −1 falling, 0 none, 1 rising.");
    add_measure(page, "spearman", "Spearman", "Monotonic: Pearson’s correlation of the ranks.");
    add_measure(page, "cramers_v", "Cramér’s V",
                "Between categories: 0 none, 1 one follows from the other. Bias-corrected.");
    page_add(page, "</div>\n");
    page_section_end(page);
}

static void add_missing_bars(page_t *page)
{
    const json_t *variables = get(page->report, "variables");
    size_t shown = 0;
    size_t gone = 0;
    size_t i;
    json_t *variable;
    page_add(page, "<div class=\"card\"><table class=\"bars\"><caption>Missing cells by column"
                   "</caption>\n");
    json_array_foreach((json_t *)variables, i, variable)
    {
        const json_t *missing = get(variable, "missing");
        if (json_integer_value(missing) == 0) {
            continue;
        }
        gone++;
        if (shown++ >= BARS_MAX) {
            continue;
        }
        page_add(page, "<tr><th scope=\"row\">");
        page_name(page, json_string_value(get(variable, "name")));
        page_addf(page,
                  "</th><td><div class=\"track\"><i style=\"width:%.1f%%\"></i></div></td>"
                  "<td>",
                  100 * json_number_value(get(variable, "missing_share")));
        page_percent(page, get(variable, "missing_share"));
        page_add(page, "</td></tr>\n");
    }
    page_add(page, "</table>");
    if (gone > BARS_MAX) {
        page_addf(page, "<p>%zu more columns miss cells.</p>", gone - BARS_MAX);
    }
    page_add(page, "</div>\n");
}

static int level_of(double share)
{
    int level = (int)ceil(share * LEVELS);
    return level > LEVELS ? LEVELS : level;
}

// All holes of one depth as one path.
static void add_holes(page_t *page, const json_t *matrix, int level)
{
    size_t columns = json_array_size(matrix);
    bool any = false;
    for (size_t c = 0; c < columns; c++) {
        const json_t *bands = json_array_get(matrix, c);
        size_t count = json_array_size(bands);
        for (size_t b = 0; b < count; b++) {
            size_t end = b;
            while (end < count &&
                   level_of(json_number_value(json_array_get(bands, end))) == level) {
                end++;
            }
            if (end > b) {
                page_addf(page, "%sM%zu %zuh9v%zuh-9z", any ? "" : "<path class=\"hole\" d=\"",
                          c * 10, b * 3, (end - b) * 3);
                any = true;
                b = end;
            }
        }
    }
    if (any) {
        page_addf(page, "\" fill-opacity=\"%.2f\"/>", 0.25 + 0.75 * level / LEVELS);
    }
}

static void add_missing_matrix(page_t *page)
{
    const json_t *bands = get(get(page->report, "missing"), "matrix");
    const json_t *matrix = get(bands, "matrix");
    size_t columns = json_array_size(matrix);
    size_t count = (size_t)json_integer_value(get(bands, "bands"));
    if (columns == 0 || count == 0) {
        return;
    }
    page_addf(page,
              "<div class=\"card\"><h3>Where cells are missing</h3><p class=\"lead\" "
              "style=\"margin-top:0\">Columns from left to right, rows from top to bottom in %zu "
              "bands; the lighter, the more of a band is missing.</p>"
              "<svg viewBox=\"0 0 %zu %zu\" preserveAspectRatio=\"none\" style=\"height:220px\" "
              "role=\"img\"><title>Missing cells by column and band of rows</title>"
              "<path class=\"full\" d=\"",
              count, columns * 10, count * 3);
    for (size_t c = 0; c < columns; c++) {
        page_addf(page, "M%zu 0h9v%zuh-9z", c * 10, count * 3);
    }
    page_add(page, "\"/>");
    for (int level = 1; level <= LEVELS; level++) {
        add_holes(page, matrix, level);
    }
    page_add(page, "<g fill=\"transparent\">");
    for (size_t c = 0; c < columns; c++) {
        page_addf(page, "<rect x=\"%zu\" width=\"10\" height=\"%zu\"><title>", c * 10, count * 3);
        page_text(page, text_at(get(bands, "columns"), c), PAGE_NAME_CHARACTERS);
        page_add(page, "</title></rect>");
    }
    page_addf(page, "</g></svg><div class=\"axis%s\">", columns <= NAMED_COLUMNS ? " names" : "");
    for (size_t c = 0; c < columns; c++) {
        if (columns <= NAMED_COLUMNS || c == 0 || c == columns - 1) {
            page_add(page, "<span>");
            page_text(page, text_at(get(bands, "columns"), c), PAGE_NAME_CHARACTERS / 2);
            page_add(page, "</span>");
        }
    }
    page_add(page, "</div></div>\n");
}

static void add_pattern(page_t *page, const json_t *pattern)
{
    const json_t *columns = get(pattern, "columns");
    size_t missing = (size_t)json_integer_value(get(pattern, "missing"));
    page_add(page, "<tr><td class=\"num slim\">");
    page_count(page, get(pattern, "rows"));
    page_add(page, "</td><td class=\"num slim\">");
    page_percent(page, get(pattern, "share"));
    page_add(page, "</td><td style=\"white-space:normal;max-width:none\">");
    if (missing == 0) {
        page_add(page, "<span class=\"gone\">nothing, complete</span>");
    }
    for (size_t i = 0; i < json_array_size(columns) && i < PATTERN_NAMES; i++) {
        page_add(page, "<span class=\"chip\">");
        page_text(page, text_at(columns, i), PAGE_NAME_CHARACTERS / 2);
        page_add(page, "</span> ");
    }
    if (missing > PATTERN_NAMES) {
        page_addf(page, "and %zu more", missing - PATTERN_NAMES);
    }
    page_add(page, "</td></tr>\n");
}

static void add_patterns(page_t *page)
{
    const json_t *missing = get(page->report, "missing");
    size_t i;
    json_t *pattern;
    page_add(page, "<div class=\"card scroll\"><table class=\"grid\"><caption>What is missing "
                   "together, the most frequent first</caption><thead><tr><th scope=\"col\">Rows"
                   "</th><th scope=\"col\">Share</th><th scope=\"col\">Missing</th></tr></thead>"
                   "<tbody>\n");
    json_array_foreach(get(missing, "patterns"), i, pattern)
    {
        add_pattern(page, pattern);
    }
    page_add(page, "</tbody></table></div>\n");
}

void page_missing(page_t *page)
{
    const json_t *missing = get(page->report, "missing");
    page_section(page, "missing", "Missing cells", NULL);
    if (json_integer_value(get(get(page->report, "overview"), "missing")) == 0) {
        page_add(page, "<div class=\"card\">No cell is missing.</div>\n");
        page_section_end(page);
        return;
    }
    add_missing_bars(page);
    add_missing_matrix(page);
    add_patterns(page);
    if (json_array_size(get(get(missing, "correlation"), "columns")) > 1) {
        page_add(page, "<div class=\"card\"><h3>Nullity correlation</h3><p class=\"lead\" "
                       "style=\"margin-top:0\">1: missing in the same rows, −1: where one is "
                       "missing the other is there.</p>");
        page_heat(page, get(missing, "correlation"), "Nullity correlation");
        page_add(page, "</div>\n");
    }
    page_section_end(page);
}

static void extremes(const json_t *values, double *ret_min, double *ret_range)
{
    double min = INFINITY;
    double max = -INFINITY;
    size_t i;
    json_t *value;
    json_array_foreach((json_t *)values, i, value)
    {
        double x = json_number_value(value);
        min = json_is_number(value) && x < min ? x : min;
        max = json_is_number(value) && x > max ? x : max;
    }
    *ret_min = min;
    *ret_range = max > min ? max - min : 1;
}

static void add_dots(page_t *page, const json_t *xs, const json_t *ys)
{
    double x_min;
    double x_range;
    double y_min;
    double y_range;
    extremes(xs, &x_min, &x_range);
    extremes(ys, &y_min, &y_range);
    page_add(page, "<path class=\"dots\" d=\"");
    for (size_t i = 0; i < json_array_size(xs); i++) {
        const json_t *x = json_array_get(xs, i);
        const json_t *y = json_array_get(ys, i);
        if (json_is_number(x) && json_is_number(y)) {
            page_addf(page, "M%.1f %.1fh0",
                      8 + (PLOT - 16) * (json_number_value(x) - x_min) / x_range,
                      PLOT - 8 - (PLOT - 16) * (json_number_value(y) - y_min) / y_range);
        }
    }
    page_add(page, "\"/>");
}

static void add_plot(page_t *page, const json_t *pair, const json_t *columns)
{
    const char *x = json_string_value(get(pair, "x"));
    const char *y = json_string_value(get(pair, "y"));
    page_add(page, "<figure class=\"card\"><h4>↑ ");
    page_name(page, y);
    page_addf(page, "</h4><svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\"><title>", PLOT,
              PLOT);
    page_text(page, y, PAGE_NAME_CHARACTERS);
    page_add(page, " against ");
    page_text(page, x, PAGE_NAME_CHARACTERS);
    page_add(page, "</title>");
    add_dots(page, get(columns, x), get(columns, y));
    page_add(page, "</svg><figcaption class=\"axis\"><span>");
    if (json_is_number(get(pair, "pearson"))) {
        page_addf(page, "r = %.2f", json_number_value(get(pair, "pearson")));
    }
    page_add(page, "</span><span>");
    page_name(page, x);
    page_add(page, " →</span></figcaption></figure>\n");
}

void page_interactions(page_t *page)
{
    const json_t *interactions = get(page->report, "interactions");
    size_t i;
    json_t *pair;
    page_section(page, "interactions", "Interactions", NULL);
    if (json_array_size(get(interactions, "pairs")) == 0) {
        page_add(page, "<div class=\"card\">There are no two columns of numbers.</div>\n");
        page_section_end(page);
        return;
    }
    page_addf(page,
              "<p class=\"lead\">The most correlated pairs of numbers, in %lld rows taken at even "
              "distances.</p><div class=\"plots\">\n",
              (long long)json_integer_value(get(interactions, "points")));
    json_array_foreach(get(interactions, "pairs"), i, pair)
    {
        add_plot(page, pair, get(interactions, "columns"));
    }
    page_add(page, "</div>\n");
    page_section_end(page);
}
