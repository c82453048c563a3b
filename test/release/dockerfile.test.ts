import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const text = readFileSync(new URL("../../Dockerfile", import.meta.url), "utf8");
const instructions = text
  .replaceAll("\\\n", " ")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => ({ name: line.split(" ", 1)[0], value: line.slice(line.indexOf(" ") + 1) }));
const last = (name: string) => instructions.findLast((one) => one.name === name)?.value;

describe("the Dockerfile", () => {
  it("starts cfs itself, without a shell that would keep SIGTERM from it", () => {
    expect(JSON.parse(last("ENTRYPOINT") ?? "")).toEqual(["/usr/bin/cfs"]);
    expect(last("STOPSIGNAL")).toBe("SIGTERM");
    expect(last("CMD")).toBeUndefined();
  });

  it("runs as a numbered user that is not root, and changes nothing afterwards", () => {
    expect(last("USER")).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const user = instructions.findIndex(({ name }) => name === "USER");
    const later = instructions.slice(user).map(({ name }) => name);
    expect(later).not.toContain("RUN");
    expect(later).not.toContain("COPY");
  });

  it("is made of one base image and the Debian package", () => {
    expect(instructions.filter(({ name }) => name === "FROM")).toHaveLength(1);
    expect(last("COPY")).toBe("lseg-cfs_*_amd64.deb /tmp/");
    expect(last("RUN")).toContain("/tmp/lseg-cfs_*_amd64.deb");
  });
});
