// SPDX-License-Identifier: MPL-2.0
#include "data/profile/page.h"
#include "data/profile/report.h"

enum {
    VARIABLES_FULL = 200,
    VARIABLES_BYTES = REPORT_HTML_BYTES / 8 * 5, // full variables end here,
    LINES_BYTES = REPORT_HTML_BYTES / 4 * 3,     // and the list of the rest here
    END_BYTES = 4096,                            // kept for the end of the page
};

static const char *const PARTS[][2] = {
    {"overview", "Overview"},         {"alerts", "Alerts"},
    {"variables", "Variables"},       {"correlations", "Correlations"},
    {"missing", "Missing cells"},     {"interactions", "Interactions"},
    {"duplicates", "Duplicate rows"}, {"sample", "Sample"},
    {"reproduction", "Reproduction"},
};

static bool is_one(const json_t *overview, const char *key)
{
    return json_integer_value(json_object_get(overview, key)) == 1;
}

static void add_head(page_t *page)
{
    const json_t *overview = json_object_get(page->report, "overview");
    page_add(page, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                   "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'\"><title>");
    page_text(page, page->title, PAGE_TITLE_CHARACTERS);
    page_add(page, " – profile</title>\n");
    page_style(page);
    page_add(page, "</head><body>\n<header><h1><bdi>");
    page_text(page, page->title, PAGE_TITLE_CHARACTERS);
    page_add(page, "</bdi></h1><p class=\"lead\" style=\"margin:0\">A profile of ");
    page_count(page, json_object_get(overview, "rows"));
    page_add(page, is_one(overview, "rows") ? " row and " : " rows and ");
    page_count(page, json_object_get(overview, "columns"));
    page_add(page, is_one(overview, "columns") ? " column" : " columns");
    page_add(page, "</p></header>\n<nav aria-label=\"Parts of the report\"><ul>");
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        page_addf(page, "<li><a href=\"#%s\">%s</a></li>", PARTS[i][0], PARTS[i][1]);
    }
    page_add(page, "</ul></nav>\n<main>\n");
}

// Lists variables by name; returns where it ended.
static size_t list_variables(page_t *page, size_t from, size_t count)
{
    page_add(page, "<div class=\"card scroll\"><table class=\"grid\"><caption>More variables"
                   "</caption><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Type</th>"
                   "<th scope=\"col\">Distinct</th><th scope=\"col\">Missing</th></tr></thead>"
                   "<tbody>\n");
    for (; from < count && page_size(page) < LINES_BYTES; from++) {
        page_variable_line(page, from);
    }
    page_add(page, "</tbody></table>");
    return from;
}

static void add_variables(page_t *page)
{
    size_t count = json_array_size(json_object_get(page->report, "variables"));
    size_t i = 0;
    page_section(page, "variables", "Variables", NULL);
    for (; i < count && i < VARIABLES_FULL && page_size(page) < VARIABLES_BYTES; i++) {
        page_variable(page, i);
    }
    if (i < count) {
        size_t listed = list_variables(page, i, count);
        if (listed < count) {
            page_addf(page, "<p>%zu more are in the report as JSON.</p>", count - listed);
        }
        page_add(page, "</div>\n");
    }
    page_section_end(page);
}

// A part that would make the page too large is taken out again.
static void add_part(page_t *page, void (*add)(page_t *page))
{
    size_t before = page->out->size;
    add(page);
    if (page_size(page) > REPORT_HTML_BYTES - END_BYTES) {
        page->out->size = before;
        page_add(page, "<section><p>A part was left out here, since the page would have become too "
                       "large. It is in the report as JSON.</p></section>\n");
    }
}

err_t report_html(const json_t *report, const char *title, buf_t *ret_html, fault_t *fault)
{
    static void (*const parts[])(page_t * page) = {
        page_overview,     page_alerts,     add_variables, page_correlations, page_missing,
        page_interactions, page_duplicates, page_sample,   page_reproduction,
    };
    page_t page = {.report = report, .title = title, .out = ret_html, .start = ret_html->size};
    if (!json_is_object(json_object_get(report, "overview")) ||
        !json_is_array(json_object_get(report, "variables"))) {
        return fault_set(fault, ERR_INVALID, NULL, "this is not a profile report");
    }
    add_head(&page);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        add_part(&page, parts[i]);
    }
    page_add(&page, "</main>\n<footer>Made by AutoDP.</footer>\n</body></html>\n");
    return ERR_OK;
}
