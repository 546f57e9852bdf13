// SPDX-License-Identifier: MPL-2.0
#include "broker/log/scan.h"

#include <string.h>

enum { PAGE = 4096 };

bool scan_batch(const scan_t *scan, uint32_t at, batch_head_t *ret)
{
    if (at > scan->head->size || scan->head->size - at < LAYOUT_BATCH_HEAD) {
        return false;
    }
    return layout_get_batch(scan->bytes + at, ret) && ret->nonce == scan->head->nonce &&
           ret->at == at && ret->size <= scan->head->size - at - LAYOUT_BATCH_HEAD &&
           ret->ordinal < ret->sequence;
}

bool scan_goes_on(const batch_head_t *batch, uint64_t sequence, uint64_t first)
{
    return batch->sequence - batch->ordinal == first &&
           (batch->sequence == sequence || (batch->sequence > sequence && batch->count == 0));
}

uint32_t scan_first(const batch_head_t *batch)
{
    return batch->at + LAYOUT_BATCH_HEAD;
}

uint32_t scan_end(const batch_head_t *batch)
{
    return batch->at + LAYOUT_BATCH_HEAD + batch->size;
}

bool scan_record(const scan_t *scan, const batch_head_t *batch, uint32_t *at, scan_record_t *ret)
{
    uint64_t left = scan_end(batch) - *at;
    if (left < LAYOUT_RECORD_HEAD) {
        return false;
    }
    record_head_t head = layout_get_record(scan->bytes + *at);
    size_t room = layout_record_room(head.size);
    if (room > left) {
        return false;
    }
    *ret = (scan_record_t){.at = *at,
                           .size = head.size,
                           .kept = head.kept,
                           .bytes = scan->bytes + *at + LAYOUT_RECORD_HEAD};
    *at += (uint32_t)room;
    return true;
}

bool scan_batch_whole(const scan_t *scan, const batch_head_t *batch)
{
    uint32_t at = scan_first(batch);
    for (uint32_t i = 0; i < batch->count; i++) {
        scan_record_t record;
        if (!scan_record(scan, batch, &at, &record) ||
            !layout_record_whole(scan->bytes + record.at, record.size)) {
            return false;
        }
    }
    return at == scan_end(batch);
}

uint32_t scan_next_batch(const scan_t *scan, uint32_t at, batch_head_t *ret)
{
    for (; at < scan->head->size; at += LAYOUT_ALIGN) {
        if (scan->bytes[at] == 'A' && scan_batch(scan, at, ret)) {
            return at;
        }
    }
    return scan->head->size;
}

uint64_t scan_first_sequence(const scan_t *scan)
{
    batch_head_t batch;
    uint32_t at = scan_next_batch(scan, LAYOUT_SEGMENT_HEAD, &batch);
    return at < scan->head->size ? batch.sequence - batch.ordinal : 0;
}

uint32_t scan_last_byte(const scan_t *scan, uint32_t end)
{
    static const char zeros[PAGE];
    uint32_t last = scan->head->size;
    while (last - end >= PAGE && memcmp(scan->bytes + last - PAGE, zeros, PAGE) == 0) {
        last -= PAGE;
    }
    while (last > end && scan->bytes[last - 1] == 0) {
        last--;
    }
    return last;
}
