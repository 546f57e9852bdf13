// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/runtime.h"
#include "base/log.h"
#include "base/mem.h"

enum { PIPE_BYTES = 1 << 20, LINE_MAX_BYTES = 1 << 20, READ_CHUNK = 64 * 1024 };

extern char **environ;

struct child_process {
    child_t id;
    pid_t pid;
    int pid_fd;
    int in;  // its stdin: the child ends when it closes
    int out; // its stdout
    buf_t line;
    actor_line_fn *on_line;
    actor_exit_fn *on_exit;
    void *context;
    child_process_t *next;
};

// The worker lies beside this program.
static err_t worker_path(char path[LIMIT_PATH_BYTES], fault_t *fault)
{
    ssize_t n = readlink("/proc/self/exe", path, LIMIT_PATH_BYTES - sizeof "-worker");
    if (n <= 0) {
        return fault_errno(fault, ERR_INTERNAL, "/proc/self/exe");
    }
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    size_t left = LIMIT_PATH_BYTES - (size_t)(slash - path);
    return snprintf(slash, left, "/autodp-worker") < (int)left
               ? ERR_OK
               : fault_set(fault, ERR_INTERNAL, NULL, "the program's path is too long");
}

static void give_lines(actor_t *actor, child_process_t *child)
{
    char *start = child->line.data;
    char *end = start + child->line.size;
    char *stop;
    while (start < end && (stop = memchr(start, '\n', (size_t)(end - start))) != NULL) {
        *stop = '\0';
        child->on_line(actor, child->context, start);
        start = stop + 1;
    }
    child->line.size = (size_t)(end - start);
    if (child->line.size > 0) {
        memmove(child->line.data, start, child->line.size);
    }
}

// Reads what is there; false when the pipe is at its end or is not to be read on.
static bool read_lines(actor_t *actor, child_process_t *child)
{
    char *to = buf_reserve(&child->line, READ_CHUNK);
    ssize_t n = read(child->out, to, READ_CHUNK);
    if (n <= 0) {
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    }
    child->line.size += (size_t)n;
    give_lines(actor, child);
    if (child->line.size > LINE_MAX_BYTES) {
        log_event(LOG_ERROR, "worker.line", "a line of over %d bytes: the worker is stopped",
                  LINE_MAX_BYTES);
        kill(child->pid, SIGKILL);
        return false;
    }
    return true;
}

static void on_output(actor_t *actor, void *context)
{
    child_process_t *child = context;
    if (!read_lines(actor, child)) {
        actor_unwatch(actor, child->out);
    }
}

static void remove_child(actor_t *actor, child_process_t *child)
{
    child_process_t **at = &actor->children;
    while (*at != child) {
        at = &(*at)->next;
    }
    *at = child->next;
    actor_unwatch(actor, child->out);
    actor_unwatch(actor, child->pid_fd);
    close(child->in);
    close(child->out);
    close(child->pid_fd);
    buf_release(&child->line);
    free(child);
}

static void on_end(actor_t *actor, void *context)
{
    child_process_t *child = context;
    int status = 0;
    if (waitpid(child->pid, &status, WNOHANG) != child->pid) {
        return;
    }
    size_t before;
    do { // what it wrote before it ended
        before = child->line.size;
    } while (read_lines(actor, child) && child->line.size != before);
    actor_exit_fn *on_exit = child->on_exit;
    void *own = child->context;
    remove_child(actor, child);
    on_exit(actor, own, status);
}

static err_t launch(const char *path, int in, int out, pid_t *ret_pid, fault_t *fault)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    const char *argv[] = {"autodp-worker", NULL};
    errno = posix_spawn(ret_pid, path, &actions, &attributes, (char **)argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return errno == 0 ? ERR_OK : fault_errno(fault, ERR_INTERNAL, path);
}

// The whole specification fits the pipe, so this does not wait for the child.
static err_t send_spec(int fd, const char *spec, fault_t *fault)
{
    size_t size = strlen(spec);
    bool fits = size < PIPE_BYTES && fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES) >= (int)size;
    if (!fits) {
        return fault_set(fault, ERR_TOO_LARGE, "use a smaller recipe",
                         "the work order has %zu bytes", size);
    }
    bool sent = write(fd, spec, size) == (ssize_t)size && write(fd, "\n", 1) == 1;
    return sent ? ERR_OK : fault_errno(fault, ERR_INTERNAL, "writing to the worker");
}

static void add_child(actor_t *actor, child_process_t *child)
{
    child->id = ++actor->next_child;
    child->next = actor->children;
    actor->children = child;
    fcntl(child->out, F_SETFL, O_NONBLOCK);
    fcntl(child->in, F_SETFL, O_NONBLOCK);
    actor_watch(actor, child->out, on_output, child);
    actor_watch(actor, child->pid_fd, on_end, child);
}

err_t actor_spawn(actor_t *actor, const char *spec, actor_line_fn *on_line, actor_exit_fn *on_exit,
                  void *context, child_t *ret_child, fault_t *fault)
{
    char path[LIMIT_PATH_BYTES];
    int in[2] = {-1, -1};
    int out[2] = {-1, -1};
    pid_t pid = -1;
    err_t err = worker_path(path, fault);
    if (err == ERR_OK && (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)) {
        err = fault_errno(fault, ERR_INTERNAL, "pipe");
    }
    err = err ? err : send_spec(in[1], spec, fault);
    err = err ? err : launch(path, in[0], out[1], &pid, fault);
    close(in[0]);
    close(out[1]);
    if (err) {
        close(in[1]);
        close(out[0]);
        return err;
    }
    child_process_t *child = mem_new(sizeof *child);
    *child = (child_process_t){
        .pid = pid,
        .pid_fd = pidfd_open(pid, 0),
        .in = in[1],
        .out = out[0],
        .on_line = on_line,
        .on_exit = on_exit,
        .context = context,
    };
    add_child(actor, child);
    *ret_child = child->id;
    return ERR_OK;
}

void actor_say(actor_t *actor, child_t id, const char *line)
{
    for (child_process_t *child = actor->children; child; child = child->next) {
        if (child->id != id) {
            continue;
        }
        struct iovec parts[] = {{(void *)line, strlen(line)}, {(void *)"\n", 1}};
        if (writev(child->in, parts, 2) != (ssize_t)strlen(line) + 1) {
            log_event(LOG_ERROR, "worker.deaf", "%s: the worker is stopped", strerror(errno));
            kill(child->pid, SIGKILL);
        }
    }
}

void actor_kill(actor_t *actor, child_t id)
{
    for (child_process_t *child = actor->children; child; child = child->next) {
        if (child->id == id) {
            kill(child->pid, SIGKILL);
        }
    }
}

void child_kill_all(actor_t *actor)
{
    for (child_process_t *child = actor->children; child; child = child->next) {
        kill(child->pid, SIGKILL);
    }
}
