import { Box, Text } from "ink";
import SelectInput from "ink-select-input";
import type { ReactNode } from "react";
import { menuHeight } from "../../store/layout.ts";
import { type MenuItem, menuItems } from "../../store/selectors/menu.ts";
import { fitCells, truncateEnd, wrapCells } from "../../terminal/cells.ts";
import { fieldSpans } from "../field-spans.ts";
import { useProgramState, useTheme } from "../program-context.ts";
import type { Span } from "../theme.ts";
import { Line } from "../widgets/line.tsx";

const labelCells = 11;
const widestField = 50;

function nameCells(items: readonly MenuItem[], columns: number): number {
  const longest = Math.max(16, ...items.map(({ bucket }) => bucket.length));
  return Math.min(longest, Math.floor((columns - 6) * 0.7));
}

function itemSpans({ about, bucket }: MenuItem, cells: number, columns: number): Span[] {
  const rest = Math.max(0, columns - cells - 6);
  const text = rest < 8 ? "" : truncateEnd(about, rest);
  return [
    { text: `   ${fitCells(bucket, cells)}  ` },
    { text: fitCells(text, Math.max(0, rest)), tone: "muted" },
    { text: " " },
  ];
}

const NoIndicator = () => null;
const PaintedItem = ({ label }: { label: string }) => <Text wrap="truncate-end">{label}</Text>;

/**
 * The buckets to choose from. Keys do not go to it: they come several at a time, and it would move once.
 * The store moves the cursor; a new key makes the list start there.
 */
function BucketMenu(): ReactNode {
  const state = useProgramState((all) => all);
  const theme = useTheme();
  const { bucket, viewport } = state;
  const items = menuItems(bucket);
  const cells = nameCells(items, viewport.columns);
  const chosen = bucket.focus === "menu" ? bucket.highlighted : undefined;
  const labelled = items.map((item) => {
    const spans = itemSpans(item, cells, viewport.columns);
    const isChosen = item.bucket === chosen;
    return {
      value: item.bucket,
      label: isChosen ? theme.paintCursor(spans) : theme.paint(spans),
    };
  });
  const index = Math.max(
    0,
    items.findIndex((item) => item.bucket === chosen),
  );
  return (
    <SelectInput
      key={`${index} ${items.length} ${menuHeight(state)}`}
      items={labelled}
      initialIndex={index}
      limit={menuHeight(state)}
      isFocused={false}
      indicatorComponent={NoIndicator}
      itemComponent={PaintedItem}
    />
  );
}

function problemLines(problem: string | undefined, columns: number): Span[][] {
  if (problem === undefined) return [];
  return wrapCells(problem, columns - labelCells - 1).map((text) => [
    { text: " ".repeat(labelCells) },
    { text, tone: "bad" },
  ]);
}

function menuTitle(items: readonly MenuItem[], cells: number): string {
  if (items.length > 0) return "Known buckets";
  return truncateEnd("No known bucket has that in its name. Enter asks the service.", cells);
}

/** A field for the bucket's name; below it what is known to be there. */
export function BucketScreen(): ReactNode {
  const { bucket, viewport } = useProgramState((all) => all);
  const focused = bucket.focus === "field";
  const items = menuItems(bucket);
  const cells = Math.max(8, Math.min(widestField, viewport.columns - labelCells - 2));
  const label: Span = {
    text: fitCells(focused ? " › Bucket" : "   Bucket", labelCells),
    tone: focused ? "strong" : "plain",
  };
  const lines: Span[][] = [
    [],
    [label, ...fieldSpans(bucket.field, { cells, focused })],
    ...problemLines(bucket.problem, viewport.columns),
    [],
    [{ text: `   ${menuTitle(items, viewport.columns - 4)}`, tone: "muted" }],
  ];
  return (
    <Box flexDirection="column">
      {lines.map((spans, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
        <Line key={index} spans={spans} />
      ))}
      <BucketMenu />
    </Box>
  );
}
