// SPDX-License-Identifier: MPL-2.0
#include "learn/request_search.h"

#include <string.h>

#include "learn/candidates.h"
#include "learn/setting.h"

static err_t read_method(const json_t *json, search_t *search, fault_t *fault)
{
    static const struct {
        const char *name;
        search_method_t method;
    } methods[] = {{"grid", SEARCH_GRID}, {"random", SEARCH_RANDOM}, {"halving", SEARCH_HALVING}};
    const json_t *given = json_object_get(json, "method");
    const char *name = given ? json_string_value(given) : "random";
    if (search->method == SEARCH_AUTO) {
        return given ? setting_fail(fault, "method", "leave it out: auto has its own") : ERR_OK;
    }
    for (size_t i = 0; name && i < sizeof methods / sizeof methods[0]; i++) {
        if (strcmp(methods[i].name, name) == 0) {
            search->method = methods[i].method;
        }
    }
    return search->method != SEARCH_NONE
               ? ERR_OK
               : setting_fail(fault, "method", "use grid, random or halving");
}

err_t request_search(const json_t *json, request_t *request, fault_t *fault)
{
    search_t *search = &request->search;
    const json_t *given = json_object_get(json, "search");
    double trials = 20;
    double memory = 0;
    if ((!given || json_is_null(given)) && search->method == SEARCH_NONE) {
        return ERR_OK;
    }
    if (given && !json_is_null(given) && !json_is_object(given)) {
        return setting_fail(fault, "search", "use an object");
    }
    err_t err = read_method(given, search, fault);
    if (err == ERR_OK) {
        err = setting_whole(given, "trials", 1, REQUEST_TRIALS_MAX, "use a whole number above 0",
                            &trials, fault);
    }
    if (err == ERR_OK) {
        err = setting_number(given, "budget", REQUEST_BUDGET_MIN, REQUEST_BUDGET_MAX,
                             "use a number of seconds above 0", &search->budget_seconds, fault);
    }
    if (err == ERR_OK) {
        err = setting_number(given, "memory_mb", REQUEST_MEMORY_MB_MIN, REQUEST_MEMORY_MB_MAX,
                             "use a number of megabytes", &memory, fault);
    }
    search->trials = (size_t)trials;
    search->memory_bytes = (size_t)(memory * 1048576);
    search->space = json_incref(json_object_get(given, "space"));
    return err == ERR_OK && search->space
               ? candidates_check(request->estimator, search->space, fault)
               : err;
}
