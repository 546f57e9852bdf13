// SPDX-License-Identifier: MPL-2.0
// Columns of texts and categories.
#include "data/profile/words.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/profile/common.h"
#include "data/profile/figure.h"
#include "data/profile/levels_file.h"
#include "data/value/number.h"

enum {
    LENGTHS_FIRST = 256,
    AHEAD = 8, // cells
    DATE_SIZE_MIN = 6,
    DATE_SIZE_MAX = 30,
};

// What one reading of the column gathers.
typedef struct {
    study_t *study;
    facts_t *facts;
    words_t *words;
    counter_t *counter;
    levels_file_t *levels;
    digest_t *digests; // of a stripe's cells or words
    uint32_t *uses;    // of a stripe's words
    uint32_t *firsts;
    uint8_t *codes; // the level of each word or cell
    fault_t *fault;
} reading_t;

#define ONES 0x0101010101010101ULL
#define HIGHS 0x8080808080808080ULL

// Words are runs of bytes above the space.
static size_t count_words(text_t text)
{
    uint64_t before = 0; // whether the byte before was of a word
    size_t words = 0;
    for (size_t at = 0; at < text.size; at += 8) {
        uint64_t word = 0;
        if (at + 8 <= text.size) {
            memcpy(&word, text.bytes + at, sizeof word);
        } else {
            word = digest_tail(text.bytes + text.size, text.size - at, text.size >= 8);
        }
        uint64_t full = (((word | HIGHS) - 0x21 * ONES) | word) & HIGHS;
        uint64_t starts = full & ~(full << 8 | before);
        words += (size_t)((starts >> 7) * ONES >> 56);
        before = full >> 56;
    }
    return words;
}

// One to four digits, a mark, one or two digits or a month's name, a mark, digits.
static bool looks_like_date(text_t text)
{
    const char *marks = "-/.";
    if (text.size < DATE_SIZE_MIN || text.size > DATE_SIZE_MAX) {
        return false;
    }
    size_t groups[3] = {0};
    size_t group = 0;
    char mark = 0;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.bytes[i];
        if (byte >= '0' && byte <= '9') {
            groups[group]++;
        } else if (group == 2) {
            break; // a time may follow
        } else if (groups[group] > 0 && (mark ? byte == mark : strchr(marks, byte) != NULL)) {
            mark = byte;
            group++;
        } else {
            return false;
        }
    }
    bool first = (groups[0] == 4 && groups[2] <= 2) || (groups[0] <= 2 && groups[2] <= 4);
    return group == 2 && first && groups[1] <= 2 && groups[2] > 0;
}

