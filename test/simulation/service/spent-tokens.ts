import type { Machine, SimulatedProcess } from "../world/machine.ts";

interface Spending {
  process: SimulatedProcess;
  /** Undefined until the service gave one. */
  successor?: string;
  /** What became of the answer. */
  answer: "under way" | "lost" | "delivered";
  boots: number;
}

/**
 * Watches that a refresh token is spent once. It may be sent again only if nobody can know its successor: the
 * answer was lost, its receiver was killed before it kept it, or the machine lost its power.
 */
export class SpentTokens {
  readonly #machine: Machine;
  readonly #settings: string;
  readonly #problem: (text: string) => void;
  readonly #spendings = new Map<string, Spending[]>();
  /** The boot in which a token last stood in the settings file. */
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

  /** To be called when the settings file was replaced. */
  settingsChanged(): void {
    const text = this.#machine.files.contentOf(this.#settings)?.toString() ?? "";
    for (const [, token = ""] of text.matchAll(/"refreshToken":\s*"([^"]+)"/g))
      this.#keptIn.set(token, this.#machine.boots);
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
