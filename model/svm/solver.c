// SPDX-License-Identifier: MPL-2.0
#include "model/svm/solver.h"

#include <assert.h>
#include <math.h>

#include "model/svm/working.h"

enum {
    SHRINK_STEPS = 1000,
    REPORT_STEPS = 1000,
    CHUNK = 1024, // variables whose scores stay near while they are looked at again
    STEPS_MAX = 10000000,
    STEPS_A_ROW = 100,
};
static const double NEARLY = 10; // times tol: what was left out is looked at once before the end

typedef struct {
    const solver_t *how;
    working_t working;
    bool looked_back;
    int64_t steps;
    double first_gap;
    double done; // fraction
} work_t;

typedef struct {
    size_t up;
    size_t low;
    const float *up_column;
    double above; // by how much moving one up gains more than moving the other down loses
} move_t;

static move_t choose(working_t *working)
{
    move_t move = {0};
    double best = -1;
    for (size_t i = 0; i < working->how->sides_count; i++) {
        const side_t *side = &working->sides[i];
        size_t up = side->ends.most_at;
        if (side->ends.most == -INFINITY) {
            continue;
        }
        const float *column = working_column(working, up);
        partner_t partner = scan_partner(working->scores, side->low, column,
                                         working->how->gram->own, side->ends.most,
                                         working->how->gram->own[up], gram_padded(working->active));
        if (partner.gain > best) {
            best = partner.gain;
            double below = working->scores[partner.at] + side->low[partner.at];
            move = (move_t){up, partner.at, column, side->ends.most - below};
        }
    }
    assert(move.up_column); // the gap is finite
    return move;
}

// Where a variable stops that moves up, and one that moves down: at a bound, or at the margin's
// corner.
static double stop_up(const working_t *working, size_t row)
{
    return working->how->margin > 0 && working->values[row] < 0 ? 0 : working->how->high[row];
}

static double stop_low(const working_t *working, size_t row)
{
    return working->how->margin > 0 && working->values[row] > 0 ? 0 : working->how->low[row];
}

// Moves the values; returns the step.
static double move_values(working_t *working, const move_t *move)
{
    const double *own = working->how->gram->own;
    size_t up = working->rows[move->up];
    size_t low = working->rows[move->low];
    double bend = own[move->up] + own[move->low] - 2 * (double)move->up_column[move->low];
    double step = move->above / (bend > 0 ? bend : SCAN_BEND);
    double top = stop_up(working, up);
    double bottom = stop_low(working, low);
    double room_up = top - working->values[up];
    double room_low = working->values[low] - bottom;
    step = fmin(step, fmin(room_up, room_low));
    working->values[up] = step == room_up ? top : working->values[up] + step;
    working->values[low] = step == room_low ? bottom : working->values[low] - step;
    return step;
}

static void take_step(working_t *working)
{
    move_t move = choose(working);
    const float *low_column = working_column(working, move.low);
    double step = move_values(working, &move);
    size_t end = gram_padded(working->active);
    working_set_moves(working, move.up);
    working_set_moves(working, move.low);
    for (size_t i = 0; i < working->how->sides_count; i++) {
        working->sides[i].ends = ENDS_NONE;
    }
    for (size_t begin = 0; begin < end; begin += CHUNK) {
        size_t stop = begin + CHUNK < end ? begin + CHUNK : end;
        scan_move(working->scores, move.up_column, low_column, step, begin, stop);
        for (size_t i = 0; i < working->how->sides_count; i++) {
            side_t *side = &working->sides[i];
            scan_ends(working->scores, side->up, side->low, begin, stop, &side->ends);
        }
    }
}

// How much of the way from the first gap to the last one is behind, in orders of magnitude.
static bool report(work_t *work)
{
    double gap = working_gap(&work->working);
    work->first_gap = fmax(work->first_gap, gap);
    double all = log(work->first_gap / work->how->tol);
    double done = all > 0 && gap > 0 ? log(work->first_gap / gap) / all : 0;
    work->done = fmin(fmax(work->done, done), 1);
    return progress_report(work->how->progress, work->done, "training");
}

// Every so many steps; the first time that the end is near all variables are looked at again.
static void sift(work_t *work)
{
    if (!work->looked_back && working_gap(&work->working) <= NEARLY * work->how->tol) {
        work->looked_back = true;
        working_look_back(&work->working);
    }
    working_shrink(&work->working);
}

// True when no move of any variable gains more than the tolerance.
static bool is_solved(work_t *work)
{
    if (!(working_gap(&work->working) < work->how->tol)) {
        return !isfinite(working_gap(&work->working));
    }
    if (work->working.active == work->working.count) {
        return true;
    }
    working_look_back(&work->working);
    if (working_gap(&work->working) < work->how->tol) {
        return true;
    }
    working_shrink(&work->working);
    return false;
}

static int64_t steps_max_of(const work_t *work)
{
    int64_t steps = (int64_t)work->working.count * STEPS_A_ROW;
    return work->how->steps_max > 0 ? work->how->steps_max : steps > STEPS_MAX ? steps : STEPS_MAX;
}

static err_t run(work_t *work, bool *ret_converged, fault_t *fault)
{
    int64_t steps_max = steps_max_of(work);
    int64_t pause =
        (int64_t)work->working.count < SHRINK_STEPS ? (int64_t)work->working.count : SHRINK_STEPS;
    while (!is_solved(work)) {
        if (work->steps >= steps_max) {
            working_look_back(&work->working);
            *ret_converged = false;
            return ERR_OK;
        }
        if (work->steps % REPORT_STEPS == 0 && !report(work)) {
            return fault_set(fault, ERR_CANCELLED, NULL, "the training was cancelled");
        }
        take_step(&work->working);
        work->steps++;
        if (work->steps % pause == 0) {
            sift(work);
        }
    }
    *ret_converged = true;
    return ERR_OK;
}

// The mean of the scores of what can move both ways; without any, the middle of the rest.
static double border_of(const working_t *working, const side_t *side)
{
    double sum = 0;
    size_t free_count = 0;
    for (size_t i = 0; i < working->count; i++) {
        if (side->up[i] == side->low[i]) {
            sum += working->scores[i] + side->up[i];
            free_count++;
        }
    }
    return free_count > 0 ? sum / (double)free_count : (side->ends.most + side->ends.least) / 2;
}

static double objective_of(const working_t *working)
{
    double objective = 0;
    for (size_t i = 0; i < working->count; i++) {
        size_t row = working->rows[i];
        double value = working->values[row];
        objective += working->how->margin * fabs(value) -
                     value * (working->how->linear[row] + working->scores[i]) / 2;
    }
    return objective;
}

err_t solver_run(const solver_t *solver, double *values, solution_t *ret_solution, fault_t *fault)
{
    work_t work = {.how = solver};
    const working_t *working = &work.working;
    bool converged = false;
    err_t err = working_start(solver, values, &work.working, fault);
    err = err == ERR_OK ? run(&work, &converged, fault) : err;
    if (err == ERR_OK) {
        solution_t solution = {
            .objective = objective_of(working), .steps = work.steps, .converged = converged};
        for (size_t i = 0; i < solver->sides_count; i++) {
            solution.borders[i] = border_of(working, &working->sides[i]);
        }
        *ret_solution = solution;
    }
    working_release(&work.working);
    return err;
}
