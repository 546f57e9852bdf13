// SPDX-License-Identifier: MPL-2.0
// How fast the CSV layer takes pieces and finds their fields, each in MB/s of text, one thread:
//   csv_bench FILE [scalar] [hash]
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "data/csv/csv.h"

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

typedef struct {
    double take;
    double find;
    int64_t bytes;
    int64_t rows;
    int64_t pieces;
    bool care;
} result_t;

static err_t pass(csv_t *csv, csv_piece_t *piece, result_t *result, fault_t *fault)
{
    bool more = true;
    while (more) {
        double start = seconds();
        err_t err = csv_take(csv, piece, &more, fault);
        if (err != ERR_OK) {
            return err;
        }
        double taken = seconds();
        bool care = false;
        result->bytes += (int64_t)piece->size;
        csv_find(csv, piece, &care);
        result->take += taken - start;
        result->find += seconds() - taken;
        result->rows += (int64_t)piece->rows;
        result->pieces += more;
        result->care = result->care || care;
    }
    return ERR_OK;
}

int main(int argc, char **argv)
{
    csv_options_t options = {0};
    for (int i = 2; i < argc; i++) {
        options.scalar = options.scalar || strcmp(argv[i], "scalar") == 0;
        options.hash = options.hash || strcmp(argv[i], "hash") == 0;
    }
    csv_piece_t piece = {0};
    for (int round = 0; round < 5 && argc > 1; round++) {
        fault_t fault = {0};
        csv_t *csv = NULL;
        result_t result = {0};
        err_t err = csv_open(argv[1], &options, &csv, &fault);
        if (err == ERR_OK) {
            err = pass(csv, &piece, &result, &fault);
        }
        if (err != ERR_OK) {
            fprintf(stderr, "%s: %s\n", fault.detail, fault.remedy);
            return err_exit(err);
        }
        double mb = (double)result.bytes / 1e6;
        printf("%lld rows, %lld pieces, %.0f MB%s: take %.0f MB/s, find %.0f MB/s\n",
               (long long)result.rows, (long long)result.pieces, mb,
               result.care ? " (needs care)" : "", mb / result.take, mb / result.find);
        csv_destroy(&csv);
    }
    piece_release(&piece);
    return 0;
}
