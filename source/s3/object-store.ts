import { createHash } from "node:crypto";
import { AppError } from "../base/errors.ts";
import { type StoreAddress, storeAddressText } from "../domain/store-address.ts";
import type { ExchangeAnswer } from "../network/exchange.ts";
import type { RetryPolicy } from "../network/retry.ts";
import {
  type ConditionalWrite,
  createConditionalWrite,
  type NotWritten,
  type Replaces,
} from "./conditional-write.ts";
import { type Metadata, metadataHeaders, metadataIn, unquoted } from "./store-headers.ts";
import { type SendToStore, type StoreRequest, undefinedIfAbsent } from "./store-requests.ts";
import { Uploads } from "./uploads.ts";
import { elements, elementText } from "./xml.ts";

/** An object that is complete. */
export interface StoredObject {
  bytes: number;
  /** Without quotes; the MD5 of what was sent in one request, unless the store encrypts with its own keys. */
  etag: string;
  metadata: Metadata;
}

interface StoredText {
  text: string;
  etag: string;
}

const mostChanges = 10;

/** A wrong endpoint is reported soon. */
const fewRetries: RetryPolicy = { tries: 3, firstDelayMs: 400, longestDelayMs: 2_000 };

/**
 * The objects below an address of an S3-compatible store. Names are without the prefix. Methods reject with an
 * AppError (see SendToStore) or an AbortError.
 */
export class ObjectStore {
  readonly #address: StoreAddress;
  readonly #send: SendToStore;
  readonly #write: ConditionalWrite;
  readonly uploads: Uploads;

  constructor(address: StoreAddress, send: SendToStore) {
    this.#address = address;
    this.#send = send;
    this.#write = createConditionalWrite(send);
    this.uploads = new Uploads(address, send, this.#write);
  }

  /** "s3://bucket/prefix/name". */
  textOf(name = ""): string {
    return storeAddressText(this.#address, name);
  }

  /** Rejects if the bucket cannot be listed: then no answer would show that an object is missing. */
  async check(signal: AbortSignal): Promise<void> {
    const query = { "list-type": "2", "max-keys": "1", prefix: this.#address.prefix };
    const purpose = `Opening ${this.textOf()}`;
    await this.#send({ purpose, method: "GET", query, retries: fewRetries, signal });
  }

  /** Undefined if there is no such object. */
  async head(name: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    const purpose = `Looking for ${this.textOf(name)}`;
    const request: StoreRequest = { purpose, method: "HEAD", key: this.keyOf(name), signal };
    const answer = await this.#send(request).catch(undefinedIfAbsent());
    return answer && storedObject(answer);
  }

  /** Takes the bytes of an object in order. Resolves with its ETag; undefined if there is no such object. */
  async read(
    name: string,
    take: { begin(): void; chunk(bytes: Buffer): void },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const answer = await this.#send({
      purpose: `Reading ${this.textOf(name)}`,
      method: "GET",
      key: this.keyOf(name),
      take: take.chunk,
      begin: take.begin,
      signal,
    }).catch(undefinedIfAbsent());
    return answer && (answer.headers["etag"] ?? "");
  }

  /** Undefined if there is no such object. */
  async readText(name: string, signal: AbortSignal): Promise<StoredText | undefined> {
    const chunks: Buffer[] = [];
    const take = {
      begin: () => void chunks.splice(0),
      chunk: (bytes: Buffer) => void chunks.push(bytes),
    };
    const etag = await this.read(name, take, signal);
    if (etag === undefined) return undefined;
    return { etag, text: Buffer.concat(chunks).toString("utf8") };
  }

  /** Replaces a text by what `change` makes of it, also if others change it at the same time. */
  async changeText(
    name: string,
    change: (text: string) => string,
    signal: AbortSignal,
  ): Promise<void> {
    for (let attempt = 1; attempt <= mostChanges; attempt += 1) {
      const before = await this.readText(name, signal);
      const text = change(before?.text ?? "");
      if (text === before?.text) return;
      const replaces = before === undefined ? false : { etag: before.etag };
      if ((await this.put(name, text, { replaces }, signal)) === "written") return;
    }
    throw new AppError({
      kind: "disk",
      tried: `Writing ${this.textOf(name)}`,
      answered: "other programs keep writing it",
      advice: "Try again when they have ended.",
    });
  }

  async sha256Of(name: string, signal: AbortSignal): Promise<string | undefined> {
    let hash = createHash("sha256");
    const take = {
      begin: () => {
        hash = createHash("sha256");
      },
      chunk: (bytes: Buffer) => void hash.update(bytes),
    };
    const etag = await this.read(name, take, signal);
    return etag === undefined ? undefined : hash.digest("hex");
  }

  /** Names and sizes of all objects. */
  async *list(signal: AbortSignal): AsyncGenerator<{ name: string; bytes: number }> {
    const { prefix } = this.#address;
    for (let token: string | undefined; ; ) {
      const query = { "list-type": "2", prefix, ...(token ? { "continuation-token": token } : {}) };
      const xml = await this.#list(query, signal);
      for (const content of elements(xml, "Contents")) {
        const key = elementText(content, "Key") ?? "";
        if (!key.startsWith(prefix)) continue;
        yield { name: key.slice(prefix.length), bytes: Number(elementText(content, "Size")) };
      }
      token = elementText(xml, "NextContinuationToken");
      if (!token || elementText(xml, "IsTruncated") !== "true") return;
    }
  }

  /** Writes an object with one request. */
  async put(
    name: string,
    body: Buffer | string,
    { metadata, replaces }: { metadata?: Metadata; replaces: Replaces },
    signal: AbortSignal,
  ): Promise<"written" | NotWritten> {
    const request: StoreRequest = {
      purpose: `Writing ${this.textOf(name)}`,
      method: "PUT",
      key: this.keyOf(name),
      headers: metadataHeaders(metadata),
      body,
      signal,
    };
    return this.#write(request, replaces);
  }

  keyOf(name: string): string {
    return `${this.#address.prefix}${name}`;
  }

  async #list(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string> {
    const purpose = `Listing ${this.textOf()}`;
    const { body } = await this.#send({ purpose, method: "GET", query, signal });
    return body.toString("utf8");
  }
}

function storedObject({ headers }: ExchangeAnswer): StoredObject {
  return {
    bytes: Number(headers["content-length"]),
    etag: unquoted(headers["etag"] ?? ""),
    metadata: metadataIn(headers),
  };
}
