import { expect, it } from "vitest";
import { fileOfAddress } from "../../source/api/client.ts";
import { Secret } from "../../source/base/secret.ts";
import { localFileName } from "../../source/domain/file-name.ts";
import { recorded } from "../support/fixtures/recorded.ts";

it.each(Object.entries(recorded.addresses))(
  "the recorded address of %s has the file's name and set",
  (id, address) => {
    const query = new URL(address).searchParams;
    const file = fileOfAddress(id, new Secret(address));
    expect(file).toMatchObject({
      id: query.get("x-file-Id"),
      filename: query.get("x-file-name"),
      filesetId: query.get("x-fileset-id"),
    });
    const lastSegment = address.split("?")[0]?.split("/").at(-1) ?? "";
    expect(localFileName(file.filename)).toBe(lastSegment.replaceAll("%3A", "_"));
  },
);

it("a control character of an address is _ in the file's name, as on disk", () => {
  const address = "https://objects.example/set/a%0Ab%07.csv?x-fileset-id=4289";
  expect(fileOfAddress("1", new Secret(address)).filename).toBe("a_b_.csv");
});
