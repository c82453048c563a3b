/**
 * Stands in for ajv, ajv-formats and semver. conf needs them for a schema and for migrations only, which no
 * settings file here has: valibot checks it. They would be more than half of what the first write loads.
 */
export class Ajv2020 {
  constructor() {
    throw new Error("no settings file has a schema");
  }
}

// biome-ignore lint/style/noDefaultExport: the packages that it stands in for have one
export default {};
