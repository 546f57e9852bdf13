// SPDX-License-Identifier: MPL-2.0
// Editing a step: each change is applied at once, so the table beside it always shows the step as
// it stands. The form follows from the catalogue.
import { isOrdered, kindOf } from "../logic/catalogue";
import { columnsBefore, complaints, type Draft } from "../logic/recipe";
import { catalogue } from "../store/catalogue";
import { drafts, editing, preview, setColumns, setEntry, setKind } from "../store/workspace";
import type { Dataset, StepKind } from "../types";
import { ColumnPicker } from "./ColumnPicker";
import { KindPicker } from "./KindPicker";
import { SettingField } from "./SettingField";

interface Props {
    draft: Draft;
    index: number;
    of: Dataset;
}

const TYPE_COUNT = 7;

function legendOf(kind: StepKind): string {
    if (isOrdered(kind.op)) {
        return "Which columns, in which order";
    }
    return kind.columns === "any" ? "In which columns (none ticked: all)" : "In which columns";
}

function Form({ draft, index, of, kind }: Props & { kind: StepKind }) {
    const standing = columnsBefore(
        drafts.value,
        index,
        of.description,
        catalogue.value,
        preview.value?.after.columns ?? [],
    );
    const wrong = complaints(draft, kind);
    return (
        <>
            {kind.columns !== "none" && (
                <ColumnPicker
                    legend={legendOf(kind)}
                    columns={standing}
                    chosen={draft.columns}
                    {...(kind.types.length < TYPE_COUNT ? { types: kind.types } : {})}
                    ordered={isOrdered(kind.op)}
                    onChange={(columns) => setColumns(draft.key, columns)}
                />
            )}
            {kind.settings.map((setting) => (
                <SettingField
                    key={setting.name}
                    id={`${setting.name}-${draft.key}`}
                    setting={setting}
                    entry={draft.settings[setting.name]}
                    columns={standing}
                    error={wrong.get(setting.name)}
                    onChange={(entry) => setEntry(draft.key, setting.name, entry)}
                />
            ))}
        </>
    );
}

export function StepEditor(props: Props) {
    const { draft } = props;
    const kind = kindOf(catalogue.value, draft);
    const done = (): void => {
        editing.value = null;
        document.getElementById(`edit-${draft.key}`)?.focus();
    };
    return (
        <div class="editor">
            <KindPicker
                id={`kind-${draft.key}`}
                kind={kind}
                onChoose={(chosen) => setKind(draft.key, chosen)}
            />
            {kind && <Form {...props} kind={kind} />}
            <button type="button" class="primary small" onClick={done}>
                Done
            </button>
        </div>
    );
}
