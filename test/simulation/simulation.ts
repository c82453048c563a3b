import { exitCodes } from "../../source/base/errors.ts";
import { toTransferFile } from "../../source/domain/entities.ts";
import { type Actor, dataFolder, type Plan, planFor } from "./plan.ts";
import type { Action, Program } from "./realm/realm.ts";
import { Faults } from "./service/faults.ts";
import { createFetch, type Server } from "./service/network.ts";
import { createObjectStore } from "./service/object-store.ts";
import { account, createService, host, type Service } from "./service/service.ts";
import { SpentTokens } from "./service/spent-tokens.ts";
import { bucket, Store } from "./service/store.ts";
import { type Chance, chanceFrom } from "./world/chance.ts";
import { FinalNames } from "./world/final-names.ts";
import { Killed, Machine, type SimulatedProcess } from "./world/machine.ts";
import { manifestProblem } from "./world/manifest.ts";
import { Schedule } from "./world/schedule.ts";
import { Trace } from "./world/trace.ts";

const settingsFolder = "/home/settings";
const settingsFile = `${settingsFolder}/config.json`;

/** After the last fault, all work must end within this time. */
const patienceMs = 60 * 60_000;

export interface Outcome {
  seed: number;
  hash: string;
  steps: number;
  virtualMs: number;
  faults: ReadonlyMap<string, number>;
  problem?: string;
}

/** Runs a world to its end; the same seed gives the same events. */
export async function simulate(
  program: Program,
  seed: number,
  write?: (line: string) => void,
): Promise<Outcome> {
  const world = new World(program, seed, write);
  return world.run();
}

class World {
  readonly #seed: number;
  readonly #program: Program;
  readonly #plan: Plan;
  readonly #schedule = new Schedule();
  readonly #trace: Trace;
  readonly #machine: Machine;
  readonly #chance: Chance;
  readonly #faults: Faults;
  readonly #store: Store;
  readonly #service: Service;
  readonly #spent: SpentTokens;
  readonly #finalNames: FinalNames;
  readonly #servers: ReadonlyMap<string, Server>;
  #problem: string | undefined;
  /** The last output of each actor. */
  readonly #lastCodes = new Map<string, number | "killed">();

