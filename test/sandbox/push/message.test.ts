import { expect } from "vitest";
import { seal } from "../../../source/sandbox/push/message.ts";
import { addPackage, open, subscribed } from "../../support/sandbox/subscriber.ts";
import { test } from "../../support/test.ts";

const key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

test("encrypts as a second implementation of the recorded scheme does", () => {
  const text =
    '{"ecpMessageID":"1","payload":{"FileStoreNotification":{"currentAt":"2024-01-18T00:00:00Z"}}}';
  const header = Buffer.from("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf", "hex");
  const body =
    "oKGio6SlpqeoqaqrrK2ur+270+86k9JY4tvsHHIZCY36Nzrwr+C0P+0hWzQzl1rxkq+536OcEaP294W2ycrhKkcq1w9g1TVm2t22Fga4sZ//YwG3fmNOiR+f5aofeuq53vgK2+H/SqOh0MG3B4b1NktpGvUbh/OYbO6I8nc=";
  expect(seal(text, key, header)).toBe(body);
  expect(open(body, key)).toEqual(JSON.parse(text));
  expect(seal(text, key)).not.toBe(seal(text, key));
});

test("describes the file set and all its files", async ({ sandbox }) => {
  const reader = await subscribed(sandbox);
  const { packageId } = addPackage(sandbox);
  const fileSet = sandbox.push.publish({
    name: "Set",
    packageId,
    attributes: [{ name: "VENUE", value: "caq" }],
    files: Array.from({ length: 30 }, (_, part) => ({ filename: `${part}.csv.gz`, bytes: 9 })),
  });
  const [message] = await reader.receive();
  const notification = open(message?.Body ?? "", reader.key);
  expect(notification).toEqual({
    ecpMessageID: expect.any(String),
    distributionSeqNo: 1,
    sourceTimestamp: expect.stringMatching(/Z$/),
    distributionTimestamp: expect.stringMatching(/Z$/),
    payload: {
      FileStoreNotification: {
        currentAt: expect.stringMatching(/Z$/),
        fileset: {
          bucketName: "bulk-One",
          packageId,
          packageName: "One",
          name: "Set",
          numFiles: 30,
          status: "READY",
          attributes: [{ name: "VENUE", value: "caq" }],
          files: { values: expect.any(Array) },
        },
      },
    },
  });
  const [first] = sandbox.catalogue.filesOf(fileSet);
  const { values } = notification.payload.FileStoreNotification.fileset.files;
  expect(values).toHaveLength(30);
  expect(values[0]).toEqual({
    id: first?.id,
    filename: first?.filename,
    fileSizeInBytes: 9,
    href: `${sandbox.host}/file-store/v1/files/${first?.id}/stream`,
  });
});
