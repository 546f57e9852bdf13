// SPDX-License-Identifier: MPL-2.0
// What every contestant shares: options, clock, the records and their check, the pace, the result.
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { RECORD_MAX = 1 << 20 }; // bytes of a record

// What is measured; each program uses what it needs.
typedef struct {
    const char *what;     // first word: "publish", "consume", ...
    const char *where;    // second word: endpoint, port or folder
    double seconds;       // sending ends when they have passed
    uint64_t records;     // sending ends after so many; reading expects exactly so many
    uint64_t window;      // sent and not acknowledged, all connections together
    uint64_t batch;       // asked for, or acknowledged, at once
    uint64_t connections; // to the server
    uint64_t topics;      // records go to them in turn
    uint64_t bytes;       // of a record
    const char *file;     // a file, where one is needed
    bool curve;           // encrypt, where the program can
} options_t;

// Reads WHAT WHERE [--seconds S] [--records N] [--window N] [--batch N] [--connections N]
// [--topics N] [--bytes N] [--file PATH] [--curve]. Ends the process when it cannot.
options_t options_read(int argc, char **argv);

// Ends the process with a message in the style of printf.
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Ends the process unless `ok`, naming `what` failed and errno's text.
static inline void must(bool ok, const char *what)
{
    if (!ok) {
        die("%s: %s", what, strerror(errno));
    }
}

// Nanoseconds on a clock that never steps.
int64_t now_ns(void);

// --- Records: eight bytes of number, then bytes that follow from the number.

// Writes record `number`; `bytes` is from 8 to RECORD_MAX.
void record_fill(char *to, uint64_t number, uint64_t bytes);

// Which records of `0 .. count - 1` have come.
typedef struct {
    uint64_t count;
    uint64_t bytes;
    uint64_t distinct;
    uint64_t repeated;
    uint8_t *seen;
} tally_t;

tally_t tally_of(const options_t *options);

// Compares a record with what was published under its number; ends the process when it differs.
// False when it has come before.
bool tally_take(tally_t *tally, const void *record, size_t bytes);

// Whether all have come.
bool tally_whole(const tally_t *tally);

// --- Pace

typedef struct {
    uint64_t sent;
    uint64_t acked;
    uint64_t records_max;
    uint64_t window;
    int64_t began_ns;
    int64_t end_ns;
} pace_t;

// Begins now.
pace_t pace_begin(const options_t *options);

// Whether there is more to send at all.
bool pace_more(const pace_t *pace);

// Whether one more may be sent now.
bool pace_may_send(const pace_t *pace);

// Prints {"records", "seconds", "rate"} from the first send to the last acknowledgement.
void pace_print(const pace_t *pace);

// The same for reading: from `began_ns` until now; ends the process unless all have come.
void tally_print(const tally_t *tally, int64_t began_ns);

// --- Durations

typedef struct {
    int64_t *ns;
    size_t count;
    size_t capacity;
} samples_t;

void samples_add(samples_t *samples, int64_t ns);

// Prints {"count", "rate", "p50_us", "p99_us"}; `bytes` > 0 adds "mb_per_s" of so many a sample.
void samples_print(samples_t *samples, uint64_t bytes);
