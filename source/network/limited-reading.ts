import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Bandwidth, BandwidthShare } from "../base/bandwidth.ts";
import { unlessAborted } from "../base/waiting.ts";

/** Holds one request and the body of its answer to the bandwidth of the process. */
export class LimitedReading {
  readonly #share: BandwidthShare;
  readonly #held: (isHeld: boolean) => void;
  #isHeld = false;
  /** Continues the request or the body when the bandwidth grants more. */
  #resume: () => void = () => undefined;

  constructor(bandwidth: Bandwidth, held: (isHeld: boolean) => void = () => undefined) {
    this.#held = held;
    this.#share = bandwidth.join(() => {
      this.#isHeld = false;
      held(false);
      this.#resume();
    });
  }

  /** Waits until the request may be sent: small bodies arrive together with their headers. */
  async admit(signal: AbortSignal): Promise<void> {
    if (this.#take(0)) return;
    const granted = new Promise<void>((resolve) => {
      this.#resume = resolve;
    });
    await unlessAborted(granted, signal);
  }

  /**
   * Counts the body, and stops reading the socket when the bandwidth is used up. Must be called in the
   * response event, before anything of the body is passed on.
   */
  watch(response: IncomingMessage): void {
    const push = response.push.bind(response);
    const read = response._read.bind(response);
    let gate: SocketGate | undefined;
    let isWanted = false;
    response.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
      const mayContinue = chunk === null || this.#take(chunk.length);
      if (!mayContinue) gate ??= gateOf(response.socket);
      if (gate !== undefined) gate.isShut = !mayContinue;
      // After false Node's HTTP client pauses the socket until `_read`.
      return push(chunk, encoding) && mayContinue;
    };
    response._read = (size) => {
      if (this.#isHeld) isWanted = true;
      else read(size);
    };
    this.#resume = () => {
      if (gate !== undefined) gate.isShut = false;
      if (!isWanted) return;
      isWanted = false;
      read(0);
    };
    response.once("close", () => this.leave());
  }

  leave(): void {
    this.#share.leave();
  }

  #take(bytes: number): boolean {
    const mayContinue = this.#share.take(bytes);
    if (mayContinue || this.#isHeld) return mayContinue;
    this.#isHeld = true;
    this.#held(true);
    return false;
  }
}

/** Whether a socket may be read. */
interface SocketGate {
  isShut: boolean;
}

const gates = new WeakMap<Socket, SocketGate>();

/**
 * The gate of a socket. Pausing alone does not stop Node from reading: it fills the buffers of a paused socket
 * first, up to a megabyte. While the gate is shut nothing is read, so that TCP slows the sender down.
 */
function gateOf(socket: Socket): SocketGate {
  const known = gates.get(socket);
  if (known !== undefined) return known;
  const gate: SocketGate = { isShut: false };
  const push = socket.push.bind(socket);
  const read = socket.read.bind(socket);
  // Node stops reading after false.
  socket.push = (chunk: Buffer | null, encoding?: BufferEncoding) =>
    push(chunk, encoding) && !gate.isShut;
  // Every call starts reading again.
  socket.read = (size?: number): unknown => (gate.isShut ? null : read(size));
  gates.set(socket, gate);
  return gate;
}
