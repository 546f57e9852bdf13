// SPDX-License-Identifier: MPL-2.0
import { datasets, datasetsFault, loadDatasets } from "../store/datasets";
import { DatasetList } from "./DatasetList";
import { DropZone } from "./DropZone";
import { FaultBox } from "./FaultBox";
import { Heading } from "./Heading";

export function HomeScreen() {
    const list = datasets.value;
    return (
        <section class="narrow">
            <Heading title="Datasets" />
            <DropZone />
            {datasetsFault.value && (
                <FaultBox
                    fault={datasetsFault.value}
                    action="Try again"
                    onAction={() => void loadDatasets()}
                />
            )}
            {list && list.length > 0 && <DatasetList rows={list} />}
            {list && list.length === 0 && (
                <p class="empty">
                    Nothing here yet. Your first table opens as soon as it is uploaded.
                </p>
            )}
        </section>
    );
}
