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
  /** Undefined while another control has the focus. */
  chosen: number | undefined;
}

const NoIndicator = () => null;

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

/** ink-select-input drops all but one key of a packet, so the store moves the cursor and remounts it there. */
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
