// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { check, DEFAULTS, parseWeights, requestOf, unscaled } from "../src/logic/training";
import type { Step } from "../src/types";

const FORM = { ...DEFAULTS, target: "species", features: ["mass"] };

test("the defaults are those of the documents", () => {
    assert.deepEqual(check(FORM), {});
    assert.deepEqual(requestOf(FORM), {
        target: "species",
        features: ["mass"],
        algorithm: "svc",
        parameters: {
            C: 1,
            kernel: "rbf",
            gamma: "scale",
            degree: 3,
            coef0: 0,
            class_weight: null,
        },
        test_size: 0.2,
        seed: 42,
    });
});

test("each wrong setting is named", () => {
    const wrong = {
        ...DEFAULTS,
        C: "0",
        test_size: "1",
        seed: "-1",
        kernel: "poly" as const,
        degree: "2.5",
        coef0: "x",
    };
    assert.deepEqual(Object.keys(check(wrong)).sort(), [
        "C",
        "coef0",
        "degree",
        "features",
        "seed",
        "target",
        "test_size",
    ]);
    assert.ok(check({ ...FORM, gamma: "number", gamma_number: "" }).gamma_number);
});

test("a setting the kernel does not use is not looked at", () => {
    assert.deepEqual(
        check({
            ...FORM,
            kernel: "linear",
            degree: "x",
            gamma: "number",
            gamma_number: "x",
        }),
        {},
    );
    assert.equal(
        requestOf({ ...FORM, kernel: "linear", gamma: "number", gamma_number: "x" }).parameters
            .gamma,
        "scale",
    );
});

test("weights are read by their last colon", () => {
    assert.deepEqual(parseWeights("Adelie: 2\n\n a:b :0.5"), {
        Adelie: 2,
        "a:b": 0.5,
    });
    for (const bad of ["", "Adelie", "Adelie: -1", ": 2", "Adelie: two"]) {
        assert.equal(parseWeights(bad), undefined, bad);
    }
});

test("number columns that no step scales are named", () => {
    const columns = [
        { name: "mass", type: "integer" as const },
        { name: "year", type: "integer" as const },
        { name: "bill", type: "float" as const },
        { name: "island", type: "text" as const },
    ];
    const recipe: Step[] = [
        { op: "missing", method: "median", columns: ["mass", "year"] },
        { op: "scale", method: "z_score", columns: ["mass"] },
        { op: "encode", method: "one_hot", columns: ["island"] },
    ];
    assert.deepEqual(unscaled(recipe, columns, ["mass", "year", "island"]), ["year"]);
    assert.deepEqual(unscaled([], columns, ["island"]), []);
});
