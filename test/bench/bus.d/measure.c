// SPDX-License-Identifier: MPL-2.0
#include "measure.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BASE_BYTES = 1 << 16, STRIDE = 8, NUMBER_BYTES = 8 };

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", program_invocation_short_name);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    exit(1);
}

int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void set(options_t *options, int letter)
{
    switch (letter) {
    case 's':
        options->seconds = strtod(optarg, NULL);
        break;
    case 'n':
        options->records = strtoull(optarg, NULL, 10);
        break;
    case 'w':
        options->window = strtoull(optarg, NULL, 10);
        break;
    case 'b':
        options->batch = strtoull(optarg, NULL, 10);
        break;
    case 'c':
        options->connections = strtoull(optarg, NULL, 10);
        break;
    case 't':
        options->topics = strtoull(optarg, NULL, 10);
        break;
    case 'z':
        options->bytes = strtoull(optarg, NULL, 10);
        break;
    case 'f':
        options->file = optarg;
        break;
    case 'y':
        options->curve = true;
        break;
    default:
        die("an option is unknown");
    }
}

options_t options_read(int argc, char **argv)
{
    static const struct option KNOWN[] = {
        {"seconds", required_argument, NULL, 's'}, {"records", required_argument, NULL, 'n'},
        {"window", required_argument, NULL, 'w'},  {"batch", required_argument, NULL, 'b'},
        {"topics", required_argument, NULL, 't'},  {"connections", required_argument, NULL, 'c'},
        {"bytes", required_argument, NULL, 'z'},   {"file", required_argument, NULL, 'f'},
        {"curve", no_argument, NULL, 'y'},         {NULL, 0, NULL, 0},
    };
    options_t options = {.seconds = 1e9,
                         .records = UINT64_MAX,
                         .window = 1000,
                         .batch = 500,
                         .connections = 1,
                         .topics = 1,
                         .bytes = 1024};
    int letter;
    while ((letter = getopt_long(argc, argv, "", KNOWN, NULL)) != -1) {
        set(&options, letter);
    }
    if (argc - optind != 2 || options.bytes < NUMBER_BYTES || options.bytes > RECORD_MAX ||
        options.window == 0 || options.connections == 0 || options.topics == 0) {
        die("needs WHAT WHERE and sensible options");
    }
    options.what = argv[optind];
    options.where = argv[optind + 1];
    return options;
}

// Splitmix64 (Steele, Lea, Flood 2014) from a fixed seed.
static const char *base(void)
{
    static uint64_t words[(BASE_BYTES + RECORD_MAX) / 8];
    if (words[0] == 0) {
        uint64_t state = 20261124;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            uint64_t word = state += 0x9E3779B97F4A7C15U;
            word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9U;
            word = (word ^ (word >> 27)) * 0x94D049BB133111EBU;
            words[i] = word ^ (word >> 31);
        }
    }
    return (const char *)words;
}

// A window over one block of random bytes, so that making a record costs a copy and no more.
static const char *content(uint64_t number)
{
    return base() + (number * STRIDE) % BASE_BYTES;
}

void record_fill(char *to, uint64_t number, uint64_t bytes)
{
    memcpy(to, &number, NUMBER_BYTES);
    memcpy(to + NUMBER_BYTES, content(number) + NUMBER_BYTES, bytes - NUMBER_BYTES);
}

tally_t tally_of(const options_t *options)
{
    tally_t tally = {.count = options->records, .bytes = options->bytes};
    tally.seen = tally.count < UINT32_MAX ? calloc(tally.count + 1, 1) : NULL;
    must(tally.seen, "--records");
    return tally;
}

bool tally_take(tally_t *tally, const void *record, size_t bytes)
{
    uint64_t number = UINT64_MAX;
    if (bytes == tally->bytes) {
        memcpy(&number, record, NUMBER_BYTES);
    }
    if (number >= tally->count ||
        memcmp((const char *)record + NUMBER_BYTES, content(number) + NUMBER_BYTES,
               bytes - NUMBER_BYTES) != 0) {
        die("a record of %zu bytes with number %llu is not what was published", bytes,
            (unsigned long long)number);
    }
    bool first = !tally->seen[number];
    tally->seen[number] = 1;
    tally->distinct += first;
    tally->repeated += !first;
    return first;
}

bool tally_whole(const tally_t *tally)
{
    return tally->distinct == tally->count;
}

pace_t pace_begin(const options_t *options)
{
    int64_t now = now_ns();
    return (pace_t){.records_max = options->records,
                    .window = options->window,
                    .began_ns = now,
                    .end_ns = now + (int64_t)(options->seconds * 1e9)};
}

bool pace_more(const pace_t *pace)
{
    return pace->sent < pace->records_max && now_ns() < pace->end_ns;
}

bool pace_may_send(const pace_t *pace)
{
    return pace->sent - pace->acked < pace->window && pace_more(pace);
}

static void print_rate(uint64_t records, int64_t ns)
{
    printf("{\"records\": %llu, \"seconds\": %.6f, \"rate\": %.1f", (unsigned long long)records,
           (double)ns / 1e9, (double)records * 1e9 / (double)ns);
}

void pace_print(const pace_t *pace)
{
    print_rate(pace->acked, now_ns() - pace->began_ns);
    printf("}\n");
}

void tally_print(const tally_t *tally, int64_t began_ns)
{
    int64_t ns = now_ns() - began_ns;
    if (!tally_whole(tally)) {
        die("%llu of %llu records came", (unsigned long long)tally->distinct,
            (unsigned long long)tally->count);
    }
    print_rate(tally->count, ns);
    printf(", \"repeated\": %llu}\n", (unsigned long long)tally->repeated);
}

void samples_add(samples_t *samples, int64_t ns)
{
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity ? 2 * samples->capacity : 4096;
        samples->ns = realloc(samples->ns, samples->capacity * sizeof *samples->ns);
        must(samples->ns, "realloc");
    }
    samples->ns[samples->count++] = ns;
}

static int by_value(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

void samples_print(samples_t *samples, uint64_t bytes)
{
    if (samples->count == 0) {
        die("nothing was measured");
    }
    qsort(samples->ns, samples->count, sizeof *samples->ns, by_value);
    double sum_ns = 0;
    for (size_t i = 0; i < samples->count; i++) {
        sum_ns += (double)samples->ns[i];
    }
    int64_t middle_ns = samples->ns[samples->count / 2];
    int64_t late_ns = samples->ns[samples->count * 99 / 100];
    double rate = (double)samples->count * 1e9 / sum_ns;
    printf("{\"count\": %zu, \"rate\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f", samples->count,
           rate, (double)middle_ns / 1e3, (double)late_ns / 1e3);
    if (bytes > 0) {
        printf(", \"mb_per_s\": %.1f", rate * (double)bytes / 1e6);
    }
    printf("}\n");
}
