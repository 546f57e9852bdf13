// SPDX-License-Identifier: MPL-2.0
#include "learn/sums.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/text.h"
#include "learn/outfile.h"

static const char NAME[] = "SHA256SUMS";

static err_t add_line(const char *folder, const char *name, buf_t *lines, fault_t *fault)
{
    char *path = text_format("%s/%s", folder, name);
    char hex[DIGEST_TEXT_SIZE];
    int64_t bytes;
    err_t err = digest_file(path, hex, &bytes, fault);
    if (err == ERR_OK) {
        buf_addf(lines, "%s  %s\n", hex, name);
    }
    free(path);
    return err;
}

err_t sums_write(const char *folder, json_t *files, fault_t *fault)
{
    char *path = text_format("%s/%s", folder, NAME);
    buf_t lines = {0};
    err_t err = ERR_OK;
    for (size_t i = 0; i < json_array_size(files) && err == ERR_OK; i++) {
        err = add_line(folder, json_string_value(json_array_get(files, i)), &lines, fault);
    }
    if (err == ERR_OK) {
        err = outfile_write(path, lines.data, lines.size, fault);
    }
    if (err == ERR_OK) {
        json_array_append_new(files, json_string(NAME));
    }
    buf_release(&lines);
    free(path);
    return err;
}

void sums_remove(const char *folder)
{
    char *path = text_format("%s/%s", folder, NAME);
    outfile_remove(path);
    free(path);
}
