import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import * as v from "valibot";
import { expect, test } from "vitest";
import { fieldsOf, openSandbox, pageOf, tokensOf } from "./client.ts";

/*
 * The steps of LSEG's notebook "RDP Generic CFS File Workflow", with its own way of doing each, from
 * sign-in to revoke, with the host changed alone.
 */
test("the notebook's steps, one by one", async () => {
  const sandbox = await openSandbox();
  const cfs = `${sandbox.host}/file-store/v1`;
  const tokenUrl = `${sandbox.host}/auth/oauth2/v1/token`;
  const headers = {
    "Content-Type": "application/x-www-form-urlencoded",
    Authorization: `Basic ${Buffer.from(`${sandbox.appKey}:`).toString("base64")}`,
  };

  const body = `username=${sandbox.username}&client_id=${sandbox.appKey}&password=${sandbox.password}&scope=trapi&grant_type=password&takeExclusiveSignOnControl=True`;
  const signIn = await fetch(tokenUrl, { method: "POST", headers, body });
  expect(signIn.status).toBe(200);
  let tokens = await tokensOf(signIn);
  expect(Number(tokens.expires_in)).toBe(300);
  const get = (url: string) =>
    fetch(url, { headers: { Authorization: `Bearer ${tokens.access_token}` } });

  const packages = await pageOf(await get(`${cfs}/packages?bucketName=Bulk-esg`));
  const packageId = packages.value.find(
    (each) => each.packageName === "Bulk-ESG-Global-Symbology-Organization-v1",
  )?.packageId;

  const sets = `${cfs}/file-sets?bucket=bulk-ESG&packageId=${packageId}`;
  const all = (await pageOf(await get(sets))).value;
  const seen = [];
  let next: string | undefined = `${sets}&pageSize=2`;
  while (next !== undefined) {
    const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(await get(next));
    expect(page.value.length).toBeLessThanOrEqual(2);
    seen.push(...page.value);
    next = page["@nextLink"] && sandbox.host + page["@nextLink"];
  }
  expect(seen).toEqual(all);

  const [fileId] = v.parse(v.array(v.string()), all[0]?.files);
  const located = await get(`${cfs}/files/${fileId}/stream?doNotRedirect=true`);
  const url = String((await fieldsOf(located)).url);
  const zippedName = url.split("?")[0]?.split("/").at(-1)?.replaceAll("%3A", "_");
  expect(zippedName).toMatch(
    /^Bulk-ESG-Global-Symbology-Organization-v1-(Init|Delta)-[\w.-]+\.gz$/,
  );
  const download = await fetch(url);
  expect(download.status).toBe(200);
  const bytes = new Uint8Array(await download.arrayBuffer());
  expect(gunzipSync(bytes).length).toBeGreaterThan(bytes.length);
  const files = await pageOf(await get(`${cfs}/files?filesetId=${all[0]?.id}`));
  expect(createHash("md5").update(bytes).digest("hex")).toBe(files.value[0]?.md5);

  const refreshBody = `grant_type=refresh_token&client_id=${sandbox.appKey}&refresh_token=${tokens.refresh_token}`;
  const refresh = await fetch(tokenUrl, { method: "POST", headers, body: refreshBody });
  expect(refresh.status).toBe(200);
  tokens = await tokensOf(refresh);
  expect((await get(sets)).status).toBe(200);

  const revoke = await fetch(`${sandbox.host}/auth/oauth2/v1/revoke`, {
    method: "POST",
    headers,
    body: `token=${tokens.access_token}`,
  });
  expect(revoke.status).toBe(200);
  expect((await get(sets)).status).toBe(401);
  expect(sandbox.requests.some((each) => each.origin === "objects" && each.authorized)).toBe(false);
});
