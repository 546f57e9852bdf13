// SPDX-License-Identifier: MPL-2.0
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

_Noreturn void mem_exhausted(size_t size)
{
    fprintf(stderr, "autodp: out of memory (%zu bytes)\n", size);
    _Exit(EX_OSERR);
}

void *mem_new(size_t size)
{
    return mem_array(1, size);
}

void *mem_array(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory) {
        mem_exhausted(size);
    }
    return memory;
}

void *mem_resize(void *old, size_t count, size_t size)
{
    void *memory = reallocarray(old, count ? count : 1, size ? size : 1);
    if (!memory) {
        mem_exhausted(size);
    }
    return memory;
}

char *mem_strdup(const char *text)
{
    if (!text) {
        return NULL;
    }
    size_t size = strlen(text) + 1;
    return memcpy(mem_new(size), text, size);
}
