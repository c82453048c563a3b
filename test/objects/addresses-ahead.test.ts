import { expect, it } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { Secret } from "../../source/base/secret.ts";
import { createAddressesAhead } from "../../source/objects/addresses-ahead.ts";

const ids = Array.from({ length: 40 }, (_, index) => `file-${index}`);
const never = new AbortController().signal;

function makeAhead(locate = async (fileId: string) => new Secret(`address of ${fileId}`)) {
  const asked: string[] = [];
  let nowMs = 0;
  const ahead = createAddressesAhead(
    {
      locate(fileId) {
        asked.push(fileId);
        return locate(fileId);
      },
      open: () => Promise.reject(new Error("nothing is opened here")),
    },
    () => nowMs,
  );
  return {
    ahead,
    asked,
    address: async (fileId: string) => (await ahead.source.locate(fileId, never)).reveal(),
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

it("requests nothing before the first download does, then 16 more", async () => {
  const { ahead, asked, address } = makeAhead();
  ahead.expect(ids);
  expect(asked).toEqual([]);
  expect(await address("file-0")).toBe("address of file-0");
  expect(asked.sort()).toEqual(ids.slice(0, 17).sort());
});

it("requests each file once, and the next one whenever one was handed out", async () => {
  const { ahead, asked, address } = makeAhead();
  ahead.expect(ids);
  for (const id of ids) expect(await address(id)).toBe(`address of ${id}`);
  expect(asked.sort()).toEqual([...ids].sort());
});

it("hands an address out once, and never an old one", async () => {
  const { ahead, asked, address, pass } = makeAhead();
  ahead.expect(ids.slice(0, 3));
  await address("file-0");
  await address("file-1");
  await address("file-1");
  pass(61_000);
  await address("file-2");
  const count = (fileId: string) => asked.filter((id) => id === fileId).length;
  expect(ids.slice(0, 3).map(count)).toEqual([1, 2, 2]);
});

it("makes room for the next file if one needs no address", async () => {
  const { ahead, asked, address } = makeAhead();
  ahead.expect(ids);
  await address("file-0");
  ahead.drop("file-1");
  ahead.drop("file-39");
  expect(asked).toHaveLength(18);
  ahead.end();
  ahead.drop("file-2");
  expect(asked).toHaveLength(18);
});

it("leaves a failure to the download, which may retry", async () => {
  const failure = new AppError({ kind: "service", tried: "Asking", answered: "503", status: 503 });
  let isFailing = true;
  const { ahead, address } = makeAhead(async (fileId) => {
    if (isFailing && fileId === "file-1") throw failure;
    return new Secret(fileId);
  });
  ahead.expect(ids);
  await address("file-0");
  await expect(address("file-1")).rejects.toBe(failure);
  isFailing = false;
  expect(await address("file-1")).toBe("file-1");
});
