// SPDX-License-Identifier: MPL-2.0
// Steps: what a recipe is made of, and the contract between the kinds of steps (a file a family in
// this folder) and the engine that plans, fits and runs them (data/engine).
//
// A step in a recipe becomes calls: one for each of its columns, or one for all of them. A call
// gets vectors of its input columns, stripe by stripe, and makes vectors of its outputs, or says
// which rows stay. What it has to learn from all rows first, its parameters, it gathers in passes
// over the table. Calls know nothing of files, threads or each other.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/step/params.h"
#include "data/value/vector.h"

typedef struct step_kind step_kind_t;
typedef struct call call_t;

// --- Settings: what a person says of a step, beside its columns --------------------------------

typedef enum {
    SETTING_NUMBER,
    SETTING_INTEGER,
    SETTING_BOOLEAN,
    SETTING_TEXT,
    SETTING_CHOICE, // one of `choices`
    SETTING_VALUE,  // a text or a number, as a cell holds it
    SETTING_VALUES, // a list of texts or numbers
    SETTING_COLUMN, // the name of a column that is there
    SETTING_COLUMNS,
    SETTING_NAME,  // a new column's name
    SETTING_NAMES, // an object: old name to new name
    SETTING_LIST,  // a list of new columns' names
    SETTING_EXPRESSION,
    SETTING_TYPE, // a column type
} setting_kind_t;

// One setting of a kind of step. Numbers and integers lie in [min, max]; texts have at most `max`
// bytes, lists at most `max` items.
typedef struct {
    const char *name;
    setting_kind_t kind;
    bool required;
    const char *initial; // the default, as JSON; NULL: none
    double min;
    double max;
    const char *choices; // "a|b|c"
    const char *help;
} setting_t;

enum {
    STEP_SETTINGS_MAX = 8,
    STEP_NAME_BYTES = 1024, // a column's name
    STEP_TEXT_BYTES = 1024, // a constant
    STEP_LIST_MAX = 1000,
};

// --- A step of a recipe ------------------------------------------------------------------------

typedef struct {
    const step_kind_t *kind;
    int32_t number; // counted from 1; the place in faults
    char **columns;
    size_t columns_count;
    json_t *settings; // all of them that have a value, defaults too; owned
} step_t;

// A setting's value. The setting is there: required, or with a default.
double step_number(const step_t *step, const char *setting);
int64_t step_integer(const step_t *step, const char *setting);
bool step_flag(const step_t *step, const char *setting);
const char *step_text(const step_t *step, const char *setting);   // NULL when it is not set
const json_t *step_json(const step_t *step, const char *setting); // NULL when it is not set
bool step_chose(const step_t *step, const char *setting, const char *choice);

// --- Calls -------------------------------------------------------------------------------------

// What is known of an input column when a call is prepared.
typedef struct {
    const char *name; // the call's own
    type_t type;
    bool filled;         // nothing is missing in it
    const json_t *facts; // of its "Dataset description" when the column and the rows are still the
                         // table's, else NULL
} input_t;

typedef struct {
    char *name; // owned
    type_t type;
    bool filled;
} output_t;

// Where in the table a call works. Rows are those that reach the step.
typedef struct {
    size_t stripe;
    size_t rows;
    bool sample;     // the stripe is one of the few that are looked at in front of the first pass
    arena_t *arena;  // for whatever holds until the stripe is done
    int64_t *faulty; // counts cells that became missing because of the step (a division by zero)
} place_t;

struct call {
    const step_t *step;
    input_t *inputs; // the step's columns first, then those that settings name
    size_t inputs_count;
    output_t *outputs; // set by `prepare`, or by `end` when they depend on what is learned
    size_t outputs_count;
    void *tool;       // what prepare made: a compiled pattern or expression
    void *learning;   // while learning
    params_t *params; // learned; NULL until then, or when there is nothing to learn
};

