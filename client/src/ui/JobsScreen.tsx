// SPDX-License-Identifier: MPL-2.0
import { Heading } from "./Heading";
import { JobList } from "./JobList";

export function JobsScreen() {
    return (
        <section class="narrow">
            <Heading title="Jobs" />
            <JobList />
        </section>
    );
}
