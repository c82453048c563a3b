import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "../../source/api/client.ts";
import { createSend } from "../../source/network/http.ts";
import { noRetries } from "../../source/network/retry.ts";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { collect } from "../support/sandbox/service.ts";
import { type ClientFixture, createClientFixture } from "./client-fixture.ts";

let setting: ClientFixture;

beforeEach(async () => {
  setting = await createClientFixture();
});

afterEach(() => setting.close());

describe("failures", () => {
  it("tells an unknown bucket from an empty one, in the service's words with its request id", async () => {
    await expect(
      collect(setting.fileStore.packages({ bucketName: "nonsense" })),
    ).rejects.toMatchObject({
      kind: "not-found",
      status: 404,
      serviceCode: "EDS.CFS.NoBucketFound",
      requestId: expect.stringMatching(/.+/),
    });
    expect(
      await collect(
        setting.fileStore.packages({ bucketName: "bulk-ESG", packageName: "none of them" }),
      ),
    ).toEqual([]);
  });

  it("tells missing entitlement", async () => {
    const refused = setting.service.sandbox.catalogue.addPackage({
      packageName: "No",
      bucketNames: ["bulk-No"],
      isEntitled: false,
    });
    await expect(
      collect(setting.fileStore.fileSets({ bucket: "bulk-No", packageId: refused.packageId })),
    ).rejects.toMatchObject({
      kind: "not-found",
      status: 403,
      message: expect.stringContaining("Insufficient claims"),
    });
  });

  it("tells what was asked wrongly as such, on the first page only: the words of the next are the service's", async () => {
    const refused = () =>
      expect(collect(setting.fileStore.fileSets({ bucket: "bulk-ESG" }))).rejects;
    const errors = [{ key: "json", reason: "bad thing" }];
    const answers = (error: object, after = 0) => {
      setting.service.sandbox.faults.clear();
      setting.service.sandbox.faults.add({
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
    setting.addFileSets(150);
    answers({ ...complaint, errors }, 1);
    await refused().toMatchObject({ kind: "service", status: 400 });
  });

  it.each([400, 401, 403, 404])(
    "takes a proxy's page with %i for no answer of the service",
    async (status) => {
      setting.service.sandbox.faults.add({ on: "file-sets", effect: namedFaults.htmlPage(status) });
      await expect(
        collect(setting.fileStore.fileSets({ bucket: "bulk-ESG" })),
      ).rejects.toMatchObject({
        kind: "service",
        status,
        message: expect.stringMatching(/Blocked by your.*check RDP_HOST and the proxy/),
      });
    },
  );

  it("looks a file up by its address where its record answers with a page and 404", async () => {
    setting.addFileSets(1);
    const [fileSet] = await collect(setting.fileStore.fileSets({ bucket: "bulk-ESG" }));
    const [listed] = await collect(setting.fileStore.files(fileSet?.id ?? ""));
    setting.service.sandbox.faults.add({ on: "file", effect: namedFaults.htmlPage(404) });
    await expect(setting.fileStore.file(listed?.id ?? "")).resolves.toMatchObject({
      id: listed?.id,
      filename: "f0.csv.gz",
    });
  });

  it.each([429, 500, 502, 503, 504])("gets over %i", async (status) => {
    setting.service.sandbox.faults.add({
      on: "packages",
      times: 2,
      effect: { kind: "answer", status, body: "<html>busy</html>" },
    });
    expect(await collect(setting.fileStore.packages({}))).toHaveLength(1);
  });

  it("gives up in the end, with exit code 5", async () => {
    setting.service.sandbox.faults.add({ on: "packages", effect: { kind: "answer", status: 503 } });
    await expect(collect(setting.fileStore.packages({}))).rejects.toMatchObject({
      exitCode: 5,
      status: 503,
    });
    expect(setting.asked("packages")).toHaveLength(3);
  });

  it.each([
    ["a connection that is cut", { kind: "hangUp" }],
    ["a body that is cut", { kind: "cutAfter", bytes: 20, reset: true }],
    ["an answer that is lost", { kind: "loseAnswer" }],
  ] as const)("gets over %s", async (_, effect) => {
    setting.service.sandbox.faults.add({ on: "packages", times: 2, effect });
    expect(await collect(setting.fileStore.packages({}))).toHaveLength(1);
  });

  it("gives up on silence", async () => {
    // The sign-in is another's: only what falls silent has little time.
    const impatient = createClient({
      host: setting.service.sandbox.host,
      send: createSend({ silenceMs: 60, userAgent: "cfs/test" }),
      tokens: setting.tokens,
      retries: noRetries,
    });
    setting.service.sandbox.faults.add({
      on: "packages",
      effect: { kind: "stall", afterBytes: 10 },
    });
    await expect(collect(impatient.packages({}))).rejects.toMatchObject({
      kind: "service",
      message: expect.stringContaining("sent nothing for 0.06 seconds"),
    });
  });

  it("leave nothing behind with the signal that they could be ended by", async () => {
    setting.service.sandbox.faults.add({ on: "packages", effect: { kind: "cutAfter", bytes: 5 } });
    const { signal } = new AbortController();
    await expect(collect(setting.fileStore.packages({}, signal))).rejects.toMatchObject({
      exitCode: 5,
    });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("stops at once when nobody wants the answer any more", async () => {
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    setting.service.sandbox.faults.add({ on: "packages", effect: { kind: "hold", until } });
    const controller = new AbortController();
    const listing = collect(setting.fileStore.packages({}, controller.signal));
    controller.abort();
    await expect(listing).rejects.toMatchObject({ name: "AbortError" });
    release();
  });
});
