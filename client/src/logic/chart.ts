// SPDX-License-Identifier: MPL-2.0
// The geometry of charts: axes with round ticks, and values as places in the picture.

/** What an axis shows, from one value to another. */
export interface Axis {
    label: string;
    from: number;
    to: number;
    /** Only whole numbers mean something. */
    whole?: boolean;
}

/** Where values lie in the picture, and where its plot ends. */
export interface Plot {
    x: (value: number) => number;
    y: (value: number) => number;
    left: number;
    right: number;
    top: number;
    bottom: number;
}

/** In the units of the picture, which is as wide as there is room for. */
export const WIDTH = 360;
export const HEIGHT = 250;
const MARGIN = { left: 60, right: 14, top: 10, bottom: 40 };

const TICKS = 5;
/** Beyond these a figure has a power of ten. */
const LARGE = 1e5;
const SMALL = 1e-3;
/** What of its spread is left free on both sides. */
const ROOM = 0.04;

/** The steps that people count in. */
const STEPS = [1, 2, 5, 10];

/** Round values in an axis, about five of them. */
export function ticksOf({ from, to, whole }: Axis): number[] {
    const wanted = (to - from) / TICKS;
    const power = 10 ** Math.floor(Math.log10(wanted));
    const step = power * (STEPS.find((each) => each * power >= wanted * 0.999) ?? 1);
    const first = Math.ceil(from / step - 1e-9);
    const last = Math.floor(to / step + 1e-9);
    const ticks = Array.from({ length: last - first + 1 }, (_, at) =>
        Number(((first + at) * step).toPrecision(12)),
    );
    return whole ? ticks.filter(Number.isInteger) : ticks;
}

/** A short figure: "0.2", "4000", "1.5e+6". */
export function figure(value: number, digits = 3): string {
    const size = Math.abs(value);
    if (size !== 0 && (size >= LARGE || size < SMALL)) {
        return String(Number(value.toPrecision(digits)).toExponential()).replace("e+", "e");
    }
    return String(Number(value.toPrecision(Math.max(digits, size >= 100 ? 5 : digits))));
}

/** An axis that holds all values, with some room; the values need not differ. */
export function axisOf(label: string, values: readonly number[]): Axis {
    const least = values.reduce((a, b) => Math.min(a, b), Infinity);
    const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
    if (!Number.isFinite(least) || !Number.isFinite(most)) {
        return { label, from: 0, to: 1 };
    }
    const spread = most - least || Math.abs(most) || 1;
    return { label, from: least - ROOM * spread, to: most + ROOM * spread };
}

/** An axis of shares. */
export const shareAxis = (label: string): Axis => ({ label, from: 0, to: 1 });

export function plotOf(x: Axis, y: Axis): Plot {
    const left = MARGIN.left;
    const right = WIDTH - MARGIN.right;
    const top = MARGIN.top;
    const bottom = HEIGHT - MARGIN.bottom;
    return {
        x: (value) => left + ((value - x.from) / (x.to - x.from)) * (right - left),
        y: (value) => bottom - ((value - y.from) / (y.to - y.from)) * (bottom - top),
        left,
        right,
        top,
        bottom,
    };
}

const place = (value: number): string => String(Math.round(value * 10) / 10);

/** The points as the data of an SVG path; a value that is not there interrupts it. */
export function pathOf(plot: Plot, xs: readonly number[], ys: readonly (number | null)[]): string {
    let drawn = false;
    return xs
        .map((x, at) => {
            const y = ys[at];
            if (y === null || y === undefined) {
                drawn = false;
                return "";
            }
            const command = drawn ? "L" : "M";
            drawn = true;
            return `${command}${place(plot.x(x))} ${place(plot.y(y))}`;
        })
        .join("");
}

/** The band between two lines, as the data of an SVG path. */
export function bandOf(
    plot: Plot,
    xs: readonly number[],
    low: readonly number[],
    high: readonly number[],
): string {
    const back = [...xs].reverse();
    const there = pathOf(plot, xs, high);
    return `${there}${pathOf(plot, back, [...low].reverse()).replace("M", "L")}Z`;
}
