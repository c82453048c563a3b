const curl = "curl -ksS --fail";
const aria2c = "aria2c -q --check-certificate=false --allow-overwrite=true";

/** The lower bound of every program that is built on node-fetch. */
const nothingSaved = "node-fetch, nothing saved";

/**
 * The cases to measure. Each has its bytes and its programs: `ours` is a listing for the engine, the peers
 * are shell commands that leave their files in `out`. A goal says how many times as fast as the named
 * peer ours should be. A case that `keeps` removes its files only at the end, because a folder full of
 * removed names slows down the creation of new ones.
 */
export function casesFor({ delayed, local }, { large, packed, small, sums, tens }, shell) {
  const { lists, nodeFetchAlone, out } = shell;
  const one = (origin, file, more = {}) => ({
    origin,
    listing: [{ name: file.name, bytes: file.bytes, ...more }],
  });
  const peersOf = (origin, aria2Streams) => ({
    curl: `${curl} -o ${out}/x ${origin}/${large.name}`,
    [`aria2c -x${aria2Streams}`]: `${aria2c} -x${aria2Streams} -s${aria2Streams} -d ${out} -o x ${origin}/${large.name}`,
  });
  const cases = [
    {
      title: "1 GB, http, no limit",
      bytes: large.bytes,
      ours: one(local.http, large),
      peers: { ...peersOf(local.http, 1), [nothingSaved]: nodeFetchAlone(local.http, [large], 1) },
      goals: { curl: 0.9, "aria2c -x1": 1.5 },
    },
    {
      title: "1 GB, TLS, no limit",
      bytes: large.bytes,
      ours: one(local.tls, large),
      peers: { ...peersOf(local.tls, 1), [nothingSaved]: nodeFetchAlone(local.tls, [large], 1) },
      goals: { curl: 0.7, "aria2c -x1": 1 },
    },
    {
      title: "1 GB, TLS, with a hash",
      bytes: large.bytes,
      ours: one(local.tls, large),
      peers: {
        "curl && sha256sum": `${curl} -o ${out}/x ${local.tls}/${large.name} && echo "${sums.sha256}  ${out}/x" | sha256sum --status -c`,
        "aria2c --checksum": `${aria2c} --checksum=sha-256=${sums.sha256} -d ${out} -o x ${local.tls}/${large.name}`,
      },
      goals: { "curl && sha256sum": 1.8, "aria2c --checksum": 1.8 },
    },
    {
      title: "1 GB, TLS, md5 listed",
      bytes: large.bytes,
      ours: one(local.tls, large, { md5: sums.md5 }),
      peers: {
        "curl && md5sum": `${curl} -o ${out}/x ${local.tls}/${large.name} && echo "${sums.md5}  ${out}/x" | md5sum --status -c`,
        "aria2c --checksum": `${aria2c} --checksum=md5=${sums.md5} -d ${out} -o x ${local.tls}/${large.name}`,
      },
      goals: {},
    },
    {
      title: "gzip without md5, TLS",
      bytes: packed.bytes,
      ours: one(local.tls, packed),
      peers: {
        "curl && gzip -t": `${curl} -o ${out}/x.gz ${local.tls}/${packed.name} && gzip -t ${out}/x.gz`,
      },
      goals: { "curl && gzip -t": 2 },
    },
    {
      title: "1 GB, TLS, 10 MB/s for each connection",
      bytes: large.bytes,
      ours: one(local.limited, large),
      peers: {
        "aria2c -x16": `${aria2c} -x16 -s16 -d ${out} -o x ${local.limited}/${large.name}`,
      },
      goals: { "aria2c -x16": 1.3 },
    },
    {
      title: "1,000 files of 100 kB, TLS",
      bytes: small.bytes * small.names.length,
      ours: {
        origin: local.tls,
        listing: small.names.map((name) => ({ name, bytes: small.bytes })),
      },
      peers: {
        "curl -Z": `${curl} -Z --parallel-max 8 -K ${lists.curl}`,
        "aria2c -j16": `${aria2c} -j16 -d ${out} -i ${lists.aria2c}`,
        [nothingSaved]: nodeFetchAlone(
          local.tls,
          small.names.map((name) => ({ name })),
          8,
        ),
      },
      goals: { "curl -Z": 0.6, "aria2c -j16": 1.8 },
      keeps: true,
    },
  ];
  const tenth = one(local.tls, tens);
  cases.push(
    {
      title: "a tenth of it, TLS, no limit",
      bytes: tens.bytes,
      ours: tenth,
      peers: {},
      goals: {},
    },
    {
      title: "100 MB, TLS, 40 ms each way",
      bytes: tens.bytes,
      ours: one(delayed.tls, tens),
      peers: Object.fromEntries([
        ["curl", `${curl} -o ${out}/x ${delayed.tls}/${tens.name}`],
        ...[1, 4, 16].map((streams) => [
          `aria2c -x${streams}`,
          `${aria2c} -x${streams} -s${streams} -d ${out} -o x ${delayed.tls}/${tens.name}`,
        ]),
      ]),
      goals: {},
    },
  );
  return cases;
}
