import type { Credentials } from "../base/environment-types.ts";
import type { Secret } from "../base/secret.ts";
import type { Bucket, FileSet, Package, StoredFile } from "../domain/entities.ts";

/** One page of a listing, in the service's order. */
export interface Page<Item> {
  items: Item[];
  /** How many items the whole listing has, where the service says so. */
  total?: number;
}

/** A listing as it comes: one page after the other, none twice. Stops when the signal aborts. */
export type Pages<Item> = AsyncIterable<Page<Item>>;

/** All items of a listing, in the service's order. */
export async function allItems<Item>(pages: Pages<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page.items);
  return items;
}

export interface PackageFilter {
  bucketName?: string;
  /** Part of the name, without regard to case. */
  packageName?: string;
}

/**
 * Times are UTC texts with seconds: "2023-11-26T16:18:44Z". A file set without the time in question is
 * kept.
 */
export interface FileSetFilter {
  bucket: string;
  packageId?: string;
  /** The whole name. */
  name?: string;
  status?: string;
  /** All of them, spelled exactly so. */
  attributes?: readonly { name: string; value: string }[];
  /** Keeps content that reaches to this time or later. */
  contentFrom?: string;
  /** Keeps content that begins at this time or earlier. */
  contentTo?: string;
  /** Keeps what is available at this time or later. */
  availableFrom?: string;
  /** Keeps what is available at this time or earlier. */
  availableTo?: string;
  createdSince?: string;
  modifiedSince?: string;
}

/**
 * The Client File Store, as far as this program uses it. Every method rejects with an AppError,
 * or with an AbortError when the signal aborts.
 */
export interface FileStore {
  buckets(signal?: AbortSignal): Pages<Bucket>;
  packages(filter: PackageFilter, signal?: AbortSignal): Pages<Package>;
  fileSets(filter: FileSetFilter, signal?: AbortSignal): Pages<FileSet>;
  files(fileSetId: string, signal?: AbortSignal): Pages<StoredFile>;
  /**
   * One file by its id alone. Without a record that has an md5, as its file set lists it; where that is
   * refused or lacks it, only what the record or the address says.
   */
  file(fileId: string, signal?: AbortSignal): Promise<StoredFile>;
  /** A fresh presigned address of the file's bytes. It is a secret and dies within hours. */
  fileUrl(fileId: string, signal?: AbortSignal): Promise<Secret>;
}

/** What a sign-in form is filled with: never the password, never the secret. */
export type KnownAccount =
  | { kind: "password"; username: string; appKey: string }
  | { kind: "client"; clientId: string };

/** Who is signed in. It holds no token. */
export interface Session {
  kind: Credentials["kind"];
  /** The user name, or the client id. */
  user: string;
  /** Origin of the service, such as "https://api.refinitiv.com". */
  host: string;
  /** When the access token in hand ends, in milliseconds since 1970; undefined before the first one. */
  expiresAtMs?: number;
  /** Who kept a session of a password from being kept: the disk, or the service by giving no refresh token. */
  unkeptBy?: "disk" | "service";
}

/** Why no sign-in and no renewal is sent for some seconds. */
export interface SignInPause {
  seconds: number;
  /** "told": the service asked for it by a 429; "pace": this program holds itself back. */
  why: "told" | "pace";
}

/** The session of this process. Tokens stay inside; nobody else sees the refresh token. */
export interface Auth {
  /** Who is signed in: by `signIn`, or by a kept session whose refresh token is still to be tried. */
  session(): Session | undefined;
  /** Who is signed in or was, else whom `resume` would sign in, else who was signed in the last time. */
  account(): KnownAccount | undefined;
  /** True where `resume` has something to sign in with. */
  canResume(): boolean;
  /** Called after every change of `session()`. Returns what ends the calls. */
  subscribe(listener: () => void): () => void;
  /** Called each second of a pause before a sign-in or renewal, and with undefined after it. */
  onPause(listener: (pause: SignInPause | undefined) => void): () => void;
  /**
   * One sign-in request; a refusal is never repeated. With `takeOver` another program's session ends.
   * Rejects with reason "session-quota" when another session lives and `takeOver` is not set.
   */
  signIn(
    credentials: Credentials,
    options?: { takeOver?: boolean; signal?: AbortSignal },
  ): Promise<Session>;
  /**
   * Signs in without asking anyone: a kept session for this host by one refresh, else the
   * environment's credentials. Resolves with undefined where there is neither.
   */
  resume(options?: { takeOver?: boolean; signal?: AbortSignal }): Promise<Session | undefined>;
  /**
   * Revokes at the service and forgets on disk. Forgets even where revoking fails, then rejects; where it
   * could not forget either, `session()` is still there.
   */
  signOut(signal?: AbortSignal): Promise<void>;
}
