import { missingPrograms } from "./machine.mjs";

export const say = (text) => process.stdout.write(`${text}\n`);

export function refuse(why) {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}

/**
 * Reads the words of a bench. Ends with the usage for --help, and with 2 for a wrong number of rounds or
 * without one of the `programs` that it needs.
 */
export function readWords({ usage, programs = [], rounds: usual = 1 }) {
  const words = process.argv.slice(2);
  const wordsAfter = (name) => words.filter((_, index) => words[index - 1] === name);
  if (words.includes("--help")) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const rounds = Number(wordsAfter("--rounds")[0] ?? usual);
  if (!Number.isInteger(rounds) || rounds < 1) refuse("--rounds needs a number from 1.");
  const missing = missingPrograms(programs);
  if (missing.length > 0) refuse(`Not installed: ${missing.join(", ")}.`);
  return { words, wordsAfter, rounds };
}
