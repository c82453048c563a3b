import { textBeside } from "../app/built-assets.ts";
import { version } from "../base/version.ts";

/**
 * Answers the calls that need nothing to be loaded: the version, and the help, whose text is written
 * beside the program when it is built. False where the call is another one.
 */
export function answerAtOnce(words: readonly string[]): boolean {
  if (words.length !== 1) return false;
  const text = textFor(words[0] ?? "");
  if (text === undefined) return false;
  process.stdout.on("error", (loss) => void tellLoss(loss));
  process.stdout.write(text);
  return true;
}

async function tellLoss(loss: NodeJS.ErrnoException): Promise<void> {
  const { outputError } = await import("../commands/console/failure.ts");
  const error = outputError(loss);
  if (error === undefined) return;
  process.stderr.write(`cfs: ${error.message}\n`);
  process.exitCode = error.exitCode;
}

function textFor(word: string): string | undefined {
  if (word === "--version" || word === "-V") return `${version}\n`;
  const isHelp = word === "--help" || word === "-h" || word === "help";
  return isHelp && (process.stdout.columns ?? 80) >= 80 ? builtHelp() : undefined;
}

/** Undefined where the program was not built: the help is made then. */
function builtHelp(): string | undefined {
  try {
    return textBeside("help.txt");
  } catch {
    return undefined;
  }
}
