import fs from "node:fs";
import { codePath } from "./code-path.ts";
import type { CommandName } from "./command-names.ts";

/** The commands as one script, and V8's code for it, which a call kept for the next. */
export interface CompiledCommands {
  /** Undefined if the call is for the terminal program; else the exit code. */
  run(args: readonly string[]): Promise<number | undefined>;
  /** Keeps what was compiled by now, if this call found nothing that it could use. */
  keep(): Promise<void>;
}

/**
 * Node keeps compiled code itself from 22.8 on, but not for calls of an older one, and it reads one file for
 * each module. `script` is the name of the built script; a new build has another name. Undefined without the
 * script: the same commands stand in modules too. Node's modules for this are asked for late, because every
 * call loads this one.
 */
export function openCommands(script: string, name: CommandName): CompiledCommands | undefined {
  const { href } = new URL(script, import.meta.url);
  const text = readScript(href);
  if (text === undefined) return undefined;
  const kept = codePath(`${name}.code`);
  const cachedData = readKept(kept, script);
  const { Script } = process.getBuiltinModule("node:vm");
  const compiled = new Script(text, { filename: href, cachedData });
  const isUsed = cachedData !== undefined && compiled.cachedDataRejected === false;
  const runWithoutScreens = exportOf(compiled.runInThisContext(), href);
  return {
    async run(args) {
      const exitCode: unknown = await runWithoutScreens(args);
      return typeof exitCode === "number" ? exitCode : undefined;
    },
    async keep() {
      if (isUsed) return;
      try {
        const { keepCode } = await import("./keep-code.ts");
        const code = compiled.createCachedData();
        keepCode(kept, [digestOf(code, script), code]);
      } catch {
        // Without it only the next start is slower.
      }
    },
  };
}

/** Undefined if it cannot be read just now, as when too many files are open. */
function readScript(href: string): string | undefined {
  try {
    return fs.readFileSync(new URL(href), "latin1");
  } catch {
    return undefined;
  }
}

/** The script is a function of what Node gives every CommonJS module, and of its own address. */
function exportOf(script: unknown, href: string): (args: readonly string[]) => unknown {
  const module: { exports: { runWithoutScreens?: unknown } } = { exports: {} };
  if (typeof script === "function") script(module, process.getBuiltinModule, href);
  const { runWithoutScreens } = module.exports;
  if (typeof runWithoutScreens !== "function")
    throw new Error(`${href} does not hold the commands`);
  return (args) => runWithoutScreens(args);
}

const digestBytes = 32;

/** V8 does not notice damage and would run it, nor another script of the same length. */
function readKept(path: string, script: string): Buffer | undefined {
  try {
    const bytes = fs.readFileSync(path);
    const code = bytes.subarray(digestBytes);
    const isWhole = digestOf(code, script).equals(bytes.subarray(0, digestBytes));
    return isWhole ? code : undefined;
  } catch {
    return undefined;
  }
}

function digestOf(code: Buffer, script: string): Buffer {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(script).update(code).digest();
}
