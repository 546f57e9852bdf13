// SPDX-License-Identifier: MPL-2.0
// Where in the client we are: real paths, since the server answers any of them with index.html.
import { computed, signal } from "@preact/signals";

export type DatasetTab = "prepare" | "train" | "jobs" | "file";

export type Route =
    | { screen: "home" }
    | { screen: "dataset"; id: string; tab: DatasetTab }
    | { screen: "jobs" }
    | { screen: "job"; id: string }
    | { screen: "models" }
    | { screen: "model"; id: string }
    | { screen: "unknown" };

const path = signal(location.pathname);

export function routeOf(pathname: string): Route {
    const [area, id, tab, ...rest] = pathname.split("/").filter(Boolean);
    if (rest.length > 0) {
        return { screen: "unknown" };
    }
    if (area === undefined) {
        return { screen: "home" };
    }
    if (area === "jobs" && tab === undefined) {
        return id === undefined ? { screen: "jobs" } : { screen: "job", id };
    }
    if (area === "models" && tab === undefined) {
        return id === undefined ? { screen: "models" } : { screen: "model", id };
    }
    if (area === "datasets" && id !== undefined) {
        if (tab === undefined) {
            return { screen: "dataset", id, tab: "prepare" };
        }
        if (tab === "train" || tab === "jobs" || tab === "file") {
            return { screen: "dataset", id, tab };
        }
    }
    return { screen: "unknown" };
}

export const route = computed(() => routeOf(path.value));

/**
 * Grows at each navigation of the person's, so that the new screen's heading can take the focus.
 */
export const navigations = signal(0);

export function navigate(to: string): void {
    if (to !== location.pathname) {
        history.pushState(null, "", to);
        window.scrollTo(0, 0);
    }
    path.value = to;
    navigations.value++;
}

window.addEventListener("popstate", () => {
    path.value = location.pathname;
    navigations.value++;
});
