// SPDX-License-Identifier: MPL-2.0
#include "model/versions.h"

#include <stdlib.h>
#include <xgboost/c_api.h>

#include "base/text.h"

json_t *versions_to_json(void)
{
    int major = 0;
    int minor = 0;
    int patch = 0;
    XGBoostVersion(&major, &minor, &patch);
    char *xgboost = text_format("%d.%d.%d", major, minor, patch);
    json_t *versions = json_pack("{s:s}", "xgboost", xgboost);
    free(xgboost);
    return versions;
}
