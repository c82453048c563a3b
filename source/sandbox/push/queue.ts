import { randomBytes, randomUUID } from "node:crypto";

/** A message as it is received. */
export interface TakenMessage<Content> {
  id: string;
  handle: string;
  content: Content;
  sentMs: number;
  firstReceivedMs: number;
  receives: number;
}

interface ReceiveOptions {
  most: number;
  waitSeconds: number;
  /** How long others do not receive the messages. */
  visibilitySeconds: number;
  newestFirst: boolean;
  /** Each message is received twice. */
  duplicates: boolean;
  onClose(callback: () => void): void;
}

/** Messages remain until they are deleted or too old. */
export interface SandboxQueue<Content> {
  readonly url: string;
  readonly createdMs: number;
  send(content: Content): void;
  /** Resolves at once if there is a message; undefined once the reader or the queue has gone. */
  receive(options: ReceiveOptions): Promise<TakenMessage<Content>[] | undefined>;
  /** As SQS, does nothing for a handle of an earlier receive; false for one that was never issued. */
  delete(handle: string): boolean;
  changeVisibility(handle: string, seconds: number): "changed" | "not-in-flight" | "unknown-handle";
  counts(): { visible: number; inFlight: number };
  /** Of all messages, received or not. */
  contents(): Content[];
  close(): void;
}

interface StoredMessage<Content> {
  id: string;
  content: Content;
  sentMs: number;
  firstReceivedMs?: number;
  receives: number;
  visibleAtMs: number;
  /** Of the last receive. */
  handle?: string;
}

/** SQS keeps messages for four days unless the owner of the queue says otherwise. */
export const retentionSeconds = 4 * 24 * 3600;

export function createSandboxQueue<Content>(url: string, now: () => number): SandboxQueue<Content> {
  const messages = new Map<string, StoredMessage<Content>>();
  const byHandle = new Map<string, StoredMessage<Content>>();
  const readers = new Set<() => void>();
  let isClosed = false;

  const wakeReaders = () => {
    for (const wake of readers) wake();
  };

  function take({ most, visibilitySeconds, newestFirst, duplicates }: ReceiveOptions) {
    const nowMs = now();
    const taken: TakenMessage<Content>[] = [];
    const stored = newestFirst ? [...messages.values()].reverse() : messages.values();
    for (const message of stored) {
      if (taken.length === most) break;
      if (message.sentMs + retentionSeconds * 1000 <= nowMs) messages.delete(message.id);
      else if (message.visibleAtMs <= nowMs) {
        const handle = randomBytes(96).toString("base64");
        message.handle = handle;
        message.receives++;
        message.firstReceivedMs ??= nowMs;
        const isRepeated = duplicates && message.receives === 1;
        message.visibleAtMs = nowMs + (isRepeated ? 0 : visibilitySeconds * 1000);
        byHandle.set(handle, message);
        const { id, content, sentMs, firstReceivedMs, receives } = message;
        taken.push({ id, handle, content, sentMs, firstReceivedMs, receives });
      }
    }
    return taken;
  }

  /** Waits for a change, for the next message to become visible, or until `endMs` of the real clock. */
  async function change(endMs: number): Promise<void> {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { visibleAtMs } of messages.values()) nextMs = Math.min(nextMs, visibleAtMs);
    const waitMs = Math.min(endMs - performance.now(), nextMs - now());
    await new Promise<void>((resolve) => {
      const timer = setTimeout(wake, Math.max(1, waitMs));
      readers.add(wake);
      function wake() {
        clearTimeout(timer);
        readers.delete(wake);
        resolve();
      }
    });
  }

  return {
    url,
    createdMs: now(),
    send(content) {
      const message = { id: randomUUID(), content, sentMs: now(), receives: 0, visibleAtMs: 0 };
      messages.set(message.id, message);
      wakeReaders();
    },
    async receive(options) {
      let isGone = false;
      options.onClose(() => {
        isGone = true;
        wakeReaders();
      });
      const endMs = performance.now() + options.waitSeconds * 1000;
      for (;;) {
        if (isGone || isClosed) return undefined;
        const taken = take(options);
        if (taken.length > 0 || performance.now() >= endMs) return taken;
        await change(endMs);
      }
    },
    delete(handle) {
      const message = byHandle.get(handle);
      if (message?.handle === handle) messages.delete(message.id);
      return message !== undefined;
    },
    changeVisibility(handle, seconds) {
      const message = byHandle.get(handle);
      if (!message) return "unknown-handle";
      const isInFlight =
        messages.has(message.id) && message.handle === handle && message.visibleAtMs > now();
      if (!isInFlight) return "not-in-flight";
      message.visibleAtMs = now() + seconds * 1000;
      wakeReaders();
      return "changed";
    },
    counts() {
      const all = [...messages.values()];
      const visible = all.filter(({ visibleAtMs }) => visibleAtMs <= now()).length;
      return { visible, inFlight: all.length - visible };
    },
    contents: () => [...messages.values()].map(({ content }) => content),
    close() {
      isClosed = true;
      wakeReaders();
    },
  };
}
