import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { sanitize, sanitizeName, withoutSequences } from "../../source/domain/sanitize.ts";

describe("sanitize", () => {
  it("takes out escapes, controls and bidi marks, and keeps the rest", () => {
    expect(sanitize("a\u001b[31mb\u0007c\u009b2Jd\u202ee\u2066f\ufeff")).toBe("a[31mb" + "c2Jdef");
    expect(sanitize("Données 数据 👩‍💻 ok")).toBe("Données 数据 👩‍💻 ok");
  });

  it("leaves nothing that steers a terminal, whatever comes in, and is idempotent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const clean = sanitize(text);
        expect(clean).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(sanitize(clean)).toBe(clean);
      }),
    );
  });
});

test("a file's name has _ for each control character, and no bidi marks", () => {
  expect(sanitizeName("a\nb\u0007c\u009bd\u202ee.csv")).toBe("a_b_c_de.csv");
});

test.each([
  ["a colour", "bulk\u001b[1;31m-ESG\u001b[0m"],
  ["a key of a terminal", "bulk\u001b[200~-ESG\u001bOP"],
  ["a window title", "bulk\u001b]0;title\u0007-ESG"],
  ["a link, ended by Esc and backslash", "bulk\u001b]8;;https://a.example\u001b\\-ESG"],
  ["a device's text", "bulk\u001bPq#0;2;0\u001b\\-ESG"],
  ["the short spelling", "bulk\u009b31m-ESG"],
  ["a choice of characters", "bulk\u001b(B-ESG"],
  ["a text that never ends", "bulk-ESG\u001b]52;c;Y2xpcA=="],
])("of %s nothing stays", (_, text) => {
  expect(withoutSequences(text)).toBe("bulk-ESG");
});
