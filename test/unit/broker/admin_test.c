// SPDX-License-Identifier: MPL-2.0
// The service `broker`: what admins see and change, and that it survives a restart.
#include <stdio.h>
#include <string.h>

#include "rig_admin.h"
#include "test/unit/test.h"

static void settings(rig_t *rig, method_t method, const char *topic, json_t *json, err_t code)
{
    msg_topic_settings_t message = {.topic = topic, .settings = json};
    if (code) {
        rig_refuse(rig, method, &message, code);
    } else {
        rig_do(rig, method, &message);
    }
    json_decref(json);
}

static int64_t setting(rig_t *rig, const char *topic, const char *name)
{
    json_t *shown = rig_show(rig, topic);
    int64_t value = json_integer_value(json_object_get(json_object_get(shown, "settings"), name));
    json_decref(shown);
    return value;
}

static void topics_are_created_and_configured(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    settings(rig, METHOD_topic_create, "t", json_pack("{s:i}", "bytes_max", 500), ERR_OK);
    settings(rig, METHOD_topic_create, "t", json_pack("{s:i}", "bytes_max", 500), ERR_OK);
    settings(rig, METHOD_topic_create, "t", json_pack("{s:i}", "bytes_max", 501), ERR_CONFLICT);
    settings(rig, METHOD_topic_configure, "t", json_pack("{s:i}", "groups_max", 2), ERR_OK);
    settings(rig, METHOD_topic_create, "feed", NULL, ERR_OK);
    rig_restart_with_admin(rig);
    assert_int_equal(setting(rig, "t", "bytes_max"), 500);
    assert_int_equal(setting(rig, "t", "groups_max"), 2);
    assert_int_equal(setting(rig, "feed", "retention_count"), 100);
    assert_int_equal(rig_number(rig, "t", NULL, "configured"), 1);
    rig_free(rig);
}

static void wrong_settings_change_nothing(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    settings(rig, METHOD_topic_create, "t", json_pack("{s:i}", "bytes_max", -1), ERR_INVALID);
    settings(rig, METHOD_topic_create, "t", json_pack("{s:s}", "kind", "heap"), ERR_INVALID);
    settings(rig, METHOD_topic_create, "t", json_pack("{s:i}", "colour", 1), ERR_INVALID);
    settings(rig, METHOD_topic_create, "t", json_pack("{s:i}", "groups_max", 65), ERR_INVALID);
    settings(rig, METHOD_topic_create, "t", json_pack("[i]", 1), ERR_INVALID);
    settings(rig, METHOD_topic_create, "a b", NULL, ERR_INVALID);
    settings(rig, METHOD_topic_create, "dead.t.g", NULL, ERR_FORBIDDEN);
    settings(rig, METHOD_topic_configure, "t", NULL, ERR_NOT_FOUND);
    rig_refuse(rig, METHOD_topic_show, &(msg_topic_named_t){.topic = "t"}, ERR_NOT_FOUND);
    rig_free(rig);
}

static void settings_that_the_disk_refuses_are_taken_back(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    settings(rig, METHOD_topic_create, "t", json_pack("{s:i}", "bytes_max", 500), ERR_OK);
    json_t *two = json_pack("{s:i}", "bytes_max", 2);
    json_t *three = json_pack("{s:i}", "bytes_max", 3);
    rig->hold_appends = true;
    rig_ask(rig, METHOD_topic_configure, &(msg_topic_settings_t){.topic = "t", .settings = two});
    rig_ask(rig, METHOD_topic_configure, &(msg_topic_settings_t){.topic = "t", .settings = three});
    rig_expect_none(rig, "a"); // not before it is on disk
    rig_fail(rig, ERR_FULL);
    rig_expect_fault(rig, "a", HDR_answer, ERR_FULL);
    rig_expect_fault(rig, "a", HDR_answer, ERR_FULL);
    rig->hold_appends = false;
    assert_int_equal(setting(rig, "t", "bytes_max"), 500);
    json_decref(two);
    json_decref(three);
    rig_free(rig);
}

static void purged_records_do_not_come_back(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_join(rig, "t", "g", 1);
    rig_publish_many(rig, "t", 5);
    rig_expect_record(rig, "c", 0, 1);
    rig_refuse(rig, METHOD_topic_purge, &(msg_topic_purge_t){.topic = "t", .below = 6},
               ERR_INVALID);
    rig_do(rig, METHOD_topic_purge, &(msg_topic_purge_t){.topic = "t", .below = 3});
    rig_expect_record(rig, "c", 3, 1); // the lease of the first is void
    assert_int_equal(rig_number(rig, "t", NULL, "records"), 2);
    rig_restart_with_admin(rig);
    assert_int_equal(rig_number(rig, "t", NULL, "first"), 3);
    assert_int_equal(rig_number(rig, "t", "g", "lag"), 2);
    rig_do(rig, METHOD_topic_purge, &(msg_topic_purge_t){.topic = "t"});
    rig_restart_with_admin(rig);
    assert_int_equal(rig_number(rig, "t", NULL, "records"), 0);
    assert_int_equal(rig_number(rig, "t", NULL, "next"), 5);
    rig_free(rig);
}

