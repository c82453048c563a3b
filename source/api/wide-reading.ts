import type { OnReadOpts, Socket } from "node:net";

/** Below this the rest of a buffer is not worth a read. */
const leastRoomBytes = 64 * 1024;

/** Arrivals are handed on at this size at the latest. */
const handOnBytes = 256 * 1024;

export interface WideReading {
  /** Goes into the options of the connection. */
  onread: OnReadOpts;
  /** To be called with the connection before anything can arrive. */
  attach(socket: Socket): void;
}

/**
 * Reads of a socket into large buffers of `bufferBytes()`, where Node reads 64 kB at a time, and 16 kB
 * of TLS. What arrives in one turn of the event loop is handed on as one chunk, so that the parser and
 * the streams behind it run a few times for each megabyte and nothing is copied.
 */
export function createWideReading(bufferBytes: () => number): WideReading {
  let buffer = Buffer.alloc(0);
  /** What lies between these was read and is not handed on yet. */
  let first = 0;
  let end = 0;
  let planned: NodeJS.Immediate | undefined;
  let push: (chunk: Buffer | null) => boolean = () => true;

  const handOn = (): boolean => {
    clearImmediate(planned);
    planned = undefined;
    if (end === first) return true;
    const chunk = buffer.subarray(first, end);
    first = end;
    return push(chunk);
  };

  return {
    onread: {
      buffer() {
        if (buffer.length - end < leastRoomBytes) {
          handOn();
          buffer = Buffer.allocUnsafeSlow(Math.max(leastRoomBytes, bufferBytes()));
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
      // The end of the stream must not overtake what is gathered here.
      socket.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
        if (chunk === null) handOn();
        return original(chunk, encoding);
      };
    },
  };
}
