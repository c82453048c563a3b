import { createDecipheriv } from "node:crypto";
import * as v from "valibot";
import { readJson } from "../base/json.ts";
import type { Secret } from "../base/secret.ts";
import { sanitize } from "../domain/sanitize.ts";

/** A file set as a notification describes it. It has no id; the listing has. */
export interface Notification {
  bucketName: string;
  packageId: string;
  name: string;
  status: string;
  attributes: readonly { name: string; value: string }[];
  /** May be incomplete. */
  files: readonly { id: string; filename: string }[];
}

const text = v.pipe(v.string(), v.transform(sanitize));
const maybeText = v.fallback(text, "");

function listOf<Schema extends v.GenericSchema>(item: Schema) {
  return v.fallback(v.optional(v.array(item), []), []);
}

const messageShape = v.object({
  payload: v.object({
    FileStoreNotification: v.object({
      fileset: v.object({
        bucketName: text,
        packageId: maybeText,
        name: v.pipe(text, v.minLength(1)),
        status: v.fallback(v.pipe(text, v.toUpperCase()), "READY"),
        attributes: listOf(v.object({ name: text, value: text })),
        files: v.fallback(
          v.optional(v.object({ values: listOf(v.object({ id: text, filename: maybeText })) })),
          undefined,
        ),
      }),
    }),
  }),
});

/** Undefined if the text is not a notification. */
export function readNotification(message: string): Notification | undefined {
  const read = readJson(messageShape, message);
  if (read === undefined) return undefined;
  const { files, ...fileSet } = read.payload.FileStoreNotification.fileset;
  return { ...fileSet, files: files?.values ?? [] };
}

const headBytes = 16;
const tagBytes = 16;
const ivFrom = 4;

/**
 * Decrypts a message: AES-256-GCM, after 16 authenticated bytes whose last 12 are the nonce, and before a tag
 * of 16. Undefined if it was not encrypted with this key, or was changed.
 */
export function decrypt(body: string, key: Secret): string | undefined {
  const raw = Buffer.from(body, "base64");
  if (raw.length < headBytes + tagBytes) return undefined;
  const head = raw.subarray(0, headBytes);
  try {
    const keyBytes = Buffer.from(key.reveal(), "base64");
    const decipher = createDecipheriv("aes-256-gcm", keyBytes, head.subarray(ivFrom), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(head);
    decipher.setAuthTag(raw.subarray(-tagBytes));
    const plain = decipher.update(raw.subarray(headBytes, -tagBytes));
    return Buffer.concat([plain, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

export interface MessageOpenerParts {
  key: Secret;
  /** Requests the key again, since the subscription may have been changed. */
  newKey(signal: AbortSignal): Promise<Secret | undefined>;
  /** Called for the first message that cannot be read. */
  onUnreadable(why: string): void;
}

/** Decrypts and reads messages; the result is undefined if one cannot be read. Rejects as `newKey` does. */
export function createMessageOpener({ key: firstKey, newKey, onUnreadable }: MessageOpenerParts) {
  let key = firstKey;
  /** From the first message that cannot be read until one can be, or until the request fails. */
  let requested: Promise<void> | undefined;
  let isReported = false;

  const requestKey = async (signal: AbortSignal) => {
    try {
      key = (await newKey(signal)) ?? key;
    } catch (thrown) {
      requested = undefined;
      throw thrown;
    }
  };

  return async (body: string, signal: AbortSignal): Promise<Notification | undefined> => {
    let text = decrypt(body, key);
    if (text === undefined) {
      requested ??= requestKey(signal);
      await requested;
      text = decrypt(body, key);
    }
    const notification = text === undefined ? undefined : readNotification(text);
    if (notification !== undefined) requested = undefined;
    else if (!isReported) {
      isReported = true;
      onUnreadable(
        text === undefined
          ? "it could not be decrypted with the key of the subscription"
          : "it does not describe a file set",
      );
    }
    return notification;
  };
}
