// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/csv/lenient.h"
#include "data/csv/loose.h"

// Drops the mark and blank lines; the line of the first record.
static int64_t drop_front(ahead_t *ahead)
{
    const char *bytes = ahead_bytes(ahead);
    size_t size = ahead_size(ahead);
    size_t at = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    int64_t line = 1;
    for (; at < size && (bytes[at] == '\n' || bytes[at] == '\r'); at++) {
        line += bytes[at] == '\r' || at == 0 || bytes[at - 1] != '\r';
    }
    ahead_drop(ahead, at);
    return line;
}

static int64_t count_lines(const char *bytes, size_t size)
{
    int64_t lines = 0;
    for (size_t i = 0; i < size; i++) {
        lines += bytes[i] == '\r' || (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'));
    }
    return lines;
}

static err_t fail(err_t code, int64_t line, const char *remedy, const char *what, fault_t *fault)
{
    fault_set(fault, code, remedy, "line %lld: %s", (long long)line, what);
    fault_at(fault, line, 0, "");
    return code;
}

static err_t check(const loose_t *loose, loose_end_t end, const char *bytes, size_t size,
                   int64_t line, fault_t *fault)
{
    if (end == LOOSE_UNCLOSED) {
        return fail(ERR_CSV_QUOTE, line, "close the quote", "a quote in the header is never closed",
                    fault);
    }
    if (end != LOOSE_DONE) {
        return fail(ERR_TOO_LARGE, line, "look for a missing line end", "the header is too large",
                    fault);
    }
    if (memchr(bytes, '\0', size)) {
        return fail(ERR_CSV_NUL, line, "save the file as plain text in UTF-8",
                    "the header holds a NUL byte", fault);
    }
    if (!text_is_utf8(bytes, size)) {
        return fail(ERR_CSV_ENCODING, line,
                    "save the file in UTF-8, or say what its encoding is, such as windows-1252",
                    "the header is not UTF-8", fault);
    }
    if (loose->count > loose->limit) {
        return fail(ERR_CSV_HEADER, line, "split the table", "the header has too many columns",
                    fault);
    }
    return ERR_OK;
}

static header_t *mended(const loose_t *loose, int64_t line)
{
    const csv_field_t *fields = loose_fields(loose);
    reader_field_t *names = mem_array(loose->count, sizeof *names);
    for (size_t i = 0; i < loose->count; i++) {
        names[i].text = loose->values.data + fields[i].at;
        names[i].size = csv_field_size(&fields[i]);
    }
    header_t *header =
        header_mended(&(reader_row_t){.line = line, .count = loose->count, .fields = names});
    free(names);
    return header;
}

err_t lenient_head(ahead_t *ahead, const csv_dialect_t *dialect, header_t **ret_header,
                   int64_t *ret_line, fault_t *fault)
{
    loose_t loose = {
        .delimiter = dialect->delimiter, .quote = dialect->quote, .limit = READER_COLUMNS_MAX};
    int64_t line = drop_front(ahead);
    if (ahead_size(ahead) == 0) {
        return fail(ERR_CSV_EMPTY, line, "choose a file with a header and rows",
                    "the file is empty", fault);
    }
    size_t size = 0;
    const char *bytes = ahead_bytes(ahead);
    loose_end_t end = loose_parse(&loose, bytes, ahead_size(ahead), ahead->ended, &size);
    err_t err = check(&loose, end, bytes, size, line, fault);
    if (err == ERR_OK && dialect->header) {
        *ret_header = mended(&loose, line);
        *ret_line = line + count_lines(bytes, size);
        ahead_drop(ahead, size);
    } else if (err == ERR_OK) {
        *ret_header = header_made(loose.count);
        *ret_line = line;
    }
    loose_release(&loose);
    return err;
}
