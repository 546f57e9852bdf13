// SPDX-License-Identifier: MPL-2.0
#include "base/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

enum { ULID_LENGTH = 26, PREFIX_MAX = ID_SIZE - ULID_LENGTH - 1 };

static const char ALPHABET[] = "0123456789abcdefghjkmnpqrstvwxyz";

void id_new(char id[ID_SIZE], const char *prefix)
{
    unsigned char bytes[16];
    uint64_t ms = (uint64_t)clock_wall_ms();
    for (int i = 0; i < 6; i++) {
        bytes[i] = (unsigned char)(ms >> (40 - 8 * i));
    }
    if (getrandom(bytes + 6, 10, 0) != 10) {
        abort(); // a kernel that has no random bytes cannot run this
    }
    char text[ULID_LENGTH + 1] = {0};
    unsigned __int128 value = 0;
    for (int i = 0; i < 16; i++) {
        value = value << 8 | bytes[i];
    }
    for (int i = ULID_LENGTH - 1; i >= 0; i--) {
        text[i] = ALPHABET[(unsigned)(value & 31U)];
        value >>= 5;
    }
    snprintf(id, ID_SIZE, "%.*s%s", PREFIX_MAX, prefix, text);
}

bool id_valid(const char *id, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(id, prefix, n) == 0 && strlen(id + n) == ULID_LENGTH &&
           strspn(id + n, ALPHABET) == ULID_LENGTH;
}
