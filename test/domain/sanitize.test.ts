import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sanitize } from "../../source/domain/sanitize.ts";

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