static bool starts_number(char byte)
{
    return (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '+';
}

static void measure_kind(facts_t *facts, text_t text, size_t times)
{
    number_t number;
    if (text.size == 0 || !starts_number(text.bytes[0])) {
        return;
    }
    if (number_parse(text.bytes, text.size, &number) != NUMBER_NONE) {
        facts->numbers += times;
    } else if (looks_like_date(text)) {
        facts->dates += times;
    }
}

static void measure(reading_t *reading, text_t text, size_t times)
{
    words_t *words = reading->words;
    size_t characters = figure_characters(text);
    if (characters >= words->lengths_count) {
        size_t count = 2 * characters + LENGTHS_FIRST;
        words->lengths = mem_resize(words->lengths, count, sizeof *words->lengths);
        memset(words->lengths + words->lengths_count, 0,
               (count - words->lengths_count) * sizeof *words->lengths);
        words->lengths_count = count;
    }
    words->lengths[characters] += times;
    words->characters += characters * times;
    words->words += count_words(text) * times;
    reading->facts->bytes += (int64_t)((text.size + sizeof(uint32_t)) * times);
    measure_kind(reading->facts, text, times);
}

// Remembers the first different texts of the first stripe.
static void see_examples(words_t *words, const vector_t *vector)
{
    for (size_t i = 0; i < vector->count && words->examples_count < WORDS_EXAMPLES; i++) {
        text_t text = vector_text(vector, i);
        bool known = !vector_is_valid(vector, i);
        for (size_t e = 0; e < words->examples_count && !known; e++) {
            known = words->examples[e].size == text.size &&
                    memcmp(words->examples[e].bytes, text.bytes, text.size) == 0;
        }
        if (!known) {
            words->examples[words->examples_count++] =
                (words_example_t){text_dup(text.bytes, text.size), text.size};
        }
    }
}

static err_t count_text(reading_t *reading, text_t text, size_t at, size_t times, size_t row)
{
    int64_t index;
    measure(reading, text, times);
    err_t err = counter_add(reading->counter, reading->digests[at], (int64_t)times, (int64_t)row,
                            &index, reading->fault);
    reading->codes[at] = levels_file_code(reading->levels, index, (int64_t)times);
    return err;
}

// With a stripe's words, each is measured and counted once.
static err_t read_coded(reading_t *reading, const vector_t *vector, size_t first)
{
    memset(reading->uses, 0, vector->words * sizeof *reading->uses);
    for (size_t i = 0; i < vector->count; i++) {
        if (vector_is_valid(vector, i) && reading->uses[vector->codes[i]]++ == 0) {
            reading->firsts[vector->codes[i]] = (uint32_t)i;
        }
    }
    err_t err = ERR_OK;
    for (size_t w = 0; w < vector->words && err == ERR_OK; w++) {
        text_t text = vector->texts[w];
        if (reading->uses[w] > 0) {
            reading->digests[w] = digest_bytes(text.bytes, text.size);
            err = count_text(reading, text, w, reading->uses[w], first + reading->firsts[w]);
        }
    }
    return err == ERR_OK ? levels_file_add(reading->levels, vector, reading->codes, reading->fault)
                         : err;
}

static err_t read_plain(reading_t *reading, const vector_t *vector, size_t first)
{
    for (size_t i = 0; i < vector->count; i++) {
        if (vector_is_valid(vector, i)) {
            reading->digests[i] = digest_bytes(vector->texts[i].bytes, vector->texts[i].size);
        }
    }
    err_t err = ERR_OK;
    for (size_t i = 0; i < vector->count && err == ERR_OK; i++) {
        if (i + AHEAD < vector->count) {
            counter_prefetch(reading->counter, reading->digests[i + AHEAD]);
        }
        if (vector_is_valid(vector, i)) {
            err = count_text(reading, vector->texts[i], i, 1, first + i);
        }
    }
    return err == ERR_OK ? levels_file_add(reading->levels, vector, reading->codes, reading->fault)
                         : err;
}

static err_t read_column(reading_t *reading, stripe_t *stripe)
{
    study_t *study = reading->study;
    facts_t *facts = reading->facts;
    err_t err = ERR_OK;
    for (size_t i = 0; i < frame_stripes(study->frame) && err == ERR_OK; i++) {
        size_t first = (size_t)frame_stripe_first(study->frame, i);
        err = stripe_load(stripe, i, &facts->column, 1, reading->fault);
        if (err != ERR_OK) {
            return err;
        }
        const vector_t *vector = stripe_vector(stripe, facts->column);
        mask_add(&facts->mask, first, vector->count, vector->valid);
        facts->valid += vector->count - vector_missing(vector);
        if (i == 0) {
            see_examples(reading->words, vector);
        }
        err =
            vector->codes ? read_coded(reading, vector, first) : read_plain(reading, vector, first);
    }
    return err;
}

// The length with `rank` shorter or equal ones before it.
static double length_at(const words_t *words, size_t rank)
{
    size_t before = 0;
    for (size_t i = 0; i < words->lengths_count; i++) {
        before += words->lengths[i];
        if (before > rank) {
            return (double)i;
        }
    }
    return 0;
}

static void keep_facts(facts_t *facts, words_t *words, const common_t *common)
{
    facts->distinct = common->distinct;
    facts->single = common->single;
    if (facts->valid > 0) {
        facts->length_min = (size_t)length_at(words, 0);
        facts->length_max = (size_t)length_at(words, facts->valid - 1);
        words->median =
            (length_at(words, (facts->valid - 1) / 2) + length_at(words, facts->valid / 2)) / 2;
    }
}

static void release(reading_t *reading)
{
    words_t *words = reading->words;
    for (size_t i = 0; i < words->examples_count; i++) {
        free(words->examples[i].bytes);
    }
    free(words->lengths);
    counter_destroy(&reading->counter);
    free(reading->digests);
    free(reading->uses);
    free(reading->firsts);
    free(reading->codes);
}

err_t words_study(study_t *study, facts_t *facts, stripe_t *stripe, fault_t *fault)
{
    words_t words = {0};
    common_t common = {0};
    levels_file_t levels = levels_file_new(study, facts);
    reading_t reading = {.study = study,
                         .facts = facts,
                         .words = &words,
                         .levels = &levels,
                         .fault = fault,
                         .digests = mem_array(FRAME_STRIPE_ROWS, sizeof *reading.digests),
                         .uses = mem_array(FRAME_STRIPE_ROWS, sizeof *reading.uses),
                         .firsts = mem_array(FRAME_STRIPE_ROWS, sizeof *reading.firsts),
                         .codes = mem_array(FRAME_STRIPE_ROWS, sizeof *reading.codes)};
    reading.counter = counter_new(study->scratch, study->rows, study->share / 2);
    err_t err = read_column(&reading, stripe);
    if (err == ERR_OK) {
        err = common_find(study, facts, reading.counter, stripe, &common, fault);
    }
    if (err == ERR_OK) {
        levels_file_end(&levels, facts);
        keep_facts(facts, &words, &common);
        facts_bands(study, facts);
        facts->variable = words_variable(facts, &words, &common);
    }
    common_release(&common);
    release(&reading);
    return err;
}
