// SPDX-License-Identifier: MPL-2.0
// The recipe on one side, what it does to the first rows on the other.
import type { Dataset } from "../types";
import { PreviewPanel } from "./PreviewPanel";
import { RecipePanel } from "./RecipePanel";
import { RunPanel } from "./RunPanel";

export function PreparePanel({ of }: { of: Dataset }) {
    return (
        <div class="bench prepare">
            <RecipePanel of={of} />
            <PreviewPanel name={of.name} />
            <RunPanel of={of} />
        </div>
    );
}
