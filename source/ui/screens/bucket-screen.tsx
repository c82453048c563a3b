import { Box } from "ink";
import type { ReactNode } from "react";
import { menuHeight } from "../../store/selectors/layout.ts";
import { useProgramState } from "../program-context.ts";
import { Lines, Menu } from "../widgets.tsx";
import { bucketHeadLines, bucketMenuLines } from "./bucket-lines.ts";

export function BucketScreen(): ReactNode {
  const state = useProgramState((all) => all);
  const { focus, highlighted } = state.bucket;
  const menu = bucketMenuLines(state);
  const index = menu.findIndex(({ id }) => id === highlighted);
  return (
    <Box flexDirection="column">
      <Lines lines={bucketHeadLines(state)} />
      <Menu
        lines={menu}
        height={menuHeight(state)}
        chosen={focus === "menu" && index >= 0 ? index : undefined}
      />
    </Box>
  );
}
