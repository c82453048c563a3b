import { getEventListeners } from "node:events";
import { describe, expect } from "vitest";
import { createClient } from "../../source/api/client.ts";
import type { FileStore } from "../../source/api/service.ts";
import { createSend } from "../../source/network/http.ts";
import { noRetries } from "../../source/network/retry.ts";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { collect } from "../support/sandbox/service.ts";
import { test as it } from "./client-fixture.ts";

describe("failures", () => {
  it("reports an unknown bucket with the service's code and request id, and lists an empty one", async ({
    fileStore,
  }) => {
    await expect(collect(fileStore.packages({ bucketName: "nonsense" }))).rejects.toMatchObject({
      kind: "not-found",
      status: 404,
      serviceCode: "EDS.CFS.NoBucketFound",
      requestId: expect.stringMatching(/.+/),
    });
    expect(
      await collect(fileStore.packages({ bucketName: "bulk-ESG", packageName: "none of them" })),
    ).toEqual([]);
  });

  it("reports missing entitlement", async ({ sandbox, fileStore }) => {
    const refused = sandbox.catalogue.addPackage({
      packageName: "No",
      bucketNames: ["bulk-No"],
      isEntitled: false,
    });
    await expect(
      collect(fileStore.fileSets({ bucket: "bulk-No", packageId: refused.packageId })),
    ).rejects.toMatchObject({
      kind: "not-found",
      status: 403,
      message: expect.stringContaining("Insufficient claims"),
    });
  });

  it("reports a validation error as a usage error on the first page only", async ({
    sandbox,
    fileStore,
    addFileSets,
  }) => {
    const refused = () => expect(collect(fileStore.fileSets({ bucket: "bulk-ESG" }))).rejects;
    const errors = [{ key: "json", reason: "bad thing" }];
    const answers = (error: object, after = 0) => {
      sandbox.faults.clear();
      sandbox.faults.add({
        on: "file-sets",
        after,
        effect: { kind: "answer", status: 400, body: JSON.stringify({ error }) },
      });
    };
    const complaint = { id: "X4", code: "400", message: "Validation error", status: "Bad Request" };
    answers({ ...complaint, errors });
    await refused().toMatchObject({
      kind: "usage",
      message: expect.stringContaining("Validation error; bad thing"),
    });
    answers(complaint);
    await refused().toMatchObject({ kind: "service", status: 400 });
    addFileSets(150);
    answers({ ...complaint, errors }, 1);
    await refused().toMatchObject({ kind: "service", status: 400 });
  });

  it.for([400, 401, 403, 404])(
    "does not take a proxy's page with %i for an answer of the service",
    async (status, { sandbox, fileStore }) => {
      sandbox.faults.add({ on: "file-sets", effect: namedFaults.htmlPage(status) });
      await expect(collect(fileStore.fileSets({ bucket: "bulk-ESG" }))).rejects.toMatchObject({
        kind: "service",
        status,
        message: expect.stringMatching(/Blocked by your.*check RDP_HOST and the proxy/),
      });
    },
  );

  it("says of a proxy's page with 502 that a gateway answered, and what to check first", async ({
    sandbox,
    fileStore,
  }) => {
    sandbox.faults.add({ on: "file-sets", effect: namedFaults.htmlPage(502) });
    await expect(collect(fileStore.fileSets({ bucket: "bulk-ESG" }))).rejects.toMatchObject({
      kind: "service",
      message: expect.stringMatching(
        /: a gateway answered 502.*\. Something answered in the service's place: check RDP_HOST and the proxy\. If both are right, try again later\.$/,
      ),
    });
  });

  it.for([
    ["a bucket", "Check the bucket's name", (store) => collect(store.fileSets({ bucket: "none" }))],
    ["a file set", "Check the file set's id", (store) => collect(store.files("none"))],
    ["a file", "Check the file's id", (store) => store.file("none")],
    ["an address", "If its file set is PENDING, try", (store) => store.fileUrl("none")],
  ] satisfies [string, string, (store: FileStore) => Promise<unknown>][])(
    "says what to check of %s that the service does not know",
    async ([_, advice, ask], { fileStore }) => {
      await expect(ask(fileStore)).rejects.toMatchObject({
        status: 404,
        advice: expect.stringContaining(advice),
      });
    },
  );

  it("looks a file up by its address if its record answers with a page and 404", async ({
    sandbox,
    fileStore,
    addFileSets,
  }) => {
    addFileSets(1);
    const [fileSet] = await collect(fileStore.fileSets({ bucket: "bulk-ESG" }));
    const [listed] = await collect(fileStore.files(fileSet?.id ?? ""));
    sandbox.faults.add({ on: "file", effect: namedFaults.htmlPage(404) });
    await expect(fileStore.file(listed?.id ?? "")).resolves.toMatchObject({
      id: listed?.id,
      filename: "f0.csv.gz",
    });
  });

  it.for([429, 500, 502, 503, 504])("retries %i", async (status, { sandbox, fileStore }) => {
    sandbox.faults.add({
      on: "packages",
      times: 2,
      effect: { kind: "answer", status, body: "<html>busy</html>" },
    });
    expect(await collect(fileStore.packages({}))).toHaveLength(1);
  });

  it("gives up after three tries, with exit code 5", async ({ sandbox, fileStore, asked }) => {
    sandbox.faults.add({ on: "packages", effect: { kind: "answer", status: 503 } });
    await expect(collect(fileStore.packages({}))).rejects.toMatchObject({
      exitCode: 5,
      status: 503,
    });
    expect(asked("packages")).toHaveLength(3);
  });

  it.for([
    ["a connection that is cut", { kind: "hangUp" }],
    ["a body that is cut", { kind: "cutAfter", bytes: 20, reset: true }],
    ["an answer that is lost", { kind: "loseAnswer" }],
  ] as const)("retries after %s", async ([_, effect], { sandbox, fileStore }) => {
    sandbox.faults.add({ on: "packages", times: 2, effect });
    expect(await collect(fileStore.packages({}))).toHaveLength(1);
  });

  it("gives up when the service sends nothing", async ({ sandbox, client }) => {
    // The sign-in is another's: only what falls silent has little time.
    const impatient = createClient({
      host: sandbox.host,
      send: createSend({ silenceMs: 60, userAgent: "cfs/test" }),
      tokens: client.tokens,
      retries: noRetries,
    });
    sandbox.faults.add({
      on: "packages",
      effect: { kind: "stall", afterBytes: 10 },
    });
    await expect(collect(impatient.packages({}))).rejects.toMatchObject({
      kind: "service",
      message: expect.stringContaining("sent nothing for 0.06 seconds"),
    });
  });

  it("removes its listeners from the caller's signal after a failure", async ({
    sandbox,
    fileStore,
  }) => {
    sandbox.faults.add({ on: "packages", effect: { kind: "cutAfter", bytes: 5 } });
    const { signal } = new AbortController();
    await expect(collect(fileStore.packages({}, signal))).rejects.toMatchObject({
      exitCode: 5,
    });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("stops as soon as its signal aborts", async ({ sandbox, fileStore }) => {
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    sandbox.faults.add({ on: "packages", effect: { kind: "hold", until } });
    const controller = new AbortController();
    const listing = collect(fileStore.packages({}, controller.signal));
    controller.abort();
    await expect(listing).rejects.toMatchObject({ name: "AbortError" });
    release();
  });
});
