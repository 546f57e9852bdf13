// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/settings.h"
#include "cli/command.h"
#include "cli/datadir.h"

static err_t help_command(const args_t *args, fault_t *fault);
static err_t version_command(const args_t *args, fault_t *fault);
static err_t init_command(const args_t *args, fault_t *fault);
static err_t settings_command(const args_t *args, fault_t *fault);

#define GLOBAL " data: config: keys: json"
#define TABLE                                                                                      \
    GLOBAL " import: encoding: delimiter: quote: decimal: no-header lenient threads: scratch:"
#define TRAINING                                                                                   \
    " target: features: recipe: algorithm: task: params: auto search: space: budget: trials: "     \
    "trial-memory: "                                                                               \
    "split: score: learning-curve no-refit folds: test-size: seed: output: import: encoding: "     \
    "delimiter: "                                                                                  \
    "quote: decimal: no-header "                                                                   \
    "lenient "                                                                                     \
    "threads: scratch:"
#define TOPIC                                                                                      \
    " key: id: priority: delay: ttl: trace-id: content-type: group: count: from: follow below: "   \
    "deliveries: backoff: size:"

static const command_t COMMANDS[] = {
    {"up", GLOBAL, "up", "start the platform and keep it running until Ctrl-C", up_command},
    {"user", GLOBAL " password-file:", "user add|login EMAIL [--password-file FILE]",
     "make an account, or log in to one; the password is asked for, or $AUTODP_PASSWORD",
     user_command},
    {"token", GLOBAL, "token create NAME | token ls | token rm ID", "API tokens for scripts",
     token_command},
    {"upload", GLOBAL " name:", "upload FILE [--name NAME]", "upload a CSV table", upload_command},
    {"datasets", GLOBAL, "datasets", "list your tables", datasets_command},
    {"prep", TABLE " recipe: output: out-delimiter: quote-all bom resume",
     "prep FILE --recipe FILE [--output FILE] [--out-delimiter C] [--quote-all] [--bom] [--resume]",
     "run a recipe over a file; no platform is needed. An output that ends in .gz is packed",
     prep_command},
    {"describe", TABLE " hash", "describe FILE [--hash]",
     "a file's columns, types and what was guessed of it", describe_command},
    {"steps", GLOBAL, "steps", "the steps that recipes are made of", steps_command},
    {"suggest", TABLE, "suggest FILE", "a recipe to begin with, and the reason for each step",
     suggest_command},
    {"profile",
     TABLE " output: report:", "profile FILE [--output report.html] [--report FILE.json]",
     "a report of what is in a file, as one HTML page", profile_command},
    {"preview", GLOBAL " recipe:", "preview DATASET --recipe FILE",
     "the first 50 rows and what a recipe makes of them", preview_command},
    {"process", GLOBAL " recipe: out-delimiter: quote-all bom gzip wait",
     "process DATASET --recipe FILE [--out-delimiter C] [--quote-all] [--bom] [--gzip] [--wait]",
     "run a recipe over the whole table", process_command},
    {"train", GLOBAL TRAINING " wait",
     "train FILE|DATASET [--target COLUMN] [--features A,B] [--recipe FILE] "
     "[--auto [--budget SECONDS] [--trials N] | --algorithm NAME [--params JSON] "
     "[--search grid|random|halving [--space JSON]]] [--task classify|regress|cluster|outlier] "
     "[--folds N] [--test-size 0.2] [--split stratified|random|time:COLUMN|group:COLUMN] "
     "[--score NAME] [--learning-curve] [--no-refit] [--seed 42] [--output FOLDER] [--wait]",
     "train a model: on a file here and now, on a dataset in the platform. Ctrl-C ends a search, "
     "and the best so far is trained",
     train_command},
    {"predict", TABLE " output:", "predict FOLDER/model.json FILE [--output predictions.csv]",
     "what a model says of every row of a file", predict_command},
    {"drift", TABLE " json", "drift FOLDER/model.json FILE",
     "how far a file has moved from the one a model learned from", drift_command},
    {"export", GLOBAL " format: output:",
     "export FOLDER/model.json [--format pkl|onnx|svm|ubj] [--output FILE]",
     "a saved model as others load it: scikit-learn, ONNX, libsvm, XGBoost", export_command},
    {"estimators", GLOBAL, "estimators", "what models can be trained", estimators_command},
    {"jobs", GLOBAL " wait", "jobs [JOB [--wait]]", "list your jobs, or show one", jobs_command},
    {"cancel", GLOBAL, "cancel JOB", "cancel a job", cancel_command},
    {"steer", GLOBAL, "steer JOB go|pause|stop",
     "let a search pause, go on, or stop: then the best so far is trained", steer_command},
    {"get", GLOBAL " output:", "get JOB FILE [--output PATH] | get DATASET",
     "download a result or a table", get_command},
    {"models", GLOBAL, "models", "list your models", models_command},
    {"health", GLOBAL, "health", "how the actors are (admins)", health_command},
    {"backup", GLOBAL, "backup FOLDER",
     "copy everything, as of one moment, into an empty folder while the platform runs; files that "
     "never change are linked where that is possible",
     backup_command},
    {"restore", GLOBAL, "restore BACKUP --data DIR",
     "verify a backup and make an empty data directory of it", restore_command},
    {"topic", GLOBAL TOPIC,
     "topic ls | show TOPIC | create TOPIC [SETTING=VALUE ...] | set TOPIC SETTING=VALUE ... | "
     "pub TOPIC [TEXT ...] | sub TOPIC --group GROUP [--count N] | "
     "tail TOPIC [--from PLACE] [--follow] | lag [TOPIC] | dlq TOPIC --group GROUP | "
     "redrive TOPIC --group GROUP [--count N] | group TOPIC GROUP [--from PLACE] | "
     "seek TOPIC --group GROUP --from PLACE | purge TOPIC [--below OFFSET] | "
     "delete|pause|resume TOPIC [--group GROUP] | bench [--count N] [--size BYTES]",
     "look at the broker's topics and change them; docs/topics.md has an example of each",
     topic_command},
    {"broker", GLOBAL, "broker clients | broker services | broker stats",
     "who is connected to the broker, what is served, and its counters", broker_command},
    {"log", GLOBAL " topic: from: payload",
     "log fsck | log dump [--topic NAME] [--from OFFSET] [--payload] | log repair",
     "verify, print or repair the broker's log while the platform is stopped; a repair keeps what "
     "is whole and the damaged files",
     log_command},
    {"init", GLOBAL, "init", "make the data directory and nothing else; 'up' does it by itself",
     init_command},
    {"settings", GLOBAL, "settings",
     "print all settings with their values, as a configuration file", settings_command},
    {"actor", GLOBAL " ready-fd: instance:", "actor NAME [--instance NAME] [--keys FILE]",
     "run one actor; 'up' starts them all. With a key: validation, preprocessing or training on "
     "another host",
     actor_command},
    {"keys", GLOBAL " role: endpoint: out:",
     "keys new NAME --role ROLE [--endpoint tcp://HOST:PORT] [--out FILE] | keys ls | keys rm NAME "
     "| keys roles | keys broker",
     "who may come from other hosts: make a key, list them, take one back, show the roles, show "
     "the broker's public key",
     keys_command},
    {"version", "", "version", "print the version", version_command},
    {"help", "", "help", "print this", help_command},
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0] };

