// SPDX-License-Identifier: MPL-2.0
#include "test/unit/actors/outside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

static const char PYTHON[] = "/usr/bin/python3"; // Debian's, which has aiosmtpd
static const char SERVER[] = SOURCE_ROOT "/test/scenario/smtp_server.py";
static const char PARSER[] = SOURCE_ROOT "/test/scenario/smtp_parse.py";

// Runs a script between two pipes; up to two arguments.
static pid_t start(const char *script, const char *first, const char *second, int *ret_input,
                   int *ret_output)
{
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
        abort();
    }
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        execl(PYTHON, PYTHON, script, first, second, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    *ret_input = in[1];
    *ret_output = out[0];
    return pid;
}

outside_server_t outside_server(const char *mode, const char *folder)
{
    outside_server_t server;
    int output;
    server.pid = start(SERVER, mode, folder, &server.input, &output);
    FILE *lines = fdopen(output, "r");
    char line[32];
    server.port = lines && fgets(line, sizeof line, lines) ? (int)strtol(line, NULL, 10) : 0;
    if (lines) {
        fclose(lines);
    }
    return server;
}

void outside_stop(outside_server_t *server)
{
    close(server->input);
    waitpid(server->pid, NULL, 0);
}

static buf_t read_all(int fd)
{
    enum { BLOCK = 4096 };
    buf_t content = {0};
    ssize_t n;
    while ((n = read(fd, buf_reserve(&content, BLOCK), BLOCK)) > 0) {
        content.size += (size_t)n;
    }
    return content;
}

json_t *outside_parse(const void *mail, size_t size)
{
    int input;
    int output;
    pid_t pid = start(PARSER, NULL, NULL, &input, &output);
    const char *at = mail;
    while (size > 0) {
        ssize_t n = write(input, at, size);
        if (n <= 0) {
            break;
        }
        at += n;
        size -= (size_t)n;
    }
    close(input);
    buf_t text = read_all(output);
    close(output);
    waitpid(pid, NULL, 0);
    json_t *parsed = json_loadb(text.data ? text.data : "", text.size, 0, NULL);
    buf_release(&text);
    return parsed;
}

buf_t outside_read(const char *folder, const char *name)
{
    char *path = text_format("%s/%s", folder, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    buf_t content = {0};
    if (fd >= 0) {
        content = read_all(fd);
        close(fd);
    }
    return content;
}
