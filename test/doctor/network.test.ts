import { once } from "node:events";
import http from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, onTestFinished } from "vitest";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { makeAuthority } from "../support/sandbox/certificate-authority.ts";
import { openSandbox } from "../support/sandbox/client.ts";
import { test as it } from "./diagnosis.ts";

/** A server of this machine that ends with the test; its address. */
async function serve(server: http.Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${portOf(server.address())}`;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("it has no port");
  return address.port;
}

function answering(status: number, headers: http.OutgoingHttpHeaders): http.Server {
  return http.createServer((_, response) => response.writeHead(status, headers).end());
}

/** Where nothing listens. A port that was just closed may already be another program's. */
const nobody = "http://127.0.0.1:1";

const json = { "content-type": "application/json" };

describe("the service", () => {
  it("is a problem if nothing listens", async ({ diagnose }) => {
    const diagnosis = await diagnose({ RDP_HOST: nobody });
    expect(diagnosis.code).toBe(5);
    expect(diagnosis.of("service")).toMatchObject([{ status: "problem", exitCode: 5 }]);
    expect(diagnosis.of("service")[0]?.found).toMatch(/could not be reached: connection refused/);
    expect(diagnosis.of("clock")).toMatchObject([{ status: "warning" }]);
  });

  it("is a problem if it answers with 503", async ({ diagnose }) => {
    const diagnosis = await diagnose({ RDP_HOST: await serve(answering(503, json)) });
    expect(diagnosis.code).toBe(5);
    expect(diagnosis.of("service")[0]?.advice).toContain("try again later");
  });

  it("is a warning if a network's sign-in page answers", async ({ diagnose }) => {
    const host = await serve(answering(200, { "content-type": "text/html; charset=utf-8" }));
    const diagnosis = await diagnose({ RDP_HOST: host });
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.of("service")).toMatchObject([{ status: "warning" }]);
    expect(diagnosis.of("service")[0]?.advice).toContain("check RDP_HOST and the proxy");
  });
});

describe("the queue of notifications", () => {
  it("is checked only with --push, through the same proxy", async ({ diagnose }) => {
    const proxy = { HTTPS_PROXY: nobody };
    expect((await diagnose(proxy)).of("queue")).toEqual([]);
    const diagnosis = await diagnose(proxy, [], ["--push"]);
    expect(diagnosis.with("problem")).toEqual(["service", "object store", "queue"]);
    expect(diagnosis.of("proxy").map(({ found }) => found)).toContain(
      `${nobody} to sqs.us-east-1.amazonaws.com`,
    );
  });

  it("of a service on this machine is not asked", async ({ diagnose }) => {
    const host = await serve(answering(401, json));
    const diagnosis = await diagnose({ RDP_HOST: host }, [], ["--push"]);
    expect(diagnosis.of("queue")).toMatchObject([{ status: "ok" }]);
    expect(diagnosis.of("queue")[0]?.found).toContain("names it with each subscription");
  });
});

describe("the clock", () => {
  it.for([
    ["right", 5_000, 0, "ok", "within a minute of"],
    ["a little behind", 150_000, 0, "warning", /^2m\d\ds behind/],
    ["hours ahead", -3 * 3_600_000, 1, "problem", /^3h00m ahead of/],
  ] as const)(
    "is compared with the service's: %s",
    async ([_, serverAheadMs, code, status, found], { diagnose }) => {
      const server = http.createServer((_, response) => {
        const date = new Date(Date.now() + serverAheadMs).toUTCString();
        response.writeHead(401, { ...json, date }).end();
      });
      const diagnosis = await diagnose({ RDP_HOST: await serve(server) });
      expect(diagnosis.code).toBe(code);
      const [told] = diagnosis.of("clock");
      expect(told?.status).toBe(status);
      expect(told?.found).toMatch(found);
    },
  );
});

describe("a proxy", () => {
  it("that is down is reported for both hosts, without its password", async ({ diagnose }) => {
    const diagnosis = await diagnose({
      HTTPS_PROXY: "http://somebody:nobody-tells@127.0.0.1:1",
    });
    expect(diagnosis.code).toBe(5);
    expect(diagnosis.with("problem")).toEqual(["service", "object store"]);
    expect(diagnosis.of("proxy")[0]?.found).toBe(
      `${nobody} to api.refinitiv.com, with a name and password`,
    );
    expect(diagnosis.of("service")[0]?.found).toContain(
      "the proxy 127.0.0.1:1 could not be reached",
    );
    expect(diagnosis.text).not.toContain("nobody-tells");
  });
});

const lacksOpenssl = missingPrograms("openssl");

describe("certificates", () => {
  it.skipIf(lacksOpenssl)(
    "of an unknown authority are a problem, unless --ca-file has it",
    async ({ diagnose }) => {
      const authority = makeAuthority();
      onTestFinished(() => authority.remove());
      const sandbox = await openSandbox({ empty: true, tls: authority.tls });
      const environment = { RDP_HOST: sandbox.host };
      const refused = await diagnose(environment);
      expect(refused.code).toBe(5);
      expect(refused.of("service")[0]?.found).toMatch(/is not trusted: .*authority/);
      expect(refused.of("service")[0]?.advice).toContain("--ca-file FILE or NODE_EXTRA_CA_CERTS");
      expect(sandbox.requests).toEqual([]);
      const trusted = await diagnose(environment, ["--ca-file", authority.file]);
      expect(trusted.code).toBe(0);
      expect(trusted.of("certificates")[0]?.found).toBe(
        `--ca-file ${authority.file}: 1 certificate`,
      );
      expect(trusted.of("service")[0]?.found).toMatch(
        /TLSv1\.3, certificate by An authority of our own/,
      );
    },
  );

  it("that cannot be read are a problem that names the file", async ({ folder, diagnose }) => {
    const host = await serve(answering(401, json));
    const file = `${folder}/none.pem`;
    const diagnosis = await diagnose({ RDP_HOST: host, NODE_EXTRA_CA_CERTS: file });
    expect(diagnosis.code).toBe(2);
    expect(diagnosis.of("certificates")[0]?.found).toContain(
      `NODE_EXTRA_CA_CERTS ${file}: the file does not exist`,
    );
    expect(diagnosis.of("service")).toMatchObject([{ status: "ok" }]);
  });
});

it.skipIf(lacksOpenssl)(
  "asks both public hosts by name, through the proxy and without a token",
  async ({ diagnose }) => {
    const authority = makeAuthority("DNS:api.refinitiv.com,DNS:*.s3.amazonaws.com");
    onTestFinished(() => authority.remove());
    const sandbox = await openSandbox({ empty: true, tls: authority.tls });
    const led: string[] = [];
    const proxy = http.createServer().on("connect", ({ url = "" }, socket) => {
      led.push(url);
      const end = url.startsWith("api.") ? sandbox.host : sandbox.objectHost;
      const onward = connect(Number(new URL(end).port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      socket.on("error", () => onward.destroy());
      onward.on("error", () => socket.destroy());
    });
    const diagnosis = await diagnose(
      {
        HTTPS_PROXY: await serve(proxy),
        RDP_USERNAME: sandbox.username,
        RDP_PASSWORD: sandbox.password,
        RDP_APP_KEY: sandbox.appKey,
      },
      ["--ca-file", authority.file],
    );
    expect(diagnosis.code).toBe(0);
    expect(led.sort()).toEqual(["a206464-bulk-esg.s3.amazonaws.com:443", "api.refinitiv.com:443"]);
    expect(diagnosis.of("service")[0]?.found).toMatch(
      /^api\.refinitiv\.com answered 401 in \d+ ms through the proxy/,
    );
    expect(diagnosis.of("object store")).toMatchObject([{ status: "ok" }]);
    const asked = sandbox.requests.map(({ origin }) => origin).sort();
    expect(asked).toEqual(["api", "objects"]);
    expect(sandbox.requests.filter(({ authorized }) => authorized)).toEqual([]);
    expect(diagnosis.text).not.toContain(sandbox.password);
    expect(diagnosis.text).not.toContain(sandbox.appKey);
  },
);
