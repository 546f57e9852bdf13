// SPDX-License-Identifier: MPL-2.0
#include "base/clock.h"
#include "base/id.h"
#include "store/catalog.h"

static err_t not_found(const char *id, fault_t *fault)
{
    return fault_set(fault, ERR_NOT_FOUND, "list your datasets to see their ids",
                     "there is no dataset '%s'", id);
}

err_t dataset_create(sql_t *catalog, const char *user, const char *name, const char *blob,
                     const json_t *description, json_t **ret_dataset, fault_t *fault)
{
    char id[ID_SIZE];
    id_new(id, "ds_");
    err_t err = sql_run(catalog, fault,
                        "INSERT INTO datasets (id, user, name, blob, description, created) VALUES "
                        "(?1, ?2, ?3, ?4, ?5, ?6)",
                        "ssssji", id, user, name, blob, description, clock_wall_ms());
    return err ? err : dataset_get(catalog, user, id, ret_dataset, fault);
}

err_t dataset_list(sql_t *catalog, const char *user, json_t **ret_datasets, fault_t *fault)
{
    return sql_rows(
        catalog, ret_datasets, fault,
        "SELECT id, name, created, description ->> '$.bytes' AS bytes, description ->> '$.rows' AS "
        "rows,"
        " json_array_length(description, '$.columns') AS columns FROM datasets WHERE user = ?1"
        " ORDER BY created DESC, id DESC LIMIT 1000",
        "s", user);
}

err_t dataset_get(sql_t *catalog, const char *user, const char *id, json_t **ret_dataset,
                  fault_t *fault)
{
    json_t *dataset = NULL;
    err_t err =
        sql_row(catalog, &dataset, fault,
                "SELECT id, name, created, description ->> '$.bytes' AS bytes, blob,"
                " description AS \"description:json\", recipe AS \"recipe:json\" FROM datasets"
                " WHERE user = ?1 AND id = ?2",
                "ss", user, id);
    if (err == ERR_OK && !dataset) {
        return not_found(id, fault);
    }
    *ret_dataset = dataset;
    return err;
}

err_t dataset_set_recipe(sql_t *catalog, const char *user, const char *id, const json_t *recipe,
                         fault_t *fault)
{
    err_t err =
        sql_run(catalog, fault, "UPDATE datasets SET recipe = ?3 WHERE user = ?1 AND id = ?2",
                "ssj", user, id, recipe);
    return err == ERR_OK && sql_changed(catalog) == 0 ? not_found(id, fault) : err;
}

err_t dataset_set_description(sql_t *catalog, const char *user, const char *id,
                              const json_t *description, fault_t *fault)
{
    err_t err =
        sql_run(catalog, fault, "UPDATE datasets SET description = ?3 WHERE user = ?1 AND id = ?2",
                "ssj", user, id, description);
    return err == ERR_OK && sql_changed(catalog) == 0 ? not_found(id, fault) : err;
}

err_t dataset_delete(sql_t *catalog, const char *user, const char *id, fault_t *fault)
{
    int64_t busy = 0;
    err_t err = sql_int(
        catalog, 0, &busy, fault,
        "SELECT count(*) FROM jobs WHERE dataset = ?1 AND state IN ('queued', 'running')", "s", id);
    if (err == ERR_OK && busy > 0) {
        return fault_set(fault, ERR_CONFLICT, "wait for its jobs or cancel them",
                         "the dataset '%s' is in use by %lld jobs", id, (long long)busy);
    }
    err = err ? err
              : sql_run(catalog, fault, "DELETE FROM datasets WHERE user = ?1 AND id = ?2", "ss",
                        user, id);
    return err == ERR_OK && sql_changed(catalog) == 0 ? not_found(id, fault) : err;
}
