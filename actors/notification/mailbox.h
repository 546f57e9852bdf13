// SPDX-License-Identifier: MPL-2.0
// A folder of mails as files (.eml), for platforms without an SMTP server.
#pragma once

#include "base/buf.h"
#include "base/fault.h"

// Puts a mail into the folder, which is made when it is not there, as `name`.eml: whole and on
// disk, or not at all. A mail of that name that is there already is replaced by the same one.
// ERR_IO.
err_t mailbox_put(const char *folder, const char *name, const buf_t *mail, fault_t *fault);
