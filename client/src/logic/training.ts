// SPDX-License-Identifier: MPL-2.0
// The training form: what is typed, what is wrong with it, and the request it makes.
import type { ClassWeight, ColumnDescription, Kernel, Step, TrainingRequest } from "../types";
import { isNumber as isNumberType } from "./catalogue";

export interface TrainingForm {
    target: string;
    features: string[];
    C: string;
    kernel: Kernel;
    gamma: "scale" | "auto" | "number";
    gamma_number: string;
    degree: string;
    coef0: string;
    weights: "none" | "balanced" | "own";
    /** One "label: weight" a line. */
    own_weights: string;
    test_size: string;
    seed: string;
}

export type FormErrors = Partial<Record<keyof TrainingForm, string>>;

export const KERNELS: readonly { id: Kernel; label: string }[] = [
    { id: "rbf", label: "RBF (smooth curves)" },
    { id: "linear", label: "Linear" },
    { id: "poly", label: "Polynomial" },
    { id: "sigmoid", label: "Sigmoid" },
];

export const DEFAULTS: TrainingForm = {
    target: "",
    features: [],
    C: "1",
    kernel: "rbf",
    gamma: "scale",
    gamma_number: "0.1",
    degree: "3",
    coef0: "0",
    weights: "none",
    own_weights: "",
    test_size: "0.2",
    seed: "42",
};

export const usesGamma = (kernel: Kernel): boolean => kernel !== "linear";
export const usesDegree = (kernel: Kernel): boolean => kernel === "poly";
export const usesCoef0 = (kernel: Kernel): boolean => kernel === "poly" || kernel === "sigmoid";

const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));
const isPositive = (text: string): boolean => isNumber(text) && Number(text) > 0;
const isWhole = (text: string): boolean =>
    /^\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text));

/**
 * Reads "label: weight" lines; the last colon of a line divides. Answers undefined at the first bad
 * line.
 */
export function parseWeights(text: string): Record<string, number> | undefined {
    const weights: Record<string, number> = {};
    for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
        const colon = line.lastIndexOf(":");
        const label = line.slice(0, colon).trim();
        if (colon < 0 || label === "" || !isPositive(line.slice(colon + 1))) {
            return undefined;
        }
        weights[label] = Number(line.slice(colon + 1));
    }
    return Object.keys(weights).length > 0 ? weights : undefined;
}

/** Steps behind which a column is no more in its own units. */
const SETTLES = new Set(["scale", "encode", "bin", "drop"]);

/** The chosen number columns that reach the model in their own units: no step scales, encodes or drops them. */
export function unscaled(
    recipe: readonly Step[],
    columns: readonly Pick<ColumnDescription, "name" | "type">[],
    features: readonly string[],
): string[] {
    const settled = new Set(
        recipe.filter((step) => SETTLES.has(step.op)).flatMap((step) => step.columns ?? []),
    );
    return columns
        .filter((column) => isNumberType(column.type) && features.includes(column.name))
        .map((column) => column.name)
        .filter((name) => !settled.has(name));
}

/** What the person has to mend before the form can be sent; empty when nothing. */
export function check(form: TrainingForm): FormErrors {
    const errors: FormErrors = {};
    const need = (field: keyof TrainingForm, fine: boolean, text: string): void => {
        if (!fine) {
            errors[field] = text;
        }
    };
    need("target", form.target !== "", "Choose the column to predict");
    need("features", form.features.length > 0, "Choose at least one column to learn from");
    need("C", isPositive(form.C), "C must be a number above 0");
    need(
        "test_size",
        isPositive(form.test_size) && Number(form.test_size) < 1,
        "A share between 0 and 1",
    );
    need("seed", isWhole(form.seed), "A whole number, 0 or more");
    if (usesGamma(form.kernel) && form.gamma === "number") {
        need("gamma_number", isPositive(form.gamma_number), "Gamma must be a number above 0");
    }
    if (usesDegree(form.kernel)) {
        need(
            "degree",
            isWhole(form.degree) && Number(form.degree) > 0,
            "A whole number, 1 or more",
        );
    }
    if (usesCoef0(form.kernel)) {
        need("coef0", isNumber(form.coef0), "coef0 must be a number");
    }
    if (form.weights === "own") {
        need(
            "own_weights",
            parseWeights(form.own_weights) !== undefined,
            "One line a label, such as Adelie: 2",
        );
    }
    return errors;
}

function classWeight(form: TrainingForm): ClassWeight {
    if (form.weights === "own") {
        return parseWeights(form.own_weights) ?? null;
    }
    return form.weights === "balanced" ? "balanced" : null;
}

/**
 * The request of a form that `check` finds nothing wrong with; settings the kernel does not use are
 * defaults.
 */
export function requestOf(form: TrainingForm): TrainingRequest {
    const { kernel } = form;
    const gamma = form.gamma === "number" ? Number(form.gamma_number) : form.gamma;
    return {
        target: form.target,
        features: form.features,
        algorithm: "svc",
        parameters: {
            C: Number(form.C),
            kernel,
            gamma: usesGamma(kernel) ? gamma : "scale",
            degree: Number(usesDegree(kernel) ? form.degree : DEFAULTS.degree),
            coef0: Number(usesCoef0(kernel) ? form.coef0 : DEFAULTS.coef0),
            class_weight: classWeight(form),
        },
        test_size: Number(form.test_size),
        seed: Number(form.seed),
    };
}
