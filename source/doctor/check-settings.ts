import { readFile } from "node:fs/promises";
import { errnoOf } from "../base/errors.ts";
import { lineOf } from "../config/json-position.ts";
import { resolveSettings } from "../config/settings.ts";
import {
  isDamagedState,
  readState,
  type SavedState,
  settingsDirectory,
  statePath,
} from "../config/state-schema.ts";
import type { Settings } from "../domain/settings.ts";
import {
  fileSystemOf,
  nearestFolder,
  type Rights,
  rightsOf,
  writtenMode,
} from "./check-folders.ts";
import { type DoctorContext, type Finding, ok, problem, warning } from "./finding.ts";

export interface SettingsDiagnosis {
  findings: Finding[];
  /** Undefined if the file cannot be read or parsed. */
  state: SavedState | undefined;
  /** The settings in effect; defaults if the file cannot be parsed. */
  settings: Settings;
}

const others = 0o077;
const othersWrite = 0o022;

export async function checkSettings(
  chosen: string | undefined,
  variables: DoctorContext["variables"],
): Promise<SettingsDiagnosis> {
  const directory = settingsDirectory(chosen);
  const path = statePath(directory);
  const folder = await checkFolder(directory);
  const file = await checkFile(path);
  const { state, findings } = read(path);
  const { settings, warnings } = await valuesOf(state, path, variables);
  const all = [folder, ...(findings.length > 0 ? findings : [file]), ...warnings];
  return { state, settings, findings: all };
}

const folderCheck = "settings folder";
const fileCheck = "settings file";

async function checkFolder(directory: string): Promise<Finding> {
  const rights = await rightsOf(directory).catch(() => undefined);
  const nearest = await nearestFolder(directory);
  if (rights === undefined) {
    const above = await rightsOf(nearest).catch(() => undefined);
    return above?.isUsable
      ? ok(folderCheck, `${directory} does not exist yet; it is created when something is saved`)
      : unusable(folderCheck, `${directory} does not exist, and ${nearest} cannot be written to`);
  }
  if (!rights.isDirectory) return unusable(folderCheck, `${directory} is not a folder`);
  if (!rights.isUsable) return unusable(folderCheck, `${directory} cannot be written to`);
  return (
    rightsFinding(folderCheck, directory, rights, 0o700) ??
    (await checkFileSystem(directory, rights))
  );
}

async function checkFileSystem(directory: string, { mode }: Rights): Promise<Finding> {
  const { name, isShared, isWithoutRights } = await fileSystemOf(directory);
  const found = `${directory}, ${writtenMode(mode)}${name === undefined ? "" : `, on ${name}`}`;
  const advice = "Set CFS_CONFIG_DIR to a folder on a disk of this machine.";
  const problems = [
    ...(isWithoutRights ? ["which has no file permissions: others may read the session"] : []),
    ...(isShared ? ["shared with other machines: its locks depend on them"] : []),
  ];
  const [problem] = problems;
  if (problem === undefined) return ok(folderCheck, found);
  return warning(folderCheck, `${found}, ${problem}`, advice);
}

async function checkFile(path: string): Promise<Finding> {
  const rights = await rightsOf(path).catch(() => undefined);
  if (rights === undefined) return ok(fileCheck, `${path} does not exist yet`);
  if (rights.isDirectory) return unusable(fileCheck, `${path} is a folder`);
  if (!rights.isUsable) return unusable(fileCheck, `${path} cannot be read and written`);
  return (
    rightsFinding(fileCheck, path, rights, 0o600) ??
    ok(fileCheck, `${path}, ${writtenMode(rights.mode)}`)
  );
}

/** Undefined if only its owner has access. */
function rightsFinding(
  check: string,
  path: string,
  { isDirectory, isOwn, mode }: Rights,
  wanted: number,
): Finding | undefined {
  if (process.platform === "win32") return undefined;
  if (!isOwn) {
    const advice = "Change its owner (chown), or set CFS_CONFIG_DIR to a folder of your own.";
    return problem(check, "disk", `${path} belongs to another user`, advice);
  }
  if ((mode & others) === 0) return undefined;
  const canWrite = (mode & othersWrite) !== 0;
  const found = `${path} gives others permission to ${canWrite ? "write" : "read"} (${writtenMode(mode)})`;
  const advice = `Restrict it: chmod ${wanted.toString(8)} ${path}`;
  // A folder that can only be listed reveals no session: the file has its own permissions.
  if (isDirectory && !canWrite) return warning(check, found, advice);
  const renew = isDirectory
    ? ""
    : ". If others use this machine, sign in again: cfs logout, cfs login";
  return problem(check, "disk", found, `${advice}${renew}`);
}

function unusable(check: string, found: string): Finding {
  const advice =
    "Check that you own it and can write to it, or set CFS_CONFIG_DIR to another folder.";
  return problem(check, "disk", found, advice);
}

function read(path: string): Omit<SettingsDiagnosis, "settings"> {
  try {
    return { state: readState(path), findings: [] };
  } catch (thrown) {
    if (!isDamagedState(thrown))
      return {
        state: undefined,
        findings: [unusable(fileCheck, `${path} cannot be read (${errnoOf(thrown) ?? thrown})`)],
      };
    const why =
      thrown instanceof SyntaxError
        ? thrown.message
        : "it does not have the structure of a settings file";
    const advice = "Correct it, or leave it: the next start sets it aside and creates a new one.";
    return {
      state: undefined,
      findings: [
        problem(fileCheck, "unexpected", `${path} could not be understood: ${why}`, advice),
      ],
    };
  }
}

async function valuesOf(
  state: SavedState | undefined,
  path: string,
  variables: DoctorContext["variables"],
): Promise<{ settings: Settings; warnings: Finding[] }> {
  const text = await readFile(path, "utf8").catch(() => "");
  const lineIn = (name: string) => lineOf(text, name === "settings" ? name : `settings.${name}`);
  const kept = state?.["settings"];
  const { settings, warnings } = resolveSettings({ variables, kept, lineOf: lineIn });
  return {
    settings,
    warnings: warnings.map((text) =>
      warning(
        "settings",
        text.replace(/\.$/, ""),
        "The default is used instead; correct it there.",
      ),
    ),
  };
}
