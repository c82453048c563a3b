import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startHelper } from "./helper-process.mjs";
import { drawFigure } from "./links/figure.mjs";
import { links, works } from "./links/links.mjs";
import { runCell, signIn } from "./links/run-cell.mjs";
import { rowsOf, shownRow, shownTable, writeTables } from "./links/table.mjs";
import { measureBareLink, withLink } from "./links/with-link.mjs";
import { machine } from "./machine.mjs";
import { startLocal } from "./servers.mjs";
import { readWords, refuse, say } from "./words.mjs";

const usage = `npm run bench:links [-- --rounds N] [--link NAME]… [--work TEXT]… [--only TEXT] [--write]
Times the built program from prompt to prompt beside aria2c and curl, over links simulated in user space.
--link selects a link by name, --work the works whose name contains TEXT, --only the pairs of link and work,
such as "ocean, 1 x 5 MB", that contain TEXT. --write replaces the measured rows in docs/performance.md and
draws docs/links.svg from them.
Needs nginx, aria2c, curl, openssl and GNU time.
`;
const { words, wordsAfter, rounds } = readWords({
  usage,
  programs: ["nginx", "aria2c", "curl", "openssl", "/usr/bin/time"],
  rounds: 3,
});

/** The works to run, by the name of their link. */
function chosenCells() {
  const [linkNames, workTexts] = [wordsAfter("--link"), wordsAfter("--work")];
  const only = wordsAfter("--only")[0] ?? "";
  const unknown = linkNames.find((name) => !links.some((link) => link.name === name));
  if (unknown !== undefined)
    refuse(`Unknown link "${unknown}"; use one of ${links.map(({ name }) => name).join(", ")}.`);
  return links
    .filter(({ name }) => linkNames.length === 0 || linkNames.includes(name))
    .map((link) => ({
      link,
      works: works.filter(
        ({ name }) =>
          (workTexts.length === 0 || workTexts.some((text) => name.includes(text))) &&
          `${link.name}, ${name}`.includes(only),
      ),
    }))
    .filter((chosen) => chosen.works.length > 0);
}

const chosen = chosenCells();
if (chosen.length === 0) refuse("No link and work matches.");

const root = fileURLToPath(new URL("..", import.meta.url));
const program = path.join(root, "dist", "cli.js");
const place = fs.mkdtempSync(path.join(os.tmpdir(), "cfs-bench-"));
// The server's processes run as nobody.
fs.chmodSync(place, 0o755);
const out = path.join(place, "out");
const loadBefore = (os.loadavg()[2] ?? 0).toFixed(1);

/** The environment of each program: the account of the service and its own settings. */
function setEnvironment({ username, password, appKey }) {
  Object.assign(process.env, {
    RDP_USERNAME: username,
    RDP_PASSWORD: password,
    RDP_APP_KEY: appKey,
    CFS_CONFIG_DIR: path.join(place, "settings"),
    NODE_EXTRA_CA_CERTS: path.join(place, "cert.pem"),
  });
}

/** The total over all runs of a work. */
function secondsOf(runs) {
  return Object.values(runs)
    .flat()
    .reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Runs the works of one link and returns their rows. */
async function runLink({ link: { name, figures }, works }) {
  const targets = [new URL(service.first.host).port, server.ports.tls];
  return withLink(figures, targets, async (link) => {
    const [servicePort, objectPort] = link.first.ports;
    const origin = `https://127.0.0.1:${objectPort}`;
    process.env.RDP_HOST = `https://127.0.0.1:${servicePort}`;
    await service.ask(origin);
    const cells = works.map((work) => {
      const listed = service.first.works.find(({ name }) => name === work.name);
      return { work: { ...listed, asFiles: work.asFiles }, origin, place, program, out };
    });
    await signIn(cells[0]);
    const rows = [];
    for (const cell of cells) {
      const workName = cell.work.name;
      const before = await link.ask();
      const runs = await runCell(cell, rounds);
      const after = await link.ask();
      busiest = Math.max(busiest, (after.cpuSeconds - before.cpuSeconds) / secondsOf(runs));
      const measured = rowsOf(name, workName, runs);
      say(measured.map(shownRow).join("\n"));
      rows.push(measured);
    }
    return rows;
  });
}

let server;
let service;
/** The largest share of a core that the link process used while the programs of a work ran. */
let busiest = 0;
try {
  server = await startLocal(place);
  const needed = works.filter((work) => chosen.some((each) => each.works.includes(work)));
  service = await startHelper("links/service", [place, JSON.stringify(needed)]);
  setEnvironment(service.first);
  const bare = await measureBareLink({ port: server.ports.tls, place, rounds });
  say(bare);
  say(shownTable(0, []));
  const measured = [];
  for (const each of chosen) measured.push(...(await runLink(each)));
  if (words.includes("--write")) {
    const facts = `${machine()}. ${rounds} rounds in turn: medians, and the range of cfs. Load of the machine before: ${loadBefore}. ${bare} While the programs ran it took ${Math.round(busiest * 100)} % of a core at most.`;
    const rows = writeTables(path.join(root, "docs", "performance.md"), measured, facts);
    fs.writeFileSync(path.join(root, "docs", "links.svg"), drawFigure(rows));
  }
} finally {
  await service?.stop();
  await server?.stop();
  fs.rmSync(place, { recursive: true, force: true });
}
