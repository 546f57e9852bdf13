// SPDX-License-Identifier: MPL-2.0
// predict_bench DATA_DIR BLOB ROWS COUNT: asks service prediction of a running platform for the
// rows (a JSON list), COUNT times one after the other, and prints how long each took, in
// microseconds, a line each. The first 200, while the model is loaded, are left out.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bus/bus.h"
#include "proto/endpoint.h"
#include "proto/method.h"

enum { WARM_UP = 200, DEADLINE_MS = 60000 };

static double now_us(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
    fault_t fault = {0};
    char endpoint[ENDPOINT_SIZE];
    if (argc < 5 || endpoint_path(endpoint, argv[1], ENDPOINT_BROKER, &fault) != ERR_OK) {
        return 1;
    }
    json_t *rows = json_loads(argv[3], 0, NULL);
    bus_options_t options = {.endpoint = endpoint, .name = "bench", .instance = "predict"};
    bus_t *bus = bus_new(&options, &fault);
    buf_t message = {0};
    message_pack(MSG_predict, &(msg_predict_t){.blob = argv[2], .rows = rows}, &message);
    long count = strtol(argv[4], NULL, 10);
    err_t err = bus ? ERR_OK : fault.code;
    for (long i = 0; i < count + WARM_UP && err == ERR_OK; i++) {
        buf_t answer = {0};
        double begun = now_us();
        err = bus_call_wait(bus, "prediction", "predict", (bytes_t){message.data, message.size},
                            (bytes_t){0}, DEADLINE_MS, true, &answer, NULL, &fault);
        if (i >= WARM_UP) {
            printf("%.1f\n", now_us() - begun);
        }
        buf_release(&answer);
    }
    if (err != ERR_OK) {
        fprintf(stderr, "%s\n", fault.detail);
    }
    buf_release(&message);
    json_decref(rows);
    bus_destroy(&bus);
    return err != ERR_OK;
}
