import { describe, expect } from "vitest";
import { fieldsOf } from "../../support/sandbox/client.ts";
import { all, subscribed } from "../../support/sandbox/subscriber.ts";
import { test } from "../../support/test.ts";

const name = "Scores-Csv";

/** A weekly series: an Init and two Deltas, the newest from Sunday. */
const it = test.extend("owner", ({ sandbox: { catalogue } }) => {
  const owner = catalogue.addPackage({ packageName: "Scores", bucketNames: ["bulk-One"] });
  const { packageId } = owner;
  const add = (kind: string, day: number, bytes: number) => {
    const contentToMs = Date.UTC(2026, 10, day, 16);
    const stamp = new Date(contentToMs).toISOString();
    return catalogue.addFileSet({
      name: `${name}-${kind}-${stamp}`,
      packageId,
      attributes: [{ name: "ContentType", value: "Scores" }],
      contentFromMs: kind === "Init" ? 0 : contentToMs - 7 * 24 * 3_600_000,
      contentToMs,
      createdMs: contentToMs,
      files: [{ filename: `Scores-${kind}-${stamp}.csv.gz`, bytes, kind: "esg-scores" }],
    });
  };
  add("Init", 8, 900);
  add("Delta", 15, 20);
  return { packageId, newest: add("Delta", 22, 30) };
});

const post = (host: string, form: Record<string, string>) =>
  fetch(`${host}/sandbox/publish`, { method: "POST", body: new URLSearchParams(form) });

describe("the next delivery of a package", () => {
  it("continues its smallest series: the name, the content, the files", async ({
    owner,
    sandbox,
  }) => {
    const next = sandbox.push.publishNext(owner.packageId);
    expect(next?.name).toMatch(/^Scores-Csv-Delta-\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(next).toMatchObject({
      status: "READY",
      bucketName: "bulk-One",
      attributes: owner.newest.attributes,
      contentFromMs: owner.newest.contentToMs,
    });
    const files = next && sandbox.catalogue.filesOf(next);
    expect(files).toMatchObject([{ bytes: 30, kind: "esg-scores" }]);
    const stamp = next?.name.slice("Scores-Csv-Delta-".length);
    expect(files?.[0]?.filename).toBe(`Scores-Delta-${stamp}.csv.gz`);
  });

  it("has a name of its own, and begins where the one before it ends", async ({
    owner,
    sandbox,
  }) => {
    const made = Array.from({ length: 50 }, () => sandbox.push.publishNext(owner.packageId));
    expect(new Set(made.map((each) => each?.name)).size).toBe(50);
    for (const [index, each] of made.entries())
      expect(each?.contentFromMs).toBe((made[index - 1] ?? owner.newest).contentToMs);
  });

  it("of a package without deliveries does not exist", ({ sandbox }) => {
    const { packageId } = sandbox.catalogue.addPackage({
      packageName: "Empty",
      bucketNames: ["bulk-One"],
    });
    expect(sandbox.push.publishNext(packageId)).toBe(undefined);
  });
});

describe("the control", () => {
  it("publishes by the name of the package or its id, as often as wanted", async ({
    owner,
    sandbox,
  }) => {
    const reader = await subscribed(sandbox, all({ bucketName: "bulk-One" }));
    const answer = await post(sandbox.host, { package: "scores" });
    expect(answer.status).toBe(200);
    const [published] = Object(await fieldsOf(answer))["value"];
    expect(published).toMatchObject({
      name: expect.stringContaining("Scores-Csv-Delta-"),
      packageId: owner.packageId,
      bucketName: "bulk-One",
      numFiles: 1,
    });
    expect(sandbox.catalogue.fileSets.has(published.id)).toBe(true);
    await post(sandbox.host, { package: owner.packageId, count: "1000" });
    expect(sandbox.push.queues()).toEqual([
      { subscriptionID: reader.subscriptionID, visible: 1001, inFlight: 0 },
    ]);
  });

  it.for([
    [{ package: "Scores", count: "0" }, 400],
    [{ package: "Scores", count: "1.5" }, 400],
    [{ package: "Scores", count: "many" }, 400],
    [{ package: "Other", count: "1" }, 404],
    [{ package: "", count: "1" }, 404],
  ] as const)("answers %j with %i", async ([body, status], { owner, sandbox }) => {
    const before = sandbox.catalogue.fileSets.size;
    expect(owner.newest.packageId).toBe(owner.packageId);
    expect((await post(sandbox.host, body)).status).toBe(status);
    expect((await fetch(`${sandbox.host}/sandbox/publish`)).status).toBe(405);
    expect(sandbox.catalogue.fileSets.size).toBe(before);
  });
});

describe("who hears of it", () => {
  it("no account without entitlement, unless the sandbox is set to", async ({ sandbox }) => {
    const reader = await subscribed(sandbox);
    const { packageId } = sandbox.catalogue.addPackage({
      packageName: "Closed",
      bucketNames: ["bulk-One"],
      isEntitled: false,
    });
    sandbox.push.publish({ name: "A", packageId });
    sandbox.assumptions.announcedSets = "all";
    sandbox.push.publish({ name: "B", packageId });
    expect(await reader.names()).toEqual(["B"]);
  });

  it("everybody again if it is announced again", async ({ owner, sandbox }) => {
    const reader = await subscribed(sandbox);
    expect(sandbox.push.announce(owner.newest)).toBe(1);
    expect(sandbox.push.announce(owner.newest)).toBe(1);
    expect(await reader.names()).toEqual([owner.newest.name, owner.newest.name]);
  });
});

describe("by itself", () => {
  const often = it.override("sandboxOptions", { empty: true, publishEveryMs: 5 });

  often("it publishes for subscriptions, and only for them", async ({ owner, sandbox }) => {
    const other = sandbox.catalogue.addPackage({
      packageName: "Other",
      bucketNames: ["bulk-Other"],
    });
    sandbox.catalogue.addFileSet({ name: "Other-2026-11-22", packageId: other.packageId });
    const reader = await subscribed(sandbox, all({ packageId: other.packageId }));
    const [published = ""] = await reader.names({ WaitTimeSeconds: 20 });
    expect(published).toMatch(/^Other-\d{4}-\d\d-\d\dT/);
    const names = [...sandbox.catalogue.fileSets.values()]
      .filter(({ packageId }) => packageId === owner.packageId)
      .map((each) => each.name);
    expect(names).toHaveLength(3);
  });
});
