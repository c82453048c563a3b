import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { makeAuthority } from "../support/sandbox/certificate-authority.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { test as base } from "../support/test.ts";
import { startTinyproxy } from "./tinyproxy.ts";

const isMissing = missingPrograms("tinyproxy", "openssl");

/** This machine, too, is asked through the proxy. */
const everything = { NO_PROXY: "<-loopback>" };
const account = { name: "clerk", password: "passWord9" };
/** With a letter as a code. */
const coded = "p%61ssWord9";

const it = base
  .extend("authority", { scope: "file" }, ({}, { onCleanup }) => {
    const authority = makeAuthority();
    onCleanup(authority.remove);
    return authority;
  })
  .extend("open", { scope: "file" }, async ({}, { onCleanup }) => {
    const proxy = await startTinyproxy();
    onCleanup(proxy.close);
    return proxy;
  })
  .extend("locked", { scope: "file" }, async ({}, { onCleanup }) => {
    const proxy = await startTinyproxy({ account });
    onCleanup(proxy.close);
    return proxy;
  })
  .extend("secure", true)
  .extend("sandboxOptions", ({ authority, secure }) => ({
    empty: true,
    ...(secure ? { tls: authority.tls } : {}),
  }))
  .extend("variables", ({ authority, sandbox, secure }) => ({
    ...credentialsOf(sandbox),
    ...(secure ? { NODE_EXTRA_CA_CERTS: authority.file } : {}),
  }))
  .extend("cfs", ({ program }) => {
    return (words: readonly string[], environment: Record<string, string> = {}) =>
      program.run(words, { environment });
  })
  /** The id of a file set of one file. */
  .extend("fileSetId", { auto: true }, ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({
      packageName: "Bulk-ESG-Global-Raw-v1",
      bucketNames: ["bulk-ESG"],
    });
    const files = [{ filename: "a.bin", bytes: 300_000 }];
    return catalogue.addFileSet({ name: "Set", packageId, files }).id;
  });

const placeOf = (origin: string) => new URL(origin).host;

describe.skipIf(isMissing).each([
  ["plain http", false],
  ["https", true],
] as const)("through a proxy, with %s", (_, secure) => {
  it.override("secure", secure);

  const variable = secure ? "HTTPS_PROXY" : "HTTP_PROXY";

  it.for<[string, "open" | "locked", string]>([
    ["an open one", "open", ""],
    ["one that requires a name and password", "locked", `${account.name}:${coded}@`],
  ])(
    "reaches the service and the object store: %s",
    async ([_name, kind, login], { folder, sandbox, open, locked, cfs, fileSetId }) => {
      const proxy = { open, locked }[kind];
      const { code, objects, stderr } = await cfs(["get", fileSetId, "-o", "out", "--json"], {
        ...everything,
        [variable]: `http://${login}${proxy.place}`,
      });
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
      expect(objects()).toMatchObject([{ status: "saved", size: 300_000 }]);
      const saved = await readFile(join(folder, "out", "a.bin"));
      expect(createHash("sha256").update(saved).digest("hex")).toBe(objects()[0]?.["sha256"]);
      expect(proxy.tunnels()).toContain(placeOf(sandbox.host));
      expect(proxy.tunnels()).toContain(placeOf(sandbox.objectHost));
      expect(proxy.log()).not.toContain(sandbox.password);
      expect(proxy.log()).not.toContain("X-Amz");
    },
  );

  it.for([
    ["no name and password", "", "requires a name and password (407)"],
    ["a wrong password", "clerk:wrong-Password-9@", "rejected the name and password (401)"],
  ] as const)(
    "reports that the proxy requires a name and password: %s",
    async ([_name, login, words], { sandbox, locked, cfs }) => {
      const { code, stdout, stderr } = await cfs(["packages", "bulk-ESG"], {
        ...everything,
        [variable]: `http://${login}${locked.place}`,
      });
      expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
      expect(stderr).toContain(`the proxy ${locked.place} ${words}. Give both in HTTPS_PROXY`);
      expect(stderr).not.toMatch(/wrong-Password-9|Basic| {4}at /);
      expect(sandbox.requests).toEqual([]);
    },
  );

  it("connects directly if NO_PROXY says so, and to this machine by default", async ({
    open,
    cfs,
  }) => {
    const before = open.tunnels().length;
    const proxy = { [variable]: `http://${open.place}` };
    for (const text of ["", "<-loopback>,127.0.0.0/8"]) {
      const environment = { ...proxy, NO_PROXY: text };
      expect(await cfs(["packages", "bulk-ESG"], environment)).toMatchObject({ code: 0 });
    }
    expect(open.tunnels()).toHaveLength(before);
  });
});

describe.skipIf(isMissing)("a proxy that does not lead there", () => {
  it("that refuses the host is reported with advice", async ({ cfs }) => {
    const refusing = await startTinyproxy({ refusesAll: true });
    const { code, stderr } = await cfs(["packages", "bulk-ESG"], {
      ...everything,
      HTTPS_PROXY: `http://${refusing.place}`,
    });
    await refusing.close();
    expect(code).toBe(5);
    expect(stderr).toMatch(/the proxy 127\.0\.0\.1:\d+ answered 403.*let this host through/);
  });

  it("that is down is reported, and nothing is sent without it", async ({ sandbox, cfs }) => {
    const { code, stderr } = await cfs(["packages", "bulk-ESG"], {
      ...everything,
      HTTPS_PROXY: "http://name:hush-hush@127.0.0.1:1",
    });
    expect(code).toBe(5);
    expect(stderr).toContain("the proxy 127.0.0.1:1 could not be reached (ECONNREFUSED)");
    expect(stderr).not.toContain("hush-hush");
    expect(sandbox.requests).toEqual([]);
  });

  it("that speaks no TLS is reported with what to write", async ({ cfs }) => {
    // It answers at once, as squid does; tinyproxy waits for the end of a line.
    const plain = createServer().listen(0, "127.0.0.1");
    await once(plain, "listening");
    const address = plain.address();
    const port = typeof address === "object" ? address?.port : "";
    const { code, stderr } = await cfs(["packages", "bulk-ESG"], {
      ...everything,
      HTTPS_PROXY: `https://127.0.0.1:${port}`,
    });
    plain.close();
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /the proxy 127\.0\.0\.1:\d+ does not speak TLS\. Write http:\/\/ in HTTPS_PROXY/,
    );
  });

  it.for(["socks5://clerk:hush-hush@127.0.0.1:1", "http://clerk:hush-%ZZ@127.0.0.1:1", "::"])(
    "that is invalid exits with 2, without its password: %s",
    async (address, { cfs }) => {
      const { code, stderr } = await cfs(["packages", "bulk-ESG"], { HTTPS_PROXY: address });
      expect(code).toBe(2);
      expect(stderr).toContain("Reading HTTPS_PROXY");
      expect(stderr).not.toContain("hush-");
    },
  );
});
