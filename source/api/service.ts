import type { Credentials } from "../base/environment-types.ts";
import type { Secret } from "../base/secret.ts";
import type { Bucket, FileSet, Package, StoredFile } from "../domain/entities.ts";

export interface Page<Item> {
  items: Item[];
  /** The length of the whole listing, if the service reports it. */
  total?: number;
}

/** Pages as they arrive, without repeated items. Stops when the signal aborts. */
export type Pages<Item> = AsyncIterable<Page<Item>>;

/** How many requests of one kind a command sends at a time. */
export const requestsAtATime = 4;

/** The items of all pages. Rejects as the listing does. */
export async function allItems<Item>(pages: Pages<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page.items);
  return items;
}

export interface PackageFilter {
  bucketName?: string;
  /** Part of the name, case-insensitive. */
  packageName?: string;
}

/** Times are in UTC: "2023-11-26T16:18:44Z". A file set that lacks the time in question is kept. */
export interface FileSetFilter {
  bucket: string;
  packageId?: string;
  /** Part of the name, case-insensitive. */
  name?: string;
  status?: string;
  /** Matches all of them exactly. */
  attributes?: readonly { name: string; value: string }[];
  /** Content ends at this time or later. */
  contentFrom?: string;
  /** Content begins at this time or earlier. */
  contentTo?: string;
  /** Available at this time or later. */
  availableFrom?: string;
  /** Available at this time or earlier. */
  availableTo?: string;
  createdSince?: string;
  modifiedSince?: string;
}

/**
 * The part of the Client File Store that is used. Methods reject with an AppError, or an AbortError when
 * the signal aborts.
 */
export interface FileStore {
  buckets(signal?: AbortSignal): Pages<Bucket>;
  packages(filter: PackageFilter, signal?: AbortSignal): Pages<Package>;
  fileSets(filter: FileSetFilter, signal?: AbortSignal): Pages<FileSet>;
  files(fileSetId: string, signal?: AbortSignal): Pages<StoredFile>;
  /**
   * Finds a file by its id. Falls back to the listing of its file set for the md5, and to the presigned
   * address if the service has no record.
   */
  file(fileId: string, signal?: AbortSignal): Promise<StoredFile>;
  /** A fresh presigned address: a secret that expires within hours. */
  fileUrl(fileId: string, signal?: AbortSignal): Promise<Secret>;
}

/** Fills in the sign-in form, without password or secret. */
export type KnownAccount =
  | { kind: "password"; username: string; appKey: string }
  | { kind: "client"; clientId: string };

/** Holds no token. */
export interface Session {
  kind: Credentials["kind"];
  /** User name or client id. */
  user: string;
  /** Origin of the service: "https://api.refinitiv.com". */
  host: string;
  /** When the access token expires, in milliseconds since 1970; undefined before the first one. */
  expiresAtMs?: number;
  /** Why a password session was not kept: a disk error, or no refresh token from the service. */
  unkeptBy?: "disk" | "service";
}

export interface SignInPause {
  seconds: number;
  /** "requested": by a 429; "own-limit": this program's own limit. */
  why: "requested" | "own-limit";
}

/** The session of this process. It never exposes the refresh token. */
export interface Auth {
  /** Also returns a kept session whose refresh token has not been tried yet. */
  session(): Session | undefined;
  /** The current or last session's account, the one that `resume` would sign in, or the last one used. */
  account(): KnownAccount | undefined;
  canResume(): boolean;
  /** Called after every change of `session()`. Returns the unsubscribe function. */
  subscribe(listener: () => void): () => void;
  /** Called each second of a pause before a token request, then with undefined. */
  onPause(listener: (pause: SignInPause | undefined) => void): () => void;
  /**
   * Sends one sign-in request and never repeats a refusal. `takeOver` ends another program's session;
   * without it, a live one rejects with reason "session-quota".
   */
  signIn(
    credentials: Credentials,
    options?: { takeOver?: boolean; signal?: AbortSignal },
  ): Promise<Session>;
  /**
   * Signs in with a kept session's refresh token or the environment's credentials; resolves with undefined
   * without either.
   */
  resume(options?: { takeOver?: boolean; signal?: AbortSignal }): Promise<Session | undefined>;
  /**
   * Revokes the session and deletes it from disk even if revoking fails, then rejects. If deleting fails
   * too, `session()` still returns it.
   */
  signOut(signal?: AbortSignal): Promise<void>;
}
