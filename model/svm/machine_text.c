// SPDX-License-Identifier: MPL-2.0
// The text that libsvm's svm_save_model writes and svm_load_model reads.
#include "model/svm/machine.h"
#include "model/svm/svm.h"

static const char *type_of(const estimator_t *estimator)
{
    return estimator == &SVC     ? "c_svc"
           : estimator == &NUSVC ? "nu_svc"
           : estimator == &SVR   ? "epsilon_svr"
                                 : "one_class";
}

static void write_kernel(buf_t *out, const kernel_t *kernel)
{
    static const char *const names[] = {[KERNEL_LINEAR] = "linear",
                                        [KERNEL_POLY] = "polynomial",
                                        [KERNEL_RBF] = "rbf",
                                        [KERNEL_SIGMOID] = "sigmoid"};
    buf_addf(out, "kernel_type %s\n", names[kernel->kind]);
    if (kernel->kind == KERNEL_POLY) {
        buf_addf(out, "degree %d\n", kernel->degree);
    }
    if (kernel->kind != KERNEL_LINEAR) {
        buf_addf(out, "gamma %.17g\n", kernel->gamma);
    }
    if (kernel->kind == KERNEL_POLY || kernel->kind == KERNEL_SIGMOID) {
        buf_addf(out, "coef0 %.17g\n", kernel->coef0);
    }
}

static void write_numbers(buf_t *out, const char *name, double factor, const double *values,
                          size_t count)
{
    buf_addf(out, "%s", name);
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, " %.17g", factor * values[i]);
    }
    buf_addf(out, "\n");
}

static void write_classes(buf_t *out, const machine_t *machine)
{
    buf_addf(out, "label");
    for (size_t k = 0; k < machine->groups; k++) {
        buf_addf(out, " %zu", k);
    }
    buf_addf(out, "\n");
    if (machine->prob_a) {
        write_numbers(out, "probA", 1, machine->prob_a, machine->pairs);
        write_numbers(out, "probB", 1, machine->prob_b, machine->pairs);
    }
    buf_addf(out, "nr_sv");
    for (size_t k = 0; k < machine->groups; k++) {
        buf_addf(out, " %d", machine->counts[k]);
    }
    buf_addf(out, "\n");
}

// A support vector: its coefficients, then its numbers but for zeros.
static void write_vector(buf_t *out, const machine_t *machine, size_t i)
{
    for (size_t row = 0; row + 1 < machine->groups; row++) {
        buf_addf(out, "%.17g ", machine->coefficients[row * machine->count + i]);
    }
    for (size_t j = 0; j < machine->columns; j++) {
        double number = machine->vectors[i * machine->columns + j];
        if (number != 0) {
            buf_addf(out, "%zu:%.17g ", j + 1, number);
        }
    }
    buf_addf(out, "\n");
}

void machine_text(const model_t *model, buf_t *out)
{
    const machine_t *machine = model->state;
    buf_addf(out, "svm_type %s\n", type_of(model->estimator));
    write_kernel(out, &machine->kernel);
    buf_addf(out, "nr_class %zu\ntotal_sv %zu\n", machine->groups, machine->count);
    write_numbers(out, "rho", -1, machine->intercepts, machine->pairs);
    if (model->task == TASK_CLASSIFY) {
        write_classes(out, machine);
    }
    buf_addf(out, "SV\n");
    for (size_t i = 0; i < machine->count; i++) {
        write_vector(out, machine, i);
    }
}
