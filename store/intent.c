// SPDX-License-Identifier: MPL-2.0
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/catalog.h"

err_t intent_add(sql_t *catalog, const char *topic, const char *key, const char *message_id,
                 const void *payload, size_t size, fault_t *fault)
{
    return sql_run(catalog, fault,
                   "INSERT INTO intents (topic, key, message_id, payload) VALUES (?1, ?2, ?3, ?4)",
                   "sssb", topic, key, message_id, payload, size);
}

static err_t visit_row(const json_t *row, intent_fn *visit, void *context)
{
    const char *hex = json_string_value(json_object_get(row, "payload"));
    size_t size = strlen(hex) / 2;
    unsigned char *payload = mem_new(size);
    sodium_hex2bin(payload, size, hex, 2 * size, NULL, NULL, NULL);
    err_t err = visit(context, json_integer_value(json_object_get(row, "id")),
                      json_string_value(json_object_get(row, "topic")),
                      json_string_value(json_object_get(row, "key")),
                      json_string_value(json_object_get(row, "message_id")), payload, size);
    free(payload);
    return err;
}

err_t intent_each(sql_t *catalog, int64_t after, int64_t most, intent_fn *visit, void *context,
                  fault_t *fault)
{
    json_t *rows = NULL;
    err_t err = sql_rows(
        catalog, &rows, fault,
        "SELECT id, topic, key, message_id, hex(payload) AS payload FROM intents WHERE id > ?1"
        " ORDER BY id LIMIT ?2",
        "ii", after, most);
    for (size_t i = 0; i < json_array_size(rows) && err == ERR_OK; i++) {
        err = visit_row(json_array_get(rows, i), visit, context);
    }
    json_decref(rows);
    return err;
}

err_t intent_remove(sql_t *catalog, int64_t id, fault_t *fault)
{
    return sql_run(catalog, fault, "DELETE FROM intents WHERE id = ?1", "i", id);
}
