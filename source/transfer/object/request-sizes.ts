import type { Lanes, Share } from "../connections/connection-pool.ts";

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** How much one request asks for, and how much is gathered before a write; by what was measured of late. */
export interface Sizes {
  pieceBytes(): number;
  /** With less than this to go, a piece's successor is asked for, so that no seam costs a pause. */
  leadBytes(): number;
  /** Before each write, where `doneBytes` are on disk already. */
  gatherBytes(doneBytes: number): number;
  /** While one write goes on, so much more may gather before the sender is held up. */
  aheadBytes(doneBytes: number): number;
  /** How many connections a file could use that has so many bytes to go. */
  connectionsFor(bytes: number): number;
  leastSplitBytes: number;
  /** What ends within this time is not split. */
  leastSplitMs(): number;
}

/** All pieces of a file together span no more: so far at most does verification lag behind. */
const windowBytes = 512 * megabyte;
const leastPieceBytes = 4 * megabyte;
const firstPieceBytes = 16 * megabyte;
const pieceSeconds = 4;

/** All connections together gather no more than about this. */
const gatheredBytes = 4 * megabyte;
const leastGatherBytes = 64 * kilobyte;

export function createSizes(lanes: Lanes, share: Share): Sizes {
  const laneRate = () => lanes.bytesPerSecond() / Math.max(1, lanes.open());
  const pieceBytes = () => {
    const most = Math.max(leastPieceBytes, Math.floor(windowBytes / share.size()));
    const wanted = laneRate() === 0 ? firstPieceBytes : laneRate() * pieceSeconds;
    return Math.round(Math.min(most, Math.max(leastPieceBytes, wanted)));
  };
  const gatherBytes = (doneBytes: number) => {
    const open = Math.max(1, lanes.open());
    const most = Math.min(megabyte, Math.max(megabyte / 8, gatheredBytes / open));
    // What a kill costs is what is gathered: little while little has come.
    return Math.min(most, Math.max(leastGatherBytes, doneBytes / (64 * open)));
  };
  return {
    pieceBytes,
    leadBytes() {
      const seconds = Math.max(10, lanes.answerMs() * 1.5) / 1_000;
      return Math.min(pieceBytes() / 4, Math.max(leastGatherBytes, laneRate() * seconds));
    },
    gatherBytes,
    aheadBytes(doneBytes) {
      const open = Math.max(1, lanes.open());
      return Math.max(
        gatherBytes(doneBytes),
        Math.min(gatheredBytes / open, doneBytes / (32 * open)),
      );
    },
    connectionsFor: (bytes) => Math.max(1, Math.ceil(bytes / megabyte)),
    leastSplitBytes: megabyte / 2,
    leastSplitMs: () => Math.max(100, lanes.answerMs() * 3),
  };
}
