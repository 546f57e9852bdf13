// SPDX-License-Identifier: MPL-2.0
#include "base/settings.h"

#include <assert.h>
#include <ctype.h>
#include <czmq.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

typedef enum { TEXT, INT } kind_t;

typedef struct {
    const char *name;
    kind_t kind;
    const char *value;
    int64_t least;
    int64_t most; // 0: no bound
    const char *meaning;
} row_t;

static const row_t ROWS[] = {
#define SETTING(name, kind, value, least, most, meaning) {#name, kind, value, least, most, meaning},
#include "base/settings.def"
#undef SETTING
};

enum { COUNT = sizeof ROWS / sizeof ROWS[0] };

struct settings {
    char *values[COUNT];
};

static size_t index_of(const char *name)
{
    size_t i = 0;
    while (i < COUNT && strcmp(ROWS[i].name, name) != 0) {
        i++;
    }
    return i;
}

static err_t check(const row_t *row, const char *value, const char *where, fault_t *fault)
{
    if (row->kind == TEXT) {
        return ERR_OK;
    }
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    bool whole = *value != '\0' && *end == '\0' && errno == 0;
    if (whole && number >= row->least && (row->most == 0 || number <= row->most)) {
        return ERR_OK;
    }
    return fault_set(fault, ERR_INVALID, row->meaning,
                     "%s: setting '%s' is '%s', not a whole number from %lld to %lld", where,
                     row->name, value, (long long)row->least,
                     row->most ? (long long)row->most : INT64_MAX);
}

static err_t set(settings_t *settings, const char *name, const char *value, const char *where,
                 fault_t *fault)
{
    size_t i = index_of(name);
    if (i == COUNT) {
        return fault_set(fault, ERR_INVALID, "'autodp settings' lists the settings",
                         "%s: there is no setting '%s'", where, name);
    }
    err_t err = check(&ROWS[i], value, where, fault);
    if (err == ERR_OK) {
        free(settings->values[i]);
        settings->values[i] = mem_strdup(value);
    }
    return err;
}

static err_t read_file(settings_t *settings, const char *file, fault_t *fault)
{
    zconfig_t *root = zconfig_load(file);
    if (!root) {
        return fault_set(fault, ERR_INVALID, "check that it exists and is a ZPL file",
                         "the configuration file '%s' cannot be read", file);
    }
    err_t err = ERR_OK;
    for (zconfig_t *item = zconfig_child(root); item && err == ERR_OK; item = zconfig_next(item)) {
        err = set(settings, zconfig_name(item), zconfig_value(item) ? zconfig_value(item) : "",
                  file, fault);
    }
    zconfig_destroy(&root);
    return err;
}

static err_t read_environment(settings_t *settings, fault_t *fault)
{
    for (size_t i = 0; i < COUNT; i++) {
        char name[64];
        int n = snprintf(name, sizeof name, "AUTODP_%s", ROWS[i].name);
        for (int k = 0; k < n; k++) {
            name[k] = (char)toupper((unsigned char)name[k]);
        }
        const char *value = getenv(name);
        err_t err = value ? set(settings, ROWS[i].name, value, name, fault) : ERR_OK;
        if (err) {
            return err;
        }
    }
    return ERR_OK;
}

settings_t *settings_new(const char *file, fault_t *fault)
{
    settings_t *settings = mem_new(sizeof *settings);
    for (size_t i = 0; i < COUNT; i++) {
        settings->values[i] = mem_strdup(ROWS[i].value);
    }
    err_t err = file ? read_file(settings, file, fault) : ERR_OK;
    if (err || read_environment(settings, fault)) {
        settings_destroy(&settings);
    }
    return settings;
}

void settings_destroy(settings_t **settings)
{
    if (!*settings) {
        return;
    }
    for (size_t i = 0; i < COUNT; i++) {
        free((*settings)->values[i]);
    }
    free(*settings);
    *settings = NULL;
}

const char *settings_text(const settings_t *settings, const char *name)
{
    size_t i = index_of(name);
    assert(i < COUNT);
    return settings->values[i];
}

int64_t settings_int(const settings_t *settings, const char *name)
{
    return strtoll(settings_text(settings, name), NULL, 10);
}

void settings_print(const settings_t *settings)
{
    for (size_t i = 0; i < COUNT; i++) {
        printf("#   %s\n%s = \"%s\"\n", ROWS[i].meaning, ROWS[i].name, settings->values[i]);
    }
}
