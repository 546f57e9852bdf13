// SPDX-License-Identifier: MPL-2.0
#include "learn/exports.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "learn/export_onnx.h"
#include "learn/export_sklearn.h"
#include "learn/outfile.h"

typedef err_t make_t(const export_t *source, buf_t *out, fault_t *fault);

static err_t make_native(const export_t *source, buf_t *out, fault_t *fault)
{
    (void)fault;
    source->model->estimator->native_write(source->model, out);
    return ERR_OK;
}

static const struct {
    const char *name;
    make_t *make;
    bool native; // of the library that some models are trained by
    const char *whose;
} FORMATS[] = {
    {"pkl", export_sklearn, false, NULL},
    {"onnx", export_onnx, false, NULL},
    {"svm", make_native, true, "libsvm, whose kind svc, nu_svc, svr and one_class_svm are"},
    {"ubj", make_native, true, "XGBoost, which trains gradient_boosting"},
};

enum { FORMATS_COUNT = sizeof FORMATS / sizeof FORMATS[0] };

const char *exports_format(size_t i)
{
    return i < FORMATS_COUNT ? FORMATS[i].name : NULL;
}

static bool applies(const export_t *source, size_t format)
{
    const char *native = source->model->estimator->native;
    return !FORMATS[format].native || (native && strcmp(native, FORMATS[format].name) == 0);
}

static err_t make(const export_t *source, size_t format, buf_t *out, fault_t *fault)
{
    err_t err = FORMATS[format].make(source, out, fault);
    if (err == ERR_OK && out->size > EXPORT_BYTES_MAX) {
        return fault_set(fault, ERR_TOO_LARGE, "train on fewer rows or features, or fewer trees",
                         "it would have %zu bytes, too large to export", out->size);
    }
    return err;
}

err_t exports_make(const export_t *source, const char *format, buf_t *out, fault_t *fault)
{
    for (size_t i = 0; i < FORMATS_COUNT; i++) {
        if (strcmp(FORMATS[i].name, format) != 0) {
            continue;
        }
        return applies(source, i)
                   ? make(source, i, out, fault)
                   : fault_set(fault, ERR_UNSUPPORTED, "use pkl or onnx",
                               "a model of %s has no form '%s': that is a file of %s",
                               source->model->estimator->name, format, FORMATS[i].whose);
    }
    return fault_set(fault, ERR_HYPERPARAMETER, "use pkl, onnx, svm or ubj",
                     "there is no format '%.100s'", format);
}

// What the record tells of a file that is there.
static err_t tell(const char *path, json_t **ret_told, fault_t *fault)
{
    char hex[DIGEST_TEXT_SIZE];
    int64_t bytes;
    err_t err = digest_file(path, hex, &bytes, fault);
    if (err == ERR_OK) {
        *ret_told = json_pack("{s:I, s:s}", "bytes", (json_int_t)bytes, "sha256", hex);
    }
    return err;
}

static err_t write_one(const export_t *source, size_t format, const char *path, json_t **ret_told,
                       fault_t *fault)
{
    buf_t out = {0};
    fault_t why = {0};
    err_t err = ERR_OK;
    if (make(source, format, &out, &why) != ERR_OK) {
        outfile_remove(path); // of another training, before
        *ret_told = json_pack("{s:s}", "refused", why.detail);
    } else {
        err = outfile_write(path, out.data, out.size, fault);
        err = err == ERR_OK ? tell(path, ret_told, fault) : err;
    }
    buf_release(&out);
    return err;
}

err_t exports_write(const export_t *source, const char *folder, json_t **ret_exports,
                    fault_t *fault)
{
    json_t *exports = json_object();
    err_t err = ERR_OK;
    for (size_t i = 0; i < FORMATS_COUNT && err == ERR_OK; i++) {
        if (!applies(source, i)) {
            continue;
        }
        char *name = text_format("model.%s", FORMATS[i].name);
        char *path = text_format("%s/%s", folder, name);
        json_t *told = NULL;
        err = write_one(source, i, path, &told, fault);
        if (err == ERR_OK) {
            json_object_set_new(exports, name, told);
        }
        free(path);
        free(name);
    }
    if (err != ERR_OK) {
        json_decref(exports);
        return err;
    }
    *ret_exports = exports;
    return ERR_OK;
}

void exports_remove(const char *folder)
{
    for (size_t i = 0; i < FORMATS_COUNT; i++) {
        char *path = text_format("%s/model.%s", folder, FORMATS[i].name);
        outfile_remove(path);
        free(path);
    }
}
