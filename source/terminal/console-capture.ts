import printed from "node:console";
import { format } from "node:util";

const methods = ["log", "info", "warn", "error", "debug"] as const;

/**
 * Keeps what libraries print off the screen from now on. The returned function gives printing back, with
 * the lines that were held.
 */
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
