// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import {
    axisOf,
    bandOf,
    figure,
    HEIGHT,
    pathOf,
    plotOf,
    shareAxis,
    ticksOf,
    WIDTH,
} from "../src/logic/chart";

const axis = (from: number, to: number) => ({ label: "", from, to });

test("ticks are round and lie in the axis", () => {
    assert.deepEqual(ticksOf(axis(0, 1)), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(ticksOf(axis(2700, 6300)), [3000, 4000, 5000, 6000]);
    assert.deepEqual(ticksOf(axis(-0.13, 0.12)), [-0.1, -0.05, 0, 0.05, 0.1]);
    assert.deepEqual(ticksOf({ ...axis(2007, 2009), whole: true }), [2007, 2008, 2009]);
    assert.deepEqual(ticksOf(axis(1e-7, 6e-7)), [1e-7, 2e-7, 3e-7, 4e-7, 5e-7, 6e-7]);
});

test("figures are short", () => {
    assert.deepEqual(
        [0, 0.25, 4000, 12345, 1.5e6, -2e-5].map((each) => figure(each)),
        ["0", "0.25", "4000", "12345", "1.5e6", "-2e-5"],
    );
});

test("an axis holds all values, also one, also none", () => {
    const wide = axisOf("mass", [3, 1, 2]);
    assert.ok(wide.from < 1 && wide.to > 3);
    const one = axisOf("", [7, 7]);
    assert.ok(one.from < 7 && one.to > 7);
    assert.deepEqual(axisOf("", []), axis(0, 1));
    assert.equal(ticksOf(axisOf("", [0])).length > 1, true);
});

test("larger values lie to the right and above, inside the picture", () => {
    const plot = plotOf(shareAxis(""), shareAxis(""));
    assert.equal(plot.x(0), plot.left);
    assert.equal(plot.y(0), plot.bottom);
    assert.ok(plot.left > 0 && plot.right < WIDTH && plot.bottom < HEIGHT);
    assert.ok(plot.x(1) > plot.x(0) && plot.y(1) < plot.y(0));
});

test("a path is interrupted where a value is not there", () => {
    const plot = plotOf(shareAxis(""), shareAxis(""));
    assert.match(pathOf(plot, [0, 0.5, 1], [0, 0.5, 1]), /^M[\d. ]+L[\d. ]+L[\d. ]+$/);
    assert.match(pathOf(plot, [0, 0.5, 0.7, 1], [0, null, 0.5, 1]), /^M[\d. ]+M[\d. ]+L[\d. ]+$/);
    assert.match(bandOf(plot, [0, 1], [0, 0], [1, 1]), /^M[\d. ]+(L[\d. ]+){3}Z$/);
});
