import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startHelper } from "./helper-process.mjs";
import { links, works } from "./links/links.mjs";
import { withLink } from "./links/with-link.mjs";
import { machine } from "./machine.mjs";
import { measure, median, spread } from "./measure.mjs";
import { startLocal } from "./servers.mjs";
import { writeRows } from "./table.mjs";
import { readWords, say } from "./words.mjs";

const usage = `npm run bench:cat [-- --rounds N] [--link NAME]… [--work TEXT]… [--write]
Times cfs cat FILE into a pipe beside curl -s with the address that cfs url prints, over links simulated in
user space. --link selects a link by name, --work the works whose name contains TEXT. --write replaces the
measured rows in docs/performance.md.
Needs nginx, aria2c, curl, openssl and GNU time.
`;
const { words, wordsAfter, rounds } = readWords({
  usage,
  programs: ["nginx", "aria2c", "curl", "openssl", "/usr/bin/time"],
  rounds: 5,
});

const isChosen = (name, option) =>
  wordsAfter(option).length === 0 || wordsAfter(option).some((text) => name.includes(text));
const chosenLinks = links.filter(({ name }) => isChosen(name, "--link"));
const chosenWorks = works.filter(
  ({ name, asFiles, filesEach }) => asFiles && filesEach === 1 && isChosen(name, "--work"),
);

const root = fileURLToPath(new URL("..", import.meta.url));
const cfs = `"${process.execPath}" "${path.join(root, "dist", "cli.js")}"`;
const place = fs.mkdtempSync(path.join(os.tmpdir(), "cfs-bench-"));
// The server's processes run as nobody.
fs.chmodSync(place, 0o755);
const loadBefore = (os.loadavg()[0] ?? 0).toFixed(1);

/** The programs stream a file into a pipe, whose reader prints how many bytes came. */
function programsFor({ id, bytes }) {
  const check = `[ "$(%)" = ${bytes} ]`;
  const curl = `curl -sS --fail --cacert ${place}/cert.pem`;
  return {
    cfs: check.replace("%", `${cfs} cat ${id} --quiet | wc -c`),
    curl: check.replace("%", `${curl} "$(${cfs} url ${id})" | wc -c`),
  };
}

async function row(link, work) {
  const [file] = work.files;
  const programs = programsFor(file);
  const runs = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, command] of Object.entries(programs))
      runs[name].push(await measure(command, { directory: place }));
  const seconds = (name) => runs[name].map((run) => run.seconds);
  const cpu = (name) => median(runs[name].map((run) => run.cpu)).toFixed(2);
  const cells = [
    link.name,
    work.name,
    spread(seconds("cfs"), 2),
    spread(seconds("curl"), 2),
    (median(seconds("curl")) / median(seconds("cfs"))).toFixed(2),
    `${cpu("cfs")} / ${cpu("curl")}`,
    Math.round(median(runs.cfs.map(({ megabytes }) => megabytes))),
  ];
  return `| ${cells.join(" | ")} |`;
}

let server;
let service;
const facts = `${machine()}. ${rounds} rounds in turn: medians and ranges. Load of the machine before: ${loadBefore}.`;
const heading = [
  '| link | file | `cfs cat` | `curl -s "$(cfs url)"` | cfs is | CPU s | peak MB of cfs |',
  "| --- | --- | --- | --- | --- | --- | --- |",
];
const rows = [];
try {
  server = await startLocal(place);
  service = await startHelper("links/service", [place, JSON.stringify(chosenWorks)]);
  const { appKey, host, password, username } = service.first;
  Object.assign(process.env, {
    RDP_USERNAME: username,
    RDP_PASSWORD: password,
    RDP_APP_KEY: appKey,
    CFS_CONFIG_DIR: path.join(place, "settings"),
    NODE_EXTRA_CA_CERTS: path.join(place, "cert.pem"),
  });
  say(heading.join("\n"));
  for (const link of chosenLinks) {
    await withLink(link.figures, [new URL(host).port, server.ports.tls], async ({ first }) => {
      const [servicePort, objectPort] = first.ports;
      process.env.RDP_HOST = `https://127.0.0.1:${servicePort}`;
      await service.ask(`https://127.0.0.1:${objectPort}`);
      // The first call over a link signs in and compiles code.
      await measure(programsFor(service.first.works[0].files[0]).cfs, { directory: place });
      for (const work of service.first.works) {
        const measured = await row(link, work);
        say(measured);
        rows.push(measured);
      }
    });
  }
} finally {
  await service?.stop();
  await server?.stop();
  fs.rmSync(place, { recursive: true, force: true });
}
if (words.includes("--write")) {
  const order = links.flatMap((link) => works.map((work) => `${link.name} | ${work.name}`));
  const document = path.join(root, "docs", "performance.md");
  writeRows(document, "bench:cat", { facts, heading, rows, order });
}
