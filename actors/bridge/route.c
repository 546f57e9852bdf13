// SPDX-License-Identifier: MPL-2.0
#include "actors/bridge/route.h"

#include <stdio.h>
#include <string.h>

#define API "/api/v1"

static const route_t ROUTES[] = {
    {"POST", API "/users", DOOR_CALL, METHOD_user_register, 201,
     ROUTE_BODY | ROUTE_PUBLIC | ROUTE_LOGIN},
    {"POST", API "/session", DOOR_CALL, METHOD_user_login, 200,
     ROUTE_BODY | ROUTE_PUBLIC | ROUTE_LOGIN},
    {"GET", API "/session", DOOR_CALL, METHOD_user_me, 200, 0},
    {"DELETE", API "/session", DOOR_CALL, METHOD_user_logout, 204, ROUTE_LOGOUT},
    {"POST", API "/tokens", DOOR_CALL, METHOD_token_create, 201, ROUTE_BODY},
    {"GET", API "/tokens", DOOR_CALL, METHOD_token_list, 200, 0},
    {"DELETE", API "/tokens/{id}", DOOR_CALL, METHOD_token_delete, 204, 0},
    {"POST", API "/datasets", DOOR_UPLOAD, METHOD_dataset_create, 201, 0},
    {"GET", API "/datasets", DOOR_CALL, METHOD_dataset_list, 200, 0},
    {"GET", API "/datasets/{id}", DOOR_CALL, METHOD_dataset_get, 200, 0},
    {"DELETE", API "/datasets/{id}", DOOR_CALL, METHOD_dataset_delete, 204, 0},
    {"GET", API "/datasets/{id}/data", DOOR_DATASET_FILE, METHOD_dataset_get, 200, 0},
    {"PUT", API "/datasets/{id}/recipe", DOOR_CALL, METHOD_dataset_recipe, 200, ROUTE_BODY},
    {"POST", API "/datasets/{id}/import", DOOR_CALL, METHOD_dataset_import, 200, ROUTE_BODY},
    {"POST", API "/datasets/{id}/check", DOOR_CALL, METHOD_dataset_check, 200, ROUTE_BODY},
    {"POST", API "/datasets/{id}/preview", DOOR_CALL, METHOD_dataset_preview, 200, ROUTE_BODY},
    {"GET", API "/catalogue", DOOR_CALL, METHOD_catalogue_get, 200, 0},
    {"POST", API "/jobs", DOOR_CALL, METHOD_job_create, 202, ROUTE_BODY | ROUTE_KEYED},
    {"GET", API "/jobs", DOOR_CALL, METHOD_job_list, 200, 0},
    {"GET", API "/jobs/{id}", DOOR_CALL, METHOD_job_get, 200, 0},
    {"DELETE", API "/jobs/{id}", DOOR_CALL, METHOD_job_cancel, 200, 0},
    {"POST", API "/jobs/{id}/steer", DOOR_CALL, METHOD_job_steer, 200, ROUTE_BODY},
    {"GET", API "/jobs/{id}/files/{name}", DOOR_JOB_FILE, METHOD_job_get, 200, 0},
    {"GET", API "/models", DOOR_CALL, METHOD_model_list, 200, 0},
    {"GET", API "/models/{id}", DOOR_CALL, METHOD_model_get, 200, 0},
    {"PUT", API "/models/{id}", DOOR_CALL, METHOD_model_rename, 200, ROUTE_BODY},
    {"DELETE", API "/models/{id}", DOOR_CALL, METHOD_model_delete, 204, 0},
    {"POST", API "/models/{id}/predictions", DOOR_CALL, METHOD_model_predict, 200, ROUTE_BODY},
    {"GET", API "/events", DOOR_EVENTS, METHOD_job_watch, 200, ROUTE_NO_HEAD},
    {"GET", API "/health", DOOR_CALL, METHOD_health_list, 200, 0},
    {"GET", "/healthz", DOOR_LIVE, METHOD_COUNT, 200, ROUTE_PUBLIC},
    {"GET", "/readyz", DOOR_READY, METHOD_COUNT, 200, ROUTE_PUBLIC},
    {"GET", "/metrics", DOOR_METRICS, METHOD_COUNT, 200, 0},
};

enum { ROUTE_COUNT = sizeof ROUTES / sizeof ROUTES[0] };

bool route_is_api(const char *path)
{
    bool api = strncmp(path, "/api", 4) == 0 && (path[4] == '/' || path[4] == '\0');
    return api || strcmp(path, "/healthz") == 0 || strcmp(path, "/readyz") == 0 ||
           strcmp(path, "/metrics") == 0;
}

static bool path_matches(const char *pattern, const char *path, route_match_t *found)
{
    while (*pattern) {
        if (*pattern != '{') {
            if (*pattern++ != *path++) {
                return false;
            }
            continue;
        }
        view_t segment = {path, strcspn(path, "/")};
        if (segment.size == 0) {
            return false;
        }
        *(pattern[1] == 'i' ? &found->id : &found->name) = segment;
        path += segment.size;
        pattern = strchr(pattern, '}') + 1;
    }
    return *path == '\0';
}

static void allow(route_match_t *found, const route_t *route)
{
    size_t used = strlen(found->allow);
    bool head = strcmp(route->verb, "GET") == 0 && !(route->flags & ROUTE_NO_HEAD);
    snprintf(found->allow + used, ROUTE_ALLOW_MAX - used, "%s%s%s", used ? ", " : "", route->verb,
             head ? ", HEAD" : "");
}

void route_find(const char *verb, const char *path, route_match_t *ret)
{
    memset(ret, 0, sizeof *ret);
    bool head = strcmp(verb, "HEAD") == 0;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const route_t *route = &ROUTES[i];
        if (!path_matches(route->path, path, ret)) {
            continue;
        }
        allow(ret, route);
        if (strcmp(route->verb, head ? "GET" : verb) == 0 &&
            !(head && route->flags & ROUTE_NO_HEAD)) {
            ret->route = route;
        }
    }
}
