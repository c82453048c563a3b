import { expect, test } from "vitest";
import { activeField } from "../../source/store/selectors/input-target.ts";
import { type FakeProgram, fakeProgram, goTo } from "../support/fakes/program.ts";

const shrink = ({ program }: FakeProgram) => program.actions.resize({ columns: 30, rows: 8 });
const grow = ({ program }: FakeProgram) => program.actions.resize({ columns: 100, rows: 24 });

test.each(["?", ":", "s", "I", "Y", "o", ",", "e"])(
  "what %s opened stands after a moment below the smallest size",
  async (key) => {
    const fake = fakeProgram();
    await goTo(fake, "files");
    fake.press("Z", key, "j");
    const { overlay } = fake.state();
    expect(overlay).toBeDefined();
    shrink(fake);
    grow(fake);
    expect(fake.state().overlay).toBe(overlay);
  },
);

test("what is typed below the smallest size goes where it went before", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press(":");
  fake.type("sign");
  shrink(fake);
  fake.type("out");
  expect(activeField(fake.state())?.text).toBe("signout");
  fake.press("escape");
  expect(fake.state().overlay).toBeUndefined();
});
