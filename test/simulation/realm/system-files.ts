import type { Machine } from "../world/machine.ts";

/** The files below /proc that the program reads: a function from a path to the text, undefined for any other path. */
export function systemFiles(machine: Machine): (file: string) => string | undefined {
  const spoken = new Map<string, string>([
    ["/proc/sys/kernel/random/boot_id", machine.bootId],
    ["/proc/self/ns/pid", "pid:[1]"],
  ]);

  return (file) => {
    if (!file.startsWith("/proc/")) return undefined;
    const [, pid] = /^\/proc\/(\d+)\/stat$/.exec(file) ?? [];
    if (pid === undefined) return spoken.get(file);
    const other = machine.processOf(Number(pid));
    return other && `${pid} (node) S ${"0 ".repeat(18)}${other.began} 0`;
  };
}
