// SPDX-License-Identifier: MPL-2.0
#include "data/csv/csv.h"

const char *csv_packing_name(csv_packing_t packing)
{
    static const char *const names[] = {
        [CSV_PLAIN] = "none", [CSV_GZIP] = "gzip", [CSV_ZIP] = "zip"};
    return names[packing];
}

const char *csv_lines_name(csv_lines_t lines)
{
    static const char *const names[] = {[CSV_LINES_LF] = "lf",
                                        [CSV_LINES_CRLF] = "crlf",
                                        [CSV_LINES_CR] = "cr",
                                        [CSV_LINES_MIXED] = "mixed"};
    return names[lines];
}

const char *csv_bad_text(csv_bad_reason_t reason)
{
    static const char *const texts[] = {
        [CSV_BAD_FIELDS] = "the row has another number of fields than the header",
        [CSV_BAD_QUOTE] = "a quoted field is never closed",
        [CSV_BAD_NUL] = "the row holds a NUL byte",
        [CSV_BAD_ENCODING] = "the row holds bytes that are not UTF-8",
        [CSV_BAD_SIZE] = "a field is larger than the limit"};
    return texts[reason];
}

const char *csv_bad_name(csv_bad_reason_t reason)
{
    static const char *const names[] = {[CSV_BAD_FIELDS] = "fields",
                                        [CSV_BAD_QUOTE] = "quote",
                                        [CSV_BAD_NUL] = "nul",
                                        [CSV_BAD_ENCODING] = "encoding",
                                        [CSV_BAD_SIZE] = "size"};
    return names[reason];
}
