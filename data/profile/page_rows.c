// SPDX-License-Identifier: MPL-2.0
#include "data/profile/page.h"

enum { COLUMNS_SHOWN = 40 };

static const json_t *get(const json_t *json, const char *key)
{
    return json_object_get(json, key);
}

static void add_names(page_t *page, const json_t *names)
{
    size_t i;
    json_t *name;
    json_array_foreach((json_t *)names, i, name)
    {
        if (i == COLUMNS_SHOWN) {
            page_addf(page, "<th scope=\"col\">and %zu more</th>",
                      json_array_size(names) - COLUMNS_SHOWN);
            return;
        }
        page_add(page, "<th scope=\"col\">");
        page_name(page, json_string_value(name));
        page_add(page, "</th>");
    }
}

static void add_cells(page_t *page, const json_t *cells)
{
    size_t i;
    json_t *cell;
    json_array_foreach((json_t *)cells, i, cell)
    {
        if (i == COLUMNS_SHOWN) {
            page_add(page, "<td></td>");
            return;
        }
        if (json_is_null(cell)) {
            page_add(page, "<td class=\"gone\">missing</td>");
            continue;
        }
        page_add(page, "<td><bdi>");
        page_value(page, cell);
        page_add(page, "</bdi></td>");
    }
}

static void begin_grid(page_t *page, const char *caption, const json_t *names, const char *first)
{
    page_addf(page,
              "<div class=\"card scroll\"><table class=\"grid\"><caption>%s</caption><thead><tr>"
              "<th scope=\"col\">%s</th>",
              caption, first);
    add_names(page, names);
    page_add(page, "</tr></thead><tbody>\n");
}

static void add_row(page_t *page, json_int_t number, const json_t *cells)
{
    json_t *first = json_integer(number);
    page_add(page, "<tr><th scope=\"row\">");
    page_count(page, first);
    page_add(page, "</th>");
    add_cells(page, cells);
    page_add(page, "</tr>\n");
    json_decref(first);
}

static void end_grid(page_t *page)
{
    page_add(page, "</tbody></table></div>\n");
}

void page_duplicates(page_t *page)
{
    const json_t *duplicates = get(page->report, "duplicates");
    size_t i;
    json_t *row;
    page_section(page, "duplicates", "Duplicate rows", NULL);
    if (json_array_size(get(duplicates, "top")) == 0) {
        page_add(page, "<div class=\"card\">No row repeats an earlier one.</div>\n");
        page_section_end(page);
        return;
    }
    page_add(page, "<p class=\"lead\">");
    page_count(page, get(duplicates, "rows"));
    page_add(page, " rows (");
    page_percent(page, get(duplicates, "share"));
    page_add(page, ") repeat an earlier row; ");
    page_count(page, get(duplicates, "groups"));
    page_add(page, " different rows occur more than once.</p>\n");
    begin_grid(page, "The most frequent", get(duplicates, "columns"), "Times");
    json_array_foreach(get(duplicates, "top"), i, row)
    {
        add_row(page, json_integer_value(get(row, "count")), get(row, "cells"));
    }
    end_grid(page);
    page_section_end(page);
}

void page_sample(page_t *page)
{
    const json_t *sample = get(page->report, "sample");
    json_int_t tail = json_integer_value(get(sample, "tail_first"));
    size_t i;
    json_t *row;
    page_section(page, "sample", "Sample", NULL);
    begin_grid(page, "First rows", get(sample, "columns"), "Row");
    json_array_foreach(get(sample, "head"), i, row)
    {
        add_row(page, (json_int_t)i + 1, row);
    }
    end_grid(page);
    if (json_array_size(get(sample, "tail")) > 0) {
        begin_grid(page, "Last rows", get(sample, "columns"), "Row");
        json_array_foreach(get(sample, "tail"), i, row)
        {
            add_row(page, tail + (json_int_t)i, row);
        }
        end_grid(page);
    }
    page_section_end(page);
}

static void add_fact(page_t *page, const char *label, const json_t *value)
{
    if (value) {
        page_addf(page, "<tr><th scope=\"row\">%s</th><td>", label);
        page_value(page, value);
        page_add(page, "</td></tr>\n");
    }
}

void page_reproduction(page_t *page)
{
    const json_t *reproduction = get(page->report, "reproduction");
    const json_t *notes = get(page->report, "notes");
    size_t i;
    json_t *note;
    page_section(page, "reproduction", "Reproduction", NULL);
    page_add(page, "<div class=\"card\"><div class=\"cols\" style=\"margin:0\"><div>"
                   "<table class=\"facts\"><caption>How this was made</caption>\n");
    add_fact(page, "Began", get(reproduction, "started"));
    add_fact(page, "Ended", get(reproduction, "ended"));
    add_fact(page, "Milliseconds", get(reproduction, "duration_ms"));
    add_fact(page, "Version", get(reproduction, "version"));
    add_fact(page, "Columns", get(get(reproduction, "options"), "columns"));
    add_fact(page, "Spearman", get(get(reproduction, "options"), "spearman"));
    page_add(page, "</table></div><div><h4>How exact it is</h4><p>Figures are exact and come from "
                   "all rows. Quantiles are interpolated linearly; standard deviation and variance "
                   "are the sample’s unless named otherwise; skewness and kurtosis are adjusted "
                   "(Fisher-Pearson). Texts and rows are told apart by 128-bit digests.</p>\n");
    page_add(page, json_array_size(notes) > 0 ? "<ul>" : "");
    json_array_foreach((json_t *)notes, i, note)
    {
        page_add(page, "<li>");
        page_text(page, json_string_value(get(note, "part")), PAGE_NAME_CHARACTERS);
        page_add(page, ": ");
        page_text(page, json_string_value(get(note, "text")), PAGE_TITLE_CHARACTERS);
        page_add(page, "</li>");
    }
    page_add(page, json_array_size(notes) > 0 ? "</ul>" : "");
    page_add(page, "</div></div></div>\n");
    page_section_end(page);
}
