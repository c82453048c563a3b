import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { isDamagedState, readState } from "../../source/config/state-schema.ts";
import { test } from "../support/test.ts";

test("a session with a time that cannot be serialised is damaged", ({ folder }) => {
  const path = join(folder, "config.json");
  const session = '"host":"https://h","user":"u","appKey":"k","refreshToken":"r"';
  writeFileSync(path, `{"sessions":[{${session},"issuedAtMs":1e999}]}`);
  let thrown: unknown;
  try {
    readState(path);
  } catch (caught) {
    thrown = caught;
  }
  expect(isDamagedState(thrown)).toBe(true);
});

test("a last visit with a position that cannot be serialised is not read", ({ folder }) => {
  const path = join(folder, "config.json");
  const table = '"filter":"","newestOnly":true,"index":0,"offset":1e999';
  const lastVisit = `{"account":"a","tables":{"packages":{${table}}},"sorts":{}}`;
  writeFileSync(path, `{"sessions":[],"lastVisit":${lastVisit}}`);
  expect(readState(path)?.lastVisit).toBeUndefined();
});
