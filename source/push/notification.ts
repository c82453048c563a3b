import { createDecipheriv } from "node:crypto";
import * as v from "valibot";
import { fitting } from "../api/replies/replies.ts";
import { readJson } from "../base/json.ts";
import type { Secret } from "../base/secret.ts";
import { sanitize } from "../domain/sanitize.ts";

const text = v.pipe(v.string(), v.transform(sanitize));
const maybeText = v.fallback(text, "");

const fileSetShape = v.pipe(
  v.object({
    bucketName: text,
    packageId: maybeText,
    name: v.pipe(text, v.minLength(1)),
    status: v.fallback(v.pipe(text, v.toUpperCase()), "READY"),
    attributes: fitting(v.object({ name: text, value: text })),
    files: v.fallback(v.object({ values: fitting(v.object({ id: text, filename: maybeText })) }), {
      values: [],
    }),
  }),
  v.transform(({ files, ...fileSet }) => ({ ...fileSet, files: files.values })),
);

const messageShape = v.object({
  payload: v.object({ FileStoreNotification: v.object({ fileset: fileSetShape }) }),
});

/** A file set as a notification describes it. It has no id, and its files may be incomplete; the listing has all. */
export type Notification = v.InferOutput<typeof fileSetShape>;

/** Undefined if the text is not a notification. */
export function readNotification(message: string): Notification | undefined {
  return readJson(messageShape, message)?.payload.FileStoreNotification.fileset;
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

/**
 * Decrypts and reads messages; the result is undefined if one cannot be read, which `onUnreadable` reports
 * once. `newKey` requests the key again, since the subscription may have been changed; rejects as it does.
 */
export function createMessageOpener(
  firstKey: Secret,
  newKey: (signal: AbortSignal) => Promise<Secret | undefined>,
  onUnreadable: (why: string) => void,
) {
  let key = firstKey;
  /** From the first message that needs another key until one can be read, or until the request fails. */
  let requested: Promise<void> | undefined;
  let isReported = false;

  const decryptWithNewest = async (body: string, signal: AbortSignal) => {
    const text = decrypt(body, key);
    if (text !== undefined) return text;
    requested ??= newKey(signal).then((found) => {
      key = found ?? key;
    });
    await requested.catch((thrown: unknown) => {
      requested = undefined;
      throw thrown;
    });
    return decrypt(body, key);
  };

  return async (body: string, signal: AbortSignal): Promise<Notification | undefined> => {
    const text = await decryptWithNewest(body, signal);
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
