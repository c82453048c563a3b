/** What a subscriber receives about a file set. Verified: these names; the first two may be missing. */
export interface SandboxNotification {
  ecpMessageID?: string;
  distributionSeqNo?: number;
  sourceTimestamp: string;
  distributionTimestamp: string;
  payload: { FileStoreNotification: { currentAt: string; fileset: NotifiedFileSet } };
}

interface NotifiedFileSet {
  bucketName: string;
  packageId: string;
  packageName: string;
  name: string;
  numFiles: number;
  status: string;
  attributes: { name: string; value: string }[];
  files: { values: NotifiedFile[] };
}

interface NotifiedFile {
  id: string;
  filename: string;
  fileSizeInBytes: number;
  href: string;
}
