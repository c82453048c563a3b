import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { describe, expect } from "vitest";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import { waitUntil } from "../support/wait-until.ts";
import { type FaultFixture, test as it, type Order } from "./fault-fixture.ts";

const kills = 6;
const calls = ["open", "write", "sync", "rename", "unlink", "mkdir"] as const;

type Random = ReturnType<typeof randomFrom>;

/** A kill before one of the file system calls on the user's paths. */
function someCall(random: Random, most: number): Order {
  const call = calls[random.below(calls.length)] ?? "open";
  // These calls are frequent; the others happen once or twice.
  const after = call === "open" || call === "write" ? random.below(most + 1) : 0;
  return { call, path: "/(settings|out)/", after, times: 1, signal: "SIGKILL" };
}

/** Runs a call until it is killed at a random call of the file system or a random request; false if it ends before. */
async function runKilled(
  setting: FaultFixture,
  words: readonly string[],
  random: Random,
  most: number,
): Promise<boolean> {
  const { requests } = setting.sandbox;
  if (random.below(2) === 0) {
    const { ended } = setting.start(words, [someCall(random, most)]);
    return (await ended).code === null;
  }
  const last = requests.length + random.below(most);
  const { ended, kill } = setting.start(words);
  let hasEnded = false;
  const ending = ended.then(({ code }) => {
    hasEnded = true;
    return code === null;
  });
  await waitUntil(() => hasEnded || requests.length > last);
  kill("SIGKILL");
  return ending;
}

/** Each case with the seed of its kills, and the minimum number of its requests. */
describe.each([
  ["a sign-in", ["login", "--take-over"], 1, 1, "password"],
  ["a refresh and a download", ["get", "SET", "-o", "FOLDER", "--overwrite"], 2, 6, "client"],
  ["an unpacking", ["get", "SET", "-o", "FOLDER", "--unpack"], 3, 6, "client"],
] as const)("%s", (_, words, seed, most, account) => {
  it.override("account", account);

  it.concurrent(`killed ${kills} times at random moments leaves the next start sound`, async ({
    setting,
  }) => {
    const random = randomFrom(seed);
    const call = words.map((word) =>
      word === "SET" ? setting.fileSetId : word === "FOLDER" ? setting.folder : word,
    );
    let killed = 0;
    while (killed < kills) {
      if (await runKilled(setting, call, random, most)) killed += 1;
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
