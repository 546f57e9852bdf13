// SPDX-License-Identifier: MPL-2.0
// The CSV reader: whatever the bytes, it ends, keeps its promises about rows, and gives the same
// rows or the same fault however the bytes are cut into reads. The first byte sets the cut.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "data/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void add_row(buf_t *out, const reader_row_t *row, size_t columns)
{
    require(row->count == columns);
    buf_addf(out, "%lld@%lld", (long long)row->number, (long long)row->line);
    for (size_t i = 0; i < row->count; i++) {
        const reader_field_t *field = &row->fields[i];
        require(field->size <= field->raw_size && field->raw_size <= READER_ROW_BYTES);
        require(!memchr(field->text, '\0', field->size));
        buf_addf(out, "|%zu:", field->size);
        buf_add(out, field->text, field->size);
        buf_add(out, field->raw, field->raw_size);
    }
}

// Writes down all rows and the fault.
static buf_t digest(const uint8_t *bytes, size_t size, size_t chunk)
{
    buf_t out = {0};
    fault_t fault = {0};
    reader_options_t options = {.chunk_bytes = chunk};
    reader_t *reader = NULL;
    const reader_row_t *row = NULL;
    err_t err = reader_open_memory(bytes, size, &options, &reader, &fault);
    while (err == ERR_OK) {
        err = reader_next(reader, &row, &fault);
        if (err != ERR_OK || !row) {
            break;
        }
        add_row(&out, row, reader_header(reader)->count);
    }
    reader_destroy(&reader);
    require(err == fault.code && (err == ERR_OK || fault.remedy[0]));
    buf_addf(&out, "%d %s %lld %s", (int)err, fault.detail, (long long)fault.line, fault.column);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0) {
        return 0;
    }
    buf_t whole = digest(bytes + 1, size - 1, 0);
    buf_t parts = digest(bytes + 1, size - 1, (size_t)bytes[0] + 1);
    require(whole.size == parts.size && memcmp(whole.data, parts.data, whole.size) == 0);
    buf_release(&whole);
    buf_release(&parts);
    return 0;
}
