import assert from "node:assert/strict";
import { AppError } from "../../source/base/errors.ts";
import { registerSecret, Secret } from "../../source/base/secret.ts";

/** Inputs may contain it, and no message may. */
export const planted = new Secret("planted-Secret_0123456789abcdef");

/** Characters that control a terminal, or reorder or hide text. */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/;

export function assertSafe(text: string, what: string): void {
  assert.ok(!unsafe.test(text), `${what} has control characters: ${JSON.stringify(text)}`);
}

const longestMessage = 2_500;

function assertMessage(text: string): void {
  assertSafe(text, "a message");
  assert.ok(text.length <= longestMessage, `a message has ${text.length} characters`);
  assert.ok(!text.includes(planted.reveal()), `a message has a secret: ${text}`);
}

/** Runs `work`; undefined if it throws an AppError, the only error that it may throw. */
export function onlyAppErrors<Result>(work: () => Result): Result | undefined {
  // Inputs with many secrets may have evicted it from the known ones.
  registerSecret(planted.reveal());
  try {
    return work();
  } catch (thrown) {
    assertAppError(thrown);
    return undefined;
  }
}

/** The same for asynchronous work. */
export async function onlyAppErrorsOf<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (thrown) {
    assertAppError(thrown);
    return undefined;
  }
}

function assertAppError(thrown: unknown): void {
  if (!(thrown instanceof AppError)) throw thrown;
  assert.notEqual(thrown.kind, "unexpected", thrown.message);
  assert.ok(["string", "undefined"].includes(typeof thrown.reason), "a reason is none of ours");
  assertMessage(thrown.message);
}

/** A name that stays in its folder, and is short enough for the suffixes that the program appends. */
export function assertLocalName(name: string, longestBytes = 230): void {
  assertSafe(name, "a name");
  assert.ok(!/[/\\]|^\.{0,2}$/.test(name), `a name leaves its folder: ${JSON.stringify(name)}`);
  const bytes = Buffer.byteLength(name);
  assert.ok(bytes <= longestBytes, `a name has ${bytes} bytes`);
}

export function assertCount(count: number | undefined, what: string): void {
  const isCount = count === undefined || (Number.isSafeInteger(count) && count >= 0);
  assert.ok(isCount, `${what} is ${count}`);
}

const separator = "\n----\n";

/** Splits an input into several texts. */
export function textsOf(input: Buffer): string[] {
  return input.toString("utf8").split(separator);
}

export function joined(...texts: readonly string[]): string {
  return texts.join(separator);
}
