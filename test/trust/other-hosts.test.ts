import { describe, expect } from "vitest";
import type { FileStore } from "../../source/api/service.ts";
import { Secret } from "../../source/base/secret.ts";
import { createObjectStore } from "../../source/network/object-store.ts";
import type { Endpoint } from "../../source/sandbox/http/faults.ts";
import { collect, test } from "../support/sandbox/service.ts";
import { listen } from "./listener.ts";

const it = test
  .extend("elsewhere", async ({ onTestFinished }) => {
    const elsewhere = await listen((_, response) => response.end('{"value":[]}'));
    onTestFinished(() => elsewhere.close());
    return elsewhere;
  })
  .extend("leadsAway", ({ elsewhere }) => {
    const headers = { Location: `${elsewhere.origin}/taken` };
    return (status: number) => ({ kind: "answer", status, headers }) as const;
  })
  .extend("fileSet", { auto: true }, ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({
      packageName: "Bulk-ESG-Global-Raw-v1",
      bucketNames: ["bulk-ESG"],
    });
    const files = [{ filename: "a.bin", bytes: 20_000 }];
    return catalogue.addFileSet({ name: "Set", packageId, files });
  });

const redirects = [301, 302, 303, 307, 308];

/** What asks each endpoint that is asked with a token. */
const calls: [Endpoint, (fileStore: FileStore) => Promise<unknown>][] = [
  ["buckets", (fileStore) => collect(fileStore.buckets())],
  ["packages", (fileStore) => collect(fileStore.packages({ bucketName: "bulk-ESG" }))],
  ["file-sets", (fileStore) => collect(fileStore.fileSets({ bucket: "bulk-ESG" }))],
  ["files", (fileStore) => collect(fileStore.files("4000"))],
  ["file", (fileStore) => fileStore.file("4000")],
];

