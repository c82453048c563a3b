import type { Machine, SimulatedProcess } from "../world/machine.ts";

interface Spending {
  process: SimulatedProcess;
  /** Undefined until the service has answered. */
  successor?: string;
  /** The fate of the answer. */
  answer: "under way" | "lost" | "delivered";
  boots: number;
}

/**
 * Checks that each refresh token is spent once. A token may be sent again only if no process can know its
 * successor: the answer was lost, the receiver was killed before keeping it, or the machine lost power.
 */
export class SpentTokens {
  readonly #machine: Machine;
  readonly #settings: string;
  readonly #problem: (text: string) => void;
  readonly #spendings = new Map<string, Spending[]>();
  /** The tokens of the settings file, and the newest one that a process has used. */
  #standing: string[] = [];
  #lasting: string | undefined;
  /** The last boot in which the settings file had a token. */
  readonly #keptIn = new Map<string, number>();

  constructor(machine: Machine, settings: string, problem: (text: string) => void) {
    this.#machine = machine;
    this.#settings = settings;
    this.#problem = problem;
  }

  sent(token: string, process: SimulatedProcess): Spending {
    const earlier = this.#spendings.get(token) ?? [];
    const wrong = earlier.find((spending) => this.#forbids(spending, process));
    if (wrong !== undefined)
      this.#problem(
        `${process.who} spends a refresh token that ${wrong.process.who} spent, whose answer is ${wrong.answer}`,
      );
    const spending: Spending = { process, answer: "under way", boots: this.#machine.boots };
    this.#spendings.set(token, [...earlier, spending]);
    return spending;
  }

  /** Call this when the settings file was replaced. */
  settingsChanged(): void {
    this.#standing = this.#inSettings();
    for (const token of this.#standing) this.#keptIn.set(token, this.#machine.boots);
  }

  /** Call this when a process uses its session: from now on, its refresh token must survive a power loss. */
  wentOn(process: SimulatedProcess): void {
    for (const { answer, process: receiver, successor } of [...this.#spendings.values()].flat())
      if (receiver === process && answer === "delivered" && successor !== undefined)
        this.#lasting = successor;
  }

  /** Call this after a power loss. */
  settingsFellBack(): void {
    const before = this.#standing;
    this.#standing = this.#inSettings();
    if (this.#lasting === undefined) return;
    const right = this.#sinceThen(this.#lasting);
    // The session may have been forgotten or replaced since.
    const isExpected = before.some((token) => right.has(token));
    if (isExpected && !this.#standing.some((token) => right.has(token)))
      this.#problem("the power loss took the refresh token that the program had gone on with");
  }

  #inSettings(): string[] {
    const text = this.#machine.files.contentOf(this.#settings)?.toString() ?? "";
    return [...text.matchAll(/"refreshToken":\s*"([^"]+)"/g)].map(([, token = ""]) => token);
  }

  /** A token and its successors. */
  #sinceThen(first: string): Set<string> {
    const tokens = new Set<string>();
    for (let token: string | undefined = first; token !== undefined && !tokens.has(token); ) {
      tokens.add(token);
      const spent: Spending[] = this.#spendings.get(token) ?? [];
      token = spent.find(({ successor }) => successor !== undefined)?.successor;
    }
    return tokens;
  }

  #forbids({ answer, boots, process, successor }: Spending, next: SimulatedProcess): boolean {
    if (successor === undefined && answer !== "under way") return false;
    if (boots !== this.#machine.boots) return false;
    if (answer === "under way") return process.isRunning && process !== next;
    if (answer === "lost") return false;
    if (process.status !== "killed") return true;
    return this.#keptIn.get(successor ?? "") === this.#machine.boots;
  }
}
