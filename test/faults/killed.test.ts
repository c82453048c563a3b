import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect } from "vitest";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import { test as it } from "./fault-fixture.ts";

const kills = 6;
/** A start, a token request and all that follows take about so long. */
const longestMs = 700;

describe.each([
  ["a sign-in", ["login", "--take-over"], 1, "password"],
  ["a refresh and a download", ["get", "SET", "-o", "FOLDER", "--overwrite"], 2, "client"],
  ["an unpacking", ["get", "SET", "-o", "FOLDER", "--unpack"], 3, "client"],
] as const)("%s", (_, words, seed, account) => {
  it.override("account", account);

  it.concurrent(`killed ${kills} times at random moments leaves the next start sound`, async ({
    setting,
  }) => {
    const random = randomFrom(seed);
    const call = words.map((word) =>
      word === "SET" ? setting.fileSetId : word === "FOLDER" ? setting.folder : word,
    );
    for (let kill = 0; kill < kills; kill += 1) {
      const { kill: end, ended } = setting.start(call);
      await wait(random.below(longestMs));
      end("SIGKILL");
      await ended;
      await setting.expectSound(/\.csv$|\.lock(\.guard)?$/);
      const { code, stderr } = await setting.runCalmly(["status"]);
      expect([0, 3]).toContain(code);
      expect(stderr).toMatch(/^$|Session quota is reached|sign in again|cfs login/);
    }
    const { code, stderr } = await setting.runCalmly(call);
    expect({ code, stderr }).toEqual({ code: 0, stderr });
    expect(stderr).not.toContain("set aside");
    await setting.expectSound(/\.csv$/);
    const names = existsSync(setting.folder) ? await readdir(setting.folder) : [];
    expect(names.filter((name) => /part|lock/.test(name))).toEqual([]);
    expect(await setting.namesInSettings()).toEqual(["config.json"]);
  });
});
