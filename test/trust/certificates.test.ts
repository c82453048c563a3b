import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { type Home, makeHome, run } from "../support/program/run.ts";
import { type Authority, makeAuthority } from "../support/sandbox/certificate-authority.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { startTinyproxy } from "./tinyproxy.ts";

const isMissing = missingPrograms("openssl");

let authority: Authority;
let other: Authority;
let sandbox: Sandbox;
let home: Home;

beforeAll(() => {
  authority = makeAuthority();
  other = makeAuthority("DNS:elsewhere.example");
});

afterAll(() => {
  authority.remove();
  other.remove();
});

async function start(tls: Authority["tls"]): Promise<void> {
  sandbox = await startSandbox({ empty: true, tls });
  home = await makeHome(credentialsOf(sandbox));
}

const cfs = (words: readonly string[], environment: Record<string, string> = {}) =>
  run(words, { directory: home.directory, environment: { ...home.environment, ...environment } });

describe.skipIf(isMissing)("a certificate of an authority that is not known here", () => {
  beforeEach(() => start(authority.tls));
  afterEach(() => Promise.all([sandbox.close(), home.remove()]));

  it.each<[string, Record<string, string>]>([
    ["by itself", {}],
    ["where Node is told to verify nothing", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }],
  ])("is refused in words, before anything secret is sent: %s", async (_, environment) => {
    const { code, stdout, stderr } = await cfs(["packages", "bulk-ESG"], environment);
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toMatch(/is not trusted: .*authority.*--ca-file FILE or NODE_EXTRA_CA_CERTS/);
    expect(stderr).not.toContain("    at ");
    const isTold = stderr.includes("NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored");
    expect(isTold).toBe("NODE_TLS_REJECT_UNAUTHORIZED" in environment);
    expect(stderr).not.toContain("Warning");
    expect(sandbox.requests).toEqual([]);
  });

  it.skipIf(missingPrograms("tinyproxy"))("is refused through a proxy just as well", async () => {
    const proxy = await startTinyproxy();
    const { code, stderr } = await cfs(["packages", "bulk-ESG"], {
      HTTPS_PROXY: `http://${proxy.place}`,
      NO_PROXY: "<-loopback>",
    });
    await proxy.close();
    expect(code).toBe(5);
    expect(stderr).toMatch(/is not trusted: .*authority/);
    expect(sandbox.requests).toEqual([]);
  });

  it.each<[string, string[], () => Record<string, string>]>([
    ["--ca-file", ["--ca-file"], () => ({})],
    ["NODE_EXTRA_CA_CERTS", [], () => ({ NODE_EXTRA_CA_CERTS: authority.file })],
    [
      "--ca-file beside NODE_EXTRA_CA_CERTS",
      ["--ca-file"],
      () => ({ NODE_EXTRA_CA_CERTS: other.file }),
    ],
  ])("is taken with %s, for the service and for files", async (_, flag, environment) => {
    const { packageId } = sandbox.catalogue.addPackage({
      packageName: "Bulk-ESG-Global-Raw-v1",
      bucketNames: ["bulk-ESG"],
    });
    const files = [{ filename: "a.bin", bytes: 20_000 }];
    const { id } = sandbox.catalogue.addFileSet({ name: "Set", packageId, files });
    const trust = flag.flatMap((word) => [word, authority.file]);
    const { code, objects } = await cfs(
      [...trust, "get", id, "-o", "out", "--json"],
      environment(),
    );
    expect(code).toBe(0);
    expect(objects()).toMatchObject([{ status: "saved", size: 20_000 }]);
  });

  it("is not taken by the certificate of another authority", async () => {
    const { code } = await cfs(["--ca-file", other.file, "packages", "bulk-ESG"]);
    expect(code).toBe(5);
    expect(sandbox.requests).toEqual([]);
  });

  it.each<[string, string | undefined]>([
    ["is not there", undefined],
    ["has no certificate", "nothing of the kind"],
    ["is damaged", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
  ])("ends the call with 2 where the file %s", async (_, text) => {
    const path = join(home.directory, "own.pem");
    if (text !== undefined) await writeFile(path, text);
    const { code, stderr } = await cfs(["--ca-file", path, "packages", "bulk-ESG"]);
    expect(code).toBe(2);
    expect(stderr).toContain(`Reading the certificates of --ca-file ${path}`);
    expect(sandbox.requests).toEqual([]);
  });
});

describe.skipIf(isMissing)("a certificate for another name", () => {
  beforeEach(() => start(other.tls));
  afterEach(() => Promise.all([sandbox.close(), home.remove()]));

  it("is refused in words, though its authority is known", async () => {
    const { code, stderr } = await cfs(["--ca-file", other.file, "packages", "bulk-ESG"]);
    expect(code).toBe(5);
    expect(stderr).toContain("its certificate is for another name (ERR_TLS_CERT_ALTNAME_INVALID)");
    expect(sandbox.requests).toEqual([]);
  });
});
