// SPDX-License-Identifier: MPL-2.0
// The algorithms there are, as the server tells them, and which of them are for what.
import type { Catalogue, ColumnDescription, Estimator, Task, TrainingTask } from "../types";
import { capital, isNumber, words } from "./catalogue";

export function estimatorByName(catalogue: Catalogue, name: string): Estimator | undefined {
    return catalogue.estimators.find((estimator) => estimator.name === name);
}

/** What a record's algorithm is called; its name in words while the catalogue has not come. */
export const estimatorTitle = (catalogue: Catalogue, name: string): string =>
    estimatorByName(catalogue, name)?.title ?? capital(words(name));

export const estimatorsFor = (catalogue: Catalogue, task: Task): Estimator[] =>
    catalogue.estimators.filter((estimator) => estimator.tasks.includes(task));

/** The goals that predict no column. */
export const goalsWithoutTarget = ({ training }: Catalogue): TrainingTask[] =>
    training.tasks.filter(({ target }) => !target);

/** What is to be learned without a target; undefined when a column is predicted. */
export const goalOf = (task: Task | "", catalogue: Catalogue): TrainingTask | undefined =>
    goalsWithoutTarget(catalogue).find(({ name }) => name === task);

type Target = Pick<ColumnDescription, "type" | "distinct">;

/** What may be predicted of a column: labels of any, numbers of numbers. */
export const tasksOf = (target: Target): Task[] =>
    isNumber(target.type) ? ["classify", "regress"] : ["classify"];

/** What is predicted when nobody says: many different numbers are numbers. */
export const usualTask = (target: Target, { training }: Catalogue): Task =>
    isNumber(target.type) && target.distinct > training.classes ? "regress" : "classify";
