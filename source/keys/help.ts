import { type Where, whereIs } from "../store/selectors/where.ts";
import type { State } from "../store/state.ts";
import { wrapCells } from "../terminal/cells.ts";
import type { Command, Group } from "./command.ts";
import { registry } from "./registry.ts";

/** One line of the help: a heading, or keys with what they do. */
export type HelpLine =
  | { kind: "heading"; text: string }
  | { kind: "keys"; id: string; shown: string; about: string };

const groups: readonly Group[] = ["Sign in", "List", "Files", "Downloads", "Move", "Program"];

/** Where the keys would go without what lies over the screen. */
export function whereBeneath(state: State): Where {
  return whereIs({ ...state, overlay: undefined });
}

/** Cells that the keys take at the beginning of their lines. */
export const helpKeyCells = 12;

function section(heading: string, commands: readonly Command[], columns: number): HelpLine[] {
  if (commands.length === 0) return [];
  const room = Math.max(10, columns - helpKeyCells - 6);
  return [
    { kind: "heading", text: heading },
    ...commands.flatMap(({ about, id, shown }) =>
      wrapCells(about, room).map(
        (line, index): HelpLine => ({
          kind: "keys",
          id,
          shown: index === 0 ? shown : "",
          about: line,
        }),
      ),
    ),
  ];
}

/** The keys of this screen by group, then all others. */
export function helpLines(state: State): HelpLine[] {
  const where = whereBeneath(state);
  const { columns } = state.viewport;
  const bound = registry.filter(({ keys }) => keys.length > 0);
  const here = bound.filter((command) => command.where.includes(where));
  const elsewhere = bound.filter((command) => !command.where.includes(where));
  return [
    ...groups.flatMap((group) =>
      section(
        group,
        here.filter((command) => command.group === group),
        columns,
      ),
    ),
    ...section("On other screens", elsewhere, columns),
  ];
}
