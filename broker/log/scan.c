// SPDX-License-Identifier: MPL-2.0
#include "broker/log/scan.h"

// The head of the batch at this place; false when there is none that belongs here.
static bool head_at(const scan_t *scan, uint32_t at, batch_head_t *ret)
{
    if (at + LAYOUT_BATCH_HEAD > scan->head->size) {
        return false;
    }
    return layout_get_batch(scan->bytes + at, ret) && ret->nonce == scan->head->nonce &&
           ret->at == at && ret->size <= scan->head->size - at - LAYOUT_BATCH_HEAD;
}

// Whether the records at this place fill the batch and are whole.
static bool records_whole(const scan_t *scan, uint32_t at, const batch_head_t *batch)
{
    uint64_t end = (uint64_t)at + batch->size;
    uint64_t next = at;
    for (uint32_t i = 0; i < batch->count; i++) {
        if (next + LAYOUT_RECORD_HEAD > end) {
            return false;
        }
        uint32_t size = layout_record_size(scan->bytes + next);
        if (next + layout_record_room(size) > end ||
            !layout_record_whole(scan->bytes + next, size)) {
            return false;
        }
        next += layout_record_room(size);
    }
    return next == end;
}

static err_t give_out(const scan_t *scan, uint32_t at, const batch_head_t *batch, fault_t *fault)
{
    for (uint32_t i = 0; i < batch->count; i++) {
        uint32_t size = layout_record_size(scan->bytes + at);
        uint64_t position = (uint64_t)scan->head->number << 32 | at;
        err_t err = scan->on_record(scan->context, position, scan->bytes + at + LAYOUT_RECORD_HEAD,
                                    size, fault);
        if (err) {
            return err;
        }
        scan->report->records++;
        at += (uint32_t)layout_record_room(size);
    }
    scan->report->batches++;
    return ERR_OK;
}

err_t scan_batches(const scan_t *scan, uint64_t *sequence, uint32_t *ret_end, fault_t *fault)
{
    uint32_t at = LAYOUT_SEGMENT_HEAD;
    batch_head_t batch;
    while (head_at(scan, at, &batch) && batch.sequence == *sequence &&
           records_whole(scan, at + LAYOUT_BATCH_HEAD, &batch)) {
        err_t err = give_out(scan, at + LAYOUT_BATCH_HEAD, &batch, fault);
        if (err) {
            return err;
        }
        at += LAYOUT_BATCH_HEAD + batch.size;
        (*sequence)++;
    }
    *ret_end = at;
    return ERR_OK;
}

bool scan_has_later_batch(const scan_t *scan, uint32_t end)
{
    batch_head_t batch;
    for (uint32_t at = end + LAYOUT_ALIGN; at < scan->head->size; at += LAYOUT_ALIGN) {
        if (scan->bytes[at] == 'A' && head_at(scan, at, &batch)) {
            return true;
        }
    }
    return false;
}

uint32_t scan_last_byte(const scan_t *scan, uint32_t end)
{
    uint32_t last = scan->head->size;
    while (last > end && scan->bytes[last - 1] == 0) {
        last--;
    }
    return last;
}

uint32_t scan_torn_records(const scan_t *scan, uint32_t end)
{
    batch_head_t batch;
    return head_at(scan, end, &batch) ? batch.count : 0;
}
