import { writeFileSync } from "node:fs";
import path from "node:path";

/** The peers, in the order of the table. */
export const peerNames = ["aria2c -x16", "aria2c -x4", "curl -Z"];
export const programNames = ["cfs", ...peerNames];

/**
 * The shell commands that fetch a work into `out`, by program name. The peers get the addresses that cfs
 * requests from the service, and they verify nothing.
 */
export function programsFor({ work, origin, place, program, out }) {
  const lists = writeLists({ work, origin, place, out });
  const certificate = path.join(place, "cert.pem");
  const aria2c = (connections) =>
    [
      `exec aria2c -q --ca-certificate=${certificate} --file-allocation=none`,
      `-j16 -x${connections} -s${connections} -k1M -d ${out} -i ${lists.aria2c}`,
    ].join(" ");
  return {
    cfs: `exec "${process.execPath}" "${program}" get - -o "${out}" --quiet < ${lists.ids}`,
    "aria2c -x16": aria2c(16),
    "aria2c -x4": aria2c(4),
    "curl -Z": `exec curl -sS --fail --http1.1 --cacert ${certificate} -Z --parallel-max 16 --parallel-immediate -K ${lists.curl}`,
  };
}

/** Verifies the files that a peer has fetched. */
export function sumCommand({ place, out }) {
  return `cd "${out}" && exec md5sum --quiet -c "${path.join(place, "sums")}"`;
}

function writeLists({ work, origin, place, out }) {
  const { files } = work;
  const lists = {
    ids: work.asFiles ? files.map(({ id }) => id) : work.fileSetIds,
    sums: files.map(({ md5, filename }) => `${md5}  ${filename}`),
    aria2c: files.map((file) => `${origin}${file.path}\n out=${file.filename}`),
    curl: files.map((file) => `url=${origin}${file.path}\noutput=${out}/${file.filename}`),
  };
  return Object.fromEntries(
    Object.entries(lists).map(([name, lines]) => {
      const file = path.join(place, name);
      writeFileSync(file, `${lines.join("\n")}\n`);
      return [name, file];
    }),
  );
}
