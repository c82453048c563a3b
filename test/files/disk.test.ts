import { expect, it } from "vitest";
import { isDamagedData } from "../../source/base/errors.ts";
import { diskError } from "../../source/files/disk.ts";

const failing = (code: string) => Object.assign(new Error(`${code}: refused`), { code });

it.each([
  ["EIO", "disk"],
  ["ENOTFILE", "disk"],
  ["ERR_CRYPTO_OPERATION_FAILED", "unexpected"],
  ["ERR_OSSL_EVP_UNSUPPORTED", "unexpected"],
  ["Z_MEM_ERROR", "unexpected"],
])(
  "%s is a failure of kind %s: advice about the disk helps with its own failures only",
  (code, kind) => {
    const { advice, kind: found } = diskError(failing(code), "Saving a.csv");
    expect(found).toBe(kind);
    expect(advice === undefined).toBe(kind !== "disk");
  },
);

it.each([
  ["Z_DATA_ERROR", true],
  ["Z_BUF_ERROR", true],
  ["ERR_BUFFER_TOO_LARGE", true],
  ["Z_MEM_ERROR", false],
  ["EIO", false],
])("%s says that data is damaged: %s", (code, isDamage) => {
  expect(isDamagedData(failing(code))).toBe(isDamage);
});
