import { Text } from "ink";
import { memo, type ReactNode } from "react";
import { useTheme } from "../program-context.ts";
import type { Span } from "../theme.ts";

/** One line that is painted already; drawn again only when it changes. */
export const PaintedLine = memo(function PaintedLine({ text }: { text: string }): ReactNode {
  // An empty text would have no height.
  return <Text wrap="truncate-end">{text === "" ? " " : text}</Text>;
});

/** One line of the screen. Its spans are cut to size by whoever makes them. */
export function Line({ spans }: { spans: readonly Span[] }): ReactNode {
  return <PaintedLine text={useTheme().paint(spans)} />;
}
