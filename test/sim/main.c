// SPDX-License-Identifier: MPL-2.0
// sim [--seeds N] [--seed N] [--from N] [--seconds S] [--trace] [--break NAME]: worlds from seeds.
// With --break something is broken on purpose, and the end is good when that is found.
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "sim.h"

typedef struct {
    uint64_t first;
    uint64_t count;
    int64_t seconds; // random seeds for so long, behind the others
    bool traced;
    break_t broken;
} arguments_t;

static const char *const BREAKS[] = {"nothing", "early-ack", "lost-settle", "offset-twice"};

static bool find_break(const char *name, break_t *ret)
{
    for (size_t i = 0; i < sizeof BREAKS / sizeof BREAKS[0]; i++) {
        if (name && strcmp(name, BREAKS[i]) == 0) {
            *ret = (break_t)i;
            return true;
        }
    }
    return false;
}

static bool parse(int argc, char **argv, arguments_t *ret)
{
    static const struct option OPTIONS[] = {{"seeds", required_argument, NULL, 'n'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"from", required_argument, NULL, 'f'},
                                            {"trace", no_argument, NULL, 't'},
                                            {"seconds", required_argument, NULL, 'S'},
                                            {"break", required_argument, NULL, 'b'},
                                            {NULL, 0, NULL, 0}};
    *ret = (arguments_t){.first = 1, .count = 20};
    int option;
    while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) >= 0) {
        uint64_t number = optarg ? strtoull(optarg, NULL, 10) : 0;
        switch (option) {
        case 'n':
            ret->count = number;
            break;
        case 's':
            ret->first = number;
            ret->count = 1;
            break;
        case 'f':
            ret->first = number;
            break;
        case 'S':
            ret->seconds = (int64_t)number;
            break;
        case 't':
            ret->traced = true;
            break;
        case 'b':
            if (!find_break(optarg, &ret->broken)) {
                return false;
            }
            break;
        default:
            return false;
        }
    }
    return optind == argc;
}

int main(int argc, char **argv)
{
    arguments_t arguments;
    if (!parse(argc, argv, &arguments)) {
        fprintf(stderr, "sim: [--seeds N] [--seed N] [--from N] [--seconds S] [--trace] "
                        "[--break early-ack|lost-settle|offset-twice]\n");
        return 64;
    }
    log_open("sim", (log_level_t)(LOG_ERROR + 1));
    bool broken = arguments.broken != BREAK_NOTHING;
    int64_t start_ms = clock_mono_ms();
    uint64_t done = 0;
    for (; done < arguments.count; done++) {
        world_run(arguments.first + done, arguments.broken, arguments.traced, broken);
    }
    uint64_t drawn = (uint64_t)clock_wall_ms() * 1000; // a failing seed is printed
    while (clock_mono_ms() - start_ms < arguments.seconds * 1000) {
        world_run(drawn++, arguments.broken, arguments.traced, broken);
        done++;
    }
    printf("sim: %llu seeds, %lld ms: %s\n", (unsigned long long)done,
           (long long)(clock_mono_ms() - start_ms),
           broken ? "what was broken was not found" : "every promise was kept");
    return broken ? 1 : 0;
}
