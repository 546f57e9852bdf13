// SPDX-License-Identifier: MPL-2.0
// Quoted-printable (RFC 2045, section 6.7) for bodies, its "Q" form (RFC 2047) for headers.
#pragma once

#include <stddef.h>

#include "base/buf.h"

// Appends UTF-8 text in lines of at most 76 characters; LF and CRLF become CRLF.
void quoted_body(const char *text, size_t size, buf_t *to);

// Appends a header's value, which starts behind `column` characters of its line: plain when it is
// short printable ASCII, else encoded words of whole characters, folded to 76 characters a line.
void quoted_header(const char *text, size_t column, buf_t *to);
