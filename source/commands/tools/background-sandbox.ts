import { spawn } from "node:child_process";
import { ownProgram } from "../../app/built-assets.ts";
import { AppError, exitCodes } from "../../base/errors.ts";
import type { Call } from "../console/call.ts";

/** Starts `cfs sandbox --background`, which outlives this call, and prints what it prints. */
export async function startInBackground(options: readonly string[], call: Call): Promise<void> {
  const [file, words] = ownProgram();
  const child = spawn(file, [...words, "sandbox", "--background", ...options], {
    // The shell's ^C must not end it, and `eval "$(…)"` would wait for every process that holds its pipe.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += String(chunk);
  });
  const problem = await new Promise<AppError | undefined>((resolve) => {
    child.once("error", ({ message }) => resolve(startFailure(message)));
    child.once("close", (code) => resolve(endedAtOnce(code, complaint)));
    child.stdout.on("data", (chunk) => {
      printed += String(chunk);
      if (printed.endsWith("\n")) resolve(undefined);
    });
  });
  child.removeAllListeners();
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  if (problem === undefined) {
    call.stdout.write(printed);
    return;
  }
  throw problem;
}

/** A usage error of the sandbox in the background is one of this call, because it has the same options. */
function endedAtOnce(code: number | null, complaint: string): AppError {
  const words = complaint.replace(/^cfs: /, "").trim();
  const [tried = "", answered] = words.split(/: (.*)/s);
  return code === exitCodes.usage && answered !== undefined
    ? new AppError({ kind: "usage", tried, answered })
    : startFailure(words || "it ended at once");
}

function startFailure(answered: string): AppError {
  return new AppError({
    kind: "unexpected",
    tried: "Starting the sandbox in the background",
    answered,
    advice: "Start it with cfs sandbox to see more.",
  });
}