  constructor(program: Program, seed: number, write: ((line: string) => void) | undefined) {
    this.#seed = seed;
    this.#program = program;
    this.#plan = planFor(seed, chanceFrom(seed, 1));
    this.#chance = chanceFrom(seed, 2);
    this.#trace = new Trace(() => this.#schedule.nowMs, write);
    this.#machine = new Machine({
      schedule: this.#schedule,
      chance: chanceFrom(seed, 3),
      trace: this.#trace,
      losesPower: this.#plan.losesPower,
    });
    this.#faults = new Faults(chanceFrom(seed, 4));
    const nowMs = () => this.#machine.trueNowMs();
    this.#store = new Store(chanceFrom(seed, 5), nowMs);
    for (let count = 0; count < this.#plan.fileSets; count += 1) this.#addFileSet();
    this.#spent = new SpentTokens(this.#machine, settingsFile, (text) => this.#fail(text));
    const parts = { store: this.#store, faults: this.#faults, nowMs };
    const objects = createObjectStore({ ...parts, chance: chanceFrom(seed, 6) });
    this.#service = createService({
      ...parts,
      objects,
      spent: this.#spent,
      chance: chanceFrom(seed, 7),
    });
    this.#servers = new Map([
      [host, this.#service.server],
      [objects.host, objects.server],
    ]);
    this.#finalNames = new FinalNames(dataFolder, this.#machine.files, this.#store);
    this.#machine.files.onNamed = (file) => {
      if (file === settingsFile) this.#spent.settingsChanged();
      const problem = this.#finalNames.problemAt(file);
      if (problem !== undefined) this.#fail(problem);
    };
    for (const folder of ["/home", "/data", "/tmp"]) this.#machine.files.makeFolder(folder, 0o755);
    this.#machine.files.settle();
  }

  async run(): Promise<Outcome> {
    const ignore = (reason: unknown) => this.#unhandled(reason);
    process.on("unhandledRejection", ignore);
    try {
      await this.#live();
    } finally {
      process.off("unhandledRejection", ignore);
    }
    const { counts: faults } = this.#faults;
    const { hash, steps } = this.#trace;
    const { nowMs: virtualMs } = this.#schedule;
    return { seed: this.#seed, hash, steps, virtualMs, faults, problem: this.#problem };
  }

  async #live(): Promise<void> {
    const { actors, faultsEndMs } = this.#plan;
    this.#disturb();
    let isDone = false;
    void Promise.all(actors.map((actor) => this.#act(actor, actor.goal)))
      // Another run without faults finds all files, and removes the remains of killed processes.
      .then(() => this.#faultsOver())
      .then(async () => {
        for (const actor of [...actors, { name: "last", purpose: "status" } as const])
          await this.#act(actor, 1);
      })
      .then(() => {
        isDone = true;
      })
      .catch((thrown: unknown) => this.#fail(String(thrown)));
    const isOver = () => isDone || this.#problem !== undefined;
    await this.#schedule.run(isOver, faultsEndMs + patienceMs);
    if (!isOver()) this.#fail(`not done in time: ${this.#describeLast()}`);
    if (this.#problem === undefined) this.#checkEnd();
    for (const left of this.#machine.running()) left.kill();
  }

  #describeLast(): string {
    const told = [...this.#lastCodes].map(([name, code]) => `${name} ended with ${code}`);
    const running = this.#machine.running().map(({ who }) => `${who} runs`);
    return [...told, ...running].join(", ");
  }

  async #faultsOver(): Promise<void> {
    while (!this.#faults.isOver) await this.#schedule.wait(1_000);
    // The program leaves files that look half-written alone for a minute.
    await this.#schedule.wait(120_000);
  }

  /** Cuts the power, sets the clock and publishes files, until the faults end. */
  #disturb(): void {
    const { faultsEndMs, kind, losesPower, setsClock } = this.#plan;
    const chance = this.#chance;
    const sometime = (work: () => void) => {
      this.#schedule.after(chance.below(faultsEndMs), work);
    };
    this.#schedule.after(faultsEndMs, () => {
      this.#faults.isOver = true;
      this.#trace.add("world", "faults end");
    });
    if (losesPower) sometime(() => this.#losePower());
    if (setsClock) {
      const span = chance.pick([5_000, 120_000, 3_600_000, 86_400_000 * 3]);
      sometime(() => this.#machine.setClock(chance.happens(50) ? span : -span));
    }
    for (let count = 0; count < 3; count += 1) sometime(() => this.#store.replaceOne());
    if (kind === "sync") sometime(() => this.#addFileSet());
  }

  #addFileSet(): void {
    this.#store.addFileSet(1 + this.#chance.below(3), this.#plan.hasLargeFiles);
  }

  #losePower(): void {
    this.#machine.losePower();
    this.#spent.settingsFellBack();
    this.#checkDisk();
  }

  #checkDisk(): void {
    const problem = this.#finalNames.problem() ?? manifestProblem(dataFolder, this.#machine.files);
    if (problem !== undefined) this.#fail(problem);
  }

  #checkEnd(): void {
    this.#checkDisk();
    const left = this.#finalNames.leftovers();
    const locks = [...this.#machine.files.filesBelow("/")].filter((file) =>
      /^\/home\/.*(\.lock|\.tmp-|\.new$)|\/\.cfs-sync\/(lock|.*\.new$)/.test(file),
    );
    if (left.length + locks.length > 0)
      this.#fail(`left behind: ${[...left, ...locks].join(", ")}`);
    const { losesPower, setsClock } = this.#plan;
    const busiest = this.#service.busiestMinute();
    if (!losesPower && !setsClock && busiest > 50)
      this.#fail(`${busiest} token requests came in one minute`);
  }

  /** Starts processes for an actor until `goal` of them have succeeded. */
  async #act(actor: Pick<Actor, "name" | "purpose">, goal: number): Promise<void> {
    for (let done = 0; done < goal; ) {
      await this.#schedule.wait(this.#chance.skewed(1, 20_000));
      const action = this.#actionOf(actor);
      const code = await this.#runProcess(actor.name, action);
      this.#lastCodes.set(actor.name, code);
      if (code === 0) {
        done += 1;
        this.#reported(action);
      } else if (code === exitCodes["sign-in"]) {
        await this.#schedule.wait(this.#chance.below(30_000));
        await this.#runProcess(actor.name, { kind: "login", takeOver: true });
      } else if (code === exitCodes.unexpected || code === exitCodes.usage)
        this.#fail(`${actor.name} ended with ${code}`);
    }
  }

  #reported(action: Action): void {
    if (action.kind === "get")
      this.#finalNames.promise(action.ids.flatMap((id) => this.#store.filesOf(id)));
    if (action.kind === "queue")
      this.#finalNames.promise(
        action.requests.flatMap(({ file }) => this.#store.objects.get(file.fileId) ?? []),
      );
  }

  #actionOf({ purpose }: Pick<Actor, "purpose">): Action {
    const chance = this.#chance;
    const folder = dataFolder;
    switch (purpose) {
      case "renewals":
        return { kind: purpose, bucket, rounds: 3, everyMs: 20_000 + chance.below(200_000) };
      case "get":
        return { kind: purpose, ids: [...this.#store.catalogue.fileSets.keys()], folder };
      case "sync": {
        const { packageId } = this.#store;
        return { kind: purpose, bucket, packageId, folder, verify: chance.happens(20) };
      }
      case "queue": {
        const files = [...this.#store.objects.values()].map((object) =>
          toTransferFile(this.#store.record(object)),
        );
        return { kind: purpose, requests: files.map((file) => ({ file, directory: folder })) };
      }
      default:
        return { kind: purpose };
    }
  }

  async #runProcess(name: string, action: Action): Promise<number | "killed"> {
    const process = this.#machine.start(`${name}:${action.kind}`);
    const controller = new AbortController();
    this.#threaten(process, controller);
    const hasPassword = this.#plan.hasPassword || action.kind === "login";
    const running = this.#program.run(action, controller.signal, {
      process,
      chance: chanceFrom(this.#seed, 1_000 + this.#trace.steps),
      fetch: createFetch(process, this.#machine.chance, (url) => this.#serverOf(url)),
      variables: {
        RDP_HOST: host,
        CFS_CONFIG_DIR: settingsFolder,
        CFS_JOBS: String(1 + this.#chance.below(4)),
        CFS_REQUEST_TIMEOUT: this.#plan.patience,
        CFS_STALL_TIMEOUT: this.#plan.patience,
        ...(hasPassword
          ? {
              RDP_USERNAME: account.username,
              RDP_PASSWORD: account.password,
              RDP_APP_KEY: account.appKey,
            }
          : {}),
      },
    });
    return new Promise((resolve) => {
      process.onEnd(() => {
        if (process.status === "killed") resolve("killed");
      });
      running.then(
        (code) => {
          process.exit(code);
          resolve(code);
        },
        (thrown: unknown) => {
          if (process.isRunning) this.#fail(`${process.who} failed: ${thrown}`);
          resolve("killed");
        },
      );
    });
  }

  /** Decides whether and when the process is killed or interrupted. */
  #threaten(process: SimulatedProcess, controller: AbortController): void {
    if (this.#faults.isOver) return;
    const chance = this.#chance;
    // A power loss tests most while a process is running, which is seldom the case.
    if (this.#plan.losesPower && chance.happens(25)) {
      this.#schedule.after(chance.below(15_000), () => {
        if (process.isRunning) this.#losePower();
      });
    } else if (chance.happens(this.#plan.kills)) {
      if (chance.happens(70)) process.killAfter(Math.ceil(chance.skewed(1, 300)));
      else this.#schedule.after(chance.skewed(1, 120_000), () => process.kill());
    } else if (chance.happens(8)) {
      this.#schedule.after(chance.skewed(1, 60_000), () => {
        if (process.isRunning) controller.abort();
      });
    }
  }

  #serverOf(url: URL): Server {
    const server = this.#servers.get(url.origin);
    if (server === undefined) throw new Error(`nothing answers at ${url.origin}`);
    return server;
  }

  #fail(problem: string): void {
    this.#trace.add("world", `problem: ${problem}`);
    this.#problem ??= problem;
  }

  /** A killed process may leave unhandled rejections; a running one may not. */
  #unhandled(reason: unknown): void {
    for (let cause = reason; cause instanceof Error; cause = cause.cause)
      if (cause instanceof Killed) return;
    this.#fail(`nobody handled: ${reason instanceof Error ? reason.stack : String(reason)}`);
  }
}
