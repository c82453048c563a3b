import { inspect } from "node:util";
import { know } from "./redaction.ts";

const placeholder = "•••";

/**
 * A string that is not shown by accident: it prints, inspects and serialises as dots, and where a text
 * from elsewhere repeats it, `redact` finds it.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    know(text);
  }

  /** The string itself, for the one place that sends it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return placeholder;
  }

  toJSON(): string {
    return placeholder;
  }

  [inspect.custom](): string {
    return placeholder;
  }
}
