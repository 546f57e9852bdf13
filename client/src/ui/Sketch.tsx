// SPDX-License-Identifier: MPL-2.0
// A picture of what the platform does, made of the same pieces as the real table. Not read out.
const ROWS: readonly (readonly [string, string, string, string])[] = [
    ["39.1", "−0.88", "male", "male"],
    ["missing", "0.00", "female", "female"],
    ["46.2", "+0.42", "missing", "male"],
];

export function Sketch() {
    return (
        <table class="sketch" aria-hidden="true">
            <tbody>
                {ROWS.map(([bill, scaled, sex, filled]) => (
                    <tr key={bill}>
                        <td class="changed">
                            <s>{bill}</s> {scaled}
                        </td>
                        <td class={sex === filled ? "" : "changed"}>
                            {sex !== filled && <s>{sex}</s>} {filled}
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
