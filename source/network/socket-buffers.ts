import type { OnReadOpts, Socket } from "node:net";
import { MessageChannel, type MessagePort } from "node:worker_threads";

/** Below this the rest of a buffer is not worth a read. */
const leastRoomBytes = 64 * 1024;

/** Arrivals are handed on at this size at the latest. */
const handOnBytes = 256 * 1024;

export interface WideReading {
  onread: OnReadOpts;
  /** To be called with the connection before anything can arrive. */
  attach(socket: Socket): void;
}

/**
 * True once Node's HTTP parser was seen to copy the bodies that it hands on. What it has read can be
 * written over then; else it belongs to the readers.
 */
let parserCopies = false;

/** The memory that sockets read into; a body chunk that lies elsewhere was copied. */
const readMemory = new WeakSet<ArrayBufferLike>();

/** To be told of a body chunk. */
export function learnFromBody(chunk: Buffer): void {
  parserCopies ||= !readMemory.has(chunk.buffer);
}

/** True for a chunk that has memory of its own, and nothing else has a part of it. */
function isAlone({ buffer, length }: Buffer): boolean {
  return buffer.byteLength === length && !readMemory.has(buffer);
}

/**
 * Reads of a socket into large buffers of `bufferBytes()`, where Node reads 64 kB at a time, and 16 kB
 * of TLS. What arrives in one turn of the event loop is handed on as one chunk, so that the parser and
 * the streams behind it run a few times for each megabyte.
 */
export function createWideReading(bufferBytes: () => number): WideReading {
  let buffer: Buffer<ArrayBuffer> = Buffer.alloc(0);
  /** What lies between these was read and is not handed on yet. */
  let first = 0;
  let end = 0;
  /** All that was handed on is copied. */
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
      // Where the next read goes is settled here, and only here: right after each arrival.
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
        return buffer.subarray(end);
      },
      callback(bytes) {
        end += bytes;
        if (end - first >= handOnBytes) return handOn();
        planned ??= setImmediate(handOn);
        return true;
      },
    },
    attach(socket) {
      const original = socket.push.bind(socket);
      push = original;
      isTaken = () => socket.readableLength === 0;
      // The end of the stream must not overtake what is gathered here.
      socket.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
        if (chunk === null) handOn();
        return original(chunk, encoding);
      };
    },
  };
}

/** The largest that glibc still learns from, less what it adds to each piece. */
const teachingBytes = 31 * 1024 * 1024;

/** Less is not worth the call. */
const leastBytes = 16 * 1024;

let closedPort: MessagePort | undefined;
let isTaught = false;

/** Frees memory at once, and not when the collector comes by: what a closed port is given is gone. */
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
 * Has the C library keep the memory of body chunks when they are freed, for the next ones. By itself
 * glibc maps each piece above 128 kB anew, so that the system has to find and clear its pages every
 * time; it stops so once a larger piece that it mapped was freed (mallopt(3), M_MMAP_THRESHOLD). One
 * is freed here, unused. Other C libraries are not changed by it.
 */
export function keepFreedMemory(): void {
  if (isTaught) return;
  isTaught = true;
  free(new ArrayBuffer(teachingBytes));
}

/**
 * Frees the memory of a body chunk that nobody reads any more. The collector sees small objects in
 * chunks, comes by seldom, and lets up to 70 MB stand: freed at once, the next chunk has the same memory.
 */
export function letGo(chunk: Buffer): void {
  const { buffer, length } = chunk;
  if (length >= leastBytes && isAlone(chunk) && buffer instanceof ArrayBuffer) free(buffer);
}
