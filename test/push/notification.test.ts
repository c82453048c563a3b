import { createCipheriv, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Secret } from "../../source/base/secret.ts";
import { decrypt, readNotification } from "../../source/push/notification.ts";

const key = new Secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
const body =
  "oKGio6SlpqeoqaqrrK2ur+270+86k9JY4tvsHHIZCY36Nzrwr+C0P+0hWzQzl1rxkq+536OcEaP294W2ycrhKkcq1w9g1TVm2t22Fga4sZ//YwG3fmNOiR+f5aofeuq53vgK2+H/SqOh0MG3B4b1NktpGvUbh/OYbO6I8nc=";

test("decrypts a message that another program encrypted", () => {
  expect(decrypt(body, key)).toBe(
    '{"ecpMessageID":"1","payload":{"FileStoreNotification":{"currentAt":"2024-01-18T00:00:00Z"}}}',
  );
});

const flipped = (at: number) => {
  const raw = Buffer.from(body, "base64");
  raw.writeUInt8(raw.readUInt8(at) ^ 1, at);
  return raw.toString("base64");
};

test.each([
  ["with another key", body, new Secret(randomBytes(32).toString("base64"))],
  ["with a key of the wrong length", body, new Secret("AAEC")],
  ["whose head was changed", flipped(0), key],
  ["whose text was changed", flipped(40), key],
  ["whose tag was changed", flipped(Buffer.from(body, "base64").length - 1), key],
  ["that was cut", body.slice(0, 60), key],
  ["that is shorter than its tag", "AAEC", key],
  ["that is plain text", '{"payload":{}}', key],
  ["that is empty", "", key],
])("does not decrypt a message %s", (_, text, used) => {
  expect(decrypt(text, used)).toBeUndefined();
});

test("decrypts what this cipher encrypts, of any length", () => {
  const head = randomBytes(16);
  const cipher = createCipheriv(
    "aes-256-gcm",
    Buffer.from(key.reveal(), "base64"),
    head.subarray(4),
  );
  cipher.setAAD(head);
  const raw = [head, cipher.update("ü".repeat(100_000)), cipher.final(), cipher.getAuthTag()];
  expect(decrypt(Buffer.concat(raw).toString("base64"), key)).toBe("ü".repeat(100_000));
});

const fileSet = {
  bucketName: "bulk-ESG",
  packageId: "4288",
  packageName: "Pack",
  name: "Set\u202e-1",
  numFiles: 2,
  status: "ready",
  attributes: [{ name: "VENUE", value: "caq" }],
  files: { values: [{ id: "1", filename: "../a.gz", href: "https://elsewhere.example/1" }] },
};
const message = (fileset: object) =>
  JSON.stringify({ payload: { FileStoreNotification: { fileset } } });

test("reads what a notification has, without characters that steer a terminal", () => {
  expect(readNotification(message(fileSet))).toEqual({
    bucketName: "bulk-ESG",
    packageId: "4288",
    name: "Set-1",
    status: "READY",
    attributes: [{ name: "VENUE", value: "caq" }],
    files: [{ id: "1", filename: "../a.gz" }],
  });
});

test("reads a notification without files and attributes", () => {
  const { bucketName, name, status } = fileSet;
  expect(readNotification(message({ bucketName, name, status }))).toMatchObject({
    packageId: "",
    files: [],
    attributes: [],
  });
});

test.each([
  "not JSON",
  "{}",
  '{"payload":{"FileStoreNotification":{}}}',
  message({ ...fileSet, name: "" }),
  message({ ...fileSet, bucketName: 7 }),
])("does not take %s for a notification", (text) => {
  expect(readNotification(text)).toBeUndefined();
});
