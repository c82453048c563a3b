import { expect } from "vitest";
import { test as base } from "../support/test.ts";
import { listen } from "./listener.ts";

const secrets = {
  key: "c2VjcmV0IGtleSBvZiBvbmUgc3Vic2NyaXB0aW9uIDE=",
  accessKeyId: "ASIAEXAMPLEACCESSKEY",
  secretKey: "an/example+secret+key+of+the+queue",
  sessionToken: "IQoJb3JpZ2luX2VjEXAMPLE+session/token==",
  receipt: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a==",
};

const token = "an-access-token-of-the-service";

const test = base.extend("variables", {
  RDP_USERNAME: "GE-A-1",
  RDP_PASSWORD: "p",
  RDP_APP_KEY: "k",
});

test("a service and a queue that repeat their secrets do not make cfs watch show one", async ({
  program,
  folder,
  onTestFinished,
}) => {
  let polls = 0;
  const { close, origin, heard } = await listen((request, response) => {
    const { pathname } = new URL(request.url, origin);
    const json = (body: object, status = 200) => {
      response.writeHead(status).end(JSON.stringify(body));
    };
    if (pathname.endsWith("/token"))
      return json({ access_token: token, refresh_token: "r", expires_in: "600" });
    if (pathname.endsWith("/packages"))
      return json({ value: [{ packageId: "4", packageName: "P", bucketNames: ["bulk-A"] }] });
    if (pathname.endsWith("/file-sets")) return json({ value: [] });
    if (pathname.endsWith("/subscriptions")) {
      const transportInfo = { endpoint: `${origin}/queue`, cryptographyKey: secrets.key };
      const subscription = { subscriptionID: "one", transportInfo };
      return json(request.method === "POST" ? subscription : { subscriptions: [subscription] });
    }
    if (pathname.includes("cloud-credentials")) {
      const { accessKeyId, secretKey, sessionToken } = secrets;
      return json({ credentials: { accessKeyId, secretKey, sessionToken } });
    }
    polls += 1;
    if (polls === 1) return json({ Messages: [{ ReceiptHandle: secrets.receipt, Body: "AAEC" }] });
    const told = `${Object.values(secrets).join(" ")} ${request.headers["authorization"]}`;
    return json({ __type: "x#ExpiredTokenException", message: told }, 403);
  });
  onTestFinished(close);
  const { code, stdout, stderr } = await program.run(
    ["watch", "bulk-A", "--package", "P", "-o", folder, "--json"],
    { environment: { RDP_HOST: origin, CFS_DEBUG: "1" } },
  );
  expect(code).toBe(5);
  expect(stderr).toContain("the queue answered 403");
  expect(heard.some(({ headers }) => headers["x-amz-security-token"] !== undefined)).toBe(true);
  for (const secret of [token, ...Object.values(secrets)])
    expect(`${stdout}${stderr}`).not.toContain(secret);
});
