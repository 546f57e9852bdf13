// SPDX-License-Identifier: MPL-2.0
import { activeJobs, live } from "../store/jobs";
import { route } from "../store/router";
import { leave } from "../store/session";
import { Link } from "./Link";
import { Logo } from "./Logo";

export function Header({ email }: { email: string }) {
    const { screen } = route.value;
    return (
        <header class="bar">
            <a class="skip" href="#main">
                Skip to the content
            </a>
            <Link to="/" class="brand">
                <Logo />
                AutoDP
            </Link>
            <nav aria-label="Main">
                <Link to="/" current={screen === "home"}>
                    Datasets
                </Link>
                <Link to="/jobs" current={screen === "jobs" || screen === "job"}>
                    Jobs
                    {activeJobs.value > 0 && (
                        <span class="tally">
                            {activeJobs.value}
                            <span class="unseen"> at work</span>
                        </span>
                    )}
                </Link>
                <Link to="/models" current={screen === "models" || screen === "model"}>
                    Models
                </Link>
            </nav>
            {!live.value && <span class="offline">Live updates interrupted, reconnecting…</span>}
            <span class="who">{email}</span>
            <button type="button" class="quiet" onClick={() => void leave()}>
                Log out
            </button>
        </header>
    );
}
