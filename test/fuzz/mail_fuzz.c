// SPDX-License-Identifier: MPL-2.0
// A mail made of any notice: the first line is the recipient, the second the subject, the rest the
// text. What passes the check has no header but its own, in ASCII lines of 78 characters at most.
#include <stdlib.h>
#include <string.h>

#include "actors/notification/mail.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { LINE_MAX_CHARS = 78, HEADERS = 8, FOLDED_MAX = 1000 };

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_lines(const buf_t *message)
{
    size_t width = 0;
    size_t headers = 0;
    bool body = false;
    for (size_t i = 0; i < message->size; i++) {
        unsigned char byte = (unsigned char)message->data[i];
        require(byte < 0x80 && byte != 0);
        if (byte != '\r') {
            require(byte != '\n' && (byte >= ' ' || byte == '\t'));
            headers += !body && width == 0 && byte != ' ';
            width++;
            // An address is not folded.
            require(width <= (body ? LINE_MAX_CHARS : FOLDED_MAX));
            continue;
        }
        require(i + 1 < message->size && message->data[++i] == '\n');
        body = body || width == 0;
        width = 0;
    }
    require(headers == HEADERS);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (memchr(bytes, 0, size) || !text_is_utf8((const char *)bytes, size)) {
        return 0; // a message's field is neither
    }
    char *recipient = text_dup((const char *)bytes, size);
    char *subject = recipient + strcspn(recipient, "\n");
    subject += *subject == '\n' ? (*subject = '\0', 1) : 0;
    char *text = subject + strcspn(subject, "\n");
    text += *text == '\n' ? (*text = '\0', 1) : 0;
    mail_t mail = {.key = "key",
                   .from = "autodp@example.org",
                   .recipient = recipient,
                   .subject = subject,
                   .text = text,
                   .time_ms = (int64_t)size};
    fault_t fault;
    if (mail_check(&mail, &fault) == ERR_OK) {
        buf_t message = {0};
        mail_compose(&mail, &message);
        check_lines(&message);
        buf_release(&message);
    } else {
        require(fault.detail[0] && fault.remedy[0]);
    }
    free(recipient);
    return 0;
}
