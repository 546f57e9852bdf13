// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/text.h"

enum { BACKLOG = 512, PORT_TEXT_MAX = 8 };

static int open_one(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

static void url_of(int fd, char url[LISTENER_URL_MAX])
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = {0};
    socklen_t size = sizeof at;
    getsockname(fd, &at.any, &size);
    char host[INET6_ADDRSTRLEN] = "";
    if (at.any.sa_family == AF_INET6) {
        bool all = IN6_IS_ADDR_UNSPECIFIED(&at.v6.sin6_addr);
        inet_ntop(AF_INET6, all ? &in6addr_loopback : &at.v6.sin6_addr, host, sizeof host);
        snprintf(url, LISTENER_URL_MAX, "http://[%s]:%u", host, ntohs(at.v6.sin6_port));
        return;
    }
    struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
    bool all = at.v4.sin_addr.s_addr == htonl(INADDR_ANY);
    inet_ntop(AF_INET, all ? &loopback : &at.v4.sin_addr, host, sizeof host);
    snprintf(url, LISTENER_URL_MAX, "http://%s:%u", host, ntohs(at.v4.sin_port));
}

err_t listener_open(const char *host, int64_t port, int *ret_fd, char ret_url[LISTENER_URL_MAX],
                    fault_t *fault)
{
    char service[PORT_TEXT_MAX];
    snprintf(service, sizeof service, "%d", (int)port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *addresses = NULL;
    int failed = getaddrinfo(host, service, &hints, &addresses);
    if (failed) {
        return fault_set(fault, ERR_INVALID, "set http_listen to an address of this host",
                         "http_listen '%s': %s", host, gai_strerror(failed));
    }
    int fd = -1;
    for (struct addrinfo *at = addresses; at && fd < 0; at = at->ai_next) {
        fd = open_one(at);
    }
    freeaddrinfo(addresses);
    if (fd < 0) {
        return fault_set(fault, ERR_UNAVAILABLE, "free the port, or set http_port to another",
                         "cannot listen on '%s' port %s: %s", host, service, strerror(errno));
    }
    url_of(fd, ret_url);
    *ret_fd = fd;
    return ERR_OK;
}

err_t listener_announce(const char *folder, const char *file, const char *url, fault_t *fault)
{
    disk_t *disk = disk_real();
    char *fresh = text_format("%s.new", file);
    char *line = text_format("%s\n", url);
    err_t err = ERR_OK;
    int fd = -1;
    if (disk->make_folder(disk, folder) < 0 ||
        (fd = disk->open(disk, fresh, O_WRONLY | O_CREAT | O_TRUNC)) < 0 ||
        !disk_write_all(disk, fd, line, strlen(line), 0)) {
        err = fault_errno(fault, ERR_IO, fresh);
    }
    if (fd >= 0) {
        disk->close(disk, fd);
    }
    if (!err && disk->rename(disk, fresh, file) < 0) {
        err = fault_errno(fault, ERR_IO, file);
    }
    free(fresh);
    free(line);
    return err;
}
