// SPDX-License-Identifier: MPL-2.0
// The entrance: register or log in.
import { useState } from "preact/hooks";
import { faultOf } from "../api";
import { enter } from "../store/session";
import type { Fault } from "../types";
import { FaultBox } from "./FaultBox";
import { Field } from "./Field";
import { Heading } from "./Heading";
import { Logo } from "./Logo";
import { Sketch } from "./Sketch";

type Mode = "login" | "register";

const TEXT: Record<Mode, { title: string; submit: string; other: string; swap: string }> = {
    login: {
        title: "Log in",
        submit: "Log in",
        other: "No account yet?",
        swap: "Register",
    },
    register: {
        title: "Create an account",
        submit: "Register",
        other: "Have an account?",
        swap: "Log in",
    },
};

function Form({ mode }: { mode: Mode }) {
    const [email, setEmail] = useState("");
    const [password, setPassword] = useState("");
    const [busy, setBusy] = useState(false);
    const [fault, setFault] = useState<Fault | null>(null);
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        setBusy(true);
        setFault(null);
        try {
            await enter(mode, email, password);
        } catch (error) {
            setFault(faultOf(error));
            setBusy(false);
        }
    };
    return (
        <form onSubmit={(event) => void submit(event)}>
            {fault && <FaultBox fault={fault} />}
            <Field id="email" label="E-mail">
                {(described) => (
                    <input
                        {...described}
                        type="email"
                        autocomplete="username"
                        required
                        value={email}
                        onInput={(event) => setEmail(event.currentTarget.value)}
                    />
                )}
            </Field>
            <Field id="password" label="Password">
                {(described) => (
                    <input
                        {...described}
                        type="password"
                        autocomplete={mode === "register" ? "new-password" : "current-password"}
                        required
                        value={password}
                        onInput={(event) => setPassword(event.currentTarget.value)}
                    />
                )}
            </Field>
            <button type="submit" class="primary" disabled={busy}>
                {TEXT[mode].submit}
            </button>
        </form>
    );
}

export function SignIn() {
    const [mode, setMode] = useState<Mode>("login");
    const text = TEXT[mode];
    return (
        <main class="entrance">
            <section class="pitch">
                <p class="brand">
                    <Logo />
                    AutoDP
                </p>
                <p class="motto">
                    From a raw table to a model you can trust, one visible step at a time.
                </p>
                <Sketch />
            </section>
            <section class="door">
                <Heading title={text.title} />
                <Form key={mode} mode={mode} />
                <p class="swap">
                    {text.other}{" "}
                    <button
                        type="button"
                        class="link"
                        onClick={() => setMode(mode === "login" ? "register" : "login")}
                    >
                        {text.swap}
                    </button>
                </p>
            </section>
        </main>
    );
}
