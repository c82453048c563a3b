import fs from "node:fs";
import path from "node:path";
import { startHelper } from "../helper-process.mjs";
import { measure, median } from "../measure.mjs";
import { bareLink } from "./links.mjs";

/** Runs `work` with a link to these ports of this machine, and ends the link afterwards. */
export async function withLink(figures, ports, work) {
  const link = await startHelper("links/link-process", [JSON.stringify(figures), ...ports]);
  try {
    return await work(link);
  } finally {
    await link.stop();
  }
}

const bytes = 400e6;

/** Reports the highest throughput of one connection through the link process, and without it. */
export function measureBareLink({ port, place, rounds }) {
  const file = path.join(place, "files", "bare");
  fs.writeFileSync(file, "");
  fs.truncateSync(file, bytes);
  const rateAt = async (portToAsk) => {
    const address = `https://127.0.0.1:${portToAsk}/bare`;
    const command = `exec curl -sS --fail --cacert ${place}/cert.pem -o /dev/null ${address}`;
    const { seconds } = await measure(command, { directory: place });
    return bytes / 1e6 / seconds;
  };
  return withLink(bareLink, [port], async (link) => {
    const rates = { direct: [], carried: [] };
    for (let round = 0; round < Math.max(3, rounds); round += 1) {
      rates.direct.push(await rateAt(port));
      rates.carried.push(await rateAt(link.first.ports[0]));
    }
    const carried = await link.ask();
    const [direct, through] = [rates.direct, rates.carried].map((each) => median(each).toFixed(0));
    const cost = ((carried.cpuSeconds * 1e9) / carried.bytes).toFixed(2);
    return `Without delays and limits the process of the links carries ${through} MB/s to one curl (${direct} MB/s without it), for ${cost} CPU seconds per GB.`;
  });
}
