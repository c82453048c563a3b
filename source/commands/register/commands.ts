import type { Commands } from "./command-builder.ts";
import { addListingCommands } from "./listing-commands.ts";
import { addSessionCommands } from "./session-commands.ts";
import { addToolCommands } from "./tool-commands.ts";
import { addTransferCommands } from "./transfer-commands.ts";

/** Adds every command but help, in the order of the help; actions load their code when they run. */
export function addCommands(commands: Commands): void {
  addSessionCommands(commands);
  addListingCommands(commands);
  addTransferCommands(commands);
  addToolCommands(commands);
}
