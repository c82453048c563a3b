import SelectInput from "ink-select-input";
import type { FC, ReactNode } from "react";
import { useTheme } from "../program-context.ts";
import type { Span, Theme } from "../theme.ts";
import { PaintedLine } from "./lines.tsx";

interface MenuLine {
  id: string;
  spans: readonly Span[];
}

interface MenuProps {
  lines: readonly MenuLine[];
  height: number;
  /** The line under the cursor; undefined while something else has the keys. */
  chosen: number | undefined;
}

const NoIndicator = () => null;

/** Draws the item whose label is the id of one of the lines. */
function itemComponent({ chosen, lines }: MenuProps, theme: Theme): FC<MenuItemProps> {
  const spansOf = new Map(lines.map(({ id, spans }) => [id, spans]));
  return ({ isSelected, label }) => {
    const spans = spansOf.get(label) ?? [];
    const isChosen = isSelected && chosen !== undefined;
    return <PaintedLine text={isChosen ? theme.paintCursor(spans) : theme.paint(spans)} />;
  };
}

interface MenuItemProps {
  isSelected?: boolean;
  label: string;
}

/**
 * A few lines with the cursor on one. ink-select-input scrolls and selects, but it is not given the keys: of
 * several that come in one packet it handles only the first. The store moves the cursor, for the screens and
 * for a screen reader alike, and each new position starts the widget there.
 */
export function Menu(props: MenuProps): ReactNode {
  const { chosen = 0, height, lines } = props;
  return (
    <SelectInput
      key={[chosen, height, ...lines.map(({ id }) => id)].join("\n")}
      items={lines.map(({ id }) => ({ label: id, value: id }))}
      initialIndex={chosen}
      limit={height}
      isFocused={false}
      indicatorComponent={NoIndicator}
      itemComponent={itemComponent(props, useTheme())}
    />
  );
}
