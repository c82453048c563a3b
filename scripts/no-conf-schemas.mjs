/**
 * Replaces ajv, ajv-formats and semver. conf needs them only for schemas and migrations, which this program
 * does not use: valibot validates the settings. They would be more than half of what the first write loads.
 */
export class Ajv2020 {
  constructor() {
    throw new Error("no settings file has a schema");
  }
}

// biome-ignore lint/style/noDefaultExport: the packages that it replaces have one
export default {};
