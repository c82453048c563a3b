import { bucketCommands } from "./bucket-commands.ts";
import type { Command } from "./command.ts";
import { downloadCommands } from "./download-commands.ts";
import { fieldCommands } from "./field-commands.ts";
import { levelCommands } from "./level-commands.ts";
import { markCommands } from "./mark-commands.ts";
import { moveCommands } from "./moves.ts";
import { placeCommands } from "./place-commands.ts";
import { previewCommand, previewCommands } from "./preview-commands.ts";
import { programCommands } from "./program-commands.ts";
import { rowCommands } from "./row-commands.ts";
import { signInCommands } from "./sign-in-commands.ts";
import { terminalCommands } from "./terminal-commands.ts";

/** Everything a person can do, in the order in which it is told; of two with one key the first has it. */
export const registry: readonly Command[] = [
  ...moveCommands,
  ...signInCommands,
  ...placeCommands,
  ...bucketCommands,
  ...previewCommands,
  ...markCommands,
  ...rowCommands,
  previewCommand,
  ...levelCommands,
  ...downloadCommands,
  ...fieldCommands,
  ...programCommands,
  ...terminalCommands,
];
