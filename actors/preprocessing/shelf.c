// SPDX-License-Identifier: MPL-2.0
#include "actors/preprocessing/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/frames.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/frame/import.h"

typedef struct {
    char *file; // NULL: a free place
    frame_t *frame;
    fit_cache_t *cache;
    bool making; // a thread imports it
    int loans;
    uint64_t used; // by the shelf's clock
} book_t;

struct shelf {
    char *data_dir;
    pthread_mutex_t lock;
    pthread_cond_t made;
    book_t books[SHELF_OPEN_MAX];
    char *files[SHELF_FILES_MAX]; // a ring of the files that there are
    size_t next_file;
    uint64_t clock;
};

static bool is_noted(const shelf_t *shelf, const char *path)
{
    for (size_t i = 0; i < SHELF_FILES_MAX; i++) {
        if (shelf->files[i] && strcmp(shelf->files[i], path) == 0) {
            return true;
        }
    }
    return false;
}

// The oldest file makes room.
static void note_file(shelf_t *shelf, const char *path)
{
    pthread_mutex_lock(&shelf->lock);
    if (!is_noted(shelf, path)) {
        char **place = &shelf->files[shelf->next_file];
        if (*place) {
            unlink(*place);
        }
        free(*place);
        *place = mem_strdup(path);
        shelf->next_file = (shelf->next_file + 1) % SHELF_FILES_MAX;
    }
    pthread_mutex_unlock(&shelf->lock);
}

// Takes up what an earlier life left; what it did not finish goes.
static void adopt(shelf_t *shelf, const char *folder)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        const char *dot = strrchr(entry->d_name, '.');
        char *path = text_format("%s/%s", folder, entry->d_name);
        if (dot && strcmp(dot, ".frame") == 0) {
            note_file(shelf, path);
        } else {
            unlink(path);
        }
        free(path);
    }
    if (dir) {
        closedir(dir);
    }
}

err_t shelf_open(const char *data_dir, shelf_t **ret_shelf, fault_t *fault)
{
    char *folder = frames_folder(data_dir);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        fault_errno(fault, ERR_IO, folder);
        free(folder);
        return fault->code;
    }
    shelf_t *shelf = mem_new(sizeof *shelf);
    shelf->data_dir = mem_strdup(data_dir);
    pthread_mutex_init(&shelf->lock, NULL);
    pthread_cond_init(&shelf->made, NULL);
    adopt(shelf, folder);
    free(folder);
    *ret_shelf = shelf;
    return ERR_OK;
}

static book_t *find(shelf_t *shelf, const char *file)
{
    for (size_t i = 0; i < SHELF_OPEN_MAX; i++) {
        if (shelf->books[i].file && strcmp(shelf->books[i].file, file) == 0) {
            return &shelf->books[i];
        }
    }
    return NULL;
}

static void put_away(book_t *book)
{
    free(book->file);
    frame_destroy(&book->frame);
    fit_cache_destroy(&book->cache);
    *book = (book_t){0};
}

// A free place, or the one that was used longest ago and is not lent; NULL: all are in use.
static book_t *make_room(shelf_t *shelf)
{
    book_t *oldest = NULL;
    for (size_t i = 0; i < SHELF_OPEN_MAX; i++) {
        book_t *book = &shelf->books[i];
        if (!book->file) {
            return book;
        }
        if (book->loans == 0 && !book->making && (!oldest || book->used < oldest->used)) {
            oldest = book;
        }
    }
    if (oldest) {
        put_away(oldest);
    }
    return oldest;
}

// Imports into a fresh file that gets its name when it is whole.
static err_t make_file(shelf_t *shelf, const char *path, const import_t *import, const char *file,
                       frame_t **ret_frame, fault_t *fault)
{
    json_t *description = NULL;
    char *fresh = text_format("%s.%lx", file, (unsigned long)pthread_self());
    int fd = open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    err_t err = fd < 0 ? fault_errno(fault, ERR_IO, fresh)
                       : import_run(path, import, fd, &description, fault);
    json_decref(description);
    if (err == ERR_OK && rename(fresh, file) != 0) {
        err = fault_errno(fault, ERR_IO, file);
    }
    if (err == ERR_OK) {
        note_file(shelf, file);
        err = frame_open_fd(fd, ret_frame, fault);
    } else if (fd >= 0) {
        close(fd);
        unlink(fresh);
    }
    free(fresh);
    return err;
}

static err_t fetch(shelf_t *shelf, const char *path, const import_t *import, const char *file,
                   frame_t **ret_frame, fault_t *fault)
{
    return frame_open(file, ret_frame, fault) == ERR_OK
               ? ERR_OK
               : make_file(shelf, path, import, file, ret_frame, fault);
}

// The table when it is there, waiting for who makes it; else a place where the caller makes it.
static book_t *reserve(shelf_t *shelf, const char *file, bool *ret_make)
{
    book_t *book = find(shelf, file);
    while (book && book->making) {
        pthread_cond_wait(&shelf->made, &shelf->lock);
        book = find(shelf, file);
    }
    *ret_make = !book;
    if (!book) {
        book = make_room(shelf);
    }
    if (book && *ret_make) {
        *book = (book_t){.file = mem_strdup(file), .making = true};
    }
    if (book) {
        book->loans++;
        book->used = ++shelf->clock;
    }
    return book;
}

err_t shelf_take(shelf_t *shelf, const char *blob, const char *path, const json_t *options,
                 const progress_t *progress, shelf_loan_t *ret_loan, fault_t *fault)
{
    char *file = frames_path(shelf->data_dir, blob, options);
    bool make = false;
    pthread_mutex_lock(&shelf->lock);
    book_t *book = reserve(shelf, file, &make);
    pthread_mutex_unlock(&shelf->lock);
    if (!book) {
        free(file);
        return fault_set(fault, ERR_BUSY, NULL, "too many tables are in use at once");
    }
    err_t err = ERR_OK;
    frame_t *frame = NULL;
    if (make) {
        import_t import = {.options = options, .progress = progress};
        err = fetch(shelf, path, &import, file, &frame, fault);
        pthread_mutex_lock(&shelf->lock);
        book->making = false;
        book->frame = frame;
        book->cache = frame ? fit_cache_new() : NULL;
        if (err != ERR_OK) {
            put_away(book);
        }
        pthread_cond_broadcast(&shelf->made);
        pthread_mutex_unlock(&shelf->lock);
    }
    free(file);
    if (err == ERR_OK) {
        *ret_loan = (shelf_loan_t){.frame = book->frame, .cache = book->cache, .book = book};
    }
    return err;
}

void shelf_return(shelf_t *shelf, shelf_loan_t *loan)
{
    if (loan->book) {
        pthread_mutex_lock(&shelf->lock);
        ((book_t *)loan->book)->loans--;
        pthread_mutex_unlock(&shelf->lock);
    }
    *loan = (shelf_loan_t){0};
}

void shelf_close(shelf_t **shelf)
{
    if (!*shelf) {
        return;
    }
    for (size_t i = 0; i < SHELF_OPEN_MAX; i++) {
        put_away(&(*shelf)->books[i]);
    }
    for (size_t i = 0; i < SHELF_FILES_MAX; i++) {
        free((*shelf)->files[i]);
    }
    pthread_cond_destroy(&(*shelf)->made);
    pthread_mutex_destroy(&(*shelf)->lock);
    free((*shelf)->data_dir);
    free(*shelf);
    *shelf = NULL;
}
