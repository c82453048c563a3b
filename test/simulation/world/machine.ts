import type { Chance } from "./chance.ts";
import { FileTree } from "./file-tree.ts";
import type { Schedule } from "./schedule.ts";
import type { Trace } from "./trace.ts";

/** Thrown when a killed process tries to continue. */
export class Killed extends Error {
  override readonly name = "Killed";
}

export interface MachineParts {
  schedule: Schedule;
  chance: Chance;
  trace: Trace;
  losesPower: boolean;
}

const epochMs = Date.UTC(2026, 0, 5, 8);

/** One computer: its disk, its adjustable clock and its processes. */
export class Machine {
  readonly schedule: Schedule;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly files: FileTree;
  readonly #running = new Map<number, SimulatedProcess>();
  #clockErrorMs = 0;
  #boots = 1;
  #lastPid = 1_000;

  constructor({ schedule, chance, trace, losesPower }: MachineParts) {
    this.schedule = schedule;
    this.chance = chance;
    this.trace = trace;
    this.files = new FileTree(() => this.nowMs(), losesPower);
  }

  /** The time of day by this machine's clock. */
  nowMs(): number {
    return epochMs + Math.floor(this.schedule.nowMs) + this.#clockErrorMs;
  }

  /** The true time of day. */
  trueNowMs(): number {
    return epochMs + Math.floor(this.schedule.nowMs);
  }

  setClock(errorMs: number): void {
    this.trace.add("machine", `clock ${errorMs}`);
    this.#clockErrorMs = errorMs;
  }

  get bootId(): string {
    return `boot-${this.#boots}`;
  }

  get boots(): number {
    return this.#boots;
  }

  start(name: string): SimulatedProcess {
    this.#lastPid += 1;
    const begun = new SimulatedProcess(this, this.#lastPid, name);
    this.#running.set(begun.pid, begun);
    this.trace.add(begun.who, "starts");
    return begun;
  }

  processOf(pid: number): SimulatedProcess | undefined {
    return this.#running.get(pid);
  }

  running(): SimulatedProcess[] {
    return [...this.#running.values()];
  }

  ended(process: SimulatedProcess): void {
    this.#running.delete(process.pid);
  }

  /** Stops everything at once; the disk reverts, and process ids start again. */
  losePower(): void {
    this.trace.add("machine", "loses power");
    for (const process of this.running()) process.kill();
    this.files.losePower(this.chance.below(0x7fffffff));
    this.#boots += 1;
    this.#lastPid = 1_000;
  }
}

/** A process of the program. Its actions call `step`, so that it can be killed between any two of them. */
export class SimulatedProcess {
  readonly machine: Machine;
  readonly pid: number;
  readonly name: string;
  readonly began: string;
  readonly #fds = new Set<number>();
  readonly #atEnd: (() => void)[] = [];
  #status: "running" | "ended" | "killed" = "running";
  #stepsLeft = Number.POSITIVE_INFINITY;

  constructor(machine: Machine, pid: number, name: string) {
    this.machine = machine;
    this.pid = pid;
    this.name = name;
    this.began = `${machine.boots}${Math.floor(machine.schedule.nowMs)}`;
  }

  get who(): string {
    return `${this.name}/${this.pid}`;
  }

  get status(): "running" | "ended" | "killed" {
    return this.#status;
  }

  get isRunning(): boolean {
    return this.#status === "running";
  }

  killAfter(steps: number): void {
    this.#stepsLeft = steps;
  }

  /** Throws Killed if the process has ended, or is killed here. */
  step(what: string): void {
    this.assertRunning();
    this.#stepsLeft -= 1;
    if (this.#stepsLeft <= 0) {
      this.kill();
      throw new Killed(what);
    }
    this.machine.trace.add(this.who, what);
  }

  assertRunning(): void {
    if (!this.isRunning) throw new Killed(this.who);
  }

  opened(fd: number): number {
    this.#fds.add(fd);
    return fd;
  }

  closed(fd: number): void {
    this.#fds.delete(fd);
  }

  onEnd(work: () => void): void {
    this.#atEnd.push(work);
  }

  kill(): void {
    this.#end("killed");
  }

  exit(code: number): void {
    if (this.isRunning) this.machine.trace.add(this.who, `exits ${code}`);
    this.#end("ended");
  }

  #end(status: "ended" | "killed"): void {
    if (!this.isRunning) return;
    if (status === "killed") this.machine.trace.add(this.who, "is killed");
    this.#status = status;
    this.machine.ended(this);
    for (const fd of this.#fds) this.machine.files.close(fd);
    this.#fds.clear();
    for (const work of this.#atEnd) work();
  }
}
