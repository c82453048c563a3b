import { describe, expect } from "vitest";
import { emptyPlan, storeTest } from "../commands/store-fixture.ts";
import { startS3Double } from "../support/fakes/s3-store.ts";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { makeAuthority } from "../support/sandbox/certificate-authority.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { startTinyproxy } from "./tinyproxy.ts";

const placeOf = (origin = "") => new URL(origin).host;

const it = storeTest
  .extend("authority", { scope: "file" }, ({}, { onCleanup }) => {
    const authority = makeAuthority();
    onCleanup(authority.remove);
    return authority;
  })
  .extend("proxy", { scope: "file" }, async ({}, { onCleanup }) => {
    const proxy = await startTinyproxy();
    onCleanup(proxy.close);
    return proxy;
  })
  /** An object store with a certificate of an authority that no machine knows. */
  .extend("store", async ({ authority }, { onCleanup }) => {
    const store = await startS3Double({ tls: authority.tls });
    onCleanup(() => store.close());
    return store;
  })
  .extend("sandboxOptions", ({ authority }) => ({ empty: true, tls: authority.tls }))
  .extend("variables", ({ authority, proxy, sandbox, store }) => ({
    ...credentialsOf(sandbox),
    ...store.variables,
    NODE_EXTRA_CA_CERTS: authority.file,
    HTTPS_PROXY: `http://${proxy.place}`,
    NO_PROXY: "<-loopback>",
    CFS_RETRY_DELAY: "0",
  }));

describe.skipIf(missingPrograms("tinyproxy", "openssl"))("cfs get into an object store", () => {
  it("goes through the proxy to the service, its files and the store", async ({
    expectStored,
    get,
    offerOne,
    proxy,
    sandbox,
    store,
  }) => {
    const file = offerOne("a.csv.gz", 9_000_000);
    const { code, stderr } = await get([file.id]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await expectStored("a.csv.gz", file);
    expect(proxy.tunnels()).toEqual(
      expect.arrayContaining([
        placeOf(sandbox.host),
        placeOf(sandbox.objectHost),
        placeOf(store.variables["AWS_ENDPOINT_URL_S3"]),
      ]),
    );
  });

  it("reaches the store directly if NO_PROXY has it", async ({
    expectStored,
    offerOne,
    out,
    program,
    proxy,
    store,
  }) => {
    const file = offerOne("a.csv.gz", 3_000);
    const place = placeOf(store.variables["AWS_ENDPOINT_URL_S3"]);
    const environment = { NO_PROXY: `<-loopback>,${place}` };
    // The store of an earlier test may have had the same port.
    const before = proxy.tunnels().length;
    const words = ["get", file.id, "-o", out, "--quiet"];
    expect(await program.run(words, { environment })).toMatchObject({ code: 0, stderr: "" });
    await expectStored("a.csv.gz", file);
    expect(proxy.tunnels().slice(before)).not.toContain(place);
  });

  it("sends nothing to a store whose certificate is not trusted", async ({
    out,
    program,
    store,
  }) => {
    const other = makeAuthority("DNS:elsewhere.example");
    const { code, stderr } = await program.run(["plan", "--check", "-"], {
      environment: { NODE_EXTRA_CA_CERTS: other.file },
      input: emptyPlan(out),
    });
    other.remove();
    expect(code).toBe(5);
    expect(stderr).toMatch(/^cfs: Opening s3:.* is not trusted: .*authority/);
    expect(store.asked).toEqual([]);
  });
});
