// SPDX-License-Identifier: MPL-2.0
#include "data/profile/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/profile/figure.h"

enum { FIGURE_SIZE = 64 };

void page_add(page_t *page, const char *markup)
{
    buf_add(page->out, markup, strlen(markup));
}

void page_addf(page_t *page, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size > 0) {
        buf_add(page->out, text, (size_t)size);
    }
    free(text);
}

static void add_byte(page_t *page, char byte)
{
    switch (byte) {
    case '<':
        page_add(page, "&lt;");
        return;
    case '>':
        page_add(page, "&gt;");
        return;
    case '&':
        page_add(page, "&amp;");
        return;
    case '"':
        page_add(page, "&quot;");
        return;
    case '\'':
        page_add(page, "&#39;");
        return;
    case '\n':
        page_add(page, "⏎");
        return;
    default:
        break;
    }
    if (((unsigned char)byte < ' ' && byte != '\t') || byte == 0x7F) {
        page_add(page, "\uFFFD");
    } else {
        buf_add(page->out, &byte, 1);
    }
}

void page_text(page_t *page, const char *text, size_t max)
{
    size_t characters = 0;
    for (const char *at = text; *at; at++) {
        if (((unsigned char)*at & 0xC0U) != 0x80U && characters++ == max) {
            page_add(page, "…");
            return;
        }
        add_byte(page, *at);
    }
}

void page_name(page_t *page, const char *name)
{
    page_add(page, "<bdi title=\"");
    page_text(page, name, PAGE_TITLE_CHARACTERS);
    page_add(page, "\">");
    page_text(page, *name ? name : "(no name)", PAGE_NAME_CHARACTERS);
    page_add(page, "</bdi>");
}

static void add_double(page_t *page, double value)
{
    char text[FIGURE_SIZE];
    double size = fabs(value);
    bool whole = value == floor(value);
    if (size < 1e15 && (whole || size >= 1e5)) {
        page_add(page, figure_grouped((int64_t)nearbyint(value), text));
    } else {
        snprintf(text, sizeof text, "%.5g", value);
        page_add(page, text);
    }
}

void page_count(page_t *page, const json_t *count)
{
    char text[FIGURE_SIZE];
    if (!json_is_integer(count)) {
        page_number(page, count);
        return;
    }
    page_add(page, figure_grouped(json_integer_value(count), text));
}

void page_number(page_t *page, const json_t *number)
{
    if (json_is_integer(number)) {
        page_count(page, number);
    } else if (json_is_real(number)) {
        add_double(page, json_real_value(number));
    } else {
        page_add(page, "–");
    }
}

void page_percent(page_t *page, const json_t *share)
{
    double percent = 100 * json_number_value(share);
    if (!json_is_number(share)) {
        page_add(page, "–");
    } else if (percent > 0 && percent < 0.1) {
        page_add(page, "&lt; 0.1 %");
    } else if (percent < 100 && percent > 99.9) {
        page_add(page, "&gt; 99.9 %");
    } else {
        page_addf(page, "%.1f %%", percent);
    }
}

void page_bytes(page_t *page, const json_t *bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double size = json_number_value(bytes);
    size_t unit = 0;
    if (!json_is_number(bytes)) {
        page_add(page, "–");
        return;
    }
    for (; size >= 1024 && unit + 1 < sizeof units / sizeof units[0]; unit++) {
        size /= 1024;
    }
    page_addf(page, unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
}

void page_value(page_t *page, const json_t *value)
{
    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        if (*text) {
            page_text(page, text, PAGE_CELL_CHARACTERS);
        } else {
            page_add(page, "<i>empty text</i>");
        }
    } else if (json_is_boolean(value)) {
        page_add(page, json_is_true(value) ? "true" : "false");
    } else if (json_is_real(value)) { // longer, since values are compared with each other
        char text[FIGURE_SIZE];
        double number = json_real_value(value);
        snprintf(text, sizeof text, "%.10g", number);
        page_add(page, text);
    } else {
        page_number(page, value);
    }
}

void page_section(page_t *page, const char *id, const char *heading, const char *lead)
{
    page_addf(page, "<section id=\"%s\" aria-labelledby=\"h-%s\"><h2 id=\"h-%s\">%s</h2>\n", id, id,
              id, heading);
    if (lead) {
        page_addf(page, "<p class=\"lead\">%s</p>\n", lead);
    }
}

void page_section_end(page_t *page)
{
    page_add(page, "</section>\n");
}
