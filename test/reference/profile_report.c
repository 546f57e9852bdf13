// SPDX-License-Identifier: MPL-2.0
// profile_report FILE.csv [--threads N] [--memory BYTES] [--columns N,N,...] [--html FILE]
// [--import JSON] [--frame FILE]: the profile report of a CSV file, as JSON on the standard output.
// With --frame the frame is kept in a file, or read from it when it is there.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "data/frame/import.h"
#include "data/profile/report.h"

enum { COLUMNS_MAX = 100 };

typedef struct {
    const char *path;
    const char *html;
    const char *frame;
    json_t *import;
    report_options_t options;
    size_t columns[COLUMNS_MAX];
} request_t;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void read_columns(request_t *request, const char *list)
{
    char *at = (char *)list;
    size_t count = 0;
    while (*at && count < COLUMNS_MAX) {
        request->columns[count++] = strtoul(at, &at, 10);
        at += *at == ',';
    }
    request->options.columns = request->columns;
    request->options.columns_count = count;
}

static void read_arguments(int count, char **values, request_t *ret_request)
{
    ret_request->path = values[1];
    for (int i = 2; i + 1 < count; i += 2) {
        const char *value = values[i + 1];
        if (strcmp(values[i], "--threads") == 0) {
            ret_request->options.threads = strtoul(value, NULL, 10);
        } else if (strcmp(values[i], "--memory") == 0) {
            ret_request->options.memory_bytes = strtoul(value, NULL, 10);
        } else if (strcmp(values[i], "--columns") == 0) {
            read_columns(ret_request, value);
        } else if (strcmp(values[i], "--html") == 0) {
            ret_request->html = value;
        } else if (strcmp(values[i], "--frame") == 0) {
            ret_request->frame = value;
        } else if (strcmp(values[i], "--import") == 0) {
            ret_request->import = json_loads(value, 0, NULL);
        }
    }
}

static err_t open_frame(const request_t *request, frame_t **ret_frame, fault_t *fault)
{
    if (request->frame && access(request->frame, R_OK) == 0) {
        return frame_open(request->frame, ret_frame, fault);
    }
    int fd = -1;
    err_t err = ERR_OK;
    if (request->frame) {
        fd = open(request->frame, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    } else {
        err = import_scratch(NULL, &fd, fault);
    }
    json_t *description = NULL;
    import_t import = {.options = request->import};
    err = err == ERR_OK ? import_run(request->path, &import, fd, &description, fault) : err;
    json_decref(description);
    if (err != ERR_OK) {
        close(fd);
        return err;
    }
    return frame_open_fd(fd, ret_frame, fault);
}

static err_t write_html(const json_t *report, const request_t *request, fault_t *fault)
{
    buf_t html = {0};
    const char *name = strrchr(request->path, '/');
    err_t err = report_html(report, name ? name + 1 : request->path, &html, fault);
    FILE *file = err == ERR_OK ? fopen(request->html, "wb") : NULL;
    if (file) {
        fwrite(html.data, 1, html.size, file);
        fclose(file);
    }
    buf_release(&html);
    return err;
}

static err_t make_report(const request_t *request, fault_t *fault)
{
    frame_t *frame = NULL;
    json_t *report = NULL;
    err_t err = open_frame(request, &frame, fault);
    if (err != ERR_OK) {
        return err;
    }
    int64_t started = now_ms();
    err = report_run(frame, &request->options, NULL, &report, fault);
    int64_t ended = now_ms();
    fprintf(stderr, "%lld ms\n", (long long)(ended - started));
    if (err == ERR_OK) {
        json_dumpf(report, stdout, JSON_REAL_PRECISION(17));
        report_times(report, started, ended, "test");
        err = request->html ? write_html(report, request, fault) : ERR_OK;
        fprintf(stderr, "%lld ms to HTML\n", (long long)(now_ms() - ended));
    }
    json_decref(report);
    frame_destroy(&frame);
    return err;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE.csv [--threads N] [--memory BYTES] [--html FILE]\n",
                argv[0]);
        return 64;
    }
    fault_t fault = {0};
    request_t request = {0};
    read_arguments(argc, argv, &request);
    err_t err = make_report(&request, &fault);
    json_decref(request.import);
    if (err != ERR_OK) {
        fprintf(stderr, "%s: %s\n", err_name(err), fault.detail);
    }
    return err == ERR_OK ? 0 : err_exit(err);
}
