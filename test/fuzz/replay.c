// SPDX-License-Identifier: MPL-2.0
// Runs every file of the folders given through a fuzz target, so that what a fuzzer once found
// stays found.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES_MAX = 16 << 20 };

static bool run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return false;
    }
    uint8_t *data = mem_new(INPUT_BYTES_MAX);
    size_t size = fread(data, 1, INPUT_BYTES_MAX, file);
    bool good = !ferror(file);
    fclose(file);
    // A block of exactly this size, so that a read behind its end is seen.
    data = mem_resize(data, size, 1);
    if (good) {
        LLVMFuzzerTestOneInput(data, size);
    }
    free(data);
    return good;
}

static int run_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    int run = 0;
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            char *path = text_format("%s/%s", folder, entries[i]->d_name);
            run += run_file(path);
            free(path);
        }
        free(entries[i]);
    }
    free(entries);
    return run;
}

int main(int argc, char **argv)
{
    int run = 0;
    for (int i = 1; i < argc; i++) {
        run += run_folder(argv[i]);
    }
    printf("%d inputs\n", run);
    return run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
