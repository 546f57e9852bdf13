// SPDX-License-Identifier: MPL-2.0
// The page: who is logged in decides between the entrance and the screens.
import { announcement } from "../store/announce";
import { route } from "../store/router";
import { restore, sessionFault, user } from "../store/session";
import { DatasetScreen } from "./DatasetScreen";
import { FaultBox } from "./FaultBox";
import { Header } from "./Header";
import { Heading } from "./Heading";
import { HomeScreen } from "./HomeScreen";
import { JobScreen } from "./JobScreen";
import { JobsScreen } from "./JobsScreen";
import { Link } from "./Link";
import { ModelScreen } from "./ModelScreen";
import { ModelsScreen } from "./ModelsScreen";
import { SignIn } from "./SignIn";

function Screen() {
    const here = route.value;
    switch (here.screen) {
        case "home":
            return <HomeScreen />;
        case "dataset":
            return <DatasetScreen id={here.id} tab={here.tab} />;
        case "jobs":
            return <JobsScreen />;
        case "job":
            return <JobScreen key={here.id} id={here.id} />;
        case "models":
            return <ModelsScreen />;
        case "model":
            return <ModelScreen key={here.id} id={here.id} />;
        case "unknown":
            return (
                <section class="narrow">
                    <Heading title="There is no such page" />
                    <p>
                        Go to <Link to="/">your datasets</Link>.
                    </p>
                </section>
            );
    }
}

function Content() {
    if (sessionFault.value) {
        return (
            <main class="narrow">
                <FaultBox
                    fault={sessionFault.value}
                    action="Try again"
                    onAction={() => void restore()}
                />
            </main>
        );
    }
    if (user.value === undefined) {
        return <main aria-busy="true" />;
    }
    if (user.value === null) {
        return <SignIn />;
    }
    return (
        <>
            <Header email={user.value.email} />
            <main id="main">
                <Screen />
            </main>
        </>
    );
}

export function App() {
    return (
        <>
            <Content />
            <p class="unseen" role="status" aria-live="polite">
                {announcement.value}
            </p>
        </>
    );
}
