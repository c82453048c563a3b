import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { startCredentialIssuer } from "../support/fakes/credential-issuer.ts";
import { waitUntil } from "../support/wait-until.ts";
import { emptyPlan, storeTest } from "./store-fixture.ts";

const good = {
  accessKeyId: "AKIAISSUED",
  secretAccessKey: "issued+secret",
  sessionToken: "session/1=",
};

const it = storeTest
  .extend("issuer", async ({}, { onCleanup }) => {
    const issuer = await startCredentialIssuer(good);
    onCleanup(issuer.close);
    return issuer;
  })
  /** Opens the store with these variables and the store's address, but without its keys. */
  .extend(
    "open",
    ({ folder, out, program, store }) =>
      (variables: Readonly<Record<string, string>>) => {
        store.credentials = good;
        const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", HOME: folder };
        const environment = { ...none, ...variables };
        return program.run(["plan", "--check", "-"], { environment, input: emptyPlan(out) });
      },
  )
  /** Writes ~/.aws/config; resolves with the variable that names it. */
  .extend("configure", ({ folder }) => async (text: string) => {
    const path = join(folder, "aws-config");
    await writeFile(path, text);
    return { AWS_CONFIG_FILE: path, AWS_PROFILE: "lake" };
  });

describe("cfs opens an object store with the credentials", () => {
  it("of a container", async ({ issuer, open, store }) => {
    const ended = await open({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${issuer.origin}/task`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "right",
    });
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining("has all 0 files") });
    expect(issuer.asked).toEqual(["GET /task"]);
    expect(store.asked.at(-1)?.headers["x-amz-security-token"]).toBe(good.sessionToken);
  });

  it("of a machine", async ({ issuer, open }) => {
    const machine = {
      AWS_EC2_METADATA_DISABLED: "",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: issuer.origin,
    };
    // The SDK allows an answer 1 s, and repeats no request. A busy machine may need more.
    await waitUntil(async () => (await open(machine)).code === 0, "a call with credentials");
    expect(issuer.asked).toContain("GET /latest/meta-data/iam/security-credentials/lake-role");
  });

  it("of a web identity token, as in a pod", async ({ folder, issuer, open }) => {
    const token = join(folder, "token");
    await writeFile(token, "signed.by.the-cluster");
    const ended = await open({
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/lake",
      AWS_ENDPOINT_URL_STS: issuer.origin,
    });
    expect(ended).toMatchObject({ code: 0 });
    expect(issuer.asked).toEqual(["POST / AssumeRoleWithWebIdentity"]);
    expect(issuer.bodies.join()).toContain("signed.by.the-cluster");
  });

  it("of a role that the keys of another profile may assume", async ({
    configure,
    issuer,
    open,
  }) => {
    const profile = await configure(`[profile lake]
role_arn = arn:aws:iam::123456789012:role/lake
source_profile = base
[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = base-secret
`);
    expect(await open({ ...profile, AWS_ENDPOINT_URL_STS: issuer.origin })).toMatchObject({
      code: 0,
    });
    expect(issuer.asked).toEqual(["POST / AssumeRole"]);
  });

  it("of a sign-on whose token aws sso login has kept", async ({
    configure,
    folder,
    issuer,
    open,
  }) => {
    const profile = await configure(`[profile lake]
sso_session = bank
sso_account_id = 123456789012
sso_role_name = lake
[sso-session bank]
sso_region = eu-west-1
sso_start_url = https://bank.example/start
`);
    const cache = join(folder, ".aws", "sso", "cache");
    await mkdir(cache, { recursive: true });
    const name = createHash("sha1").update("bank").digest("hex");
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await writeFile(
      join(cache, `${name}.json`),
      JSON.stringify({ accessToken: "sso-token", expiresAt }),
    );
    expect(await open({ ...profile, AWS_ENDPOINT_URL_SSO: issuer.origin })).toMatchObject({
      code: 0,
    });
    expect(issuer.asked).toEqual(["GET /federation/credentials"]);
  });

  it("not of a container that refuses them: 7, with the reason", async ({ issuer, open }) => {
    const { code, stderr } = await open({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${issuer.origin}/task`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "wrong",
    });
    expect(code).toBe(7);
    expect(stderr).toContain("Finding credentials for s3://lake/esg/pit: ");
  });
});
