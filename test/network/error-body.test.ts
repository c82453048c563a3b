import { describe, expect, it } from "vitest";
import { readErrorBody } from "../../source/network/error-body.ts";

describe("readErrorBody", () => {
  it.each([
    [
      "sign-in",
      '{"error":"access_denied"  ,"error_description":"Invalid username or password." }',
      { code: "access_denied", message: "Invalid username or password." },
    ],
    [
      "sign-in without a description",
      '{"error":"invalid_grant"   }',
      { code: "invalid_grant", message: "invalid_grant" },
    ],
    [
      "gateway",
      '{"error":{"id":"9e91","code":"401","message":"token expired","status":"Unauthorized"}}',
      { code: "401", message: "token expired", requestId: "9e91" },
    ],
    [
      "gateway with reasons",
      '{"error":{"id":"1","code":"400","message":"Validation error","status":"Bad Request","errors":[{"key":"json","reason":"must not be null"}]}}',
      { code: "400", message: "Validation error; must not be null", requestId: "1" },
    ],
    [
      "file store, where status is a number",
      '{"error":{"id":"53a7","code":"EDS.CFS.NoBucketFound","status":404,"message":"No resource found"}}',
      { code: "EDS.CFS.NoBucketFound", message: "No resource found", requestId: "53a7" },
    ],
    [
      "entitlement",
      '{"status":403,"message":"Access denied: Insufficient claims to access this resource"}',
      { message: "Access denied: Insufficient claims to access this resource" },
    ],
    [
      "object store",
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message><RequestId>ABC</RequestId></Error>',
      { code: "AccessDenied", message: "Request has expired", requestId: "ABC" },
    ],
    [
      "a proxy's page",
      "<!DOCTYPE html><html><head><title>Access blocked</title></head></html>",
      { message: 'a web page instead of an answer: "Access blocked"' },
    ],
    [
      "gateway with nulls",
      '{"error":{"id":null,"code":"400","message":"Validation error","status":null,"errors":null}}',
      { code: "400", message: "Validation error" },
    ],
    [
      "gateway with a reason that is missing",
      '{"error":{"id":7,"message":"Validation error","errors":[{"reason":null},null,{"reason":"no date"}]}}',
      { message: "Validation error; no date", requestId: "7" },
    ],
    [
      "sign-in with null for a description",
      '{"error":"invalid_grant","error_description":null}',
      { code: "invalid_grant", message: "invalid_grant" },
    ],
    ["AWS API Gateway", '{"Message":"Missing token"}', { message: "Missing token" }],
    ["plain text", " upstream request timeout\n", { message: "upstream request timeout" }],
    ["nothing", "", {}],
    ["blanks", " \n", {}],
    ["cut JSON", '{"value":[{"id":"1"', {}],
    ["something else", '{"foo":1}', {}],
  ])("reads the shape of %s", (_, text, body) => {
    expect(readErrorBody(text)).toEqual(body);
  });

  it("takes control characters out of the service's words", () => {
    expect(readErrorBody('{"error":"x","error_description":"a\\u001b[2Jb"}').message).toBe("a[2Jb");
  });
});
