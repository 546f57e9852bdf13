// SPDX-License-Identifier: MPL-2.0
#include "learn/card.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "learn/card_blocks.h"

static const char STYLE[] =
    ":root{color-scheme:light dark}body{font:16px/1.5 "
    "system-ui,sans-serif;max-width:50rem;margin:2rem "
    "auto;padding:0 1rem}h1,h2{line-height:1.2}h2{margin-top:2rem}div{overflow-x:auto}"
    "table{border-collapse:collapse}th,td{border-bottom:1px solid #8884;padding:.25rem .75rem "
    ".25rem "
    "0;text-align:left;vertical-align:top}pre{background:#8882;padding:.75rem;overflow-x:auto}";

static void put(buf_t *out, const char *text)
{
    buf_add(out, text, strlen(text));
}

// What makes the text of the one kind of block that a block is.
static const char *kind_of(const json_t *block)
{
    return json_object_iter_key(json_object_iter((json_t *)block));
}

static const char *text_of(const json_t *block)
{
    return json_string_value(json_object_iter_value(json_object_iter((json_t *)block)));
}

// --- Markdown ----------------------------------------------------------------------------------

// On one line, with what Markdown or HTML in it would take for its own escaped. What matters at the
// start of a line only stands behind words of ours; an underscore within a word is one.
static void put_plain(buf_t *out, const char *text)
{
    for (const char *at = text; *at; at++) {
        bool inside = at > text && isalnum((unsigned char)at[-1]) && isalnum((unsigned char)at[1]);
        if (strchr("\\`*[]<>|~&", *at) || (*at == '_' && !inside)) {
            put(out, "\\");
        }
        buf_add(out, (unsigned char)*at < ' ' ? " " : at, 1);
    }
}

static void put_row(buf_t *out, const json_t *cells)
{
    size_t i;
    json_t *cell;
    put(out, "|");
    json_array_foreach((json_t *)cells, i, cell)
    {
        put(out, " ");
        put_plain(out, json_string_value(cell));
        put(out, " |");
    }
    put(out, "\n");
}

static void put_table(buf_t *out, const json_t *table)
{
    const json_t *head = json_object_get(table, "head");
    size_t i;
    json_t *row;
    put_row(out, head);
    put(out, "|");
    for (size_t k = 0; k < json_array_size(head); k++) {
        put(out, "---|");
    }
    put(out, "\n");
    json_array_foreach(json_object_get(table, "rows"), i, row)
    {
        put_row(out, row);
    }
    put(out, "\n");
}

static void put_line(buf_t *out, const char *begin, const char *text, const char *end)
{
    put(out, begin);
    put_plain(out, text);
    put(out, end);
}

void card_markdown(const json_t *record, buf_t *out)
{
    json_t *blocks = card_blocks(record);
    size_t i;
    json_t *block;
    json_array_foreach(blocks, i, block)
    {
        const char *kind = kind_of(block);
        if (strcmp(kind, "table") == 0) {
            put_table(out, json_object_get(block, kind));
        } else if (strcmp(kind, "code") == 0) {
            buf_addf(out, "```\n%s\n```\n\n", text_of(block));
        } else {
            put_line(out,
                     strcmp(kind, "title") == 0     ? "# "
                     : strcmp(kind, "heading") == 0 ? "## "
                                                    : "",
                     text_of(block), "\n\n");
        }
    }
    json_decref(blocks);
}

// --- HTML --------------------------------------------------------------------------------------

static void put_escaped(buf_t *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            put(out, "&amp;");
            break;
        case '<':
            put(out, "&lt;");
            break;
        case '>':
            put(out, "&gt;");
            break;
        case '"':
            put(out, "&quot;");
            break;
        default:
            buf_add(out, text, 1);
        }
    }
}

static void put_element(buf_t *out, const char *name, const char *text)
{
    buf_addf(out, "<%s>", name);
    put_escaped(out, text);
    buf_addf(out, "</%s>", name);
}

static void put_cells(buf_t *out, const json_t *cells, const char *name)
{
    size_t i;
    json_t *cell;
    put(out, "<tr>");
    json_array_foreach((json_t *)cells, i, cell)
    {
        put_element(out, name, json_string_value(cell));
    }
    put(out, "</tr>\n");
}

static void put_html_table(buf_t *out, const json_t *table)
{
    size_t i;
    json_t *row;
    put(out, "<div><table><thead>");
    put_cells(out, json_object_get(table, "head"), "th");
    put(out, "</thead><tbody>\n");
    json_array_foreach(json_object_get(table, "rows"), i, row)
    {
        put_cells(out, row, "td");
    }
    put(out, "</tbody></table></div>\n");
}

static void put_block(buf_t *out, const json_t *block)
{
    const char *kind = kind_of(block);
    if (strcmp(kind, "table") == 0) {
        put_html_table(out, json_object_get(block, kind));
        return;
    }
    put_element(out,
                strcmp(kind, "title") == 0     ? "h1"
                : strcmp(kind, "heading") == 0 ? "h2"
                : strcmp(kind, "code") == 0    ? "pre"
                                               : "p",
                text_of(block));
    put(out, "\n");
}

void card_html(const json_t *record, buf_t *out)
{
    json_t *blocks = card_blocks(record);
    size_t i;
    json_t *block;
    put(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src 'unsafe-inline'\">");
    put_element(out, "title", text_of(json_array_get(blocks, 0)));
    buf_addf(out, "<style>%s</style></head><body>\n", STYLE);
    json_array_foreach(blocks, i, block)
    {
        put_block(out, block);
    }
    put(out, "</body></html>\n");
    json_decref(blocks);
}
