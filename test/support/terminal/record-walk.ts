import type { ProgramScreen } from "./render-program.tsx";

/** The sizes at which a walk is recorded. */
const sizes = [
  [60, 15],
  [80, 24],
  [120, 30],
  [200, 50],
] as const;

export interface WalkStep {
  name: string;
  /** What happens before the keys: a download progresses, a service fails. */
  change?: (screen: ProgramScreen) => unknown;
  /** The keys that lead from the step before to this one. */
  keys?: readonly string[];
  /** What the screen shows when the step is complete. */
  seen: string | RegExp;
  /** Whether a screen of this width shows that too, and does so only after a moment. */
  isSeenLaterAt?: (columns: number) => boolean;
}

/** Takes the steps at that size, and returns as text how the screen looks after each of them at every size. */
export async function recordWalk(
  screen: ProgramScreen,
  steps: readonly WalkStep[],
  [ownColumns, ownRows]: readonly [columns: number, rows: number] = [80, 24],
): Promise<string> {
  const frames: string[] = [];
  for (const { name, keys = [], change, isSeenLaterAt, seen } of steps) {
    screen.resize(ownColumns, ownRows);
    await change?.(screen);
    screen.press(...keys);
    await screen.until(seen);
    for (const [columns, rows] of sizes) {
      screen.resize(columns, rows);
      await screen.flushed();
      if (isSeenLaterAt?.(columns)) await screen.until(seen);
      const lines = screen.lines().map((line) => line.trimEnd());
      const text = lines.join("\n").replace(/\n( *│?)(?:\n\1)+(?=\n)/g, "\n$1");
      frames.push(`== ${name}, ${columns}x${rows}\n${text}\n`);
    }
  }
  return frames.join("\n");
}
