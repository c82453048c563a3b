const line = "=".repeat(80);

/** The licences of all packages of the bundle, with their texts as their authors wrote them. */
export function thirdPartyLicenses(bundled) {
  const packages = [...new Map(bundled.map((one) => [`${one.name} ${one.version}`, one])).values()];
  const head = [
    "cfs holds code of the packages below, each under its own licence.",
    `${packages.length} packages; what is the program's own is under the licence in LICENSE.`,
  ].join("\n");
  const parts = packages.map(
    ({ name, version, license, texts }) =>
      `${line}\n${name} ${version} (${license})\n${line}\n\n${texts.join("\n\n")}\n`,
  );
  return `${head}\n\n${parts.join("\n")}`;
}
