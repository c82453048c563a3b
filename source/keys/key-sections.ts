import { bindings } from "./bindings.ts";
import { writtenKey } from "./keymap.ts";
import { bySection } from "./overlays/help.ts";

/** Keys that do one thing, where a section of the table says. */
export interface DescribedKeys {
  /** As people read them: "Esc", "^D", "x". */
  keys: readonly string[];
  /** The command's id, by which the settings give it other keys. */
  id: string;
  title: string;
  about: string;
}

export interface KeySection {
  name: string;
  commands: readonly DescribedKeys[];
}

/** Every key of the program by where it counts, made of the commands themselves. */
export function keySections(): KeySection[] {
  return bySection(bindings.filter(({ keys }) => keys.length > 0)).map(({ name, commands }) => ({
    name,
    commands: commands.map(({ about, id, keys, title }) => ({
      keys: keys.map(writtenKey),
      id,
      title,
      about,
    })),
  }));
}
