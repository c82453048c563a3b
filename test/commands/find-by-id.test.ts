import { expect, it } from "vitest";
import type { Page } from "../../source/api/service.ts";
import { AppError } from "../../source/base/errors.ts";
import { createIdSearch } from "../../source/commands/resolve/find-by-id.ts";
import type { StoredFile } from "../../source/domain/entities.ts";

const idOf = (name: string) => `${name.padStart(4, "0")}-0000-00000000-0000-000000000000`;
const [fileA, fileB, fileC] = [idOf("a"), idOf("b"), idOf("c")];
const [setD, setE] = [idOf("d"), idOf("e")];
const fileWith = (id: string): StoredFile => ({ id, filename: `${id}.csv`, filesetId: "" });

/** A search in a service that has these, and a record of the requests; `failure` is its answer for other ids. */
function makeSearch(failure = unknown()) {
  const asked: string[] = [];
  const answer = async <Value>(isKnown: boolean, value: Value): Promise<Value> => {
    await Promise.resolve();
    if (!isKnown) throw failure;
    return value;
  };
  async function* files(id: string): AsyncGenerator<Page<StoredFile>> {
    asked.push(`files of ${id}`);
    yield { items: await answer([setD, setE].includes(id), [fileWith(`part of ${id}`)]) };
  }
  const file = (id: string) => {
    asked.push(`file ${id}`);
    return answer([fileA, fileB, fileC].includes(id), fileWith(id));
  };
  const none = async function* () {};
  const search = createIdSearch({
    fileStore: {
      files,
      file,
      buckets: none,
      packages: none,
      fileSets: none,
      fileUrl: () => Promise.reject(failure),
    },
    names: undefined,
    signal: new AbortController().signal,
    warn: () => undefined,
  });
  return { asked, search };
}

function unknown(): AppError {
  return new AppError({ kind: "not-found", tried: "Asking", answered: "none", status: 404 });
}

it("asks for both kinds at once for the first id", async () => {
  const { asked, search } = makeSearch();
  const finding = search.find(fileA);
  await Promise.resolve();
  expect(asked).toEqual([`files of ${fileA}`, `file ${fileA}`]);
  expect(await finding).toEqual([fileWith(fileA)]);
});

it("requests the other ids as the kind of the previous one", async () => {
  const { asked, search } = makeSearch();
  const found = await Promise.all([fileA, fileB, fileC].map((id) => search.find(id)));
  expect(found.flat().map(({ id }) => id)).toEqual([fileA, fileB, fileC]);
  expect(asked.slice(2)).toEqual([`file ${fileB}`, `file ${fileC}`]);
});

it("finds ids of both kinds", async () => {
  const { asked, search } = makeSearch();
  for (const id of [setD, setE, fileA, fileB, setD]) {
    const [file] = await search.find(id);
    expect(file?.id).toContain(id);
  }
  expect(asked.slice(2)).toEqual([
    `files of ${setE}`,
    `files of ${fileA}`,
    `file ${fileA}`,
    `file ${fileB}`,
    `file ${setD}`,
    `files of ${setD}`,
  ]);
});

it("continues after an id of neither kind", async () => {
  const { search } = makeSearch();
  const others = [search.find("nothing"), search.find(setD)] as const;
  await expect(others[0]).rejects.toThrow("no file set and no file has that id");
  expect(await others[1]).toHaveLength(1);
});

it("rejects with any other failure", async () => {
  const failure = new AppError({ kind: "service", tried: "Asking", answered: "503", status: 503 });
  const { search } = makeSearch(failure);
  await expect(search.find("nothing")).rejects.toBe(failure);
  await expect(search.find("nothing")).rejects.toBe(failure);
});
