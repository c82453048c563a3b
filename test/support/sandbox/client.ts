import * as v from "valibot";
import { onTestFinished } from "vitest";
import {
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from "../../../source/sandbox/sandbox.ts";

/** A sandbox that closes with the test. */
export async function openSandbox(options?: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

export function postForm(
  sandbox: Sandbox,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(sandbox.host + path, { method: "POST", headers, body: new URLSearchParams(form) });
}

export const tokenPath = "/auth/oauth2/v1/token";

export function passwordForm(sandbox: Sandbox, more: Record<string, string> = {}) {
  return {
    grant_type: "password",
    username: sandbox.username,
    password: sandbox.password,
    client_id: sandbox.appKey,
    scope: "trapi",
    ...more,
  };
}

const record = v.record(v.string(), v.unknown());
const page = v.looseObject({ value: v.array(record), "@nextLink": v.optional(v.string()) });
const tokens = v.looseObject({
  access_token: v.string(),
  refresh_token: v.optional(v.string(), ""),
});

/** The fields of a JSON answer. */
export async function fieldsOf(answer: Response) {
  return v.parse(record, await answer.json());
}

async function pageOf(answer: Response) {
  return v.parse(page, await answer.json());
}

export async function tokensOf(answer: Response) {
  return v.parse(tokens, await answer.json());
}

/** Signs in and returns what asks the API with the token. */
export async function signedIn(sandbox: Sandbox) {
  const answer = await postForm(sandbox, tokenPath, passwordForm(sandbox));
  const { access_token: token, refresh_token: refreshToken } = await tokensOf(answer);
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(sandbox.host + path, { ...init, headers: { Authorization: `Bearer ${token}` } });
  const one = async (path: string) => fieldsOf(await ask(path));
  const list = async (path: string) => pageOf(await ask(path));
  /** All items of a list, and how many pages they came in. */
  const all = async (path: string) => {
    const items = [];
    let pages = 0;
    for (let next: string | undefined = path; next !== undefined; pages++) {
      const { value, "@nextLink": link } = await list(next);
      items.push(...value);
      next = link;
    }
    return { items, pages };
  };
  const locate = async (fileId: string) =>
    String((await one(`/file-store/v1/files/${fileId}/stream?doNotRedirect=true`)).url);
  return { token, refreshToken, ask, one, list, all, locate };
}

/** A sandbox with one package of one file set that holds one file, and its presigned address. */
export async function withOneFile(
  bytes: number,
  options: SandboxOptions = {},
  filename = "a.csv.gz",
) {
  const sandbox = await openSandbox({ empty: true, ...options });
  const owner = sandbox.catalogue.addPackage({ packageName: "One", bucketNames: ["bulk-One"] });
  const fileSet = sandbox.catalogue.addFileSet({ name: "One", packageId: owner.packageId });
  const file = sandbox.catalogue.addFile(fileSet, { filename, bytes });
  const client = await signedIn(sandbox);
  return { sandbox, owner, fileSet, file, client, url: await client.locate(file.id) };
}
