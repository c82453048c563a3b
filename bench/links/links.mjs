/** Links that users may have. Speeds are in bytes per second; a speed that is left out is not limited. */
export const links = [
  {
    name: "region",
    said: "2 ms there and back, 90 MB/s for each connection, 600 MB/s in all",
    figures: { roundTripMs: 2, bytesPerSecond: 90e6, bytesPerSecondInAll: 600e6 },
  },
  {
    name: "continent",
    said: "20 ms, 60 MB/s, 125 MB/s",
    figures: { roundTripMs: 20, bytesPerSecond: 60e6, bytesPerSecondInAll: 125e6 },
  },
  {
    name: "ocean",
    said: "80 ms, no limit for each connection, 125 MB/s",
    figures: { roundTripMs: 80, bytesPerSecondInAll: 125e6 },
  },
  {
    name: "ocean10",
    said: "80 ms, 10 MB/s, 125 MB/s",
    figures: { roundTripMs: 80, bytesPerSecond: 10e6, bytesPerSecondInAll: 125e6 },
  },
  {
    name: "lossy",
    said: "as continent, with 1 % of the segments 200 ms late",
    figures: {
      roundTripMs: 20,
      bytesPerSecond: 60e6,
      bytesPerSecondInAll: 125e6,
      lateShare: 0.01,
    },
  },
];

/** A link without delay or limit, to measure the highest throughput of the link process. */
export const bareLink = { roundTripMs: 0 };

const oneByOne = { fileSets: 1, asFiles: true };

/** The files to fetch, by their own ids or by the ids of their file sets. */
export const works = [
  { ...oneByOne, name: "1 x 5 MB", filesEach: 1, bytes: 5e6 },
  { ...oneByOne, name: "1 x 93 MB", filesEach: 1, bytes: 93e6 },
  { ...oneByOne, name: "1 x 400 MB", filesEach: 1, bytes: 400e6 },
  { ...oneByOne, name: "7 x 93 MB", filesEach: 7, bytes: 93e6 },
  { name: "115 x 2 MB", fileSets: 1, filesEach: 115, bytes: 2e6 },
  { name: "345 x 100 kB", fileSets: 3, filesEach: 115, bytes: 1e5 },
];
