// The official client for Node takes the local engine for OpenAI: the whole way of a job. Run it against a running server:
//   AFINADOR_DATA=../../../data node engine.mjs
import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import OpenAI from "openai";

const data = process.env.AFINADOR_DATA ?? "../../../data";
const client = new OpenAI({
  baseURL: `${readFileSync(join(data, "address"), "utf8").trim()}/engine/v1`,
  apiKey: readFileSync(join(data, "engine.key"), "utf8").trim(),
  maxRetries: 0,
});
const pairs = new URL("../../../docs/examples/soporte-50.jsonl", import.meta.url);

await assert.rejects(client.withOptions({ apiKey: "sk-wrong" }).models.list(), OpenAI.AuthenticationError);

const file = await client.files.create({ file: createReadStream(pairs), purpose: "fine-tune" });
assert.equal(file.status, "processed");
const ask = { model: "afinador-nano", training_file: file.id, suffix: "node", seed: 7 };
let job = await client.fineTuning.jobs.create(ask);
const other = await client.fineTuning.jobs.create(ask);
assert.equal((await client.fineTuning.jobs.cancel(other.id)).status, "cancelled");

const until = async (status) => {
  for (const end = Date.now() + 120_000; Date.now() < end; await new Promise((wake) => setTimeout(wake, 250))) {
    job = await client.fineTuning.jobs.retrieve(job.id);
    if (job.status === status) return;
    assert.notEqual(job.status, "failed", job.error?.message);
  }
  assert.fail(`the job never was ${status}`);
};
await until("running");
await client.fineTuning.jobs.pause(job.id);
await until("paused");
await client.fineTuning.jobs.resume(job.id);
await until("succeeded");

const told = [];
for await (const event of client.fineTuning.jobs.listEvents(job.id)) told.push(event.message);
assert.ok(told.includes("The job has successfully completed"));
const { data: checkpoints } = await client.fineTuning.jobs.checkpoints.list(job.id);
assert.equal(checkpoints[0].fine_tuned_model_checkpoint, job.fine_tuned_model);
const loss = (await (await client.files.content(job.result_files[0])).text()).split("\n");
assert.ok(loss.length > 100, "the result file holds every step");

const question = { model: job.fine_tuned_model, temperature: 0, messages: [{ role: "user", content: "¿Abren los sábados?" }] };
const whole = await client.chat.completions.create(question);
assert.equal(whole.choices[0].message.content, "Sí, los sábados abrimos de diez a dos.");
let streamed = "";
for await (const chunk of await client.chat.completions.create({ ...question, stream: true })) streamed += chunk.choices[0]?.delta?.content ?? "";
assert.equal(streamed, whole.choices[0].message.content);

assert.ok((await client.models.delete(job.fine_tuned_model)).deleted);
await assert.rejects(client.models.retrieve(job.fine_tuned_model), OpenAI.NotFoundError);
await client.files.delete(file.id);
console.log(`ok: ${job.id}, ${told.length} events, ${checkpoints.length} checkpoints`);
