import { bindings } from "./key-table.ts";
import { writtenKey } from "./keymap.ts";
import { bySection } from "./overlays/help.ts";

export interface DescribedKeys {
  keys: readonly string[];
  /** The command id, used in the settings to rebind its keys. */
  id: string;
  title: string;
  /** One or more sentences, without the last period if it is only one. */
  about: string;
}

export interface KeySection {
  name: string;
  commands: readonly DescribedKeys[];
}

export function keySections(): KeySection[] {
  return bySection(bindings.filter(({ keys }) => keys.length > 0)).map(({ name, commands }) => ({
    name,
    commands: commands.map(({ about, id, keys, more, title }) => ({
      keys: keys.map(writtenKey),
      id,
      title,
      about: more === undefined ? about : `${about}. ${more}`,
    })),
  }));
}
