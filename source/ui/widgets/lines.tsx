import { Text } from "ink";
import { memo, type ReactNode } from "react";
import { useTheme } from "../program-context.ts";
import type { Span } from "../theme.ts";

export const PaintedLine = memo(function PaintedLine({ text }: { text: string }): ReactNode {
  // An empty text would have no height.
  return <Text wrap="truncate-end">{text === "" ? " " : text}</Text>;
});

export function Line({ spans }: { spans: readonly Span[] }): ReactNode {
  return <PaintedLine text={useTheme().paint(spans)} />;
}

interface LinesProps {
  lines: readonly (readonly Span[])[];
  /** The first line's number, so that scrolled lines keep their keys and are not redrawn. */
  first?: number;
}

export function Lines({ lines, first = 0 }: LinesProps): ReactNode {
  return lines.map((spans, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
    <Line key={first + index} spans={spans} />
  ));
}
