// SPDX-License-Identifier: MPL-2.0
#include "broker/zpl.h"

#include <string.h>

// What zconfig does not look at itself: its lines have 1,024 bytes, and it prints what it does not
// like.
static err_t check_lines(const char *text, size_t size, fault_t *fault)
{
    int64_t line = 1;
    size_t begin = 0;
    for (size_t i = 0; i <= size; i++) {
        bool end = i == size || text[i] == '\n';
        bool strange = !end && ((unsigned char)text[i] < ' ' || (unsigned char)text[i] == 127);
        if (strange || (end && i - begin > ZPL_LINE_BYTES_MAX)) {
            fault_set(fault, ERR_INVALID, "use lines of plain text, at most 1,000 bytes each",
                      "line %lld is not valid", (long long)line);
            fault_at(fault, line, 0, NULL);
            return ERR_INVALID;
        }
        if (end) {
            begin = i + 1;
            line++;
        }
    }
    return ERR_OK;
}

err_t zpl_parse(const char *text, size_t size, zconfig_t **ret_root, fault_t *fault)
{
    *ret_root = NULL;
    if (size > ZPL_BYTES_MAX) {
        return fault_set(fault, ERR_TOO_LARGE, "use fewer lines", "it has %zu bytes", size);
    }
    err_t err = check_lines(text, size, fault);
    if (err) {
        return err;
    }
    zchunk_t *chunk = zchunk_new(text, size);
    *ret_root = zconfig_chunk_load(chunk);
    zchunk_destroy(&chunk);
    return *ret_root ? ERR_OK
                     : fault_set(fault, ERR_INVALID, "write names with values as ZPL has them",
                                 "it is not a ZPL file");
}
