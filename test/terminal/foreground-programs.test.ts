import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { pagerFor, runInForeground, shellIn } from "../../source/terminal/lifecycle.ts";

test.each([
  ["/d/a.csv.gz", { PAGER: "less -R" }, 'gzip -dc -- "$1" | less -R'],
  ["/d/a.csv", { PAGER: "" }, '< "$1" less'],
  ["/d/a.csv", {}, '< "$1" less'],
])("the pager of %s with %j", (path, variables, line) => {
  expect(pagerFor(path, variables)).toMatchObject({ line, words: [path], directory: "/d" });
});

test("less cuts long lines unless LESS says something else", () => {
  expect(pagerFor("/d/a", {}).variables["LESS"]).toBe("S");
  expect(pagerFor("/d/a", { LESS: "R" }).variables["LESS"]).toBe("R");
});

test("the shell is that of the user", () => {
  expect(shellIn("/d", { SHELL: "/bin/zsh" }).words).toEqual(["/bin/zsh"]);
  expect(shellIn("/d", {}).words).toEqual(["sh"]);
});

test("a program resolves with its exit code, and gets its words unchanged", async ({ task }) => {
  const command = { line: '[ "$1" = "a b; \'c" ] && exit 7', directory: "/", variables: {} };
  expect(await runInForeground({ ...command, words: ["a b; 'c"] })).toBe(7);
  const nowhere = { ...command, words: [], directory: `/no-such-folder-${task.id}` };
  expect(await runInForeground(nowhere)).toBeUndefined();
});

test("signals of the keyboard reach their listeners again afterwards", async () => {
  const listeners = () => [process.listeners("SIGINT"), process.listeners("SIGQUIT")];
  const before = listeners();
  await runInForeground({ line: "true", words: [], directory: "/", variables: {} });
  expect(listeners()).toEqual(before);
});

test("^C that comes with the end of a program does not reach this one", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const interrupted = vi.fn();
  process.on("SIGINT", interrupted);
  onTestFinished(() => void process.off("SIGINT", interrupted));
  const interrupt = async () => {
    const arrival = new Promise((resolve) => process.once("SIGINT", resolve));
    process.kill(process.pid, "SIGINT");
    await arrival;
  };
  const running = runInForeground({ line: "true", words: [], directory: "/", variables: {} });
  while (vi.getTimerCount() === 0) await nextTurn();
  await interrupt();
  expect(interrupted).not.toHaveBeenCalled();
  vi.runAllTimers();
  await running;
  await interrupt();
  expect(interrupted).toHaveBeenCalledOnce();
});
