// SPDX-License-Identifier: MPL-2.0
#include "model/pickle/names.h"

#include "model/pickle/pickle.h"

void pickle_names(buf_t *out, const class_names_t *names)
{
    switch (names->type) {
    case NAMES_INTEGER:
        pickle_int64s(out, names->integers, names->count);
        break;
    case NAMES_NUMBER:
        pickle_doubles(out, names->numbers, names->count, 0);
        break;
    case NAMES_TRUTH:
        pickle_bools(out, names->integers, names->count);
        break;
    default:
        pickle_unicodes(out, names->texts, names->count);
        break;
    }
}
