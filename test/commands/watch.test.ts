import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { watchTest as test } from "./watch-fixture.ts";

test("fetches what is missing, then what is published, and keeps its subscription", async ({
  sandbox,
  offer,
  publish,
  watch,
  emptied,
  expectWhole,
  out,
}) => {
  const before = offer("Before", 1, ["before.csv.gz"]);
  const first = watch();
  await first.reaches("saved");
  const during = publish("During", ["a.csv.gz", "b.csv.gz"]);
  await first.reaches("saved", 2);
  await emptied();
  expect(await first.stop()).toMatchObject({
    code: 130,
    stderr: expect.stringContaining("cfs: interrupted.\n"),
  });
  expect(first.events().map(({ event }) => event)).toEqual([
    ...["subscribed", "listed", "saved"],
    ...["notified", "listed", "saved"],
  ]);
  expect(first.events().at(-1)).toMatchObject({
    fileSetId: during.id,
    name: "During",
    files: [
      { name: "a.csv.gz", path: join(out, "a.csv.gz"), size: 3_000 },
      { name: "b.csv.gz", path: join(out, "b.csv.gz"), size: 3_000 },
    ],
  });

  const away = publish("Away");
  expect(sandbox.push.queues()).toMatchObject([{ visible: 1 }]);
  const second = watch();
  await second.reaches("saved");
  await emptied();
  await second.stop();
  expect(second.events()[0]).toMatchObject({ event: "subscribed", isNew: false });
  await expectWhole([before, during, away]);
  expect(await readdir(join(out, ".cfs-sync"))).toEqual(["manifest.json"]);
  const removals = sandbox.requests.filter(({ method }) => method === "DELETE");
  expect(removals).toEqual([]);
});

test("prints the paths of complete file sets, and notes on stderr", async ({
  out,
  program,
  publish,
}) => {
  const started = program.start(["watch", "bulk-a", "--package", "Pack-A", "-o", out]);
  await started.until(({ stderr }) => stderr.includes("Made the subscription"));
  publish("One", ["a.csv.gz", "b.csv.gz"]);
  await started.until(({ stdout }) => stdout.includes("b.csv.gz"));
  started.kill("SIGTERM");
  const { code, stdout, stderr } = await started.ended;
  expect({ code, stdout }).toEqual({
    code: 143,
    stdout: `${join(out, "a.csv.gz")}\n${join(out, "b.csv.gz")}\n`,
  });
  expect(stderr).toMatch(
    /^cfs: Made the subscription [\w-]+\. It stays when this ends; --end removes it\.\ncfs: One is READY\.\n/,
  );
});

test("watches every package of the bucket without --package", async ({
  sandbox,
  out,
  program,
  publish,
}) => {
  const { packageId } = sandbox.catalogue.addPackage({
    packageName: "Pack-B",
    bucketNames: ["bulk-A"],
  });
  const started = program.start(["watch", "bulk-A", "-o", out, "--json"]);
  await started.until(({ stdout }) => stdout.includes("listed"));
  publish("Of-A");
  publish("Of-B", undefined, { packageId });
  await started.until(({ stdout }) => stdout.split('"saved"').length === 3);
  started.kill("SIGINT");
  await started.ended;
  expect((await readdir(out)).sort()).toEqual([".cfs-sync", "Of-A.csv.gz", "Of-B.csv.gz"]);
});

test("fetches what the selection keeps, and reports the rest", async ({
  publish,
  watch,
  emptied,
  names,
}) => {
  const watching = watch(["--kind", "delta", "--exclude", "*secret*"]);
  await watching.reaches("listed");
  publish("Pack-Init-2026-01-01");
  publish("Pack-Delta-2026-01-02", ["plain.csv.gz", "secret.csv.gz"]);
  await watching.reaches("saved");
  await watching.reaches("ignored");
  await emptied();
  await watching.stop();
  expect(watching.events().find(({ event }) => event === "ignored")).toMatchObject({
    name: "Pack-Init-2026-01-01",
    reason: "it is not selected",
  });
  expect(await names()).toEqual(["plain.csv.gz"]);
});

test("--end removes the subscription of this folder and selection only", async ({
  sandbox,
  watch,
  program,
  out,
}) => {
  for (const words of [[], ["--kind", "delta"], ["-o", `${out}-2`]]) {
    const watching = watch(words);
    await watching.reaches("subscribed");
    await watching.stop();
  }
  // The kind is no part of the query.
  expect(sandbox.push.queues()).toHaveLength(2);
  const ended = await watch(["--end"]).ended;
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const removed = String(ended.objects()[0]?.["subscriptionId"]);
  expect(sandbox.push.queues()).toHaveLength(1);
  const removals = sandbox.requests.filter(({ method }) => method === "DELETE");
  expect(removals.map(({ path }) => path)).toEqual([expect.stringContaining("/subscriptions")]);
  expect(await watch(["--end"]).ended).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("none was made for this folder and selection"),
  });

  const list = await program.run(["subscriptions", "--json"]);
  const left = String(list.objects()[0]?.["subscriptionID"]);
  expect(left).not.toBe(removed);
  expect(list.stdout).not.toContain("cryptographyKey");
  const table = await program.run(["subscriptions"]);
  expect(table.stdout).toContain(`${left}\t${out}-2\tbulk-A, `);
  expect(await program.run(["subscriptions", "rm", removed])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("the account has no subscription with that id"),
  });
  expect(await program.run(["subscriptions", "rm", left])).toMatchObject({ code: 0 });
  expect(sandbox.push.queues()).toEqual([]);
  expect(await program.run(["subscriptions"])).toMatchObject({
    code: 0,
    stdout: "",
    stderr: "No subscriptions.\n",
  });
});

test("--end with --quiet writes nothing", async ({ sandbox, watch, program, out }) => {
  const watching = watch();
  await watching.reaches("subscribed");
  await watching.stop();
  const words = ["watch", "bulk-A", "--package", "Pack-A", "-o", out, "--end", "--quiet"];
  expect(await program.run(words)).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect(sandbox.push.queues()).toEqual([]);
});

test.for([["rm"], ["rm", ""], ["remove", "an-id"], ["rm", "an-id", "another"]])(
  "subscriptions %j is a usage error without a request",
  async (words, { program, sandbox }) => {
    expect(await program.run(["subscriptions", ...words])).toMatchObject({ code: 2, stdout: "" });
    expect(sandbox.requests).toEqual([]);
  },
);

test("refuses a folder that another process works on", async ({ watch, sync }) => {
  const watching = watch();
  await watching.reaches("listed");
  expect(await sync()).toMatchObject({ code: 7 });
  await watching.stop();
  expect(await sync()).toMatchObject({ code: 0 });
});
