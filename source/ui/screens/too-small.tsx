import { Box } from "ink";
import type { ReactNode } from "react";
import type { Viewport } from "../../store/state/state.ts";
import { smallestScreen } from "../../terminal/capabilities.ts";
import { truncateEnd, wrapCells } from "../../text/cells.ts";
import { Lines } from "../widgets/lines.tsx";

const sentence = `cfs needs ${smallestScreen.columns}x${smallestScreen.rows} cells; ^C quits.`;

/** What stands where there is no room for a screen, in as many lines as there are. */
export function TooSmall({ columns, rows }: Viewport): ReactNode {
  const all = wrapCells(sentence, columns);
  const last = all.slice(rows - 1).join(" ");
  const lines = [...all.slice(0, rows - 1), ...(last === "" ? [] : [truncateEnd(last, columns)])];
  return (
    <Box flexDirection="column">
      <Lines lines={lines.map((text) => [{ text }])} />
    </Box>
  );
}
