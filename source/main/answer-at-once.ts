import { textBeside } from "../app/built-assets.ts";
import { version } from "../base/version.ts";

/** Answers --version and prebuilt help without loading the program; false for other calls. */
export function answerAtOnce(args: readonly string[]): boolean {
  if (args.length !== 1) return false;
  const text = textFor(args[0] ?? "");
  if (text === undefined) return false;
  process.stdout.on("error", (loss) => void reportLoss(loss));
  process.stdout.write(text);
  return true;
}

async function reportLoss(loss: NodeJS.ErrnoException): Promise<void> {
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

/** Undefined if the program was not built. */
function builtHelp(): string | undefined {
  try {
    return textBeside("help.txt");
  } catch {
    return undefined;
  }
}
