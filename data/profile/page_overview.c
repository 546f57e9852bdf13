// SPDX-License-Identifier: MPL-2.0
#include <string.h>

#include "data/profile/page.h"

enum {
    ALERTS_SHOWN = 20,
    ALERTS_MAX = 300,
    ALERT_CHARACTERS = 260,
};

typedef struct {
    const char *kind;
    const char *label;
    const char *weight; // its class
} kind_t;

static const kind_t KINDS[] = {
    {"empty", "Empty", "grave"},
    {"constant", "Constant", "grave"},
    {"duplicates", "Duplicates", "grave"},
    {"mixed", "Mixed", "grave"},
    {"numeric_text", "Numbers as text", "warn"},
    {"date_text", "Dates as text", "warn"},
    {"missing", "Missing", "warn"},
    {"imbalance", "Imbalance", "warn"},
    {"skewed", "Skewed", "warn"},
    {"zeros", "Zeros", "warn"},
    {"high_cardinality", "High cardinality", "warn"},
    {"high_correlation", "Correlation", "note"},
    {"unique", "Unique", "note"},
    {"constant_length", "One length", "note"},
    {"uniform", "Uniform", "note"},
    {"monotonic", "Monotonic", "note"},
};

static const json_t *get(const json_t *json, const char *key)
{
    return json_object_get(json, key);
}

void page_badge(page_t *page, const json_t *alert)
{
    const char *kind = json_string_value(get(alert, "kind"));
    for (size_t i = 0; kind && i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(KINDS[i].kind, kind) == 0) {
            page_addf(page, "<span class=\"badge %s\">%s</span>", KINDS[i].weight, KINDS[i].label);
            return;
        }
    }
    page_add(page, "<span class=\"badge\">");
    page_text(page, kind ? kind : "", PAGE_NAME_CHARACTERS);
    page_add(page, "</span>");
}

typedef void (*figure_fn)(page_t *page, const json_t *value);

// A card with a figure, and a share or a word below it.
static void add_card(page_t *page, const char *label, const char *key, figure_fn figure,
                     const char *share, const char *word)
{
    const json_t *overview = get(page->report, "overview");
    page_addf(page, "<div><dt>%s</dt><dd>", label);
    figure(page, get(overview, key));
    page_add(page, "<small>");
    if (share) {
        page_percent(page, get(overview, share));
        page_add(page, " ");
    }
    page_addf(page, "%s</small></dd></div>\n", word);
}

void page_overview(page_t *page)
{
    const char *type;
    json_t *count;
    page_section(page, "overview", "Overview", NULL);
    page_add(page, "<dl class=\"cards\">\n");
    add_card(page, "Rows", "rows", page_count, NULL, "observations");
    add_card(page, "Variables", "columns", page_count, NULL, "columns");
    add_card(page, "Missing cells", "missing", page_count, "missing_share", "of all cells");
    add_card(page, "Duplicate rows", "duplicate_rows", page_count, "duplicate_share",
             "of all rows");
    if (json_is_integer(get(get(page->report, "overview"), "file_bytes"))) {
        add_card(page, "File", "file_bytes", page_bytes, NULL, "on disk");
    }
    add_card(page, "Memory", "memory_bytes", page_bytes, NULL, "as values");
    add_card(page, "Average record", "record_bytes", page_bytes, NULL, "a row");
    page_addf(page, "<div><dt>Alerts</dt><dd>%zu<small>to look at</small></dd></div>\n</dl>\n",
              json_array_size(get(page->report, "alerts")));
    page_add(page, "<ul class=\"chips\" aria-label=\"Variables by type\">");
    json_object_foreach((json_t *)get(get(page->report, "overview"), "types"), type, count)
    {
        page_add(page, "<li class=\"chip\">");
        page_count(page, count);
        page_addf(page, " %s</li>", type);
    }
    page_add(page, "</ul>\n");
    page_section_end(page);
}

static void add_alert(page_t *page, const json_t *alert)
{
    const char *column = json_string_value(get(alert, "column"));
    const char *text = json_string_value(get(alert, "text"));
    page_add(page, "<li><span>");
    page_badge(page, alert);
    page_add(page, "</span><span>");
    if (column) {
        page_add(page, "<b>");
        page_name(page, column);
        page_add(page, "</b> ");
    }
    page_text(page, text ? text : "", ALERT_CHARACTERS);
    page_add(page, "</span></li>\n");
}

void page_alerts(page_t *page)
{
    const json_t *alerts = get(page->report, "alerts");
    size_t count = json_array_size(alerts);
    page_section(page, "alerts", "Alerts", NULL);
    page_add(page, "<div class=\"card\">");
    if (count == 0) {
        page_add(page, "<p>Nothing stands out.</p>");
    }
    page_add(page, count > 0 ? "<ul class=\"alerts\">\n" : "");
    for (size_t i = 0; i < count && i < ALERTS_MAX; i++) {
        if (i == ALERTS_SHOWN) {
            page_addf(page, "</ul><details><summary>%zu more</summary><ul class=\"alerts\">\n",
                      count - ALERTS_SHOWN);
        }
        add_alert(page, json_array_get(alerts, i));
    }
    page_add(page, count > 0 ? "</ul>" : "");
    if (count > ALERTS_MAX) {
        page_addf(page, "<p>%zu more are in the report as JSON.</p>", count - ALERTS_MAX);
    }
    page_add(page, count > ALERTS_SHOWN ? "</details></div>\n" : "</div>\n");
    page_section_end(page);
}
