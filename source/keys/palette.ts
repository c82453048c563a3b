import { matchesFilter, parseFilter } from "../domain/filter-words.ts";
import type { State } from "../store/state.ts";
import type { Command } from "./command.ts";
import { whereBeneath } from "./help.ts";
import { registry } from "./registry.ts";

/** The commands that can be chosen here, narrowed by what is typed. */
export function paletteCommands(state: State): Command[] {
  const where = whereBeneath(state);
  const typed = state.overlay?.kind === "palette" ? state.overlay.field.text : "";
  const filter = parseFilter(typed);
  return registry.filter(
    ({ about, alsoOffered, keyOnly, title, where: places }) =>
      !keyOnly &&
      (places.includes(where) || alsoOffered?.includes(where)) &&
      matchesFilter(filter, `${title} ${about}`),
  );
}
