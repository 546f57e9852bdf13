// SPDX-License-Identifier: MPL-2.0
#include "data/profile/window.h"

err_t window_open(scratch_t *scratch, int64_t offset, size_t rows, size_t width, bool in_place,
                  window_t *ret_window, fault_t *fault)
{
    const void *mapped = NULL;
    err_t err = ERR_OK;
    if (in_place && rows > 0) {
        err = scratch_map(scratch, offset, rows * width, &mapped, fault);
    }
    if (err == ERR_OK) {
        *ret_window = (window_t){scratch, offset, rows, width, mapped};
    }
    return err;
}

err_t window_at(const window_t *window, size_t from, size_t count, void *buffer,
                const void **ret_cells, fault_t *fault)
{
    if (window->mapped) {
        *ret_cells = window->mapped + from * window->width;
        return ERR_OK;
    }
    *ret_cells = buffer;
    return scratch_read(window->scratch, window->offset + (int64_t)(from * window->width), buffer,
                        count * window->width, fault);
}

void window_release(window_t *window)
{
    scratch_unmap(window->mapped, window->rows * window->width);
    *window = (window_t){0};
}
