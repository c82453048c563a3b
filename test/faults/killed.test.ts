import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import { createFaultFixture } from "./fault-fixture.ts";

const kills = 6;
/** A start, a token request and all that follows take about so long. */
const longestMs = 700;

it.concurrent.each([
  ["a sign-in", ["login", "--take-over"], 1],
  ["a refresh and a download", ["get", "SET", "-o", "FOLDER", "--overwrite"], 2],
  ["an unpacking", ["get", "SET", "-o", "FOLDER", "--unpack"], 3],
] as const)(
  `killed ${kills} times at random moments of %s, the next start is sound`,
  async (_, words, seed) => {
    const setting = await createFaultFixture({ account: seed === 1 ? "password" : "client" });
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
    await setting.close();
  },
);
