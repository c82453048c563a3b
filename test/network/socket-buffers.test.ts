import { expect, it } from "vitest";
import { createWideReading, releaseChunk } from "../../source/network/socket-buffers.ts";

const kilobyte = 1024;

it("frees the memory of a chunk that has its own", () => {
  const chunk = Buffer.allocUnsafeSlow(64 * kilobyte);
  releaseChunk(chunk);
  expect(chunk.length).toBe(0);
});

it("does not free memory that other chunks share", () => {
  const whole = Buffer.allocUnsafeSlow(128 * kilobyte).fill(7);
  releaseChunk(whole.subarray(0, 64 * kilobyte));
  releaseChunk(whole.subarray(64 * kilobyte));
  expect(whole.every((byte) => byte === 7)).toBe(true);
});

it("does not free the buffer that sockets read into", () => {
  const reading = createWideReading(() => 64 * kilobyte);
  const memory = reading.onread.buffer;
  const buffer = Buffer.from((typeof memory === "function" ? memory() : memory).buffer);
  releaseChunk(buffer);
  expect(buffer.length).toBe(64 * kilobyte);
});

it("does not free small chunks", () => {
  const chunk = Buffer.allocUnsafeSlow(kilobyte);
  releaseChunk(chunk);
  expect(chunk.length).toBe(kilobyte);
});
