// SPDX-License-Identifier: MPL-2.0
#include "actors/runtime/frames.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

char *frames_folder(const char *data_dir)
{
    return text_format("%s/run/frames", data_dir);
}

// ".<SHA-256 of the options>", whatever the order of their keys.
static void add_options(buf_t *path, const json_t *options)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    char *text = json_dumps(options, JSON_COMPACT | JSON_SORT_KEYS);
    if (!text || !EVP_Digest(text, strlen(text), hash, &size, EVP_sha256(), NULL)) {
        mem_exhausted(1);
    }
    free(text);
    buf_addf(path, ".");
    for (unsigned i = 0; i < size; i++) {
        buf_addf(path, "%02x", hash[i]);
    }
}

char *frames_path(const char *data_dir, const char *blob, const json_t *options)
{
    char *folder = frames_folder(data_dir);
    buf_t path = {0};
    buf_addf(&path, "%s/%s", folder, blob);
    if (json_object_size(options) > 0) {
        add_options(&path, options);
    }
    buf_addf(&path, ".frame");
    buf_add(&path, "", 1);
    free(folder);
    return path.data;
}

bool frames_lend(const char *path, const char *own)
{
    return link(path, own) == 0;
}
