// SPDX-License-Identifier: MPL-2.0
#include "model/svm/machine.h"

#include <stdlib.h>

#include "base/mem.h"

machine_t *machine_new(size_t columns, size_t groups)
{
    machine_t *machine = mem_new(sizeof *machine);
    machine->columns = columns;
    machine->groups = groups;
    machine->pairs = groups * (groups - 1) / 2;
    machine->converged = true;
    return machine;
}

void machine_destroy(machine_t **machine)
{
    if (!*machine) {
        return;
    }
    free((*machine)->counts);
    free((*machine)->support);
    free((*machine)->vectors);
    free((*machine)->coefficients);
    free((*machine)->intercepts);
    free((*machine)->prob_a);
    free((*machine)->prob_b);
    free((*machine)->weights);
    free((*machine)->tiles.starts);
    free((*machine)->tiles.vectors);
    free((*machine)->tiles.coefficients);
    free(*machine);
    *machine = NULL;
}

void machine_reserve(machine_t *machine, size_t count)
{
    machine->count = count;
    machine->counts = mem_array(machine->groups, sizeof *machine->counts);
    machine->support = mem_array(count, sizeof *machine->support);
    machine->vectors = mem_array(count * machine->columns, sizeof *machine->vectors);
    machine->coefficients = mem_array(count * (machine->groups - 1), sizeof *machine->coefficients);
    machine->intercepts = mem_array(machine->pairs, sizeof *machine->intercepts);
    machine->weights = mem_array(machine->groups, sizeof *machine->weights);
}

// Puts a support vector into a lane of a tile; one that only fills up does not count.
static void place(const machine_t *machine, size_t vector, bool counts, size_t tile, size_t lane)
{
    for (size_t i = 0; i < machine->columns; i++) {
        machine->tiles.vectors[tile * machine->columns + i][lane] =
            machine->vectors[vector * machine->columns + i];
    }
    size_t rows = machine->groups - 1;
    for (size_t i = 0; i < rows && counts; i++) {
        machine->tiles.coefficients[tile * rows + i][lane] =
            machine->coefficients[i * machine->count + vector];
    }
}

static void place_group(const machine_t *machine, size_t group, size_t first)
{
    size_t count = (size_t)machine->counts[group];
    size_t lanes = (machine->tiles.starts[group + 1] - machine->tiles.starts[group]) * LANES;
    for (size_t i = 0; i < lanes; i++) {
        bool counts = i < count;
        place(machine, first + (counts ? i : count - 1), counts,
              machine->tiles.starts[group] + i / LANES, i % LANES);
    }
}

void machine_finish(machine_t *machine)
{
    tiles_t *tiles = &machine->tiles;
    tiles->starts = mem_array(machine->groups + 1, sizeof *tiles->starts);
    for (size_t i = 0; i < machine->groups; i++) {
        size_t needed = ((size_t)machine->counts[i] + LANES - 1) / LANES;
        tiles->starts[i + 1] = tiles->starts[i] + needed;
    }
    size_t count = tiles->starts[machine->groups];
    tiles->vectors = mem_array(count * machine->columns, sizeof *tiles->vectors);
    tiles->coefficients = mem_array(count * (machine->groups - 1), sizeof *tiles->coefficients);
    size_t first = 0;
    for (size_t i = 0; i < machine->groups; i++) {
        place_group(machine, i, first);
        first += (size_t)machine->counts[i];
    }
}

void machine_release(model_t *model)
{
    machine_t *machine = model->state;
    machine_destroy(&machine);
}
