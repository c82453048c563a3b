import { Box, Text } from "ink";
import SelectInput from "ink-select-input";
import type { ReactNode } from "react";
import { menuHeight } from "../../store/selectors/layout.ts";
import { useProgramState, useTheme } from "../program-context.ts";
import { Lines } from "../widgets/lines.tsx";
import { bucketHeadLines, bucketMenuLines } from "./bucket-lines.ts";

const NoIndicator = () => null;
const PaintedItem = ({ label }: { label: string }) => <Text wrap="truncate-end">{label}</Text>;

/**
 * The buckets to choose from. Keys do not go to it: they come several at a time, and it would move once.
 * The store moves the cursor; a new key makes the list start there.
 */
function BucketMenu(): ReactNode {
  const state = useProgramState((all) => all);
  const theme = useTheme();
  const { bucket } = state;
  const chosen = bucket.focus === "menu" ? bucket.highlighted : undefined;
  const items = bucketMenuLines(state).map(({ bucket: name, spans }) => ({
    value: name,
    label: name === chosen ? theme.paintCursor(spans) : theme.paint(spans),
  }));
  const index = Math.max(
    0,
    items.findIndex(({ value }) => value === chosen),
  );
  return (
    <SelectInput
      key={`${index} ${items.length} ${menuHeight(state)}`}
      items={items}
      initialIndex={index}
      limit={menuHeight(state)}
      isFocused={false}
      indicatorComponent={NoIndicator}
      itemComponent={PaintedItem}
    />
  );
}

/** A field for the bucket's name; below it what is known to be there. */
export function BucketScreen(): ReactNode {
  const state = useProgramState((all) => all);
  return (
    <Box flexDirection="column">
      <Lines lines={bucketHeadLines(state)} />
      <BucketMenu />
    </Box>
  );
}
