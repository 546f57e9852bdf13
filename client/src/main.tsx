// SPDX-License-Identifier: MPL-2.0
import { effect, untracked } from "@preact/signals";
import { render } from "preact";
import { loadDatasets } from "./store/datasets";
import { connect } from "./store/jobs";
import { restore, user } from "./store/session";
import { resume } from "./store/workspace";
import { App } from "./ui/App";

const root = document.getElementById("app");
if (root) {
    render(<App />, root);
}
effect(() => {
    if (user.value) {
        connect();
        void loadDatasets();
        untracked(resume);
    }
});
void restore();
