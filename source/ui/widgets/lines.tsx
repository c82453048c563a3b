import { Text } from "ink";
import { memo, type ReactNode } from "react";
import { useTheme } from "../program-context.ts";
import type { Span } from "../theme.ts";

/** One line that is painted already; drawn again only when it changes. */
export const PaintedLine = memo(function PaintedLine({ text }: { text: string }): ReactNode {
  // An empty text would have no height.
  return <Text wrap="truncate-end">{text === "" ? " " : text}</Text>;
});

export function Line({ spans }: { spans: readonly Span[] }): ReactNode {
  return <PaintedLine text={useTheme().paint(spans)} />;
}

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
