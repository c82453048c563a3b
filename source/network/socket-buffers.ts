import type { OnReadOpts, Socket } from "node:net";
import { MessageChannel, type MessagePort } from "node:worker_threads";

/** A buffer with less room than this is replaced before the next read. */
const leastRoomBytes = 64 * 1024;

/** Passes data on when it reaches this size. */
const handOnBytes = 256 * 1024;

export interface WideReading {
  onread: OnReadOpts;
  /** Must be called before the connection can receive anything. */
  attach(socket: Socket): void;
}

/** Set once Node's HTTP parser is known to copy bodies, so that bytes it has read can be overwritten. */
let parserCopies = false;

/** The memory that sockets read into; a body chunk outside of it was copied. */
const readMemory = new WeakSet<ArrayBufferLike>();

export function learnFromBody(chunk: Buffer): void {
  parserCopies ||= !readMemory.has(chunk.buffer);
}

/** True if nothing else shares the chunk's memory. */
function isAlone({ buffer, length }: Buffer): boolean {
  return buffer.byteLength === length && !readMemory.has(buffer);
}

/**
 * Reads a socket into buffers of `bufferBytes()`; Node itself reads 64 kB at a time, or 16 kB over TLS. Data
 * of one turn of the event loop becomes one chunk, so that the parser and streams run only a few times per
 * megabyte. `readBytes()` limits each read and each chunk.
 */
export function createWideReading(
  bufferBytes: () => number,
  readBytes: () => number = () => Number.POSITIVE_INFINITY,
): WideReading {
  let buffer: Buffer<ArrayBuffer> = Buffer.alloc(0);
  /** Data between these has been read but not passed on. */
  let first = 0;
  let end = 0;
  /** True if everything passed on was copied. */
  let isFree = false;
  let planned: NodeJS.Immediate | undefined;
  let push: (chunk: Buffer) => boolean = () => true;
  let isTaken: () => boolean = () => false;

  const handOn = (): boolean => {
    if (planned !== undefined) clearImmediate(planned);
    planned = undefined;
    if (end === first) return true;
    const chunk = buffer.subarray(first, end);
    first = end;
    const wantsMore = push(chunk);
    isFree = parserCopies && isTaken();
    return wantsMore;
  };

  return {
    onread: {
      // Called right after each arrival, and the only place that may move the read position.
      buffer() {
        if (buffer.length - end < leastRoomBytes) {
          handOn();
          if (!isFree) {
            buffer = Buffer.allocUnsafeSlow(bufferBytes());
            readMemory.add(buffer.buffer);
          }
          first = 0;
          end = 0;
        } else if (isFree && first === end) {
          first = 0;
          end = 0;
        }
        return buffer.subarray(end, end + readBytes());
      },
      callback(bytes) {
        end += bytes;
        if (end - first >= Math.min(handOnBytes, readBytes())) return handOn();
        planned ??= setImmediate(handOn);
        return true;
      },
    },
    attach(socket) {
      const original = socket.push.bind(socket);
      push = original;
      isTaken = () => socket.readableLength === 0;
      // The end of the stream must not overtake the gathered data.
      socket.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
        if (chunk === null) handOn();
        return original(chunk, encoding);
      };
    },
  };
}

/** The largest block that adjusts glibc's threshold, less glibc's overhead. */
const teachingBytes = 31 * 1024 * 1024;

/** Smaller chunks are not worth the call. */
const leastBytes = 16 * 1024;

let closedPort: MessagePort | undefined;
let isTaught = false;

/** Frees memory without waiting for garbage collection: a closed port discards the buffers sent to it. */
function free(memory: ArrayBuffer): void {
  if (closedPort === undefined) {
    const { port1, port2 } = new MessageChannel();
    port1.close();
    port2.close();
    closedPort = port1;
  }
  closedPort.postMessage(null, [memory]);
}

/**
 * Lets glibc reuse freed chunk memory. By default it maps each block above 128 kB separately, and the
 * system clears the pages every time; freeing one larger mapped block raises that threshold (mallopt(3),
 * M_MMAP_THRESHOLD). Other C libraries are unaffected.
 */
export function keepFreedMemory(): void {
  if (isTaught) return;
  isTaught = true;
  free(new ArrayBuffer(teachingBytes));
}

/**
 * Frees the memory of a finished body chunk, so that the next one reuses it. Garbage collection alone would
 * leave up to 70 MB, because chunks look small to it.
 */
export function releaseChunk(chunk: Buffer): void {
  const { buffer, length } = chunk;
  if (length >= leastBytes && isAlone(chunk) && buffer instanceof ArrayBuffer) free(buffer);
}
