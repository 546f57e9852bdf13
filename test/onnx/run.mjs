// SPDX-License-Identifier: MPL-2.0
// Runs ONNX models: standard input is a list of {"model": path, "inputs": {name: [values]}}, where
// texts are a text tensor and numbers one of float32, both [rows, 1]; standard output a list of
// {name: {"shape", "type", "data"}}, or {"fault"} for a model that does not load or run.
import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

function tensor(values) {
  const shape = [values.length, 1];
  return typeof values[0] === "string"
    ? new ort.Tensor("string", values, shape)
    : new ort.Tensor("float32", Float32Array.from(values, (v) => v ?? NaN), shape);
}

function answer(output) {
  return { shape: output.dims, type: output.type, data: Array.from(output.data, (v) => (typeof v === "bigint" ? Number(v) : v)) };
}

async function run({ model, inputs }) {
  const session = await ort.InferenceSession.create(readFileSync(model), { graphOptimizationLevel: "all" });
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, tensor(values)]));
  const outputs = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, answer(output)]));
}

const answers = [];
for (const job of JSON.parse(readFileSync(0, "utf8"))) {
  answers.push(await run(job).catch((fault) => ({ fault: String(fault) })));
}
process.stdout.write(JSON.stringify(answers));
