// SPDX-License-Identifier: MPL-2.0
// Who is logged in.
import { signal } from "@preact/signals";
import * as api from "../api";
import type { Fault, User } from "../types";

/** undefined until the server has been asked, null when logged out. */
export const user = signal<User | null | undefined>(undefined);

/** Set when the server could not be asked. */
export const sessionFault = signal<Fault | null>(null);

let last: string | undefined;

api.onSignedOut(() => {
    user.value = null;
});

export async function restore(): Promise<void> {
    sessionFault.value = null;
    try {
        user.value = await api.session();
        last = user.value.id;
    } catch (error) {
        if (!(error instanceof api.ApiError && error.status === 401)) {
            sessionFault.value = api.faultOf(error);
        }
    }
}

/** Registers or logs in. Throws what the request throws. */
export async function enter(
    mode: "register" | "login",
    email: string,
    password: string,
): Promise<void> {
    const entered = await (mode === "register"
        ? api.register(email, password)
        : api.logIn(email, password));
    if (last !== undefined && last !== entered.id) {
        // The session of somebody else ended in this page: nothing of theirs may stay in memory.
        location.assign("/");
        return;
    }
    last = entered.id;
    user.value = entered;
}

export async function leave(): Promise<void> {
    try {
        await api.logOut();
    } catch (error) {
        sessionFault.value = api.faultOf(error);
        return;
    }
    // A fresh page: nothing of this person's stays in memory.
    location.assign("/");
}
