import { once } from "node:events";
import net from "node:net";
import { describe, expect } from "vitest";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { makeAuthority } from "../support/sandbox/certificate-authority.ts";
import { test as base } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

/** Long enough for a connection to count as far. */
const delayMs = 50;

const it = base
  .extend("authority", { scope: "file" }, ({}, { onCleanup }) => {
    const authority = makeAuthority();
    onCleanup(authority.remove);
    return authority;
  })
  .extend("sandboxOptions", ({ authority }) => ({ empty: true, tls: authority.tls }))
  /** Passes the service's connections on, and holds their first bytes back. */
  .extend("far", async ({ sandbox }, { onCleanup }) => {
    const open = new Set<net.Socket>();
    let connections = 0;
    const server = net.createServer((client) => {
      connections += 1;
      const service = net.connect(Number(new URL(sandbox.host).port), "127.0.0.1");
      for (const [from, to] of [
        [client, service],
        [service, client],
      ] as const) {
        open.add(from);
        from.on("error", () => to.destroy()).on("close", () => to.destroy());
      }
      service.pipe(client);
      setTimeout(() => client.pipe(service), delayMs);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onCleanup(async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("it has no port");
    return { host: `https://127.0.0.1:${address.port}`, connections: () => connections };
  });

describe.skipIf(missingPrograms("openssl"))("a far service", () => {
  it("is connected to for all requests of a download while the sign-in runs", async ({
    authority,
    far,
    program,
    sandbox,
  }) => {
    const { packageId } = sandbox.catalogue.addPackage({
      packageName: "Bulk-ESG-Global-Raw-v1",
      bucketNames: ["bulk-ESG"],
    });
    const files = [{ filename: "a.bin", bytes: 20_000 }];
    const { id } = sandbox.catalogue.addFileSet({ name: "Set", packageId, files });
    const environment = { RDP_HOST: far.host };
    const words = ["--ca-file", authority.file];
    const listed = await program.run([...words, "files", id], { environment });
    expect(listed.code).toBe(0);
    expect(far.connections()).toBe(1);
    const { code } = await program.run([...words, "get", id, "-o", "out"], { environment });
    expect(code).toBe(0);
    await waitUntil(() => far.connections() === 17);
  });
});
