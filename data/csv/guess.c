// SPDX-License-Identifier: MPL-2.0
#include "data/csv/guess.h"

#include <string.h>

#include "data/csv/cell.h"
#include "data/csv/sniff.h"

enum { COLUMNS_LOOKED_AT = 256 };

static const char DELIMITERS[] = {',', ';', '\t', '|'};

static cell_t walk(const char *bytes, size_t size, bool whole, char delimiter, char quote)
{
    return (cell_t){
        .bytes = bytes, .size = size, .whole = whole, .delimiter = delimiter, .quote = quote};
}

static bool is_edge(const char *bytes, size_t size, size_t at)
{
    return at >= size || bytes[at] == '\n' || bytes[at] == '\r' ||
           memchr(DELIMITERS, bytes[at], sizeof DELIMITERS);
}

// How often a quote stands at the edge of a field, and elsewhere.
static void count_quotes(const char *bytes, size_t size, char quote, size_t *ret_edges,
                         size_t *ret_strays)
{
    *ret_edges = *ret_strays = 0;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != quote) {
            continue;
        }
        bool doubled = i + 1 < size && bytes[i + 1] == quote;
        bool edge = i == 0 || is_edge(bytes, size, i - 1) || is_edge(bytes, size, i + 1);
        *ret_edges += edge;
        *ret_strays += !edge && !doubled;
        i += !edge && doubled;
    }
}

static char guess_quote(const char *bytes, size_t size)
{
    size_t edges = 0;
    size_t strays = 0;
    count_quotes(bytes, size, '"', &edges, &strays);
    if (edges + strays > 0) {
        return '"';
    }
    count_quotes(bytes, size, '\'', &edges, &strays);
    return edges >= 4 && edges % 2 == 0 && strays == 0 ? '\'' : '"';
}

typedef struct {
    size_t fields; // of the first row
    size_t rows;
    size_t fitting; // rows with as many fields
} split_t;

static split_t split(cell_t cell)
{
    split_t split = {.fields = cell_count_row(&cell), .rows = 1, .fitting = 1};
    for (size_t fields; split.rows < GUESS_ROWS && (fields = cell_count_row(&cell)) > 0;) {
        split.rows++;
        split.fitting += fields == split.fields;
    }
    return split;
}

static bool is_better(const split_t *a, const split_t *b)
{
    if (a->fields < 2 || b->fields < 2) {
        return a->fields >= 2;
    }
    size_t one = a->fitting * b->rows;
    size_t other = b->fitting * a->rows;
    return one > other || (one == other && a->fields > b->fields);
}

static char guess_delimiter(const char *bytes, size_t size, bool whole, char quote)
{
    size_t best = 0;
    split_t best_split = {0};
    for (size_t i = 0; i < sizeof DELIMITERS; i++) {
        split_t next = split(walk(bytes, size, whole, DELIMITERS[i], quote));
        if (is_better(&next, &best_split) || best_split.fields == 0) {
            best = i;
            best_split = next;
        }
    }
    return best_split.fields > 0 ? DELIMITERS[best] : sniff_delimiter(bytes, size);
}

static bool guess_header(cell_t cell)
{
    size_t figures = 0;
    while (cell_next(&cell)) {
        if (cell.text_size > 0 && !cell_is_figure(cell.text, cell.text_size)) {
            return true;
        }
        figures += cell.text_size > 0;
        if (cell.ends_row) {
            break;
        }
    }
    return figures == 0;
}

// What the cells of one column have been; bit k for cell_kind_t k.
typedef struct {
    unsigned kinds[COLUMNS_LOOKED_AT];
} columns_t;

static columns_t look_at_columns(cell_t cell, bool header)
{
    columns_t columns = {0};
    size_t row = 0;
    for (size_t column = 0; row < GUESS_ROWS && cell_next(&cell); column++) {
        if (column < COLUMNS_LOOKED_AT && !(header && row == 0)) {
            columns.kinds[column] |= 1U << cell_kind(cell.text, cell.text_size);
        }
        if (cell.ends_row) {
            row++;
            column = (size_t)-1;
        }
    }
    return columns;
}

static void guess_decimal(cell_t cell, csv_dialect_t *dialect)
{
    columns_t columns = look_at_columns(cell, dialect->header);
    bool comma = false;
    bool point = false;
    bool grouped = false;
    for (size_t i = 0; i < COLUMNS_LOOKED_AT; i++) {
        unsigned kinds = columns.kinds[i];
        if (kinds & 1U << CELL_OTHER) {
            continue;
        }
        bool commas = kinds & (1U << CELL_COMMA | 1U << CELL_GROUPED);
        comma = comma || commas;
        point = point || kinds & 1U << CELL_POINT;
        grouped = grouped || kinds & 1U << CELL_GROUPED || (commas && kinds & 1U << CELL_GROUPS);
    }
    dialect->decimal = comma && !point ? ',' : '.';
    dialect->grouped = comma && !point && grouped;
}

static csv_lines_t guess_lines(const char *bytes, size_t size)
{
    size_t counts[3] = {0};
    for (size_t i = 0; i < size; i++) {
        bool pair = bytes[i] == '\r' && i + 1 < size && bytes[i + 1] == '\n';
        counts[CSV_LINES_LF] += bytes[i] == '\n';
        counts[CSV_LINES_CRLF] += pair;
        counts[CSV_LINES_CR] += bytes[i] == '\r' && !pair && i + 1 < size;
        i += pair;
    }
    size_t kinds = 0;
    csv_lines_t found = bytes && size > 0 && bytes[size - 1] == '\r' ? CSV_LINES_CR : CSV_LINES_LF;
    for (size_t i = 0; i < 3; i++) {
        kinds += counts[i] > 0;
        found = counts[i] > 0 ? (csv_lines_t)i : found;
    }
    return kinds > 1 ? CSV_LINES_MIXED : found;
}

void guess_dialect(const char *bytes, size_t size, bool whole, const csv_options_t *options,
                   csv_dialect_t *dialect)
{
    size_t mark = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    bytes += mark;
    size -= mark;
    dialect->lines = guess_lines(bytes, size);
    dialect->quote_guessed = !options->quote;
    dialect->quote = options->quote ? options->quote : guess_quote(bytes, size);
    dialect->delimiter_guessed = !options->delimiter;
    dialect->delimiter = options->delimiter ? options->delimiter
                                            : guess_delimiter(bytes, size, whole, dialect->quote);
    cell_t cell = walk(bytes, size, whole, dialect->delimiter, dialect->quote);
    dialect->header_guessed = options->header == 0;
    dialect->header = options->header ? options->header > 0 : guess_header(cell);
    dialect->decimal_guessed = !options->decimal;
    dialect->decimal = '.';
    if (dialect->delimiter != ',') {
        guess_decimal(cell, dialect);
    }
    dialect->decimal = options->decimal ? options->decimal : dialect->decimal;
    dialect->grouped = dialect->grouped && dialect->decimal == ',';
}
