import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import { switchFault } from "../../source/sandbox/named-faults.ts";
import type { SandboxFileSet } from "../../source/sandbox/sandbox.ts";
import { waitUntil } from "../support/wait-until.ts";
import { watchTest as test } from "./watch-fixture.ts";

const kills = 8;
const setsEachTime = 4;

test(`killed ${kills} times at any moment: every file set whole, none fetched twice, no message removed too early or left`, async ({
  sandbox,
  clock,
  publish,
  watch,
  emptied,
  fetches,
  expectWhole,
  out,
}) => {
  switchFault(sandbox.faults, "queue-duplicates");
  switchFault(sandbox.faults, "queue-disorder");
  const random = randomFrom(18);
  const published: SandboxFileSet[] = [];
  let refetched = 0;
  const standing = async () => new Set(await readdir(out).catch((): string[] => []));

  /** Every message that is gone from the queue belongs to a file set whose files stand. */
  const expectNoneLost = async () => {
    const left = sandbox.push.queues().reduce((sum, one) => sum + one.visible + one.inFlight, 0);
    const files = await standing();
    const whole = published.filter((fileSet) =>
      sandbox.catalogue.filesOf(fileSet).every(({ filename }) => files.has(filename)),
    );
    expect(published.length - left).toBeLessThanOrEqual(whole.length);
  };

  const first = watch();
  await first.reaches("subscribed");
  await first.stop();
  for (let kill = 0; kill < kills; kill += 1) {
    for (let set = 0; set < setsEachTime; set += 1)
      published.push(publish(`Set-${kill}-${set}`, [`${kill}-${set}-a.gz`, `${kill}-${set}-b.gz`]));
    const before = await standing();
    const counts = fetches();
    const begun = sandbox.requests.length;
    const { kill: end, ended } = watch();
    const requests = 1 + random.below(24);
    await waitUntil(() => sandbox.requests.length >= begun + requests);
    end("SIGKILL");
    await ended;
    await expectNoneLost();
    for (const [name, count] of fetches())
      if (before.has(name)) refetched += count - (counts.get(name) ?? 0);
    // The messages of the killed process are delivered again.
    clock.aheadMs += 31_000;
  }
  const last = watch();
  await last.reaches("listed");
  await emptied();
  await waitUntil(async () => (await standing()).size === published.length * 2 + 1);
  await last.stop();
  await expectWhole(published);
  expect(refetched).toBe(0);
});
