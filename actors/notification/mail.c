// SPDX-License-Identifier: MPL-2.0
#include "actors/notification/mail.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "actors/notification/quoted.h"
#include "base/mem.h"
#include "proto/limits.h"

enum { HASH_BYTES = 32, DATE_SIZE = 40 };

err_t mail_check_address(const char *what, const char *address, fault_t *fault)
{
    static const char REMEDY[] = "give an address like name@example.org";
    size_t length = strlen(address);
    const char *at = strchr(address, '@');
    if (length > LIMIT_EMAIL_BYTES || !at || at == address || at[1] == '\0' ||
        strchr(at + 1, '@')) {
        return fault_set(fault, ERR_INVALID, REMEDY, "%s '%.254s' is not a mail address", what,
                         address);
    }
    for (const char *c = address; *c; c++) {
        if (!isgraph((unsigned char)*c) || strchr("<>()[]\\,;:\"", *c)) {
            return fault_set(fault, ERR_INVALID, REMEDY,
                             "%s has a character no mail address may have, at byte %d", what,
                             (int)(c - address) + 1);
        }
    }
    return ERR_OK;
}

static err_t check_line(const char *what, const char *text, fault_t *fault)
{
    return text[strcspn(text, "\r\n")] == '\0'
               ? ERR_OK
               : fault_set(fault, ERR_INVALID, "send it on one line", "the %s has a line end",
                           what);
}

err_t mail_check(const mail_t *mail, fault_t *fault)
{
    err_t err = mail_check_address("the sender", mail->from, fault);
    err = err ? err : mail_check_address("the recipient", mail->recipient, fault);
    err = err ? err : check_line("key", mail->key, fault);
    return err ? err : check_line("subject", mail->subject, fault);
}

void mail_name(const char *key, const char *recipient, char ret_name[MAIL_NAME_SIZE])
{
    buf_t both = {0};
    buf_add(&both, key, strlen(key) + 1); // with its end, so that no two pairs are the same bytes
    buf_add(&both, recipient, strlen(recipient));
    unsigned char hash[HASH_BYTES];
    if (!EVP_Digest(both.data, both.size, hash, NULL, EVP_sha256(), NULL)) {
        mem_exhausted(HASH_BYTES);
    }
    buf_release(&both);
    for (size_t i = 0; i < (MAIL_NAME_SIZE - 1) / 2; i++) {
        snprintf(ret_name + 2 * i, 3, "%02x", hash[i]);
    }
}

static void write_date(int64_t time_ms, buf_t *to)
{
    static const char *const DAYS[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = time_ms / 1000;
    struct tm utc;
    if (gmtime_r(&seconds, &utc)) {
        buf_addf(to, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", DAYS[utc.tm_wday],
                 utc.tm_mday, MONTHS[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                 utc.tm_sec);
    }
}

static void write_headers(const mail_t *mail, const char *name, buf_t *to)
{
    buf_addf(to, "From: AutoDP <%s>\r\n", mail->from);
    buf_addf(to, "To: <%s>\r\n", mail->recipient);
    buf_addf(to, "Subject: ");
    quoted_header(mail->subject, sizeof "Subject: " - 1, to);
    buf_addf(to, "\r\n");
    write_date(mail->time_ms, to);
    buf_addf(to, "Message-ID: <%s%s>\r\n", name, strchr(mail->from, '@'));
    buf_addf(to, "Auto-Submitted: auto-generated\r\n"
                 "MIME-Version: 1.0\r\n");
    // "=_" comes in no quoted-printable text.
    buf_addf(to, "Content-Type: multipart/alternative;\r\n boundary=\"=_%s\"\r\n\r\n", name);
}

static void write_part(const char *name, const char *type, const char *text, size_t size, buf_t *to)
{
    buf_addf(to,
             "--=_%s\r\nContent-Type: text/%s; charset=utf-8\r\n"
             "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
             name, type);
    quoted_body(text, size, to);
    buf_addf(to, "\r\n");
}

static void add_escaped(const char *text, size_t size, buf_t *to)
{
    for (size_t i = 0; i < size; i++) {
        switch (text[i]) {
        case '&':
            buf_addf(to, "&amp;");
            break;
        case '<':
            buf_addf(to, "&lt;");
            break;
        case '>':
            buf_addf(to, "&gt;");
            break;
        case '"':
            buf_addf(to, "&quot;");
            break;
        default:
            buf_add(to, text + i, 1);
        }
    }
}

// The length of a link that starts here; 0 when none does.
static size_t link_length(const char *at)
{
    bool link = strncmp(at, "http://", 7) == 0 || strncmp(at, "https://", 8) == 0;
    return link ? strcspn(at, " \t\r\n<>\"") : 0;
}

// The text as it stands, its links made live.
static void write_html(const char *text, buf_t *to)
{
    buf_addf(to, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head>\n"
                 "<body style=\"font-family: sans-serif\">\n<div style=\"white-space: pre-wrap\">");
    while (*text) {
        size_t link = link_length(text);
        if (link > 0) {
            buf_addf(to, "<a href=\"");
            add_escaped(text, link, to);
            buf_addf(to, "\">");
            add_escaped(text, link, to);
            buf_addf(to, "</a>");
        } else {
            link = 1;
            add_escaped(text, 1, to);
        }
        text += link;
    }
    buf_addf(to, "</div>\n</body></html>\n");
}

void mail_compose(const mail_t *mail, buf_t *to)
{
    char name[MAIL_NAME_SIZE];
    mail_name(mail->key, mail->recipient, name);
    buf_t html = {0};
    write_html(mail->text, &html);
    write_headers(mail, name, to);
    write_part(name, "plain", mail->text, strlen(mail->text), to);
    write_part(name, "html", html.data, html.size, to);
    buf_addf(to, "--=_%s--\r\n", name);
    buf_release(&html);
}
