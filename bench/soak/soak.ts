import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { compose, composeTransfers } from "../../source/app/compose.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import { createCounts } from "./counts.ts";
import { growthOf } from "./growth.ts";
import { summaryLine, verdictTable } from "./report.ts";
import { type Resources, readResources } from "./resources.ts";
import { addAll, listFiles, type Offer, type RoundContext, runRound } from "./rounds.ts";

const filesPerRound = 40;
const readings = 60;
const summaries = 20;
const interruptedRounds = 5;
const interruptedAfterMs = 150;
const powerCutRounds = 4;

const accountShape = v.object({
  host: v.string(),
  username: v.string(),
  password: v.string(),
  appKey: v.string(),
});
const offerShape = v.object({
  fileSetId: v.string(),
  sums: v.record(v.string(), v.array(v.string())),
});

const powerCutShape = v.object({
  states: v.number(),
  restarts: v.number(),
  wrongs: v.array(v.string()),
});

const [minutes = "60", seed = "1", powerCutsProgram = "", runSource = ""] = process.argv.slice(2);
const say = (text: string) => process.stdout.write(`${text}\n`);
const place = await mkdtemp(path.join(tmpdir(), "cfs-soak-"));
const service = fork(fileURLToPath(new URL("service.js", import.meta.url)), [seed]);
const account = v.parse(accountShape, (await once(service, "message"))[0]);
const powerCuts = fork(powerCutsProgram, [seed], { execArgv: ["--import", runSource] });

const environment = readEnvironment({
  RDP_HOST: account.host,
  RDP_USERNAME: account.username,
  RDP_PASSWORD: account.password,
  RDP_APP_KEY: account.appKey,
  CFS_CONFIG_DIR: path.join(place, "settings"),
  CFS_CONNECTIONS: "12",
  CFS_RETRY_DELAY: "0.01",
  CFS_STALL_TIMEOUT: "1",
  CFS_REQUEST_TIMEOUT: "1",
});
const parts = await compose(environment, () => undefined);
const counts = createCounts();
const newEngine = () => composeTransfers(environment, parts, { isInteractive: true });
const context: RoundContext = {
  parts,
  engine: newEngine(),
  random: randomFrom(Number(seed)),
  counts,
  stallTimeoutMs: environment.stallTimeoutMs,
};

say(`soak: ${minutes} min, seed ${seed}, Node ${process.version}`);
const beganAtMs = performance.now();
const lengthMs = Number(minutes) * 60_000;
const passedMs = () => performance.now() - beganAtMs;
const held: Resources[] = [];
let told = 0;
for (let round = 1; passedMs() < lengthMs; round += 1) {
  await doRound(round);
  if (round % powerCutRounds === 0) await cutPower(round);
  if (passedMs() < (held.length * lengthMs) / readings) continue;
  const now = await readResources();
  held.push(now);
  if (passedMs() < (told * lengthMs) / summaries) continue;
  told += 1;
  say(summaryLine(passedMs(), counts, now));
}
await context.engine.stop();
await parts.auth.settled();
service.disconnect();
powerCuts.disconnect();
await rm(place, { recursive: true, force: true });

const growths = growthOf(held);
say(verdictTable(passedMs(), counts, growths));
const hasGrown = growths.some(({ verdict }) => verdict === "GREW");
process.exitCode = counts.wrongs.length > 0 || hasGrown ? 1 : 0;

async function doRound(round: number): Promise<void> {
  service.send({ round, files: filesPerRound });
  const offer: Offer = v.parse(offerShape, (await once(service, "message"))[0]);
  const files = await listFiles(offer, context);
  if (files.length === 0) return await signInAnew();
  const folder = path.join(place, `folder-${round % 3}`);
  if (round % interruptedRounds === 0) {
    addAll(files, folder, context.engine);
    await wait(interruptedAfterMs);
    await context.engine.stop();
    context.engine = newEngine();
  }
  await runRound(files, offer, folder, context);
}

/** Power cuts hit a recorded run in another process; the transfers of this process continue. */
async function cutPower(round: number): Promise<void> {
  powerCuts.send({ round });
  const { states, restarts, wrongs } = v.parse(
    powerCutShape,
    (await once(powerCuts, "message"))[0],
  );
  counts.powerCuts += 1;
  counts.crashStates += states;
  counts.restarts += restarts;
  for (const wrong of wrongs) counts.wrong(wrong);
}

/** The session may have ended with an answer that was lost. */
async function signInAnew(): Promise<void> {
  if (environment.credentials === undefined || parts.auth.session() !== undefined) return;
  const { credentials } = environment;
  await counts.expecting(async () => {
    await parts.auth.signIn(credentials, { takeOver: true });
  });
}