// How a call learns. Passes over the table follow each other until `end` wants no more.
typedef struct {
    // Begins; sets call->learning. May be NULL.
    err_t (*begin)(call_t *call, fault_t *fault);
    // Ends a look at a sample of the stripes, which a large table begins with: gather and merge had
    // those with place->sample. NULL: no sample is wanted.
    err_t (*sampled)(call_t *call, fault_t *fault);
    // Looks at a stripe, beside other threads; *ret_part (in place->arena) goes to merge.
    err_t (*gather)(const call_t *call, const place_t *place, const vector_t *inputs,
                    void **ret_part, fault_t *fault);
    // Takes a part in, stripe after stripe, in order.
    err_t (*merge)(call_t *call, const place_t *place, void *part, fault_t *fault);
    // Ends a pass: asks for another one, or sets call->params.
    err_t (*end)(call_t *call, bool *ret_again, fault_t *fault);
    // Frees call->learning, whatever state it is in.
    void (*discard)(call_t *call);
} learner_t;

// --- Kinds -------------------------------------------------------------------------------------

typedef enum {
    STEP_EACH,     // a call for each column; its outputs stand in the column's place
    STEP_TOGETHER, // one call for all columns; outputs stand in their places, more behind the last
    STEP_BESIDE,   // a call for each column; its outputs stand behind the column, which stays
    STEP_NEW,      // one call; its outputs stand behind all columns
    STEP_MERGE,    // one call for all columns; its outputs stand in the place of the first
    STEP_ROWS,     // one call; says which rows stay
    STEP_SORT,     // one call; its inputs are the keys, the settings say the direction
    STEP_NAMES,    // no call: columns go, move or are called otherwise
} step_shape_t;

typedef enum {
    STEP_COLUMNS_SOME, // at least one column
    STEP_COLUMNS_ANY,  // without columns: all that there are
    STEP_COLUMNS_NONE, // the settings say which
} step_columns_t;

// What a STEP_NAMES kind does to the list of columns.
typedef enum { NAMES_DROP, NAMES_KEEP, NAMES_RENAME, NAMES_REORDER } names_effect_t;

struct step_kind {
    const char *op;
    const char *method; // NULL: the op has one method only
    const char *title;  // for people: "Fill with the mean"
    const char *help;   // one sentence
    step_shape_t shape;
    step_columns_t columns;
    unsigned types;            // that the step's columns may have
    const setting_t *settings; // ends with a name of NULL; NULL: none
    names_effect_t names;
    bool bound; // what it learns holds for this table only (places of rows), not for a model
    bool
        opens; // STEP_EACH: the outputs are known when all is learned; `end` or `restore` sets them
    bool keeps_cells; // a cell that is not missing stays as it is (STEP_EACH)
    // Says which columns the call needs beside the step's own: appends their names to `names` (an
    // array), may set call->tool. NULL: those that the settings name.
    err_t (*open)(call_t *call, json_t *names, fault_t *fault);
    // Checks the call, sets its outputs. NULL: one output with the input's name and type. Errors
    // name the column by fault_at where there is one.
    err_t (*prepare)(call_t *call, fault_t *fault);
    const learner_t *learner; // NULL: nothing to learn
    // For learners that serve several kinds: makes call->params of call->learning.
    err_t (*finish)(call_t *call, fault_t *fault);
    // What a description would say of the output, given that of the input and how many rows there
    // are, once the call has its params. Owned by the caller. NULL: only a pass tells.
    json_t *(*describe)(const call_t *call, const json_t *facts, int64_t rows);
    // Makes the outputs of a stripe. All but STEP_ROWS, STEP_SORT and STEP_NAMES.
    err_t (*apply)(const call_t *call, const place_t *place, const vector_t *inputs,
                   vector_t *ret_outputs, fault_t *fault);
    // Says which rows stay: one byte a row. STEP_ROWS only.
    err_t (*keep)(const call_t *call, const place_t *place, const vector_t *inputs,
                  uint8_t *ret_keep, fault_t *fault);
    // Names of params->numbers in documents; NULL behind the last.
    const char *numbers[PARAMS_NUMBERS + 1];
    // Whether what the params hold is complete and fits the call, when they come from a document.
    // May set call->outputs. NULL: nothing to check.
    bool (*restore)(call_t *call);
    void (*release_tool)(void *tool);
};

// One output with a name, a type. Helpers for prepare.
void call_output(call_t *call, const char *name, type_t type, bool filled);

// Fills `fault` with STEP_PARAMETER or another code and names the input's column. Returns code.
err_t call_fault(const call_t *call, size_t input, err_t code, fault_t *fault, const char *remedy,
                 const char *format, ...) __attribute__((format(printf, 6, 7)));

void call_release(call_t *call);
