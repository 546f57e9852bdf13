// SPDX-License-Identifier: MPL-2.0
// NATS JetStream, one stream in files. WHERE is the port.
//
// nats publish PORT   js_PublishAsync with MaxPending --window
// nats consume PORT   a pull consumer, --batch a fetch; the last one of a fetch acknowledges all
// (AckAll) and
//                     waits for the confirmation
#include <nats/nats.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

enum { WAIT_MS = 60000 };

typedef struct {
    options_t options;
    natsConnection *nats;
    jsCtx *js;
    pace_t pace;
    tally_t tally;
} driver_t;

static void check(natsStatus status, const char *what)
{
    if (status != NATS_OK) {
        die("%s: %s", what, natsStatus_GetText(status));
    }
}

static void on_error(jsCtx *js, jsPubAckErr *error, void *closure)
{
    (void)js;
    (void)closure;
    die("a publish: %s", error->ErrText ? error->ErrText : natsStatus_GetText(error->Err));
}

static void open_stream(driver_t *driver)
{
    char url[64];
    snprintf(url, sizeof url, "nats://127.0.0.1:%s", driver->options.where);
    check(natsConnection_ConnectTo(&driver->nats, url), url);
    jsOptions options;
    check(jsOptions_Init(&options), "jsOptions_Init");
    options.PublishAsync.MaxPending = (int64_t)driver->options.window;
    options.PublishAsync.StallWait = WAIT_MS;
    options.PublishAsync.ErrHandler = on_error;
    check(natsConnection_JetStream(&driver->js, driver->nats, &options), "JetStream");
    jsStreamConfig stream;
    check(jsStreamConfig_Init(&stream), "jsStreamConfig_Init");
    const char *subjects[] = {"bench"};
    stream.Name = "BENCH";
    stream.Subjects = subjects;
    stream.SubjectsLen = 1;
    stream.Storage = js_FileStorage;
    jsErrCode code = 0;
    natsStatus status = js_AddStream(NULL, driver->js, &stream, NULL, &code);
    if (code != JSStreamNameExistErr) {
        check(status, "the stream");
    }
}

static void publish(driver_t *driver)
{
    char body[RECORD_MAX];
    driver->pace = pace_begin(&driver->options);
    for (; pace_more(&driver->pace); driver->pace.sent++) {
        record_fill(body, driver->pace.sent, driver->options.bytes);
        // Waits while MaxPending are on the way.
        check(js_PublishAsync(driver->js, "bench", body, (int)driver->options.bytes, NULL),
              "js_PublishAsync");
    }
    jsPubOptions wait;
    check(jsPubOptions_Init(&wait), "jsPubOptions_Init");
    wait.MaxWait = WAIT_MS;
    check(js_PublishAsyncComplete(driver->js, &wait), "js_PublishAsyncComplete");
    driver->pace.acked = driver->pace.sent; // on_error ends the process otherwise
    pace_print(&driver->pace);
}

static void fetch(driver_t *driver, natsSubscription *subscription)
{
    natsMsgList list;
    uint64_t left = driver->tally.count - driver->tally.distinct;
    uint64_t batch = left < driver->options.batch ? left : driver->options.batch;
    check(natsSubscription_Fetch(&list, subscription, (int)batch, WAIT_MS, NULL), "a fetch");
    for (int i = 0; i < list.Count; i++) {
        tally_take(&driver->tally, natsMsg_GetData(list.Msgs[i]),
                   (size_t)natsMsg_GetDataLength(list.Msgs[i]));
    }
    if (list.Count > 0) {
        check(natsMsg_AckSync(list.Msgs[list.Count - 1], NULL, NULL), "an acknowledgement");
    }
    natsMsgList_Destroy(&list);
}

static void consume(driver_t *driver)
{
    driver->tally = tally_of(&driver->options);
    jsSubOptions options;
    check(jsSubOptions_Init(&options), "jsSubOptions_Init");
    options.Config.AckPolicy = js_AckAll;
    options.Config.MaxAckPending = (int64_t)(4 * driver->options.batch);
    options.Config.AckWait = WAIT_MS * 1000000LL;
    natsSubscription *subscription = NULL;
    check(js_PullSubscribe(&subscription, driver->js, "bench", "bench", NULL, &options, NULL),
          "js_PullSubscribe");
    int64_t began_ns = now_ns();
    while (!tally_whole(&driver->tally)) {
        fetch(driver, subscription);
    }
    tally_print(&driver->tally, began_ns);
    natsSubscription_Destroy(subscription);
    free(driver->tally.seen);
}

int main(int argc, char **argv)
{
    driver_t driver = {.options = options_read(argc, argv)};
    open_stream(&driver);
    if (strcmp(driver.options.what, "publish") == 0) {
        publish(&driver);
    } else if (strcmp(driver.options.what, "consume") == 0) {
        consume(&driver);
    }
    jsCtx_Destroy(driver.js);
    natsConnection_Destroy(driver.nats);
    nats_Close();
    return 0;
}
