import { test as base } from "../support/sandbox/service.ts";

/** Tests with a client that is signed in to a service with one package in bulk-ESG. */
export const test = base
  .extend(
    "packageId",
    ({ sandbox }) =>
      sandbox.catalogue.addPackage({
        packageName: "Bulk-ESG-Global-Raw-v1",
        bucketNames: ["bulk-ESG"],
      }).packageId,
  )
  .extend("client", async ({ packageId, service }) => {
    const { auth, fileStore } = service.program();
    await auth.signIn(service.credentials);
    return { fileStore, packageId, tokens: auth.tokens };
  })
  .extend("fileStore", ({ client }) => client.fileStore)
  /** Adds sets of one small file to the package. */
  .extend("addFileSets", ({ packageId, sandbox }) => {
    return (count: number) => {
      for (let number = 0; number < count; number += 1) {
        sandbox.catalogue.addFileSet({
          name: `Set-${number}`,
          packageId,
          files: [{ filename: `f${number}.csv.gz`, bytes: 2_000 }],
        });
      }
    };
  })
  /** The requests for a place of the service. */
  .extend("asked", ({ sandbox }) => {
    return (place: string) => sandbox.requests.filter((request) => request.place === place);
  });
