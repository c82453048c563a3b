import { describe, expect } from "vitest";
import { recorded } from "../support/fixtures/recorded.ts";
import { runHere } from "../support/program/call-here.ts";
import { test as it } from "./recorded-fixture.ts";

const tokenPath = "/auth/oauth2/v1/token";
const fileSetsPath = "/file-store/v1/file-sets";

/** What each recorded failure becomes: the call that meets it, its exit code and the words of the service. */
const failures: [name: string, path: string, words: string[], code: number, said: string][] = [
  ["wrong password", tokenPath, ["buckets"], 3, '400, "Invalid username or password."'],
  ["wrong app key", tokenPath, ["buckets"], 3, '401, "Invalid Application Credential."'],
  ["session quota", tokenPath, ["buckets"], 3, '400, "Session quota is reached."'],
  [
    "expired access token",
    fileSetsPath,
    ["file-sets", "bulk-ESG"],
    3,
    '401, "token expired" (request XXXXXXXXXX)',
  ],
  [
    "not entitled",
    fileSetsPath,
    ["file-sets", "bulk-ESG"],
    4,
    '403, "Access denied: Insufficient claims to access this resource"',
  ],
  [
    "missing scope",
    fileSetsPath,
    ["file-sets", "bulk-ESG"],
    4,
    '403, "access denied. Scopes required to access the resource: [trapi.cfs.subscriber.read]. Missing scopes: [trapi.cfs.subscriber.read]" (request x)',
  ],
  [
    "unknown bucket",
    fileSetsPath,
    ["file-sets", "bulk-ESG"],
    4,
    '404, "No resource found for: ResourceType=Bucket; ResourceId=non-existing bucket name" (request 53a7dae3-e455-483b-98d1-4500ce067065)',
  ],
  [
    "unknown file set",
    "/file-store/v1/files",
    ["files", "4081-6dd8-09c497f8-bdf5-66a9b303b0c4"],
    4,
    '404, "No resource found for: ResourceType=Fileset; ResourceId=invalid fileset id" (request 716e6298-24db-456a-b30f-2995f4c0ae84)',
  ],
  [
    "invalid input",
    fileSetsPath,
    ["file-sets", "bulk-ESG"],
    2,
    '400, "Validation error; json.View in body should be one of [CatalogItems Entities]" (request 00000000-0000-0000-0000-000000000000)',
  ],
];

describe("a recorded failure ends in one sentence and an exit code", () => {
  const oneSentence = /^cfs: [^\n]+: the service answered [^\n]+\.\n$/;

  it.for(failures)("%s", async ([name, path, words, code, said], { service, call }) => {
    const failure = recorded.errors[name];
    if (failure) service.failures.set(path, failure);
    const ended = await call(...words);
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toMatch(oneSentence);
    expect(ended.stderr).toContain(`the service answered ${said}`);
  });

  it("dead refresh token, and no other credentials", async ({
    service,
    variables,
    newSettings,
  }) => {
    const settings = newSettings();
    const login = await runHere(["login"], { variables: { ...variables, ...settings } });
    expect(login).toMatchObject({ code: 0 });
    const failure = recorded.errors["dead refresh token"];
    if (failure) service.failures.set(tokenPath, failure);
    const ended = await runHere(["buckets"], { variables: settings });
    expect(ended).toMatchObject({ code: 3, stdout: "" });
    expect(ended.stderr).toMatch(oneSentence);
    expect(ended.stderr).toContain('the service answered 400, "invalid_grant"');
  });

  it("leaves none out", () => {
    const covered = [...failures.map(([name]) => name), "dead refresh token"];
    expect(covered.sort()).toEqual(Object.keys(recorded.errors).sort());
  });
});
