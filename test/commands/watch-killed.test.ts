import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import type { FaultName } from "../../source/domain/fault-names.ts";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import { switchFault } from "../../source/sandbox/named-faults.ts";
import type { SandboxFile, SandboxFileSet } from "../../source/sandbox/sandbox.ts";
import { clientCredentialsOf } from "../support/sandbox/credentials.ts";
import { waitUntil } from "../support/wait-until.ts";
import { createKillLedger } from "./kill-ledger.ts";
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

const isReported = process.env["CFS_WATCH_MESSAGES"] !== undefined;

/** Every so many file sets, one has a file of more than one block, which a later process resumes. */
const setsPerLarge = 8;

/** Files whose bytes may be in memory: 64 small ones, and 16 others. */
const mostUnderWay = 64 + 16;

/** So many requests to the service and the queue are about one file set's. */
const requestsPerSet = 8;

const passing: readonly FaultName[] = ["queue-cut", "queue-lost-answer", "queue-failure"];

test(`${messages} messages twice each, out of order, with answers cut and credentials expired, and ${kills} kills at any moment: every file set whole, no byte on disk fetched again, no message removed too early or left`, async ({
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
  const files = new Map<string, SandboxFile>();
  const ledger = createKillLedger(out);
  let credentialsExpired = 0;

  const publishTo = (count: number) => {
    while (published.length < count) {
      const name = `Set-${published.length}`;
      const small = ["a", "b"].map((part) => ({ filename: `${name}-${part}.gz`, bytes: 3_000 }));
      const hasMore = published.length % setsPerLarge === 0;
      const large = { filename: `${name}-c.gz`, bytes: 1_000_000 };
      const fileSet = publish(name, [], { files: hasMore ? [...small, large] : small });
      published.push(fileSet);
      open.push(fileSet);
      for (const file of sandbox.catalogue.filesOf(fileSet)) files.set(file.filename, file);
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

  /** Every file set whose message is gone must stand. */
  const checkRemoved = async () => {
    const left = new Set(sandbox.push.announced());
    const standing = new Set(await readdir(out).catch((): string[] => []));
    for (const fileSet of open) {
      const isWhole = sandbox.catalogue.filesOf(fileSet).every((one) => standing.has(one.filename));
      if (!isWhole && !left.has(fileSet.name)) removedEarly.push(fileSet.name);
    }
    open = open.filter(({ name }) => left.has(name));
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
    const count = await ledger.begin(files);
    const requests = fromHere();
    const { kill: end, ended } = watch();
    const lives = 1 + random.below(requestsPerSet * open.length);
    const expires = random.below(2 * lives);
    const reaches = (many: number) =>
      waitUntil(() => requests().length >= many || isIdle(requests), "the moment of the kill");
    if (expires < lives) {
      await reaches(expires);
      sandbox.push.expireCredentials();
      credentialsExpired += 1;
    }
    await reaches(lives);
    end("SIGKILL");
    await ended;
    clear?.();
    count(requests());
    await checkRemoved();
    // The messages of the killed process are delivered again.
    clock.aheadMs += 31_000;
  }
  const count = await ledger.begin(files);
  const requests = fromHere();
  const last = watch();
  await last.reaches("listed");
  await emptied();
  await last.stop();
  count(requests());
  await checkRemoved();
  await expectWhole(published);
  const { fetchedAgain, lost, requestedTwice } = ledger;
  const figures = {
    files: files.size,
    lost,
    fetchedAgain: fetchedAgain.length,
    requestedTwice: requestedTwice.length,
  };
  if (isReported) process.stdout.write(`${JSON.stringify(figures)}\n`);
  const none = { fetchedAgain: [], removedEarly: [], requestedTwice: [], open: [] };
  expect({ fetchedAgain, removedEarly, requestedTwice, open }).toEqual(none);
  expect(lost.mostFilesInOneKill).toBeLessThanOrEqual(mostUnderWay);
  expect(credentialsExpired).toBeGreaterThan(0);
});
