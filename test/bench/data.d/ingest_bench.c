// SPDX-License-Identifier: MPL-2.0
// ingest_bench FILE THREADS: reads a file into a table in columns as an upload does, its digest
// too, and prints how many seconds it took. (Deleting the table is not part of it.)
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "data/frame/import.h"

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    fault_t fault;
    int fd = -1;
    json_t *description = NULL;
    import_t import = {.hash = true, .threads = argc > 2 ? strtoul(argv[2], NULL, 10) : 0};
    double begun = now();
    if (argc < 3 || import_scratch(NULL, &fd, &fault) != ERR_OK ||
        import_run(argv[1], &import, fd, &description, &fault) != ERR_OK) {
        return 1;
    }
    printf("%.6f\n", now() - begun);
    json_decref(description);
    return 0;
}
