import { resolve } from "node:path";
import { openState, withSetting } from "../../config/preferences.ts";
import { readSetting, resolveSettings } from "../../config/settings.ts";
import type { SavedState } from "../../config/state-schema.ts";
import { closestWord } from "../../domain/closest-word.ts";
import { isChoiceName, type SettingName, settingNames } from "../../domain/settings.ts";
import { checkFolder } from "../../files/download-folder.ts";
import type { Call } from "../console/call.ts";
import { usageError } from "../console/usage-error.ts";

const folderName = "downloadDirectory";

type Change = (state: SavedState) => SavedState;

/**
 * `cfs config set KEY VALUE` and `cfs config unset KEY`: changes the settings file under its lock, so that no
 * other process's change is lost. Rejects with an AppError: usage for an unknown key or a wrong value, disk
 * if the file cannot be written.
 */
export async function changeSetting(args: readonly string[], call: Call): Promise<void> {
  const [action = "", key = "", value] = args;
  const change = await readChange(action, key, value);
  const notice = (text: string) => void call.stderr.write(`cfs: ${text}\n`);
  const { stateStore } = openState(call.environment.configDirectory, notice);
  await stateStore.exclusive(async (file) => file.write(change(file.read())));
  const origin = settingNames.find((name) => name === key);
  const decided = origin && resolveSettings({ variables: process.env }).origins[origin];
  if (decided?.by !== undefined)
    notice(`${key} is saved, but ${decided.by} in the environment overrides it.`);
}

async function readChange(action: string, key: string, value: string | undefined): Promise<Change> {
  if (action !== "set" && action !== "unset")
    throw wrong(`"${action}" is neither set nor unset`, "Usage error");
  const wanted = action === "set" ? ["KEY", "VALUE"] : ["KEY"];
  const missing = wanted.slice(key === "" ? 0 : value === undefined ? 1 : 2);
  if (missing.length > 0) throw wrong(missing.join(" and "), "Missing");
  if (action === "unset" && value !== undefined) throw wrong("unset takes no value", "Usage error");
  if (key === folderName) return folderChange(value);
  const name = settingNames.find((known) => known === key);
  if (name === undefined) throw unknownKey(key);
  const kept = value === undefined ? undefined : readValue(name, value);
  return (state) => withSetting(state, name, kept);
}

function readValue(name: SettingName, text: string): string | number {
  const isText = isChoiceName(name) || name === "limitRate";
  const read = readSetting(name, isText ? text : Number(text));
  if ("used" in read) return read.used;
  throw wrong(`${name} is "${text}", not ${read.wanted}`);
}

/** The folder is beside the settings in the file, because it changes with every visit. */
async function folderChange(typed: string | undefined): Promise<Change> {
  if (typed === undefined) return (state) => ({ ...state, downloadDirectory: undefined });
  const answer = await checkFolder(typed, process.cwd(), process.env["HOME"]);
  if (answer.kind === "usable") return (state) => ({ ...state, downloadDirectory: answer.path });
  throw wrong(
    answer.kind === "missing" ? `the folder ${resolve(typed)} does not exist` : answer.problem,
  );
}

function unknownKey(key: string) {
  const known = [...settingNames, folderName];
  const closest = closestWord(key, known);
  const meant = closest === undefined ? "" : ` (did you mean ${closest}?)`;
  return wrong(`there is no setting "${key}"${meant}; there are ${known.join(", ")}`);
}

function wrong(answered: string, tried = "Changing a setting") {
  return usageError(answered, "See cfs config --help.", tried);
}