static err_t help_command(const args_t *args, fault_t *fault)
{
    (void)args;
    (void)fault;
    printf("AutoDP: tables in, clean data and models out.\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        printf("  autodp %s\n      %s\n", COMMANDS[i].usage, COMMANDS[i].meaning);
    }
    printf("\nEverywhere: --data DIR (default $AUTODP_DATA or ~/.local/share/autodp), --config "
           "FILE (default DATA/autodp.cfg),\n"
           "--keys FILE (or $AUTODP_KEYS) for a platform on another host, --json for answers that "
           "programs read. A recipe is a JSON file; '-' reads it from "
           "standard input.\n");
    return ERR_OK;
}

static err_t version_command(const args_t *args, fault_t *fault)
{
    (void)args;
    (void)fault;
    printf("autodp %s\n", AUTODP_VERSION);
    return ERR_OK;
}

static err_t init_command(const args_t *args, fault_t *fault)
{
    char dir[DATADIR_SIZE];
    err_t err = datadir_find(args, dir, fault);
    return err ? err : datadir_own(dir, fault);
}

static err_t settings_command(const args_t *args, fault_t *fault)
{
    char dir[DATADIR_SIZE];
    char file[DATADIR_SIZE];
    err_t err = datadir_find(args, dir, fault);
    settings_t *settings = err ? NULL : settings_new(datadir_config(args, dir, file), fault);
    if (!settings) {
        return fault->code;
    }
    settings_print(settings);
    settings_destroy(&settings);
    return ERR_OK;
}

void command_print_fault(const fault_t *fault)
{
    fprintf(stderr, "autodp: %s: %s\n", err_name(fault->code), fault->detail);
    if (fault->line > 0) {
        fprintf(stderr, "  line:   %lld\n", (long long)fault->line);
    }
    if (fault->step > 0) {
        fprintf(stderr, "  step:   %d\n", fault->step);
    }
    if (fault->column[0]) {
        fprintf(stderr, "  column: %s\n", fault->column);
    }
    if (fault->remedy[0]) {
        fprintf(stderr, "  remedy: %s\n", fault->remedy);
    }
}

static const command_t *find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(COMMANDS[i].name, name) == 0) {
            return &COMMANDS[i];
        }
    }
    return NULL;
}

static err_t run(const char *name, int argc, char **argv, fault_t *fault)
{
    const command_t *command = find(name);
    if (!command) {
        return fault_set(fault, ERR_INVALID, "'autodp help' lists them", "there is no command '%s'",
                         name);
    }
    args_t args;
    err_t err = args_parse(argc, argv, command->options, &args, fault);
    return err ? err : command->run(&args, fault);
}

int main(int argc, char **argv)
{
    fault_t fault;
    int skip = argc > 1 ? 2 : 1;
    err_t err = run(argc > 1 ? argv[1] : "help", argc - skip, argv + skip, &fault);
    if (err) {
        command_print_fault(&fault);
    }
    return err_exit(err);
}
