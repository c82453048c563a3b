import { test as base } from "../support/sandbox/service.ts";

/** A fixture for tests of sign-ins and tokens. */
export const test = base
  .extend("tokenRequests", ({ sandbox }) => {
    return () => sandbox.requests.filter(({ path }) => path.endsWith("/token"));
  })
  .extend("grants", ({ tokenRequests }) => {
    return () => tokenRequests().map(({ form }) => form?.get("grant_type"));
  });
