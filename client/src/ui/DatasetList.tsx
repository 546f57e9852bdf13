// SPDX-License-Identifier: MPL-2.0
import { bytes, count, time } from "../logic/format";
import { removeDataset } from "../store/datasets";
import type { DatasetRow } from "../types";
import { ConfirmButton } from "./ConfirmButton";
import { Link } from "./Link";

export function DatasetList({ rows }: { rows: DatasetRow[] }) {
    return (
        <div class="scroll" role="region" aria-label="Your datasets" tabIndex={0}>
            <table class="list">
                <caption class="unseen">Your datasets, newest first</caption>
                <thead>
                    <tr>
                        <th scope="col">Name</th>
                        <th scope="col" class="number">
                            Rows
                        </th>
                        <th scope="col" class="number extra">
                            Columns
                        </th>
                        <th scope="col" class="number extra">
                            Size
                        </th>
                        <th scope="col" class="extra">
                            Uploaded
                        </th>
                        <th scope="col">
                            <span class="unseen">Delete</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row) => (
                        <tr key={row.id}>
                            <th scope="row">
                                <Link to={`/datasets/${row.id}`}>{row.name}</Link>
                            </th>
                            <td class="number">{count(row.rows)}</td>
                            <td class="number extra">{count(row.columns)}</td>
                            <td class="number extra">{bytes(row.bytes)}</td>
                            <td class="extra">{time(row.created)}</td>
                            <td class="actions">
                                <ConfirmButton
                                    label="Delete"
                                    name={`Delete ${row.name}`}
                                    question="Delete for good?"
                                    onConfirm={() => void removeDataset(row.id)}
                                />
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
