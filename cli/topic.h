// SPDX-License-Identifier: MPL-2.0
// The parts of `autodp topic`.
#pragma once

#include "cli/args.h"
#include "cli/platform.h"

typedef err_t topic_verb_fn(platform_t *, const args_t *, fault_t *);

// topic_list.c: how topics are.
topic_verb_fn topic_ls, topic_show, topic_lag;

// topic_change.c: what changes them.
topic_verb_fn topic_create, topic_set, topic_purge, topic_delete, topic_pause, topic_resume;
topic_verb_fn topic_group, topic_seek, topic_redrive;

// topic_read.c: records out.
topic_verb_fn topic_sub, topic_tail, topic_dlq;

// topic_publish.c, topic_bench.c: records in.
topic_verb_fn topic_pub, topic_bench;

// The word behind the verb: the topic's name. ERR_INVALID.
err_t topic_name(const args_t *args, const char **ret, fault_t *fault);

// The name of the dead-letter topic: as given, or dead.TOPIC.GROUP with --group.
err_t topic_dead_name(const args_t *args, char ret[LIMIT_NAME_BYTES + 1], fault_t *fault);

// An option that is a whole number of 0 or more.
err_t topic_number(const args_t *args, const char *name, int64_t otherwise, int64_t *ret,
                   fault_t *fault);

// --from: "first", "end", "offset:N" or "time:RFC3339" as `consume` wants it. ERR_INVALID.
err_t topic_from(const args_t *args, const char *otherwise, const char **ret_start, int64_t *ret_at,
                 fault_t *fault);

// All pages of a list of the service broker. A new reference.
err_t topic_all(platform_t *platform, method_t method, const char *key, json_t **ret,
                fault_t *fault);

// The state of one topic. A new reference.
err_t topic_state(platform_t *platform, const char *name, json_t **ret, fault_t *fault);

// Asks for a change whose answer is empty, and says what is done unless --json.
err_t topic_change(platform_t *platform, method_t method, const void *message, const char *done,
                   fault_t *fault);
