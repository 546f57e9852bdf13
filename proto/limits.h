// SPDX-License-Identifier: MPL-2.0
// The hard limits of ADP/1. Configuration may lower them, never raise them.
#pragma once

enum {
    LIMIT_FRAME_BYTES = 1 << 20,        // one frame: header, message or payload
    LIMIT_HEADER_BYTES = 4096,          // the header frame
    LIMIT_FRAMES = 3,                   // header, message, payload
    LIMIT_DEPTH = 16,                   // nesting of MessagePack values
    LIMIT_NAME_BYTES = 64,              // service, method, topic, group, client names
    LIMIT_KEY_BYTES = 128,              // record key and message id
    LIMIT_ID_BYTES = 64,                // ids, blob hashes
    LIMIT_TEXT_BYTES = 1024,            // free text: reasons, details
    LIMIT_TOKEN_BYTES = 256,            // session and API tokens
    LIMIT_EMAIL_BYTES = 254,            // RFC 5321 path without brackets
    LIMIT_PASSWORD_BYTES = 1024,        // longer than anybody types, short enough to hash
    LIMIT_DOCUMENT_BYTES = 768 * 1024,  // a nested document in one message
    LIMIT_PATH_BYTES = 4096,            // file paths
    LIMIT_CREDIT = 1024,                // calls or records in flight to one client
    LIMIT_BATCH = 1024,                 // records in one message
    LIMIT_PRIORITY = 2,                 // the highest priority of a record
    LIMIT_DELAY_MS = 24 * 3600 * 1000,  // of a record, a lease or a nack
    LIMIT_DEADLINE_MS = 15 * 60 * 1000, // the longest call
};
