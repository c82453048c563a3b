import fs from "node:fs";
import path from "node:path";
import { mix } from "../../source/sandbox/model/random.ts";
import type { Check } from "./checks/check.ts";
import { createFinalNames } from "./checks/final-names.ts";
import { createKeptQueue } from "./checks/kept-queue.ts";
import { createKeptSession } from "./checks/kept-session.ts";
import { createPartialFiles } from "./checks/partial-files.ts";
import { createSyncManifest } from "./checks/sync-manifest.ts";
import { DiskModel, type Tree } from "./disk-model.ts";
import { inMemory } from "./recorder.ts";
import { type Operation, readLog } from "./recording.ts";
import type { Facts, Stage } from "./stage.ts";

export interface Exploration {
  /** How many states are checked. */
  states: number;
  seed: number;
  /** Check only this state. */
  only?: number | undefined;
  /** The number of states from which the program is started again. */
  restarts: number;
  /** Replaces the operations of the recorder. */
  operations?: readonly Operation[];
  /** The disk of the last state is also written here. */
  copy?: string;
}

interface Failure {
  /** The first state with this problem. */
  state: number;
  /** How many states have it. */
  states: number;
  /** The number of operations before it. */
  after: number;
  problem: string;
}

export interface Explored {
  operations: number;
  states: number;
  restarts: number;
  failures: Failure[];
}

/** Checks the disks that power losses leave, at moments all over the recording. */
export async function explore(
  { facts, recorder, startAgain }: Stage,
  exploration: Exploration,
): Promise<Explored> {
  const { seed, copy } = exploration;
  const operations = exploration.operations ?? readLog(fs.readFileSync(recorder.log));
  const disk = new DiskModel(recorder.root);
  const scratch = fs.mkdtempSync(path.join(inMemory(), "cfs-crash-read-"));
  const checks = createChecks(disk, facts, scratch);
  const moments = momentsOf(exploration, operations.length);
  const failures: Failure[] = [];
  let restarts = 0;
  let done = 0;

  const stepTo = (after: number) => {
    for (const operation of operations.slice(done, after)) {
      disk.apply(operation);
      for (const check of checks) check.follow?.(operation);
    }
    done = after;
  };

  for (const { state, after, restarts: isRestarted } of moments) {
    stepTo(after);
    const tree = disk.afterPowerLoss(mix(mix(seed, state), 1));
    if (copy !== undefined) {
      writeTree(recorder.root, tree);
      fs.cpSync(recorder.root, copy, { recursive: true });
    }
    let problem = problemOf(checks, tree);
    if (problem === undefined && isRestarted) {
      restarts += 1;
      writeTree(recorder.root, tree);
      problem = await startAgain();
    }
    if (problem !== undefined) add(failures, { state, states: 1, after, problem });
  }
  fs.rmSync(scratch, { recursive: true });
  return { operations: operations.length, states: moments.length, restarts, failures };
}

/** The states with the number of operations before each, in that order. */
function momentsOf({ states, seed, only, restarts }: Exploration, operations: number) {
  const every = Math.max(1, Math.floor(states / Math.max(1, restarts)));
  const chosen = only === undefined ? Array.from({ length: states }, (_, state) => state) : [only];
  return chosen
    .map((state) => ({
      state,
      after: mix(seed, state) % (operations + 1),
      restarts: restarts > 0 && (only !== undefined || state % every === 0),
    }))
    .sort((one, other) => one.after - other.after || one.state - other.state);
}

function createChecks(disk: DiskModel, facts: Facts, scratch: string): Check[] {
  const finalNames = createFinalNames(facts);
  const parts = { disk, facts, scratch, saved: finalNames.saved };
  return [
    finalNames,
    createPartialFiles(parts),
    createSyncManifest(parts),
    createKeptSession(parts),
    createKeptQueue(parts),
  ];
}

function problemOf(checks: readonly Check[], tree: Tree): string | undefined {
  for (const check of checks) {
    const problem = check.problemOf(tree);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function add(failures: Failure[], failure: Failure): void {
  const kindOf = ({ problem }: Failure) => problem.replaceAll(/\d+/g, "N");
  const known = failures.find((other) => kindOf(other) === kindOf(failure));
  if (known === undefined) failures.push(failure);
  else known.states += 1;
}

/** The model's disk without any loss, which must equal the real disk. */
export function modelOf({ recorder }: Stage): Tree {
  const disk = new DiskModel(recorder.root);
  for (const operation of readLog(fs.readFileSync(recorder.log))) disk.apply(operation);
  return disk.now();
}

/** How the real disk differs from the model. */
export function differences(root: string, tree: Tree): string[] {
  const real = fs
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(root, name))
    .filter((file) => fs.lstatSync(file).isFile());
  const others = real.filter((file) => !tree.files.get(file)?.().equals(fs.readFileSync(file)));
  const gone = [...tree.files.keys()].filter((file) => !real.includes(file));
  return [
    ...others.map((file) => `${file} is another`),
    ...gone.map((file) => `${file} is missing`),
  ];
}

/** Long enough ago for files that ended processes left behind. */
const pastSeconds = 120;

function writeTree(root: string, { files, folders }: Tree): void {
  fs.rmSync(root, { recursive: true, force: true });
  fs.mkdirSync(root);
  for (const folder of folders) fs.mkdirSync(folder, { recursive: true });
  const before = Date.now() / 1_000 - pastSeconds;
  for (const [file, content] of files) {
    fs.writeFileSync(file, content(), { mode: 0o600 });
    fs.utimesSync(file, before, before);
  }
  for (const folder of folders) fs.utimesSync(folder, before, before);
}
