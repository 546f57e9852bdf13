// SPDX-License-Identifier: MPL-2.0
#include "cli/presets.h"

#include <czmq.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/core/topic_settings.h"
#include "proto/name.h"

extern const char topics_cfg[]; // made from config/topics.cfg

enum { INDENT = 4, FILE_BYTES_MAX = 1 << 20 };

// The line of a topic, or with a setting of that below it; 0 when there is none.
static int line_of(const char *text, const char *topic, const char *setting)
{
    bool inside = false;
    int line = 1;
    for (const char *at = text; *at; line++) {
        const char *end = at + strcspn(at, "\n");
        size_t indent = strspn(at, " ");
        size_t size = strcspn(at + indent, " =\n");
        const char *wanted = indent == 0 ? topic : setting ? setting : "";
        bool found = size == strlen(wanted) && strncmp(at + indent, wanted, size) == 0;
        if (indent == 0 && size > 0 && *at != '#') {
            inside = found;
        }
        if (found && inside && (indent > 0) == (setting != NULL)) {
            return line;
        }
        at = *end ? end + 1 : end;
    }
    return 0;
}

// The first line that is neither empty, nor a remark, nor a name at the start, nor a setting.
static int bad_line(const char *text)
{
    int line = 1;
    for (const char *at = text; *at; line++) {
        size_t size = strcspn(at, "\n");
        size_t indent = strspn(at, " ");
        bool empty = indent == size || at[indent] == '#';
        const char *equals = memchr(at, '=', size);
        size_t word = strcspn(at + indent, " \n");
        bool alone = indent + word + strspn(at + indent + word, " ") >= size;
        bool topic = indent == 0 && alone && !equals;
        bool setting = indent == INDENT && equals && equals > at + indent;
        if (!empty && !topic && !setting) {
            return line;
        }
        at += at[size] ? size + 1 : size;
    }
    return 0;
}

static err_t fault_in(const char *where, int line, const char *detail, const char *remedy,
                      fault_t *fault)
{
    fault_set(fault, ERR_INVALID, remedy, "%s, line %d: %s", where, line, detail);
    fault_at(fault, line, 0, NULL);
    return ERR_INVALID;
}

static topic_preset_t *open_preset(presets_t *presets, const char *name)
{
    for (size_t i = 0; i < presets->count; i++) {
        if (strcmp(presets->items[i].name, name) == 0) {
            return &presets->items[i];
        }
    }
    presets->items = mem_resize(presets->items, presets->count + 1, sizeof(topic_preset_t));
    topic_preset_t *preset = &presets->items[presets->count++];
    *preset = (topic_preset_t){.name = mem_strdup(name)};
    return preset;
}

static err_t read_topic(presets_t *presets, zconfig_t *section, const char *text, const char *where,
                        fault_t *fault)
{
    const char *name = zconfig_name(section);
    fault_t reason;
    if (name_check(view_of(name), "topic", &reason)) {
        return fault_in(where, line_of(text, name, NULL), reason.detail, reason.remedy, fault);
    }
    topic_preset_t *preset = open_preset(presets, name);
    for (zconfig_t *item = zconfig_child(section); item; item = zconfig_next(item)) {
        const char *value = zconfig_value(item) ? zconfig_value(item) : "";
        if (topic_settings_take(&preset->settings, zconfig_name(item), value, &reason)) {
            return fault_in(where, line_of(text, name, zconfig_name(item)), reason.detail,
                            reason.remedy, fault);
        }
    }
    return ERR_OK;
}

err_t presets_read(presets_t *presets, const char *text, const char *where, fault_t *fault)
{
    int line = bad_line(text);
    zconfig_t *root = line ? NULL : zconfig_str_load(text);
    if (!root) {
        return fault_in(where, line, "it is no topic and no setting",
                        "a topic's name starts the line, 'setting = value' follows four spaces",
                        fault);
    }
    err_t err = ERR_OK;
    for (zconfig_t *item = zconfig_child(root); item && err == ERR_OK; item = zconfig_next(item)) {
        err = read_topic(presets, item, text, where, fault);
    }
    zconfig_destroy(&root);
    return err;
}

static err_t read_file(presets_t *presets, const char *path, fault_t *fault)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        return errno == ENOENT ? ERR_OK : fault_errno(fault, ERR_IO, path);
    }
    char *text = mem_new(FILE_BYTES_MAX + 1);
    size_t size = fread(text, 1, FILE_BYTES_MAX, file);
    fclose(file);
    text[size] = '\0';
    err_t err = presets_read(presets, text, path, fault);
    free(text);
    return err;
}

err_t presets_load(const char *data_dir, presets_t *ret, fault_t *fault)
{
    *ret = (presets_t){0};
    char path[4096 + 16];
    snprintf(path, sizeof path, "%s/topics.cfg", data_dir);
    err_t err = presets_read(ret, topics_cfg, "config/topics.cfg", fault);
    return err ? err : read_file(ret, path, fault);
}

void presets_release(presets_t *presets)
{
    for (size_t i = 0; i < presets->count; i++) {
        free((char *)presets->items[i].name);
    }
    free(presets->items);
    *presets = (presets_t){0};
}
