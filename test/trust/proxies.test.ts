import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { type Home, makeHome, run } from "../support/program/run.ts";
import { type Authority, makeAuthority } from "../support/sandbox/certificate-authority.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { startTinyproxy, type Tinyproxy } from "./tinyproxy.ts";

const isMissing = missingPrograms("tinyproxy", "openssl");

/** This machine, too, is asked through the proxy. */
const everything = { NO_PROXY: "<-loopback>" };
const account = { name: "clerk", password: "passWord9" };
/** With a letter as a code. */
const coded = "p%61ssWord9";

let authority: Authority;
let open: Tinyproxy;
let locked: Tinyproxy;
let home: Home;
let sandbox: Sandbox;

beforeAll(async () => {
  authority = makeAuthority();
  [open, locked] = await Promise.all([startTinyproxy(), startTinyproxy({ account })]);
});

afterAll(async () => {
  await Promise.all([open.close(), locked.close()]);
  authority.remove();
});

afterEach(async () => {
  await Promise.all([sandbox.close(), home.remove()]);
});

async function start(secure: boolean): Promise<void> {
  sandbox = await startSandbox({ empty: true, ...(secure ? { tls: authority.tls } : {}) });
  home = await makeHome({
    ...credentialsOf(sandbox),
    ...(secure ? { NODE_EXTRA_CA_CERTS: authority.file } : {}),
  });
}

/** A file set of one file; its id. */
function addFile(): string {
  const { packageId } = sandbox.catalogue.addPackage({
    packageName: "Bulk-ESG-Global-Raw-v1",
    bucketNames: ["bulk-ESG"],
  });
  const files = [{ filename: "a.bin", bytes: 300_000 }];
  return sandbox.catalogue.addFileSet({ name: "Set", packageId, files }).id;
}

const cfs = (words: readonly string[], environment: Record<string, string> = {}) =>
  run(words, {
    directory: home.directory,
    environment: { ...home.environment, ...environment },
  });

const placeOf = (origin: string) => new URL(origin).host;

describe.skipIf(isMissing).each([
  ["plain http", false],
  ["https", true],
] as const)("through a proxy, with %s", (_, secure) => {
  beforeEach(() => start(secure));

  const variable = secure ? "HTTPS_PROXY" : "HTTP_PROXY";

  it.each([
    ["an open one", () => ({ proxy: open, address: `http://${open.place}` })],
    [
      "one that wants a name and password",
      () => ({
        proxy: locked,
        address: `http://${account.name}:${coded}@${locked.place}`,
      }),
    ],
  ])("the service and the object store are reached: %s", async (_name, proxyOf) => {
    const { proxy, address } = proxyOf();
    const id = addFile();
    const { code, objects, stderr } = await cfs(["get", id, "-o", "out", "--json"], {
      ...everything,
      [variable]: address,
    });
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(objects()).toMatchObject([{ status: "saved", size: 300_000 }]);
    const saved = await readFile(join(home.directory, "out", "a.bin"));
    expect(createHash("sha256").update(saved).digest("hex")).toBe(objects()[0]?.["sha256"]);
    expect(proxy.tunnels()).toContain(placeOf(sandbox.host));
    expect(proxy.tunnels()).toContain(placeOf(sandbox.objectHost));
    expect(proxy.log()).not.toContain(sandbox.password);
    expect(proxy.log()).not.toContain("X-Amz");
  });

  it.each([
    ["no name and password", () => `http://${locked.place}`, "wants a name and password (407)"],
    [
      "a wrong password",
      () => `http://clerk:wrong-Password-9@${locked.place}`,
      "does not take the name and password that it was given (401)",
    ],
  ])("says in words that it wants a name and password: %s", async (_name, address, words) => {
    const { code, stdout, stderr } = await cfs(["packages", "bulk-ESG"], {
      ...everything,
      [variable]: address(),
    });
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toContain(`the proxy ${locked.place} ${words}. Give both in HTTPS_PROXY`);
    expect(stderr).not.toMatch(/wrong-Password-9|Basic| {4}at /);
    expect(sandbox.requests).toEqual([]);
  });

  it("goes straight where NO_PROXY says so, and to this machine anyway", async () => {
    const before = open.tunnels().length;
    const proxy = { [variable]: `http://${open.place}` };
    addFile();
    for (const text of ["", "<-loopback>,127.0.0.0/8"]) {
      const environment = { ...proxy, NO_PROXY: text };
      expect(await cfs(["packages", "bulk-ESG"], environment)).toMatchObject({ code: 0 });
    }
    expect(open.tunnels()).toHaveLength(before);
  });
});

describe.skipIf(isMissing)("a proxy that does not lead there", () => {
  beforeEach(() => start(true));

  it("that refuses the host is told with what to do", async () => {
    const refusing = await startTinyproxy({ refusesAll: true });
    const { code, stderr } = await cfs(["packages", "bulk-ESG"], {
      ...everything,
      HTTPS_PROXY: `http://${refusing.place}`,
    });
    await refusing.close();
    expect(code).toBe(5);
    expect(stderr).toMatch(/the proxy 127\.0\.0\.1:\d+ answered 403.*let this host through/);
  });

  it("that is not there is told with its place, and nothing is asked without it", async () => {
    const gone = await startTinyproxy();
    await gone.close();
    const { code, stderr } = await cfs(["packages", "bulk-ESG"], {
      ...everything,
      HTTPS_PROXY: `http://name:hush-hush@${gone.place}`,
    });
    expect(code).toBe(5);
    expect(stderr).toContain(`the proxy ${gone.place} could not be reached (ECONNREFUSED)`);
    expect(stderr).not.toContain("hush-hush");
    expect(sandbox.requests).toEqual([]);
  });

  it.each(["socks5://clerk:hush-hush@127.0.0.1:1", "http://clerk:hush-%ZZ@127.0.0.1:1", "::"])(
    "that cannot be one ends the call with 2, without its password: %s",
    async (address) => {
      const { code, stderr } = await cfs(["packages", "bulk-ESG"], { HTTPS_PROXY: address });
      expect(code).toBe(2);
      expect(stderr).toContain("Reading HTTPS_PROXY");
      expect(stderr).not.toContain("hush-");
    },
  );
});
