// SPDX-License-Identifier: MPL-2.0
// The file itself: how it was read on one side, a report on what is in it on the other.
import type { Dataset } from "../types";
import { ImportPanel } from "./ImportPanel";
import { ProfilePanel } from "./ProfilePanel";

export function FilePanel({ of }: { of: Dataset }) {
    return (
        <div class="bench file">
            <ImportPanel key={of.id} of={of} />
            <ProfilePanel of={of} />
        </div>
    );
}
