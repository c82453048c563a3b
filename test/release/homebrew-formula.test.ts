import { expect, it } from "vitest";
import { homebrewFormula } from "../../scripts/homebrew-formula.mjs";

const program = {
  name: "lseg-cfs",
  version: "1.2.0",
  description: 'A terminal program for LSEG\'s "files": sign in, pull files.',
  license: "MIT",
};

it("a Homebrew formula names package, digest, licence and what it is", () => {
  const lines = homebrewFormula(program, "ab12").split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "class LsegCfs < Formula",
    '  desc "Terminal program for LSEG\'s \\"files\\""',
    '  url "https://registry.npmjs.org/lseg-cfs/-/lseg-cfs-1.2.0.tgz"',
    '  sha256 "ab12"',
    '  license "MIT"',
  ]);
});

it("a Homebrew formula installs manual and completions from the package", () => {
  const formula = homebrewFormula(program, "ab12");
  const installed = [...formula.matchAll(/shared\/"([^"]+)"/g)].map(([, path]) => path);
  expect(formula).toContain('libexec/"lib/node_modules/lseg-cfs/dist/share"');
  expect(installed).toEqual([
    "man/man1/cfs.1",
    "bash-completion/completions/cfs",
    "zsh/site-functions/_cfs",
    "fish/vendor_completions.d/cfs.fish",
  ]);
});

it("a Homebrew formula has a homepage if the package has one", () => {
  const homepage = "https://cfs.example.com";
  expect(homebrewFormula({ ...program, homepage }, "ab12")).toContain(`  homepage "${homepage}"\n`);
});
