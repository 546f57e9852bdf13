// SPDX-License-Identifier: MPL-2.0
#include "data/csv/unzip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/csv/zip_end.h"

enum { NAMES_SHOWN = 5, NAME_BYTES = 64 };

struct unzip {
    zip_t *zip;
    zip_file_t *file;
    zip_uint64_t index;
    zip_stat_t stat;
};

static err_t fail_corrupt(const char *why, fault_t *fault)
{
    return fault_set(fault, ERR_CORRUPT, "copy or pack the file again", "the zip is damaged: %s",
                     why);
}

static err_t open_zip(const char *path, zip_t **ret_zip, fault_t *fault)
{
    uint64_t directory = 0;
    err_t err = zip_end_directory(path, &directory, fault);
    if (err != ERR_OK) {
        return err;
    }
    if (directory > UNZIP_DIRECTORY_BYTES) {
        return fault_set(fault, ERR_TOO_LARGE, "pack the table alone",
                         "the zip's directory is larger than %d MiB", UNZIP_DIRECTORY_BYTES >> 20);
    }
    int code = 0;
    *ret_zip = zip_open(path, ZIP_RDONLY, &code);
    if (*ret_zip) {
        return ERR_OK;
    }
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    err = fail_corrupt(zip_error_strerror(&error), fault);
    zip_error_fini(&error);
    return err;
}

// Copies a member's name for people to read.
static void show(char *to, size_t size, const char *name)
{
    text_copy(to, size, name);
    for (char *c = to; *c; c++) {
        *c = (unsigned char)*c < 0x20 || *c == 0x7F ? '?' : *c;
    }
}

static bool counts(const zip_stat_t *stat)
{
    return stat->size > 0 && strncmp(stat->name, "__MACOSX/", 9) != 0;
}

// Finds the members that count: how many there are, the first one, and the names of some.
static size_t find_files(unzip_t *unzip, char *names, size_t names_size)
{
    const zip_uint64_t need = ZIP_STAT_NAME | ZIP_STAT_SIZE;
    size_t files = 0;
    zip_int64_t members = zip_get_num_entries(unzip->zip, 0);
    for (zip_uint64_t i = 0; i < (zip_uint64_t)members; i++) {
        zip_stat_t stat;
        if (zip_stat_index(unzip->zip, i, 0, &stat) != 0 || (stat.valid & need) != need ||
            !counts(&stat)) {
            continue;
        }
        if (files < NAMES_SHOWN) {
            char name[NAME_BYTES];
            show(name, sizeof name, stat.name);
            size_t used = strlen(names);
            snprintf(names + used, names_size - used, "%s'%s'", files ? ", " : "", name);
        }
        if (files++ == 0) {
            unzip->index = i;
            unzip->stat = stat;
        }
    }
    return files;
}

static err_t choose(unzip_t *unzip, fault_t *fault)
{
    char names[NAMES_SHOWN * (NAME_BYTES + 4)] = "";
    if (zip_get_num_entries(unzip->zip, 0) > UNZIP_MEMBERS_MAX) {
        return fault_set(fault, ERR_TOO_LARGE, "pack the table alone",
                         "the zip has more than %d members", (int)UNZIP_MEMBERS_MAX);
    }
    size_t files = find_files(unzip, names, sizeof names);
    if (files == 0) {
        return fault_set(fault, ERR_CSV_EMPTY, "pack one table into it", "the zip holds no file");
    }
    if (files > 1) {
        return fault_set(fault, ERR_UNSUPPORTED, "pack the table alone",
                         "the zip holds %zu files, not one: %s%s", files, names,
                         files > NAMES_SHOWN ? ", ..." : "");
    }
    zip_uint16_t encryption = unzip->stat.encryption_method;
    if ((unzip->stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && encryption != ZIP_EM_NONE) {
        return fault_set(fault, ERR_UNSUPPORTED, "pack it without a password",
                         "%s in the zip is encrypted", names);
    }
    return ERR_OK;
}

static err_t open_member(unzip_t *unzip, fault_t *fault)
{
    unzip->file = zip_fopen_index(unzip->zip, unzip->index, 0);
    if (unzip->file) {
        return ERR_OK;
    }
    zip_error_t *error = zip_get_error(unzip->zip);
    if (zip_error_code_zip(error) == ZIP_ER_COMPNOTSUPP) {
        return fault_set(fault, ERR_UNSUPPORTED, "pack it with the deflate method",
                         "the zip is packed in a way that is not supported");
    }
    return fail_corrupt(zip_error_strerror(error), fault);
}

err_t unzip_open(const char *path, char *name, size_t name_size, unzip_t **ret_unzip,
                 fault_t *fault)
{
    unzip_t *unzip = mem_new(sizeof *unzip);
    err_t err = open_zip(path, &unzip->zip, fault);
    if (err == ERR_OK) {
        err = choose(unzip, fault);
    }
    if (err == ERR_OK) {
        err = open_member(unzip, fault);
    }
    if (err != ERR_OK) {
        unzip_destroy(&unzip);
        return err;
    }
    show(name, name_size, unzip->stat.name);
    *ret_unzip = unzip;
    return ERR_OK;
}

err_t unzip_read(unzip_t *unzip, char *to, size_t size, size_t *ret_size, fault_t *fault)
{
    zip_int64_t got = zip_fread(unzip->file, to, size);
    if (got < 0) {
        return fail_corrupt(zip_error_strerror(zip_file_get_error(unzip->file)), fault);
    }
    *ret_size = (size_t)got;
    return ERR_OK;
}

err_t unzip_rewind(unzip_t *unzip, fault_t *fault)
{
    zip_fclose(unzip->file);
    return open_member(unzip, fault);
}

int64_t unzip_packed_size(const unzip_t *unzip)
{
    return unzip->stat.valid & ZIP_STAT_COMP_SIZE ? (int64_t)unzip->stat.comp_size : 0;
}

int64_t unzip_size(const unzip_t *unzip)
{
    return (int64_t)unzip->stat.size;
}

void unzip_destroy(unzip_t **unzip)
{
    if (!*unzip) {
        return;
    }
    if ((*unzip)->file) {
        zip_fclose((*unzip)->file);
    }
    if ((*unzip)->zip) {
        zip_discard((*unzip)->zip);
    }
    free(*unzip);
    *unzip = NULL;
}
