import { type Level, levels } from "../../store/actions/levels.ts";
import { placeTitles } from "../../store/state/place.ts";
import type { State } from "../../store/state/state.ts";
import { type Command, previews, tables } from "../command.ts";

function levelCommand(level: Level, index: number): Command {
  const key = String(index + 1);
  const title = placeTitles[level];
  return {
    id: `level-${level}`,
    group: "List",
    title: title.toLowerCase(),
    about: `Back along the path to ${title}`,
    keys: [key],
    where: [...tables, ...previews, "bucket-menu"],
    unavailable: ({ places }: State) => {
      if (places.at(-1)?.kind === level) return "this is it";
      return places.some(({ kind }) => kind === level) ? undefined : "it is not on the path yet";
    },
    run: ({ actions }) => actions.toLevel(level),
  };
}

/** 1 to 4: each level of the path. */
export const levelCommands: readonly Command[] = levels.map(levelCommand);
