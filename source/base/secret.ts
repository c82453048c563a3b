import { inspect } from "node:util";
import { know } from "./redaction.ts";

const placeholder = "•••";

/** A string that prints, inspects and serializes as dots and that `redact` finds in other texts. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    know(text);
  }

  /** Only for the code that sends it. */
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
