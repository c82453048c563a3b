import { expect, test } from "vitest";
import { gatewayError, noResource } from "../../source/sandbox/http/answers.ts";
import { namedFaults, switchFault } from "../../source/sandbox/named-faults.ts";
import { openSandbox, signedIn, withOneFile } from "../support/sandbox/client.ts";

/*
 * Bodies as they were recorded, byte for byte; the id of an error is another each time.
 */

const withoutId = (body: unknown) =>
  String(body).replace(/(?<="id": ?")[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}(?=")/, "ID");

test.each([
  [
    namedFaults.badPassword(),
    '{"error":"access_denied"  ,"error_description":"Invalid username or password." } \n',
  ],
  [
    namedFaults.badAppKey(),
    '{"error":"invalid_client"  ,"error_description":"Invalid Application Credential." } \n',
  ],
  [namedFaults.deadRefreshToken(), '{"error":"invalid_grant"   } \n'],
  [
    namedFaults.sessionQuota(),
    '{"error":"access_denied"  ,"error_description":"Session quota is reached." } \n',
  ],
  [
    namedFaults.tokenExpired(),
    '{\n    "error": {\n        "id": "ID",\n        "code": "401",\n        "message": "token expired",\n        "status": "Unauthorized"\n    }\n}',
  ],
  [
    namedFaults.missingScope(),
    '{"error":{"id":"ID","code":"403","message":"access denied. Scopes required to access the resource: [trapi.cfs.subscriber.read]. Missing scopes: [trapi.cfs.subscriber.read]","status":"Forbidden"}}',
  ],
  [
    namedFaults.notEntitled(),
    '{"status":403,"message":"Access denied: Insufficient claims to access this resource"}',
  ],
])("the body of the fault %#", ({ body }, recorded) => {
  expect(withoutId(body)).toBe(recorded);
});

test.each([
  [
    gatewayError(400, "Validation error", [
      { key: "json", reason: "json.View in body should be one of [CatalogItems Entities]" },
    ]),
    '{"error": {"id": "ID", "code": "400", "message": "Validation error", "status": "Bad Request", "errors": [{"key": "json", "reason": "json.View in body should be one of [CatalogItems Entities]"}]}}',
  ],
  [
    noResource("Bucket", "non-existing bucket name"),
    '{"error":{"id":"ID","code":"EDS.CFS.NoBucketFound","status":404,"message":"No resource found for: ResourceType=Bucket; ResourceId=non-existing bucket name"}}',
  ],
  [
    noResource("Fileset", "invalid fileset id"),
    '{"error":{"id":"ID","code":"EDS.CFS.NoFilesetFound","status":404,"message":"No resource found for: ResourceType=Fileset; ResourceId=invalid fileset id"}}',
  ],
])("the body of the answer %#", ({ body }, recorded) => {
  expect(withoutId(body)).toBe(recorded);
});

test("faults name what was requested", async () => {
  const sandbox = await openSandbox();
  const client = await signedIn(sandbox);
  switchFault(sandbox.faults, "bucket-not-found");
  switchFault(sandbox.faults, "file-set-not-found");
  for (const [path, resource] of [
    ["file-sets?bucket=My%20bucket", "ResourceType=Bucket; ResourceId=My bucket"],
    ["packages?bucketName=Other", "ResourceType=Bucket; ResourceId=Other"],
    ["files?filesetId=4-set", "ResourceType=Fileset; ResourceId=4-set"],
  ] as const) {
    const answer = await client.ask(`/file-store/v1/${path}`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      error: { message: `No resource found for: ${resource}` },
    });
  }
});

test("the refusal of an expired address has the current time", async () => {
  const { sandbox, url } = await withOneFile(10, { now: () => Date.UTC(2026, 4, 14, 9, 30) });
  switchFault(sandbox.faults, "url-expired");
  const answer = await fetch(url);
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain(
    "<Message>Request has expired</Message><X-Amz-Expires>21600</X-Amz-Expires><Expires>2026-05-14T09:29:59Z</Expires><ServerTime>2026-05-14T09:30:00Z</ServerTime>",
  );
});
