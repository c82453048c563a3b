import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as v from "valibot";
import { scenarioNamed } from "./random-scenario.ts";
import { inMemory } from "./recorder.ts";
import type { Stage } from "./stage.ts";

const headShape = v.object({
  scenario: v.string(),
  root: v.string(),
  port: v.number(),
  changed: v.array(v.string()),
});

/** Keeps a recording, so that a failure can be reproduced; returns the command that does so. */
export function keepRecording(stage: Stage, scenario: string, seed: number, state: number): string {
  const { changed, recorder, sandbox } = stage;
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "cfs-crash-")), "recording");
  const port = Number(new URL(sandbox.host).port);
  const head: v.InferInput<typeof headShape> = { scenario, root: recorder.root, port, changed };
  fs.writeFileSync(file, `${JSON.stringify(head)}\n`);
  fs.appendFileSync(file, fs.readFileSync(recorder.log));
  return `${scenario}: npm run crash -- --recording ${file} --seed ${seed} --state ${state}`;
}

/** The stage of a kept recording, with a service in its final state but without the tokens of that time. */
export async function openRecording(file: string): Promise<Stage> {
  const content = fs.readFileSync(file);
  const end = content.indexOf(10);
  const head = v.parse(headShape, JSON.parse(content.toString("utf8", 0, end)));
  const found = scenarioNamed(head.scenario);
  if (found === undefined) throw new Error(`there is no scenario ${head.scenario}`);
  const log = path.join(fs.mkdtempSync(path.join(inMemory(), "cfs-crash-log-")), "log");
  fs.writeFileSync(log, content.subarray(end + 1));
  const stage = await found.prepare({ root: head.root, log, port: head.port });
  for (const name of head.changed) stage.change(name);
  return stage;
}
