// SPDX-License-Identifier: MPL-2.0
#include "data/csv/judge.h"

#include "base/text.h"

err_t judge_encoding(const char *bytes, size_t size, int64_t line, fault_t *fault)
{
    size_t good = text_utf8_prefix(bytes, size);
    if (good == size) {
        return ERR_OK;
    }
    for (size_t i = 0; i < good; i++) {
        line += bytes[i] == '\n' || (bytes[i] == '\r' && bytes[i + 1] != '\n');
    }
    fault_set(fault, ERR_CSV_ENCODING,
              "save the file in UTF-8, or say what its encoding is, such as windows-1252",
              "line %lld: byte 0x%02X is not UTF-8", (long long)line, (unsigned char)bytes[good]);
    fault_at(fault, line, 0, "");
    return ERR_CSV_ENCODING;
}

err_t judge_width(size_t fields, size_t columns, int64_t line, fault_t *fault)
{
    if (fields == columns) {
        return ERR_OK;
    }
    fault_set(fault, ERR_CSV_RAGGED,
              "give every row as many fields as the header, and put fields that hold the delimiter "
              "in quotes",
              "line %lld has %zu field%s, the header has %zu", (long long)line, fields,
              fields == 1 ? "" : "s", columns);
    fault_at(fault, line, 0, "");
    return ERR_CSV_RAGGED;
}
