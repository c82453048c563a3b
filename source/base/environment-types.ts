import type { Secret } from "./secret.ts";

/** v1: a machine id or user id with password and app key. v2: a client id with secret. */
export type Credentials =
  | { kind: "password"; username: string; password: Secret; appKey: string }
  | { kind: "client"; clientId: string; clientSecret: Secret };

export type Variables = Readonly<Record<string, string | undefined>>;
