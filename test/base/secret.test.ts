import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { redact, Secret } from "../../source/base/secret.ts";

describe("redact", () => {
  it.each([
    [
      "GET https://bucket.s3.amazonaws.com/a%3Ab.gz?X-Amz-Security-Token=abc&X-Amz-Signature=def failed",
      "X-Amz",
    ],
    ["Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.payload.signature", "eyJ"],
    ["Authorization: Basic c2VjcmV0OnNlY3JldA==", "c2Vj"],
    ["grant_type=password&username=u&password=p%26q&scope=trapi", "p%26q"],
    ['{"access_token":"one","refresh_token":"two"}', "two"],
    ["client_secret=hush", "hush"],
  ])("takes the secret out of %s", (text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain("•••");
  });

  it("does not change sentences without secrets", () => {
    const sentence = "Listing the packages of bulk-ESG: the service answered 404.";
    expect(redact(sentence)).toBe(sentence);
  });
});

describe("AppError", () => {
  it("is a sentence with what was tried, the answer, the request id and the next step", () => {
    const error = new AppError({
      kind: "not-found",
      tried: "Opening the bucket X",
      answered: 'the service answered 404, "No resource found."',
      requestId: "53a7-dae3",
      advice: "Check the name.",
    });
    expect(error.message).toBe(
      'Opening the bucket X: the service answered 404, "No resource found." (request 53a7-dae3). Check the name.',
    );
    expect(error.exitCode).toBe(4);
  });

  it("controls no terminal, whatever it quotes", () => {
    const error = new AppError({
      kind: "usage",
      tried: "Reading \u001b[2J--port",
      answered: '"1\n\u202e2" is no port',
      advice: "Write\u0000 another.",
      requestId: "1\u009b2",
    });
    expect(error.message).toBe('Reading [2J--port: "12" is no port (request 12). Write another.');
    expect(error.requestId).toBe("12");
  });

  it("redacts a secret with hidden characters in it", () => {
    const secret = new Secret("hush-hush-hush-hush");
    const answered = `you said ${secret.reveal().replace("-", "-\u200b")}`;
    const error = new AppError({ kind: "service", tried: "Asking", answered });
    expect(error.message).not.toContain(secret.reveal());
  });

  it("never holds a presigned query", () => {
    const error = new AppError({
      kind: "service",
      tried: "GET https://s3/a?X-Amz-Signature=1",
      answered: "no",
    });
    expect(inspect(error)).not.toContain("X-Amz-Signature");
  });
});

describe("Secret", () => {
  it("is redacted whole, also if it begins with another", () => {
    for (const text of ["shared-start", "shared-start-of-a-longer-one"]) new Secret(text);
    expect(redact("send shared-start-of-a-longer-one now")).toBe("send ••• now");
  });

  it("prints, inspects and serialises as dots, and reveals itself on request", () => {
    const secret = new Secret("hush");
    expect(`${secret}`).toBe("•••");
    expect(inspect({ secret })).not.toContain("hush");
    expect(JSON.stringify({ secret })).toBe('{"secret":"•••"}');
    expect(secret.reveal()).toBe("hush");
  });
});
