/**
 * The Homebrew formula of a release: it installs the npm package on the Node of Homebrew, with manual
 * and completions. `sha256` is the digest of the package.
 */
export function homebrewFormula({ name, version, description, license, homepage }, sha256) {
  const summary = description.split(": ", 1)[0].replace(/^An? /, "");
  const lines = [
    `class ${classOf(name)} < Formula`,
    `  desc ${JSON.stringify(capitalised(summary))}`,
    ...(homepage === undefined ? [] : [`  homepage ${JSON.stringify(homepage)}`]),
    `  url "https://registry.npmjs.org/${name}/-/${name}-${version}.tgz"`,
    `  sha256 "${sha256}"`,
    `  license "${license}"`,
    "",
    '  depends_on "node"',
    "",
    "  def install",
    '    system "npm", "install", *std_npm_args',
    '    bin.install_symlink libexec.glob("bin/*")',
    `    shared = libexec/"lib/node_modules/${name}/dist/share"`,
    '    man1.install_symlink shared/"man/man1/cfs.1"',
    '    bash_completion.install_symlink shared/"bash-completion/completions/cfs"',
    '    zsh_completion.install_symlink shared/"zsh/site-functions/_cfs"',
    '    fish_completion.install_symlink shared/"fish/vendor_completions.d/cfs.fish"',
    "  end",
    "",
    "  test do",
    '    assert_equal version.to_s, shell_output("#{bin}/cfs --version").strip',
    "  end",
    "end",
  ];
  return `${lines.join("\n")}\n`;
}

/** Homebrew derives the name of a class from the name of its file. */
function classOf(name) {
  return name.split("-").map(capitalised).join("");
}

function capitalised(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
