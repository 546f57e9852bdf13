// SPDX-License-Identifier: MPL-2.0
#include "actors/notification/mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/disk.h"
#include "base/text.h"

static err_t write_file(disk_t *disk, const char *path, const buf_t *mail, fault_t *fault)
{
    int file = disk->open(disk, path, O_WRONLY | O_CREAT | O_TRUNC);
    if (file < 0) {
        return fault_errno(fault, ERR_IO, path);
    }
    err_t err = ERR_OK;
    if (!disk_write_all(disk, file, mail->data, mail->size, 0) || disk->sync(disk, file) < 0) {
        err = fault_errno(fault, ERR_IO, path);
    }
    disk->close(disk, file);
    return err;
}

err_t mailbox_put(const char *folder, const char *name, const buf_t *mail, fault_t *fault)
{
    disk_t *disk = disk_real();
    if (disk->make_folder(disk, folder) < 0) {
        return fault_errno(fault, ERR_IO, folder);
    }
    char *path = text_format("%s/%s.eml", folder, name);
    char *fresh = text_format("%s/.%s.new", folder, name);
    err_t err = write_file(disk, fresh, mail, fault);
    if (!err && (disk->rename(disk, fresh, path) < 0 || disk->sync_folder(disk, folder) < 0)) {
        err = fault_errno(fault, ERR_IO, path);
    }
    free(path);
    free(fresh);
    return err;
}
