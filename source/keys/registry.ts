import { bucketCommands } from "./actions/bucket.ts";
import { downloadCommands } from "./actions/downloads.ts";
import { fieldCommands } from "./actions/fields.ts";
import { moveCommands } from "./actions/move.ts";
import { levelCommands, placeCommands } from "./actions/places.ts";
import { listPreviewCommands, previewCommands } from "./actions/preview.ts";
import { programCommands, terminalCommands } from "./actions/program.ts";
import { recordCommands } from "./actions/record.ts";
import { markCommands, rowCommands } from "./actions/rows.ts";
import { searchCommands } from "./actions/search.ts";
import { signInCommands } from "./actions/sign-in.ts";
import type { Command } from "./command.ts";

/** Of two commands with the same key, the earlier one wins. */
export const registry: readonly Command[] = [
  ...moveCommands,
  ...signInCommands,
  ...placeCommands,
  ...bucketCommands,
  ...searchCommands,
  ...previewCommands,
  ...recordCommands,
  ...downloadCommands,
  ...markCommands,
  ...rowCommands,
  ...listPreviewCommands,
  ...levelCommands,
  ...fieldCommands,
  ...programCommands,
  ...terminalCommands,
];
