import type {
  Auth,
  FileStore,
  KnownAccount,
  Page,
  Session,
  SignInPause,
} from "../../../source/api/service.ts";
import { accountOf } from "../../../source/api/session/session-store.ts";
import type { Credentials } from "../../../source/base/environment-types.ts";
import { Secret } from "../../../source/base/secret.ts";
import type { Bucket, FileSet, Package, StoredFile } from "../../../source/domain/entities.ts";

/** A listing that a test feeds by hand: pages come when the test gives them. */
export class HeldPages<Item> {
  readonly #waiting: (() => void)[] = [];
  readonly #given: (Page<Item> | Error)[] = [];
  #isOver = false;
  aborted = false;

  /** Gives one page, or makes the listing fail. */
  give(page: readonly Item[] | Error): void {
    this.#given.push(page instanceof Error ? page : { items: [...page] });
    this.#wake();
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async *pages(signal?: AbortSignal): AsyncGenerator<Page<Item>> {
    signal?.addEventListener("abort", () => {
      this.aborted = true;
      this.#wake();
    });
    for (;;) {
      if (this.aborted) {
        const error = new Error("The operation was aborted");
        error.name = "AbortError";
        throw error;
      }
      const next = this.#given.shift();
      if (next instanceof Error) throw next;
      if (next) yield next;
      else if (this.#isOver) return;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

async function* whole<Item>(items: readonly Item[] | Error): AsyncGenerator<Page<Item>> {
  if (items instanceof Error) throw items;
  for (let first = 0; first === 0 || first < items.length; first += 100) {
    yield { items: items.slice(first, first + 100) };
  }
}

type Answer<Item> = readonly Item[] | Error | HeldPages<Item>;

function answered<Item>(answer: Answer<Item>, signal?: AbortSignal): AsyncGenerator<Page<Item>> {
  return answer instanceof HeldPages ? answer.pages(signal) : whole(answer);
}

/** A store of files whose answers a test sets, and which tells what was asked. */
export class FakeFileStore implements FileStore {
  readonly asked: string[] = [];
  bucketsAnswer: Answer<Bucket> = [];
  packagesAnswer: (bucket: string) => Answer<Package> = () => [];
  fileSetsAnswer: (packageId: string) => Answer<FileSet> = () => [];
  filesAnswer: (fileSetId: string) => Answer<StoredFile> = () => [];

  buckets(signal?: AbortSignal): AsyncGenerator<Page<Bucket>> {
    this.asked.push("buckets");
    return answered(this.bucketsAnswer, signal);
  }

  packages({ bucketName = "" }: { bucketName?: string }, signal?: AbortSignal) {
    this.asked.push(`packages ${bucketName}`);
    return answered(this.packagesAnswer(bucketName), signal);
  }

  fileSets({ packageId = "" }: { packageId?: string }, signal?: AbortSignal) {
    this.asked.push(`file-sets ${packageId}`);
    return answered(this.fileSetsAnswer(packageId), signal);
  }

  files(fileSetId: string, signal?: AbortSignal) {
    this.asked.push(`files ${fileSetId}`);
    return answered(this.filesAnswer(fileSetId), signal);
  }

  async file(fileId: string): Promise<StoredFile> {
    return { id: fileId, filename: fileId, filesetId: "" };
  }

  async fileUrl(): Promise<Secret> {
    return new Secret("https://objects.invalid/file");
  }
}

/** A sign-in that answers as a test says; without a word it accepts everybody. */
export class FakeAuth implements Auth {
  readonly attempts: { credentials: Credentials | "resume"; takeOver: boolean }[] = [];
  readonly #listeners = new Set<() => void>();
  kept: Session | undefined;
  /** Who is signed in, else who was the last time. */
  known: KnownAccount | undefined;
  /** What the next attempts run into, first to last; a promise holds the attempt back. */
  readonly answers: (Error | Promise<void>)[] = [];
  #session: Session | undefined;

  /** Holds the next attempt back until the returned function is called. */
  hold(): () => void {
    let release = () => {};
    this.answers.push(
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    return () => release();
  }

  session(): Session | undefined {
    return this.#session ?? this.kept;
  }

  account(): KnownAccount | undefined {
    if (this.known || !this.kept) return this.known;
    return { kind: "password", username: this.kept.user, appKey: "" };
  }

  canResume(): boolean {
    return this.kept !== undefined;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells a pause before a sign-in, or its end. */
  readonly pauseListeners = new Set<(pause: SignInPause | undefined) => void>();

  onPause(listener: (pause: SignInPause | undefined) => void): () => void {
    this.pauseListeners.add(listener);
    return () => this.pauseListeners.delete(listener);
  }

  async #answer(signal: AbortSignal | undefined): Promise<void> {
    const answer = this.answers.shift();
    if (answer instanceof Error) throw answer;
    if (!answer) return;
    const aborted = new Promise<void>((_, reject) => {
      signal?.addEventListener("abort", () => {
        const error = new Error("The operation was aborted");
        error.name = "AbortError";
        reject(error);
      });
    });
    await Promise.race([answer, aborted]);
  }

  async signIn(
    credentials: Credentials,
    { takeOver = false, signal }: { takeOver?: boolean; signal?: AbortSignal } = {},
  ): Promise<Session> {
    this.attempts.push({ credentials, takeOver });
    await this.#answer(signal);
    const user = credentials.kind === "password" ? credentials.username : credentials.clientId;
    this.#session = { kind: credentials.kind, user, host: "https://api.refinitiv.com" };
    this.known = accountOf(credentials);
    for (const listener of this.#listeners) listener();
    return this.#session;
  }

  async resume({
    takeOver = false,
    signal,
  }: {
    takeOver?: boolean;
    signal?: AbortSignal;
  } = {}): Promise<Session | undefined> {
    if (!this.kept) return undefined;
    this.known = this.account();
    this.attempts.push({ credentials: "resume", takeOver });
    await this.#answer(signal);
    this.#session = this.kept;
    return this.#session;
  }

  async signOut(signal?: AbortSignal): Promise<void> {
    this.#session = undefined;
    this.kept = undefined;
    await this.#answer(signal);
  }
}
