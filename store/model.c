// SPDX-License-Identifier: MPL-2.0
#include "base/clock.h"
#include "base/id.h"
#include "store/catalog.h"

err_t model_add(sql_t *catalog, const char *job, const json_t *record, fault_t *fault)
{
    char id[ID_SIZE];
    id_new(id, "md_");
    return sql_run(
        catalog, fault,
        "INSERT INTO models (id, job, user, dataset, name, record, created, version)"
        " SELECT ?1, j.id, j.user, j.dataset, n.name, ?3, ?4,"
        " (SELECT coalesce(max(version), 0) + 1 FROM models WHERE user = j.user AND name = n.name)"
        " FROM jobs j, (SELECT dataset_name || ': ' || coalesce(training ->> '$.target', "
        "training ->> '$.task', '') AS name FROM jobs WHERE id = ?2) n"
        " WHERE j.id = ?2 AND j.kind = 'train'",
        "ssji", id, job, record, clock_wall_ms());
}

err_t model_list(sql_t *catalog, const char *user, json_t **ret_models, fault_t *fault)
{
    return sql_rows(catalog, ret_models, fault,
                    "SELECT id, job, dataset, created, name, version,"
                    " record ->> '$.algorithm' AS algorithm, record ->> '$.task' AS task,"
                    " record ->> '$.target' AS target, record ->> '$.scores.chosen' AS score_name,"
                    " json_extract(record, '$.scores.test.' || (record ->> '$.scores.chosen'))"
                    " AS score, record ->> '$.rows.used' AS rows"
                    " FROM models WHERE user = ?1 ORDER BY created DESC, id DESC LIMIT 200",
                    "s", user);
}

static err_t not_found(const char *id, fault_t *fault)
{
    return fault_set(fault, ERR_NOT_FOUND, "list your models to see their ids",
                     "there is no model '%s'", id);
}

err_t model_get(sql_t *catalog, const char *user, const char *id, json_t **ret_model,
                fault_t *fault)
{
    json_t *model = NULL;
    err_t err =
        sql_row(catalog, &model, fault,
                "SELECT m.id, m.job, m.dataset, m.created, m.name, m.version,"
                " m.record AS \"record:json\", j.files AS \"files:json\""
                " FROM models m JOIN jobs j ON j.id = m.job WHERE m.user = ?1 AND m.id = ?2",
                "ss", user, id);
    if (err == ERR_OK && !model) {
        return not_found(id, fault);
    }
    *ret_model = model;
    return err;
}

err_t model_file(sql_t *catalog, const char *user, const char *id, const char *name,
                 json_t **ret_file, fault_t *fault)
{
    json_t *file = NULL;
    err_t err = sql_row(catalog, &file, fault,
                        "SELECT f.value ->> '$.name' AS name, f.value ->> '$.blob' AS blob,"
                        " f.value ->> '$.bytes' AS bytes"
                        " FROM models m JOIN jobs j ON j.id = m.job, json_each(j.files) f"
                        " WHERE m.user = ?1 AND m.id = ?2 AND f.value ->> '$.name' = ?3",
                        "sss", user, id, name);
    if (err == ERR_OK && !file) {
        json_t *model = NULL;
        err = model_get(catalog, user, id, &model, fault);
        json_decref(model);
        return err ? err
                   : fault_set(fault, ERR_NOT_FOUND, "train the model again",
                               "the model '%s' has no file '%s'", id, name);
    }
    *ret_file = file;
    return err;
}

// Under a name that others have too it becomes their newest version.
err_t model_rename(sql_t *catalog, const char *user, const char *id, const char *name,
                   fault_t *fault)
{
    err_t err = sql_run(catalog, fault,
                        "UPDATE models SET name = ?3, version = (SELECT coalesce(max(o.version), 0)"
                        " + 1 FROM models o WHERE o.user = ?1 AND o.name = ?3 AND o.id <> ?2)"
                        " WHERE user = ?1 AND id = ?2 AND name <> ?3",
                        "sss", user, id, name);
    json_t *model = NULL;
    if (err == ERR_OK && sql_changed(catalog) == 0) {
        err = model_get(catalog, user, id, &model, fault);
        json_decref(model);
    }
    return err;
}

err_t model_delete(sql_t *catalog, const char *user, const char *id, fault_t *fault)
{
    err_t err = sql_begin(catalog, fault);
    if (err) {
        return err;
    }
    err = sql_run(catalog, fault,
                  "DELETE FROM job_files WHERE job = (SELECT job FROM models WHERE user = ?1 AND"
                  " id = ?2)",
                  "ss", user, id);
    err = err ? err
              : sql_run(catalog, fault,
                        "UPDATE jobs SET files = '[]', change = (SELECT max(change) + 1 FROM jobs)"
                        " WHERE id = (SELECT job FROM models WHERE user = ?1 AND id = ?2)",
                        "ss", user, id);
    err = err ? err
              : sql_run(catalog, fault, "DELETE FROM models WHERE user = ?1 AND id = ?2", "ss",
                        user, id);
    if (err == ERR_OK && sql_changed(catalog) == 0) {
        err = not_found(id, fault);
    }
    return sql_end(catalog, err, fault);
}