static void purge_leaves_what_is_on_its_way(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_publish_many(rig, "t", 3);
    rig->hold_appends = true;
    rig_publish(rig, "p", "t", NULL, NULL, "refused");
    rig_ask(rig, METHOD_topic_purge, &(msg_topic_purge_t){.topic = "t"});
    rig_fail_one(rig, ERR_FULL);
    rig->hold_appends = false;
    rig_commit(rig);
    rig_expect_fault(rig, "p", HDR_refused, ERR_FULL);
    rig_expect(rig, "a", HDR_answer);
    rig_publish(rig, "p", "t", NULL, NULL, "x"); // has the offset of the refused one
    assert_int_equal(rig_expect(rig, "p", HDR_published)->published.offset, 3);
    rig_restart_with_admin(rig);
    assert_int_equal(rig_number(rig, "t", NULL, "first"), 3);
    assert_int_equal(rig_number(rig, "t", NULL, "records"), 1);
    rig_free(rig);
}

static void topics_and_groups_are_deleted(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_join(rig, "t", "g", 1);
    rig_publish_many(rig, "t", 2);
    rig_refuse(rig, METHOD_topic_delete, &(msg_topic_named_t){.topic = "t"}, ERR_CONFLICT);
    rig_refuse(rig, METHOD_group_delete, &(msg_group_named_t){.topic = "t", .group = "g"},
               ERR_CONFLICT);
    rig_gone(rig, "c");
    rig->hold_appends = true;
    rig_ask(rig, METHOD_group_delete, &(msg_group_named_t){.topic = "t", .group = "g"});
    rig_expect_none(rig, "a");
    rig_commit(rig);
    rig->hold_appends = false;
    rig_expect(rig, "a", HDR_answer);
    assert_int_equal(rig_number(rig, "t", NULL, "records"), 2); // they wait for another group
    rig_do(rig, METHOD_topic_delete, &(msg_topic_named_t){.topic = "t"});
    rig_restart_with_admin(rig);
    rig_refuse(rig, METHOD_topic_show, &(msg_topic_named_t){.topic = "t"}, ERR_NOT_FOUND);
    rig_free(rig);
}

static json_t *listing(rig_t *rig, method_t method, const char *after, bool more)
{
    msg_listing_t listing;
    rig_ask(rig, method, &(msg_page_t){.after = after});
    rig_answer(rig, method, &listing);
    assert_int_equal(listing.more, more);
    json_t *items = json_incref(listing.items);
    message_release(MSG_listing, &listing);
    return items;
}

static void lists_come_in_pages(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    for (int i = 299; i >= 0; i--) {
        char name[16];
        snprintf(name, sizeof name, "t%03d", i);
        settings(rig, METHOD_topic_create, name, NULL, ERR_OK);
    }
    json_t *first = listing(rig, METHOD_topic_list, NULL, true);
    assert_int_equal(json_array_size(first), 256);
    const char *last = json_string_value(json_object_get(json_array_get(first, 255), "name"));
    assert_string_equal(last, "t255");
    json_t *second = listing(rig, METHOD_topic_list, last, false);
    assert_int_equal(json_array_size(second), 44);
    json_decref(first);
    json_decref(second);
    rig_free(rig);
}

static void clients_and_services_are_listed(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_serve(rig, "c", "work", 7);
    rig_expect(rig, "c", HDR_done);
    rig_call(rig, "p", "work", 1000, true);
    json_t *services = listing(rig, METHOD_service_list, NULL, false);
    const json_t *work = json_array_get(services, 0);
    assert_int_equal(json_integer_value(json_object_get(work, "credit")), 7);
    assert_int_equal(json_integer_value(json_object_get(work, "busy")), 1);
    json_t *clients = listing(rig, METHOD_client_list, "a/1", false);
    assert_int_equal(json_array_size(clients), 2);
    const json_t *p = json_array_get(clients, 1);
    assert_string_equal(json_string_value(json_object_get(p, "client")), "p/1");
    assert_string_equal(json_string_value(json_object_get(p, "role")), "local");
    assert_int_equal(json_integer_value(json_object_get(p, "pending")), 1);
    json_decref(services);
    json_decref(clients);
    rig_free(rig);
}

static void stats_count(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_join(rig, "t", "g", 1);
    rig_publish_many(rig, "t", 2);
    msg_stats_t stats;
    rig_ask(rig, METHOD_broker_stats, &(msg_page_t){0});
    rig_answer(rig, METHOD_broker_stats, &stats);
    const json_t *topic = json_array_get(json_object_get(stats.stats, "topics"), 0);
    assert_int_equal(json_integer_value(json_object_get(topic, "published")), 2);
    const json_t *group = json_array_get(json_object_get(topic, "groups"), 0);
    assert_int_equal(json_integer_value(json_object_get(group, "lag")), 2);
    const json_t *publish_ms = json_array_get(json_object_get(stats.stats, "histograms"), 0);
    assert_int_equal(json_integer_value(json_object_get(publish_ms, "count")), 2);
    message_release(MSG_stats, &stats);
    rig_free(rig);
}

static void the_service_is_the_brokers_own(void **state)
{
    (void)state;
    rig_t *rig = rig_with_admin();
    rig_serve(rig, "c", "broker", 1);
    rig_expect_fault(rig, "c", HDR_refused, ERR_FORBIDDEN);
    rig_call(rig, "p", "broker", 1000, true); // a method it does not have
    rig_expect_fault(rig, "p", HDR_answer, ERR_NOT_FOUND);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topics_are_created_and_configured),
        cmocka_unit_test(wrong_settings_change_nothing),
        cmocka_unit_test(settings_that_the_disk_refuses_are_taken_back),
        cmocka_unit_test(purged_records_do_not_come_back),
        cmocka_unit_test(purge_leaves_what_is_on_its_way),
        cmocka_unit_test(topics_and_groups_are_deleted),
        cmocka_unit_test(lists_come_in_pages),
        cmocka_unit_test(clients_and_services_are_listed),
        cmocka_unit_test(stats_count),
        cmocka_unit_test(the_service_is_the_brokers_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
