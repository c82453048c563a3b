import type { ReactNode } from "react";
import type { Span } from "../theme.ts";
import { Line } from "./lines.tsx";

interface LinesProps {
  lines: readonly (readonly Span[])[];
  /** The number of the first one where they scroll: what only moves is not drawn anew. */
  first?: number;
}

/** Lines one below the other, each with its spans cut to size. */
export function Lines({ lines, first = 0 }: LinesProps): ReactNode {
  return lines.map((spans, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
    <Line key={first + index} spans={spans} />
  ));
}
