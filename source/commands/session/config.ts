import { readSettings, type SettingFlags } from "../../config/settings.ts";
import type { Call } from "../console/call.ts";
import type { ColumnsOf } from "../console/columns.ts";
import type { SettingJson } from "../console/json-records.ts";
import { createRowList, type ListingOptions } from "../console/listing.ts";
import { withParts } from "../console/with-session.ts";
import { changeSetting } from "./change-setting.ts";

const seconds = (ms: number) => ms / 1_000;

/** Settings that only the environment decides. */
function fromEnvironment({ environment }: Call): SettingJson[] {
  const shown = (name: string, value: unknown, by: string): SettingJson =>
    process.env[by]
      ? { name, value, origin: "environment", by }
      : { name, value, origin: "default" };
  return [
    shown("host", environment.host, "RDP_HOST"),
    shown("retryDelaySeconds", seconds(environment.retryDelayMs), "CFS_RETRY_DELAY"),
    shown("stallTimeoutSeconds", seconds(environment.stallTimeoutMs), "CFS_STALL_TIMEOUT"),
    shown("requestTimeoutSeconds", seconds(environment.requestTimeoutMs), "CFS_REQUEST_TIMEOUT"),
  ];
}

function valueText(value: unknown): string {
  if (value === undefined) return "automatic";
  if (typeof value !== "object" || value === null) return String(value);
  const keys = Object.entries(value).map(([id, list]) => `${id}=${String(list)}`);
  return keys.length === 0 ? "as in the help" : keys.join(" ");
}

const columns: ColumnsOf<"settings", SettingJson> = {
  setting: { cell: ({ name }) => name },
  value: { cell: ({ value }) => valueText(value) },
  from: { cell: ({ by, origin }) => (by === undefined ? origin : `${origin} ${by}`) },
};

/** `cfs config`: every setting with its value and source, or a change of one. Sends no request. */
export async function config(
  args: readonly string[],
  options: ListingOptions & SettingFlags,
  call: Call,
): Promise<void> {
  if (args.length > 0) return changeSetting(args, call);
  return withParts(call, async ({ preferences, settingsPath }) => {
    const { color, accessible, quiet } = options;
    const { origins, warnings } = readSettings(preferences, settingsPath, {
      flags: { color, accessible, quiet },
      variables: process.env,
    });
    const directory = preferences.downloadDirectory();
    const folder: SettingJson =
      directory === undefined
        ? { name: "downloadDirectory", value: process.cwd(), origin: "default" }
        : { name: "downloadDirectory", value: directory, origin: "file" };
    const file: SettingJson = process.env["CFS_CONFIG_DIR"]
      ? { name: "file", value: settingsPath, origin: "environment", by: "CFS_CONFIG_DIR" }
      : { name: "file", value: settingsPath, origin: "default" };
    const settings = Object.entries(origins).map(([name, found]) => ({ name, ...found }));
    const all: SettingJson[] = [file, folder, ...settings, ...fromEnvironment(call)];
    const rows = createRowList(call, options, columns);
    for (const one of all) rows.add(one);
    rows.end();
    for (const warning of warnings) call.stderr.write(`cfs: ${warning}\n`);
  });
}