describe("a redirect to another host", () => {
  it.for(redirects)(
    "gets no credentials from a sign-in (%i)",
    async (status, { sandbox, service, elsewhere, leadsAway }) => {
      sandbox.faults.add({ on: "token", effect: leadsAway(status) });
      const { auth } = service.program();
      await expect(auth.signIn(service.credentials)).rejects.toMatchObject({ kind: "service" });
      expect(elsewhere.heard).toEqual([]);
    },
  );

  it.for(redirects)(
    "gets no refresh token from a renewal (%i)",
    async (status, { sandbox, service, elsewhere, leadsAway }) => {
      await service.program().auth.signIn(service.credentials);
      sandbox.faults.add({ on: "token", effect: leadsAway(status) });
      await expect(service.program().auth.resume()).rejects.toMatchObject({ kind: "service" });
      expect(elsewhere.heard).toEqual([]);
    },
  );

  it.for(redirects)(
    "gets no token and no app key from a sign-out (%i)",
    async (status, { sandbox, service, elsewhere, leadsAway }) => {
      const { auth } = service.program();
      await auth.signIn(service.credentials);
      sandbox.faults.add({ on: "revoke", effect: leadsAway(status) });
      await expect(auth.signOut()).rejects.toMatchObject({ kind: "service" });
      expect(elsewhere.heard).toEqual([]);
    },
  );

  describe.each(calls)("gets no access token from %s", (place, call) => {
    it.for(redirects)("(%i)", async (status, { sandbox, service, elsewhere, leadsAway }) => {
      const { auth, fileStore } = service.program();
      await auth.signIn(service.credentials);
      sandbox.faults.add({ on: place, effect: leadsAway(status) });
      await expect(call(fileStore)).rejects.toMatchObject({ kind: "service" });
      expect(elsewhere.heard).toEqual([]);
    });
  });

  it.for(redirects)(
    "is taken for the address of a file, and asked without a token (%i)",
    async (status, { sandbox, service, elsewhere, leadsAway }) => {
      const { auth, fileStore } = service.program();
      await auth.signIn(service.credentials);
      sandbox.faults.add({ on: "stream", effect: leadsAway(status) });
      const url = await fileStore.fileUrl("4000");
      expect(url.reveal()).toBe(`${elsewhere.origin}/taken`);
      const store = createObjectStore({ locate: fileStore.fileUrl, userAgent: "test" });
      const body = await store.open({ url, signal: new AbortController().signal });
      body.stream.on("error", () => undefined).destroy();
      expect(elsewhere.heard.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    },
  );

  it.for(redirects)(
    "is not followed by a file's fetching (%i)",
    async (status, { sandbox, elsewhere, leadsAway }) => {
      sandbox.faults.add({ on: "objects", effect: leadsAway(status) });
      const url = new Secret(`${sandbox.objectHost}/a?X-Amz-Signature=0123456789abcdef`);
      const store = createObjectStore({ locate: async () => url, userAgent: "test" });
      const opening = store.open({ url, signal: new AbortController().signal });
      await expect(opening).rejects.toMatchObject({ kind: "service", status });
      expect(elsewhere.heard).toEqual([]);
    },
  );
});

describe("a next page on another host", () => {
  const listings = calls.slice(0, 4);
  const links: [string, (origin: string, host: string) => string][] = [
    ["an address of its own", (origin) => `${origin}/file-store/v1/packages?skipToken=x`],
    ["an address without a scheme", (origin) => `${origin.replace("http:", "")}/x`],
    ["an address with backslashes", (origin) => `${origin.replaceAll("/", "\\")}\\x`],
    ["an address with tabs", (origin) => `\t${origin.slice(0, 3)}\n${origin.slice(3)}/x`],
    ["a name and password before it", (origin) => origin.replace("//", "//u:p@")],
    ["a port that is the same but for a digit", (_, host) => `${host}1/x`],
    ["a host that begins as the right one", (_, host) => `${host}.example.org/x`],
    [
      "the right host as a name and password",
      (origin, host) => origin.replace("//", `//${new URL(host).host}@`),
    ],
    ["https in place of http", (_, host) => host.replace("http:", "https:")],
    ["another scheme", () => "file:///etc/passwd"],
    ["a script", () => "javascript:alert(1)"],
  ];

  describe.each(listings)("is not asked by %s", (place, call) => {
    it.for(links)("%s", async ([_, linkTo], { sandbox, service, elsewhere }) => {
      const { auth, fileStore } = service.program();
      await auth.signIn(service.credentials);
      const link = linkTo(elsewhere.origin, sandbox.host);
      sandbox.faults.add({
        on: place,
        effect: {
          kind: "answer",
          status: 200,
          body: JSON.stringify({ value: [], "@nextLink": link }),
        },
      });
      const asked = sandbox.requests.length;
      await expect(call(fileStore)).rejects.toMatchObject({
        kind: "service",
        message: expect.stringContaining("It was not requested"),
      });
      expect(elsewhere.heard).toEqual([]);
      expect(sandbox.requests).toHaveLength(asked + 1);
    });
  });
});

describe("the address of a file", () => {
  it.for([
    ["plain http elsewhere", "http://example.org/a"],
    ["another scheme", "ftp://127.0.0.1/a"],
    ["a file of this machine", "file:///etc/passwd"],
    ["a name and password in it", "https://u:p@example.org/a"],
    ["no address", "https://"],
    ["a line end", "https://example.org/a\r\nX: y"],
    [
      "ten thousand characters more than an address has",
      `https://example.org/${"a".repeat(20_000)}`,
    ],
  ] as const)("is refused with %s", async ([_, url], { sandbox, service }) => {
    const { auth, fileStore } = service.program();
    await auth.signIn(service.credentials);
    const effect = { kind: "answer", status: 200, body: JSON.stringify({ url }) } as const;
    sandbox.faults.add({ on: "stream", effect });
    await expect(fileStore.fileUrl("4000")).rejects.toMatchObject({ kind: "service" });
  });
});
