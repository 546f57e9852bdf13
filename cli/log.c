// SPDX-License-Identifier: MPL-2.0
// The commands over a log that no broker has open: fsck, repair; dump is in log_dump.c.
#include "cli/log.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

err_t log_own(const args_t *args, char folder[LOG_FOLDER_SIZE], int *ret_lock, fault_t *fault)
{
    char dir[DATADIR_SIZE];
    err_t err = datadir_find(args, dir, fault);
    if (err) {
        return err;
    }
    snprintf(folder, LOG_FOLDER_SIZE, "%s/log", dir);
    return check_lock(disk_real(), folder, ret_lock, fault);
}

void log_describe(const char *bytes, size_t kept, char *text, size_t size)
{
    entry_t entry;
    view_t body;
    text[0] = '\0';
    fault_t reason;
    if (!bytes || entry_unpack((view_t){bytes, kept}, &entry, &body, &reason)) {
        return;
    }
    if (entry.kind == ENT_record) {
        snprintf(text, size, "topic '%.*s' offset %" PRId64, (int)entry.record.topic.size,
                 entry.record.topic.data, entry.record.offset);
    } else {
        snprintf(text, size, "%s", entry_schema(entry.kind)->name);
    }
}

typedef struct {
    bool json;
} printing_t;

static void print_json(const damage_t *damage, const char *entry)
{
    json_t *line = json_pack("{s:s, s:I, s:I, s:s}", "file", damage->path, "offset",
                             (json_int_t)damage->offset, "bytes", (json_int_t)damage->size, "what",
                             damage->what);
    if (entry[0]) {
        json_object_set_new(line, "entry", json_stringn_nocheck(entry, strlen(entry)));
        json_object_set_new(line, "certain", json_boolean(damage->certain));
    }
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}

static void print_damage(void *context, const damage_t *damage)
{
    const printing_t *printing = context;
    char entry[512];
    log_describe(damage->bytes, damage->kept, entry, sizeof entry);
    if (printing->json) {
        print_json(damage, entry);
        return;
    }
    printf("%s: offset %u: %s", damage->path, damage->offset, damage->what);
    if (damage->size > 0) {
        printf(" (%u bytes)", damage->size);
    }
    if (entry[0]) {
        printf("; it is %s%s", entry, damage->certain ? "" : ", if its head can be believed");
    }
    putchar('\n');
}

static void print_json_report(const check_report_t *report)
{
    json_t *line = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "segments", (json_int_t)report->segments,
        "batches", (json_int_t)report->batches, "records", (json_int_t)report->records, "damages",
        (json_int_t)report->damages, "indexes", (json_int_t)report->indexes, "bad_indexes",
        (json_int_t)report->bad_indexes, "tail_bytes", (json_int_t)report->tail_bytes, "repaired",
        (json_int_t)report->repaired);
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}

static void print_report(const check_report_t *report)
{
    printf("%" PRId64 " records in %" PRId64 " batches and %" PRId64 " segments; %" PRId64
           " damaged places\n",
           report->records, report->batches, report->segments, report->damages);
    if (report->bad_indexes > 0) {
        printf("%" PRId64 " indexes are not whole; the broker makes them again\n",
               report->bad_indexes);
    }
    if (report->tail_bytes > 0) {
        printf("%" PRId64 " bytes at the end were cut off by a crash and never acknowledged as on "
               "disk; the broker removes them\n",
               report->tail_bytes);
    }
    if (report->repaired > 0) {
        printf("%" PRId64 " segments written anew; the damaged ones are beside them (.damaged)\n",
               report->repaired);
    }
}

static err_t check(const args_t *args, bool repair, fault_t *fault)
{
    char folder[LOG_FOLDER_SIZE];
    int lock = -1;
    err_t err = log_own(args, folder, &lock, fault);
    if (err) {
        return err;
    }
    printing_t printing = {.json = args_has(args, "json")};
    walker_t walker = {.context = &printing, .on_damage = print_damage};
    check_report_t report;
    err = repair ? check_repair(disk_real(), folder, &walker, &report, fault)
                 : check_log(disk_real(), folder, &walker, &report, fault);
    close(lock);
    if (err) {
        return err;
    }
    if (printing.json) {
        print_json_report(&report);
    } else {
        print_report(&report);
    }
    if (report.damages > 0 && !repair) {
        return fault_set(fault, ERR_CORRUPT,
                         "restore a backup, or run 'autodp log repair', which keeps what is whole",
                         "%s has %" PRId64 " damaged places", folder, report.damages);
    }
    return ERR_OK;
}

err_t log_command(const args_t *args, fault_t *fault)
{
    const char *verb = "";
    err_t err = args_word(args, 0, "'fsck', 'dump' or 'repair'", &verb, fault);
    if (err) {
        return err;
    }
    if (strcmp(verb, "dump") == 0) {
        return log_dump(args, fault);
    }
    if (strcmp(verb, "fsck") == 0 || strcmp(verb, "repair") == 0) {
        return check(args, verb[0] == 'r', fault);
    }
    return fault_set(fault, ERR_INVALID, "use 'log fsck', 'log dump' or 'log repair'",
                     "there is no command 'log %s'", verb);
}
