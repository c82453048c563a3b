import { join } from "node:path";
import { expect } from "vitest";
import { freePath } from "../../source/files/free-name.ts";
import { test as it } from "../support/test.ts";

it("does not take a name as free if it cannot be checked", async ({ folder }) => {
  const wanted = join(folder, "n".repeat(300));
  await expect(freePath(wanted, async () => false)).rejects.toMatchObject({
    code: "ENAMETOOLONG",
  });
});
