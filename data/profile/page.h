// SPDX-License-Identifier: MPL-2.0
// The HTML page of a report, part by part.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum {
    PAGE_NAME_CHARACTERS = 60,   // of a column's name
    PAGE_TITLE_CHARACTERS = 200, // of what stands in a tooltip
    PAGE_CELL_CHARACTERS = 100,
    PAGE_HEAT_COLUMNS = 40, // of a heat map
};

typedef struct {
    const json_t *report;
    const char *title;
    buf_t *out;
    size_t start; // where the page begins in `out`
} page_t;

// How large the page is so far.
static inline size_t page_size(const page_t *page)
{
    return page->out->size - page->start;
}

// Appends markup.
void page_add(page_t *page, const char *markup);
void page_addf(page_t *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Appends a text, escaped for elements and attributes and cut to `max` characters.
void page_text(page_t *page, const char *text, size_t max);

// Appends a column's name, cut, its start in a tooltip.
void page_name(page_t *page, const char *name);

// Appends figures as people read them: 1,234,567; five digits of a number; a share as percent; a
// size. What is null is a dash.
void page_count(page_t *page, const json_t *count);
void page_number(page_t *page, const json_t *number);
void page_percent(page_t *page, const json_t *share);
void page_bytes(page_t *page, const json_t *bytes);

// Appends any value: a number as page_number, a text as page_text, a truth as true or false.
void page_value(page_t *page, const json_t *value);

// Begins and ends a part of the page with a heading.
void page_section(page_t *page, const char *id, const char *heading, const char *lead);
void page_section_end(page_t *page);

// The parts, in the order of the page. Those that may be left out answer false when they have
// nothing to show.
void page_style(page_t *page);
void page_overview(page_t *page);
void page_alerts(page_t *page);
void page_variable(page_t *page, size_t index);
void page_variable_line(page_t *page, size_t index);
void page_correlations(page_t *page);
void page_heat(page_t *page, const json_t *matrix, const char *caption);
void page_missing(page_t *page);
void page_interactions(page_t *page);
void page_duplicates(page_t *page);
void page_sample(page_t *page);
void page_reproduction(page_t *page);

// The badge of an alert.
void page_badge(page_t *page, const json_t *alert);
