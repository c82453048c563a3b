import printed from "node:console";
import { format } from "node:util";

const methods = ["log", "info", "warn", "error", "debug"] as const;

/** Keeps library output off the screen; the returned function ends this and returns the captured lines. */
export function captureConsole(): () => string[] {
  const held: string[] = [];
  const before = methods.map((method) => [method, printed[method]] as const);
  for (const method of methods) {
    printed[method] = (...parts: unknown[]) => {
      held.push(format(...parts));
    };
  }
  return () => {
    for (const [method, print] of before) printed[method] = print;
    return held;
  };
}
