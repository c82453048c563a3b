import { expect } from "vitest";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import { clientCredentialsOf } from "../support/sandbox/credentials.ts";
import { waitUntil } from "../support/wait-until.ts";
import { linesOf, planTest } from "./plan-fixture.ts";

const shards = [1, 2, 3];

/** Workers share no session, so that none waits for another's sign-in. */
const it = planTest.extend("variables", ({ sandbox }) => ({
  ...clientCredentialsOf(sandbox),
  CFS_JOBS: "4",
  CFS_RETRY_DELAY: "0",
}));

it("three workers that are killed and started again save every file once, whole", async ({
  check,
  expectOnly,
  offer,
  plan,
  program,
  sandbox,
}) => {
  const sizes = [3_000, 40_000, 700_000, 5_000, 300_000, 90_000];
  const files = Array.from({ length: 8 }, (_, set) =>
    offer(
      `Feed-${set}`,
      set,
      sizes.map((bytes, part) => [`${set}-part${part}.csv.gz`, bytes + set] as const),
    ),
  ).flat();
  const text = await plan();
  sandbox.faults.add({ on: "objects", effect: { kind: "slow", bytesPerSecond: 2_000_000 } });
  const random = randomFrom(7);
  const work = (shard: number) =>
    program.start(["get", "--plan", "-", "--shard", `${shard}/3`, "--json"], { input: text });
  for (let kill = 0; kill < 3; kill += 1) {
    const running = shards.map(work);
    const begun = sandbox.requests.length;
    const requests = 6 + random.below(20);
    await waitUntil(() => sandbox.requests.length >= begun + requests);
    for (const worker of running) worker.kill("SIGKILL");
    await Promise.all(running.map(({ ended }) => ended));
  }
  sandbox.faults.clear();
  const ended = await Promise.all(shards.map((shard) => work(shard).ended));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
  const reported = ended.flatMap(({ objects }) => objects());
  expect(reported.map(({ fileId }) => fileId).toSorted()).toEqual(
    files.map(({ id }) => id).toSorted(),
  );
  await expectOnly(Object.fromEntries(files.map((file) => [file.filename, file])));
  expect(linesOf((await check(text)).stdout).files).toEqual([]);
});

it("two workers on one shard do no harm: what one does not save the other does", async ({
  expectOnly,
  getPlan,
  offer,
  plan,
}) => {
  const files = offer("Feed-1", 1, {
    "a.csv.gz": 3_000,
    "b.csv.gz": 900_000,
    "c.csv.gz": 50_000,
    "d.csv.gz": 700_000,
  });
  const text = await plan();
  const ended = await Promise.all([getPlan(text), getPlan(text)]);
  for (const { code, stderr } of ended) {
    expect([0, 7]).toContain(code);
    if (code === 7) expect(stderr).toContain("is fetching it into the same folder");
  }
  expect(await getPlan(text)).toMatchObject({ code: 0 });
  await expectOnly(Object.fromEntries(files.map((file) => [file.filename, file])));
});

it("a worker that is terminated ends with 143, and the same call continues", async ({
  getPlan,
  offer,
  plan,
  program,
  sandbox,
}) => {
  offer("Feed-1", 1, { "a.csv.gz": 900_000 });
  const text = await plan();
  const slow = sandbox.faults.add({
    on: "objects",
    effect: { kind: "slow", bytesPerSecond: 100_000 },
  });
  const worker = program.start(["get", "--plan", "-"], { input: text });
  await waitUntil(() => sandbox.requests.some(({ bytesSent }) => bytesSent > 100_000));
  worker.kill("SIGTERM");
  expect(await worker.ended).toMatchObject({ code: 143 });
  slow();
  expect(await getPlan(text)).toMatchObject({ code: 0 });
});
