import { describe, expect } from "vitest";
import type { Endpoint } from "../../source/sandbox/http/faults.ts";
import type { Effect } from "../../source/sandbox/sandbox.ts";
import { waitUntil } from "../support/wait-until.ts";
import {
  type Account,
  expectWords,
  type FaultFixture,
  test as it,
  type Order,
} from "./fault-fixture.ts";

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: null } as const;

type Signal = keyof typeof codes;

const signals = Object.keys(codes) as Signal[];

/** Settings and queue are whole: nothing half written and no lock stands beside them. */
async function expectKept(setting: FaultFixture): Promise<void> {
  const names = await setting.namesInSettings();
  expect(names.filter((name) => name !== "config.json")).toEqual([]);
}

async function expectEnded(
  setting: FaultFixture,
  { code, stderr }: { code: number | null; stderr: string },
  signal: Signal,
): Promise<void> {
  expect({ code, stderr }).toEqual({ code: codes[signal], stderr });
  if (signal !== "SIGKILL") expectWords(stderr, setting);
  expect(stderr).not.toMatch(/^\s+at /m);
  await setting.expectSound(/\.lock$/);
  await setting.heal();
  await expectKept(setting);
}

describe("a signal while an answer is awaited", () => {
  describe.each<[string, Account, Endpoint, afterBytes?: number]>([
    ["the sign-in", "password", "token"],
    ["the refresh", "kept", "token"],
    ["the listing", "password", "files"],
    ["the address", "password", "stream"],
    ["the first byte", "password", "objects"],
    ["the middle", "password", "objects", 700_000],
    ["the end", "password", "objects", 1_390_000],
  ])("at %s", (_, account, place, afterBytes) => {
    it.override("account", account);

    it.concurrent.for(signals)("%s", async (signal, { setting }) => {
      if (account === "kept") await setting.signIn();
      const { faults, requests } = setting.sandbox;
      const asked = requests.length;
      let letGo = () => {};
      const until = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const effect: Effect =
        afterBytes === undefined ? { kind: "hold", until } : { kind: "stall", afterBytes };
      faults.add({ on: place, effect });
      const words = ["get", setting.file("large.csv.gz").id, "-o", setting.folder, "--quiet"];
      const { kill, ended } = setting.start(words);
      await waitUntil(() =>
        requests
          .slice(asked)
          .some((each) => each.place === place && each.bytesSent >= (afterBytes ?? 0)),
      );
      kill(signal);
      faults.clear();
      letGo();
      await expectEnded(setting, await ended, signal);
    });
  });
});

describe("a signal during a call of the file system", () => {
  it.override("account", "kept");

  const get = (setting: FaultFixture) => [
    "get",
    setting.fileSetId,
    "-o",
    setting.folder,
    "--quiet",
  ];
  const moments: readonly [string, Omit<Order, "signal" | "code">][] = [
    ["making the folder", { call: "mkdir", path: "/out$" }],
    ["taking a lock", { call: "write", path: "large.*lock$" }],
    ["writing the middle", { call: "write", path: "large.*\\.part$", after: 1 }],
    ["writing a small file", { call: "write", path: "small.*\\.part$" }],
    ["beginning the journal", { call: "write", path: "journal\\.new$" }],
    ["naming the journal", { call: "rename", path: "journal\\.new$" }],
    ["fsync of the large file", { call: "sync", path: "large.*\\.part$" }],
    ["fsync of the small file", { call: "sync", path: "small.*\\.part$" }],
    ["the large file's name", { call: "rename", path: "large.*\\.part$" }],
    ["the small file's name", { call: "rename", path: "small.*\\.part$" }],
    ["fsync of the folder", { call: "sync", path: "/out$" }],
    ["removing the journal", { call: "unlink", path: "journal$" }],
    ["giving back a lock", { call: "unlink", path: "lock$" }],
    ["writing the session", { call: "write", path: "config\\.json\\.new\\.tmp" }],
    ["fsync of the session", { call: "sync", path: "config\\.json\\.new\\.tmp" }],
    ["the session's first name", { call: "rename", path: "config\\.json\\.new\\.tmp" }],
    ["the session's name", { call: "rename", path: "config\\.json\\.new$" }],
  ];
  const pairs = moments.flatMap(([moment, order]) =>
    (["SIGTERM", "SIGKILL"] as const).map((signal) => [signal, moment, order] as const),
  );

  it.concurrent.for(pairs)("%s at %s", async ([signal, _, order], { setting }) => {
    await setting.signIn();
    const ended = await setting.run(get(setting), [{ ...order, signal }]);
    // What was nearly done may be done before the signal is heard.
    const isDone = ended.code === 0 && signal === "SIGTERM";
    if (isDone) await setting.expectWhole();
    else await expectEnded(setting, ended, signal);
  });
});
