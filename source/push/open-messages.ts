import type { Secret } from "../base/secret.ts";
import { decrypt, type Notification, readNotification } from "./notification.ts";

export interface OpenMessagesParts {
  key: Secret;
  /** Requests the key again, since the subscription may have been changed; undefined if that fails. */
  newKey(signal: AbortSignal): Promise<Secret | undefined>;
  /** Called for the first message that cannot be read. */
  onUnreadable(why: string): void;
}

/** Decrypts and reads messages; the result is undefined if one cannot be read. */
export function createMessageOpener(
  parts: OpenMessagesParts,
): (body: string, signal: AbortSignal) => Promise<Notification | undefined> {
  let { key } = parts;
  /** Set from the first failure until a message can be read again. */
  let requested: Promise<void> | undefined;
  let isReported = false;

  const decrypted = async (body: string, signal: AbortSignal): Promise<string | undefined> => {
    const text = decrypt(body, key);
    if (text !== undefined) return text;
    requested ??= parts.newKey(signal).then((found) => {
      key = found ?? key;
    });
    await requested;
    return decrypt(body, key);
  };

  return async (body, signal) => {
    const text = await decrypted(body, signal);
    const notification = text === undefined ? undefined : readNotification(text);
    if (notification !== undefined) {
      requested = undefined;
      return notification;
    }
    if (!isReported) {
      parts.onUnreadable(
        text === undefined
          ? "it could not be decrypted with the key of the subscription"
          : "it does not describe a file set",
      );
    }
    isReported = true;
    return undefined;
  };
}
