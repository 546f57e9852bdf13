// SPDX-License-Identifier: MPL-2.0
#include "broker/log/scrub.h"

#include "base/fault.h"
#include "broker/log/scan.h"

scrub_result_t scrub_open(scrub_t *ret, disk_t *disk, const char *folder, uint32_t number)
{
    fault_t fault;
    *ret = (scrub_t){.disk = disk, .at = LAYOUT_SEGMENT_HEAD};
    err_t err = segment_open(&ret->segment, disk, folder, number, &fault);
    if (err) {
        ret->disk = NULL;
        return err == ERR_CORRUPT ? SCRUB_DAMAGED : SCRUB_GONE;
    }
    return SCRUB_MORE;
}

static bool records_whole(const char *bytes, const batch_head_t *batch)
{
    uint64_t at = 0;
    for (uint32_t i = 0; i < batch->count; i++) {
        if (batch->size - at < LAYOUT_RECORD_HEAD) {
            return false;
        }
        record_head_t record = layout_get_record(bytes + at);
        size_t room = layout_record_room(record.size);
        if (room > batch->size - at || !layout_record_whole(bytes + at, record.size)) {
            return false;
        }
        at += room;
    }
    return at == batch->size;
}

// What follows the last batch is zeros.
static scrub_result_t check_rest(scrub_t *scrub, const char *head)
{
    for (size_t i = 0; i < LAYOUT_BATCH_HEAD; i++) {
        if (head[i] != 0) {
            return SCRUB_DAMAGED;
        }
    }
    scrub->at = scrub->segment.head.size;
    return SCRUB_DONE;
}

scrub_result_t scrub_next(scrub_t *scrub, size_t *ret_bytes)
{
    const segment_head_t *head = &scrub->segment.head;
    char bytes[LAYOUT_BATCH_HEAD];
    batch_head_t batch;
    *ret_bytes = LAYOUT_BATCH_HEAD;
    if (head->size - scrub->at < LAYOUT_BATCH_HEAD) {
        return SCRUB_DONE;
    }
    if (!disk_read_all(scrub->disk, scrub->segment.file, bytes, sizeof bytes, scrub->at)) {
        return SCRUB_DAMAGED;
    }
    if (!layout_get_batch(bytes, &batch)) {
        return check_rest(scrub, bytes);
    }
    if (batch.nonce != head->nonce || batch.at != scrub->at ||
        batch.size > head->size - scrub->at - LAYOUT_BATCH_HEAD) {
        return SCRUB_DAMAGED;
    }
    buf_clear(&scrub->bytes);
    char *to = buf_reserve(&scrub->bytes, batch.size);
    *ret_bytes += batch.size;
    if (!disk_read_all(scrub->disk, scrub->segment.file, to, batch.size,
                       scrub->at + LAYOUT_BATCH_HEAD) ||
        !records_whole(to, &batch)) {
        return SCRUB_DAMAGED;
    }
    scrub->at += LAYOUT_BATCH_HEAD + batch.size;
    return SCRUB_MORE;
}

void scrub_close(scrub_t *scrub)
{
    if (scrub->disk) {
        segment_close(&scrub->segment);
        scrub->disk = NULL;
    }
    buf_release(&scrub->bytes);
}
