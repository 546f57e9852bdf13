// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>
#include <string.h>

#include "actors/gateway/state.h"
#include "base/text.h"

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void write_scores(const json_t *scores, buf_t *text)
{
    const char *chosen = text_of(scores, "chosen");
    if (json_object_get(scores, "test_accuracy")) {
        buf_addf(text, "Accuracy on rows the model had not seen: %.1f %%\n",
                 100 * json_number_value(json_object_get(scores, "test_accuracy")));
        buf_addf(text, "(always guessing the most frequent label: %.1f %%)\n",
                 100 * json_number_value(json_object_get(scores, "baseline_accuracy")));
    } else {
        buf_addf(text, "%s on rows the model had not seen: %.4f\n", chosen,
                 json_number_value(json_object_get(json_object_get(scores, "test"), chosen)));
    }
}

static void write_result(const json_t *summary, buf_t *text)
{
    const json_t *result = json_object_get(summary, "result");
    const json_t *scores = json_object_get(result, "scores");
    if (scores) {
        write_scores(scores, text);
    } else {
        buf_addf(text, "Rows in: %lld, rows out: %lld\n",
                 (long long)json_integer_value(json_object_get(result, "rows_in")),
                 (long long)json_integer_value(json_object_get(result, "rows_out")));
    }
}

static void write_fault(const json_t *summary, buf_t *text)
{
    const json_t *fault = json_object_get(summary, "fault");
    buf_addf(text, "What went wrong: %s\n", text_of(fault, "detail"));
    if (*text_of(fault, "remedy")) {
        buf_addf(text, "What you can do: %s\n", text_of(fault, "remedy"));
    }
}

// Where the platform is found; empty when only the bridge knows its port.
static char *address_of(actor_t *actor)
{
    const char *url = actor_setting(actor, "public_url");
    if (!*url && actor_setting_int(actor, "http_port") == 0) {
        return text_format("%s", "");
    }
    return *url ? text_format("%s", url)
                : text_format("http://%s:%s", actor_setting(actor, "http_listen"),
                              actor_setting(actor, "http_port"));
}

static void write_text(actor_t *actor, const json_t *summary, const char *what, bool done,
                       buf_t *text)
{
    buf_addf(text, "The %s of \"%s\" %s.\n\n", what, text_of(summary, "dataset_name"),
             done ? "is done" : "did not work");
    if (done) {
        write_result(summary, text);
    } else {
        write_fault(summary, text);
    }
    char *address = address_of(actor);
    buf_addf(text, "\nJob %s%s%s\n", text_of(summary, "id"), *address ? ", to be found at " : "",
             address);
    free(address);
    buf_add(text, "", 1);
}

err_t mail_job_ended(actor_t *actor, const char *job, fault_t *fault)
{
    const gateway_t *gateway = actor_state(actor);
    json_t *summary = NULL;
    char *email = NULL;
    err_t err = job_summary(gateway->catalog, job, &summary, fault);
    err = err ? err : account_email(gateway->catalog, text_of(summary, "user"), &email, fault);
    if (err) {
        json_decref(summary);
        return err;
    }
    bool done = strcmp(text_of(summary, "state"), "done") == 0;
    const char *what = strcmp(text_of(summary, "kind"), "train") == 0 ? "training" : "processing";
    buf_t text = {0};
    write_text(actor, summary, what, done, &text);
    char *subject = text_format("AutoDP: %s of %.200s %s", what, text_of(summary, "dataset_name"),
                                done ? "is done" : "failed");
    char *key = text_format("job:%s:%s", job, text_of(summary, "state"));
    msg_notice_t notice = {.key = key, .recipient = email, .subject = subject, .text = text.data};
    buf_t payload = {0};
    message_pack(MSG_notice, &notice, &payload);
    err =
        intent_add(gateway->catalog, "notification", NULL, key, payload.data, payload.size, fault);
    buf_release(&payload);
    buf_release(&text);
    free(subject);
    free(key);
    free(email);
    json_decref(summary);
    return err;
}
