import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import type { FaultName } from "../../source/domain/fault-names.ts";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import { switchFault } from "../../source/sandbox/named-faults.ts";
import type { SandboxFileSet } from "../../source/sandbox/sandbox.ts";
import { clientCredentialsOf } from "../support/sandbox/credentials.ts";
import { waitUntil } from "../support/wait-until.ts";
import { watchTest } from "./watch-fixture.ts";

/** Client credentials, because a password's session is lost for minutes if a renewal is killed. */
const test = watchTest.extend("variables", ({ sandbox }) => ({
  ...clientCredentialsOf(sandbox),
  CFS_RETRY_DELAY: "0",
}));

// npm run watch:kills sets more.
const numberOf = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const messages = numberOf("CFS_WATCH_MESSAGES", 32);
const kills = numberOf("CFS_WATCH_KILLS", 8);
const seed = numberOf("CFS_WATCH_SEED", 18);

/** So many requests to the service and the queue are about one file set's. */
const requestsPerSet = 8;

const passing: readonly FaultName[] = ["queue-cut", "queue-lost-answer", "queue-failure"];

test(`${messages} messages twice each, out of order, with answers cut and credentials expired, and ${kills} kills at any moment: every file set whole, none that stood fetched again, no message removed too early or left`, async ({
  sandbox,
  clock,
  publish,
  watch,
  emptied,
  expectWhole,
  out,
}) => {
  switchFault(sandbox.faults, "queue-duplicates");
  switchFault(sandbox.faults, "queue-disorder");
  const random = randomFrom(seed);
  const published: SandboxFileSet[] = [];
  /** File sets whose message was still there after the last kill. */
  let open: SandboxFileSet[] = [];
  const removedEarly: string[] = [];
  const fetchedAgain: string[] = [];
  let credentialsExpired = 0;
  const standing = async () => new Set(await readdir(out).catch((): string[] => []));

  const publishTo = (count: number) => {
    while (published.length < count) {
      const name = `Set-${published.length}`;
      const fileSet = publish(name, [`${name}-a.gz`, `${name}-b.gz`]);
      published.push(fileSet);
      open.push(fileSet);
    }
  };

  /** The requests of the next process, which begins with its sign-in; those of the one before may still arrive. */
  const fromHere = () => {
    const last = sandbox.requests.at(-1);
    return () => {
      const all = sandbox.requests.slice(last ? sandbox.requests.lastIndexOf(last) + 1 : 0);
      const signIn = all.findIndex(({ place }) => place === "token");
      return signIn === -1 ? [] : all.slice(signIn);
    };
  };

  /** Every file set whose message is gone must stand; the files that stood before must not be requested. */
  const check = async (before: ReadonlySet<string>, requests: ReturnType<typeof fromHere>) => {
    const left = new Set(sandbox.push.announced());
    const files = await standing();
    for (const fileSet of open) {
      const isWhole = sandbox.catalogue.filesOf(fileSet).every((one) => files.has(one.filename));
      if (!isWhole && !left.has(fileSet.name)) removedEarly.push(fileSet.name);
    }
    open = open.filter(({ name }) => left.has(name));
    for (const { place, path } of requests()) {
      const name = decodeURIComponent(path.split("/").at(-1) ?? "");
      if (place === "objects" && before.has(name)) fetchedAgain.push(name);
    }
  };

  /** Nothing is left to do, or only what a later delivery brings. */
  const isIdle = (requests: ReturnType<typeof fromHere>) =>
    requests().length > 0 &&
    sandbox.push.queues().every(({ visible }) => visible === 0) &&
    requests().every(({ ended, place }) => ended || place === "queue");

  const first = watch();
  await first.reaches("subscribed");
  await first.stop();
  for (let kill = 1; kill <= kills; kill += 1) {
    publishTo(Math.round((kill * messages) / kills));
    const fault = passing[random.below(2 * passing.length)];
    const limits = { after: random.below(5), times: 1 + random.below(2) };
    const clear = fault === undefined ? undefined : switchFault(sandbox.faults, fault, limits);
    const before = await standing();
    const requests = fromHere();
    const { kill: end, ended } = watch();
    const lives = 1 + random.below(requestsPerSet * open.length);
    const expires = random.below(2 * lives);
    const reaches = (count: number) =>
      waitUntil(() => requests().length >= count || isIdle(requests), "the moment of the kill");
    if (expires < lives) {
      await reaches(expires);
      sandbox.push.expireCredentials();
      credentialsExpired += 1;
    }
    await reaches(lives);
    end("SIGKILL");
    await ended;
    clear?.();
    await check(before, requests);
    // The messages of the killed process are delivered again.
    clock.aheadMs += 31_000;
  }
  const before = await standing();
  const requests = fromHere();
  const last = watch();
  await last.reaches("listed");
  await emptied();
  await waitUntil(async () => (await standing()).size === published.length * 2 + 1);
  await last.stop();
  await check(before, requests);
  await expectWhole(published);
  expect({ fetchedAgain, removedEarly, open }).toEqual({
    fetchedAgain: [],
    removedEarly: [],
    open: [],
  });
  expect(credentialsExpired).toBeGreaterThan(0);
});
