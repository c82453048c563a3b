import { expect, test } from "vitest";
import { metadataOfParts } from "../../source/s3/same-object.ts";

const file = { fileId: "1", fileSetId: "2", name: "a.csv.gz" };
const ids = { "cfs-file-id": "1", "cfs-file-set-id": "2" };

test("an object in parts has its ids as metadata", () => {
  expect(metadataOfParts(file)).toEqual(ids);
});

test("and the listed MD5, also in the form that rclone reads", () => {
  expect(metadataOfParts({ ...file, md5: "0CC175B9C0F1B6A831C399E269772661" })).toEqual({
    ...ids,
    "cfs-md5": "0cc175b9c0f1b6a831c399e269772661",
    md5chksum: "DMF1ucDxtqgxw5niaXcmYQ==",
  });
});
