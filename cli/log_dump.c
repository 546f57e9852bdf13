// SPDX-License-Identifier: MPL-2.0
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/log.h"

typedef struct {
    const char *topic; // only entries of it; NULL: all
    int64_t from;      // only records from this offset on
    bool json;
    bool payload;
    int64_t damages;
} dumping_t;

static json_t *text_of(view_t bytes)
{
    json_t *text = json_stringn(bytes.data, bytes.size);
    if (text) {
        return text;
    }
    char *hex = mem_array(bytes.size + 2, 2); // not UTF-8
    snprintf(hex, 3, "0x");
    for (size_t i = 0; i < bytes.size; i++) {
        snprintf(hex + 2 + 2 * i, 3, "%02x", (unsigned char)bytes.data[i]);
    }
    text = json_string(hex);
    free(hex);
    return text;
}

// The entry's fields, by their names.
static json_t *fields_of(const entry_t *entry)
{
    const schema_t *schema = entry_schema(entry->kind);
    const char *record = (const char *)&entry->record;
    json_t *object = json_object();
    for (size_t i = 0; i < schema->count; i++) {
        const field_t *field = &schema->fields[i];
        const void *at = record + field->offset;
        json_t *value = NULL;
        if (field->kind == FIELD_INT) {
            value = json_integer(*(const int64_t *)at);
        } else if (field->kind == FIELD_BOOL) {
            value = json_boolean(*(const bool *)at);
        } else if (field->kind == FIELD_VIEW && ((const view_t *)at)->size > 0) {
            value = text_of(*(const view_t *)at);
        }
        if (value) {
            json_object_set_new(object, field->name, value);
        }
    }
    return object;
}

static bool wanted(const dumping_t *dumping, const json_t *fields)
{
    const json_t *topic = json_object_get(fields, "topic");
    const json_t *offset = json_object_get(fields, "offset");
    if (dumping->topic && (!topic || strcmp(json_string_value(topic), dumping->topic) != 0)) {
        return false;
    }
    return !offset || json_integer_value(offset) >= dumping->from;
}

static void print_human(const char *kind, const json_t *fields, const walk_image_t *image,
                        const scan_record_t *record, view_t body)
{
    printf("%010u:%-10u %-12s", image->number, record->at, kind);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)fields, name, value)
    {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        printf(" %s=%s", name, text);
        free(text);
    }
    printf(" payload=%zu\n", body.size);
}

static void print_entry(void *context, const walk_image_t *image, const scan_record_t *record,
                        uint64_t sequence)
{
    const dumping_t *dumping = context;
    entry_t entry;
    view_t body;
    fault_t fault;
    if (entry_unpack((view_t){record->bytes, record->size}, &entry, &body, &fault)) {
        printf("%010u:%u: %s\n", image->number, record->at, fault.detail);
        return;
    }
    json_t *fields = fields_of(&entry);
    if (wanted(dumping, fields) && dumping->json) {
        json_object_set_new(fields, "entry", json_string(entry_schema(entry.kind)->name));
        json_object_set_new(fields, "segment", json_integer(image->number));
        json_object_set_new(fields, "position", json_integer(record->at));
        json_object_set_new(fields, "batch", json_integer((json_int_t)sequence));
        json_object_set_new(fields, "payload_bytes", json_integer((json_int_t)body.size));
        if (dumping->payload) {
            json_object_set_new(fields, "payload", text_of(body));
        }
        json_dumpf(fields, stdout, JSON_COMPACT);
        putchar('\n');
    } else if (wanted(dumping, fields)) {
        print_human(entry_schema(entry.kind)->name, fields, image, record, body);
        if (dumping->payload) {
            fwrite(body.data, 1, body.size, stdout);
            putchar('\n');
        }
    }
    json_decref(fields);
}

static void print_damage(void *context, const damage_t *damage)
{
    dumping_t *dumping = context;
    dumping->damages++;
    fprintf(stderr, "%s: offset %u: %s\n", damage->path, damage->offset, damage->what);
}

err_t log_dump(const args_t *args, fault_t *fault)
{
    char folder[LOG_FOLDER_SIZE];
    int lock = -1;
    err_t err = log_own(args, folder, &lock, fault);
    if (err) {
        return err;
    }
    dumping_t dumping = {.topic = args_value(args, "topic", NULL),
                         .from = strtoll(args_value(args, "from", "0"), NULL, 10),
                         .json = args_has(args, "json"),
                         .payload = args_has(args, "payload")};
    walker_t walker = {.context = &dumping, .on_record = print_entry, .on_damage = print_damage};
    check_report_t report;
    err = check_log(disk_real(), folder, &walker, &report, fault);
    close(lock);
    if (err == ERR_OK && dumping.damages > 0) {
        err = fault_set(fault, ERR_CORRUPT, "'autodp log fsck' names what is lost",
                        "%s has %" PRId64 " damaged places", folder, dumping.damages);
    }
    return err;
}
