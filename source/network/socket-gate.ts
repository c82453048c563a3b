import type { Socket } from "node:net";

/** Whether a socket may be read. */
export interface SocketGate {
  isShut: boolean;
}

const gates = new WeakMap<Socket, SocketGate>();

/**
 * The gate of a socket. Pausing alone does not stop Node from reading: it fills the buffers of a paused socket
 * first, up to a megabyte. While the gate is shut nothing is read, so that TCP slows the sender down.
 */
export function gateOf(socket: Socket): SocketGate {
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
