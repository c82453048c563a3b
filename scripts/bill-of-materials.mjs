import { createHash } from "node:crypto";

/**
 * The packages of the bundle as a CycloneDX 1.6 document
 * (https://cyclonedx.org/docs/1.6/json/), each with the SHA-512 of the archive that
 * package-lock.json holds it to. One build always gives one document: it names no time, and its
 * serial number is made of its parts.
 */
export function billOfMaterials(packages, lock, program) {
  const refs = new Map(packages.map((one) => [one.path, refOf(one)]));
  const components = unique(packages.map((one) => component(one, lock)));
  const wanted = new Map(packages.map((one) => [refOf(one), new Set()]));
  for (const one of packages) {
    for (const name of Object.keys(one.dependencies)) {
      const ref = nearest(refs, one.path, name);
      if (ref !== undefined) wanted.get(refOf(one)).add(ref);
    }
  }
  const own = `pkg:npm/${program.name}@${program.version}`;
  const direct = Object.keys(program.devDependencies).map((name) =>
    refs.get(`node_modules/${name}`),
  );
  const rows = [[own, new Set(direct.filter((ref) => ref !== undefined))], ...wanted];
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([own, components]))}`,
    version: 1,
    metadata: {
      lifecycles: [{ phase: "build" }],
      component: {
        type: "application",
        "bom-ref": own,
        name: program.name,
        version: program.version,
        description: program.description,
        licenses: [{ license: { id: program.license } }],
        purl: own,
      },
    },
    components,
    dependencies: rows.map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn].sort() })),
  };
}

function refOf({ name, version }) {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function component(one, lock) {
  const [algorithm, digest] = lock.packages[one.path].integrity.split("-", 2);
  if (algorithm !== "sha512")
    throw new Error(`${one.name} is held to a ${algorithm}, not to a sha512.`);
  return {
    type: "library",
    "bom-ref": refOf(one),
    name: one.name,
    version: one.version,
    description: one.description,
    scope: "required",
    hashes: [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }],
    licenses: [{ license: { id: one.license } }],
    purl: refOf(one),
  };
}

/** A version that lies in several folders is one component. */
function unique(components) {
  return [...new Map(components.map((one) => [one["bom-ref"], one])).values()];
}

/** What Node would load for the name from the folder, if the bundle holds it. */
function nearest(refs, path, name) {
  for (let folder = path; ; folder = folder.slice(0, folder.lastIndexOf("/node_modules/"))) {
    const ref = refs.get(`${folder}/node_modules/${name}`);
    if (ref !== undefined) return ref;
    if (!folder.includes("/node_modules/")) return refs.get(`node_modules/${name}`);
  }
}

function uuidOf(text) {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  const last = hex.slice(20, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${last}`;
}
