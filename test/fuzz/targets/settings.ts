import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { lineOf } from "../../../source/config/json-position.ts";
import { resolveSettings } from "../../../source/config/settings.ts";
import { isDamagedState, readState } from "../../../source/config/state-schema.ts";
import { assertSafe, planted } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is config.json. */

const state = {
  sessions: [
    {
      host: "https://service.example",
      user: "u",
      appKey: "k",
      refreshToken: planted.reveal(),
      issuedAtMs: 1,
    },
  ],
  recentBuckets: ["bulk-ESG"],
  downloadDirectory: "/data",
  lastAccount: { kind: "password", username: "u", appKey: "k" },
  tokenPace: [
    {
      host: "https://service.example",
      paidAtMs: 1,
      told: { atMs: 1, untilMs: 2 },
      refusals: [{ user: "u", atMs: 1 }],
    },
  ],
  lastVisit: {
    account: "a",
    bucket: "bulk-ESG",
    tables: { packages: { filter: "", newestOnly: true, index: 0, offset: 0 } },
    sorts: { files: { columnId: "name", descending: true } },
  },
  profiles: [
    {
      name: "archive",
      sessions: [
        {
          host: "https://service.example",
          user: "v",
          appKey: "k",
          refreshToken: planted.reveal(),
          issuedAtMs: 1,
        },
      ],
    },
  ],
  settings: { theme: "dark", connections: 4, keys: { "download.start": ["d", "ctrl+d"] } },
};

export const settings: Target = {
  name: "settings",
  sources: [
    "source/config/state-schema.ts",
    "source/config/settings.ts",
    "source/config/settings.ts",
    "source/domain/settings.ts",
  ],
  seeds: () => [JSON.stringify(state), JSON.stringify(state, null, 2), "{}"],
  run(input, folder) {
    const file = path.join(folder, "config.json");
    fs.writeFileSync(file, input);
    const text = input.toString("utf8");
    let read: ReturnType<typeof readState>;
    try {
      read = readState(file);
    } catch (thrown) {
      assert.ok(isDamagedState(thrown), String(thrown));
      if (!(thrown instanceof SyntaxError)) return;
      // Only messages of these errors are shown.
      assert.match(
        thrown.message,
        /^it is broken at (line \d+, column \d+|its end|some place)$|^the settings are not a JSON object$/,
      );
      return;
    }
    const line = (name: string) => lineOf(text, `settings.${name}`);
    const { warnings } = resolveSettings({ variables: {}, kept: read["settings"], lineOf: line });
    for (const warning of warnings) {
      assertSafe(warning, "a warning");
      assert.ok(warning.length < 400, `a warning has ${warning.length} characters`);
    }
    fs.writeFileSync(file, JSON.stringify(read));
    const again = JSON.stringify(readState(file));
    assert.equal(again, JSON.stringify(read), "what is written again reads differently");
  },
};
