import type { FileStore } from "../../source/api/service.ts";
import type { OwnedAuth } from "../../source/api/session/auth.ts";
import type { SandboxRequest } from "../../source/sandbox/http/request-log.ts";
import { type ServiceFixture, startService } from "../support/sandbox/service.ts";

/** A service with one package in bulk-ESG, and a client that is signed in there. */
export interface ClientFixture {
  service: ServiceFixture;
  fileStore: FileStore;
  tokens: OwnedAuth["tokens"];
  packageId: string;
  /** Adds so many sets of one small file to the package. */
  addFileSets(count: number): void;
  /** What was asked for at a place of the service. */
  asked(place: string): SandboxRequest[];
  close(): Promise<void>;
}

export async function createClientFixture(): Promise<ClientFixture> {
  const service = await startService({ empty: true });
  const { catalogue, requests } = service.sandbox;
  const { packageId } = catalogue.addPackage({
    packageName: "Bulk-ESG-Global-Raw-v1",
    bucketNames: ["bulk-ESG"],
  });
  const { auth, fileStore } = service.program();
  await auth.signIn(service.credentials);
  return {
    service,
    fileStore,
    tokens: auth.tokens,
    packageId,
    addFileSets(count) {
      for (let number = 0; number < count; number += 1) {
        catalogue.addFileSet({
          name: `Set-${number}`,
          packageId,
          files: [{ filename: `f${number}.csv.gz`, bytes: 2_000 }],
        });
      }
    },
    asked: (place) => requests.filter((request) => request.place === place),
    close: () => service.close(),
  };
}
