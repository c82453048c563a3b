import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { makeAuthority } from "../support/sandbox/certificate-authority.ts";
import { test as base } from "../support/test.ts";
import { startTinyproxy } from "./tinyproxy.ts";

const isMissing = missingPrograms("openssl");

const it = base
  .extend("authority", { scope: "file" }, ({}, { onCleanup }) => {
    const authority = makeAuthority();
    onCleanup(authority.remove);
    return authority;
  })
  /** An authority whose certificate is for another name than the sandbox's. */
  .extend("other", { scope: "file" }, ({}, { onCleanup }) => {
    const other = makeAuthority("DNS:elsewhere.example");
    onCleanup(other.remove);
    return other;
  })
  .extend("sandboxOptions", ({ authority }) => ({ empty: true, tls: authority.tls }));

describe.skipIf(isMissing)("a certificate of an authority that is not known here", () => {
  it.for<[string, Record<string, string>]>([
    ["by itself", {}],
    ["where Node is told to verify nothing", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }],
  ])("is refused before a secret is sent: %s", async ([_, environment], { sandbox, program }) => {
    const { code, stdout, stderr } = await program.run(["packages", "bulk-ESG"], { environment });
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toMatch(/is not trusted: .*authority.*--ca-file FILE or NODE_EXTRA_CA_CERTS/);
    expect(stderr).not.toContain("    at ");
    const isTold = stderr.includes("NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored");
    expect(isTold).toBe("NODE_TLS_REJECT_UNAUTHORIZED" in environment);
    expect(stderr).not.toContain("Warning");
    expect(sandbox.requests).toEqual([]);
  });

  it.skipIf(missingPrograms("tinyproxy"))(
    "is refused through a proxy too",
    async ({ sandbox, program }) => {
      const proxy = await startTinyproxy();
      const { code, stderr } = await program.run(["packages", "bulk-ESG"], {
        environment: { HTTPS_PROXY: `http://${proxy.place}`, NO_PROXY: "<-loopback>" },
      });
      await proxy.close();
      expect(code).toBe(5);
      expect(stderr).toMatch(/is not trusted: .*authority/);
      expect(sandbox.requests).toEqual([]);
    },
  );

  it.for<[string, string[], ("authority" | "other")?]>([
    ["--ca-file", ["--ca-file"]],
    ["NODE_EXTRA_CA_CERTS", [], "authority"],
    ["--ca-file beside NODE_EXTRA_CA_CERTS", ["--ca-file"], "other"],
  ])(
    "is accepted with %s, for the service and for files",
    async ([_, flag, extra], { sandbox, program, authority, other }) => {
      const { packageId } = sandbox.catalogue.addPackage({
        packageName: "Bulk-ESG-Global-Raw-v1",
        bucketNames: ["bulk-ESG"],
      });
      const files = [{ filename: "a.bin", bytes: 20_000 }];
      const { id } = sandbox.catalogue.addFileSet({ name: "Set", packageId, files });
      const trust = flag.flatMap((word) => [word, authority.file]);
      const environment: Record<string, string> = extra
        ? { NODE_EXTRA_CA_CERTS: { authority, other }[extra].file }
        : {};
      const words = [...trust, "get", id, "-o", "out", "--json"];
      const { code, objects } = await program.run(words, { environment });
      expect(code).toBe(0);
      expect(objects()).toMatchObject([{ status: "saved", size: 20_000 }]);
    },
  );

  it("is refused with the certificate of another authority", async ({
    sandbox,
    program,
    other,
  }) => {
    const { code } = await program.run(["--ca-file", other.file, "packages", "bulk-ESG"]);
    expect(code).toBe(5);
    expect(sandbox.requests).toEqual([]);
  });

  it.for<[string, string | undefined]>([
    ["is not there", undefined],
    ["has no certificate", "nothing of the kind"],
    ["is damaged", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
  ])("exits with 2 if the file %s", async ([_, text], { folder, sandbox, program }) => {
    const path = join(folder, "own.pem");
    if (text !== undefined) await writeFile(path, text);
    const { code, stderr } = await program.run(["--ca-file", path, "packages", "bulk-ESG"]);
    expect(code).toBe(2);
    expect(stderr).toContain(`Reading the certificates of --ca-file ${path}`);
    expect(stderr).not.toContain("ENOENT");
    expect(sandbox.requests).toEqual([]);
  });
});

describe.skipIf(isMissing)("a certificate for another name", () => {
  it.override("sandboxOptions", ({ other }) => ({ empty: true, tls: other.tls }));

  it("is refused, even of a known authority", async ({ sandbox, program, other }) => {
    const { code, stderr } = await program.run(["--ca-file", other.file, "packages", "bulk-ESG"]);
    expect(code).toBe(5);
    expect(stderr).toContain("its certificate is for another name (ERR_TLS_CERT_ALTNAME_INVALID)");
    expect(sandbox.requests).toEqual([]);
  });
});
