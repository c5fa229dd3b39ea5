import { describe, expect, test } from "vitest";
import { html } from "../../src/panels/page/html";
import { render } from "../../src/panels/page/markdown";

describe("markdown", () => {
  test("headings, lists, tables and code are shown", () => {
    const page = render("Lists `a`.\n\n### Columns\n\n| column | type |\n|---|---|\n| `a` | INT |\n\n1. one\n   - two");
    expect(page).toContain("<h3>Columns</h3>");
    expect(page).toContain("<td><code>a</code></td>");
    expect(page).toMatch(/<ol>\s*<li>one\s*<ul>/);
  });

  test.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](command:workbench.action.quit)",
    "[click](https://example.com)",
    "![x](https://example.com/a.png)",
    "<https://example.com>",
    "<command:x>",
    "[a]: https://example.com\n\n[a]",
    "https://example.com",
    "| <b>x</b> | [y](command:z) |\n|---|---|\n| <iframe> | ![a](b) |",
    "<div\n\nstyle=x>",
    "`<b>`",
    "```html\n<b>x</b>\n```",
    "\\<b> &lt;b&gt; &#60;b&#62;",
  ])("%s makes no link, picture or tag", (text) => {
    const page = render(text);
    expect(page).not.toMatch(/<(script|img|a|iframe|div|b|svg|object)\b/i);
    expect(page).not.toMatch(/<[^>]* (href|src|on\w+|style)=/i);
  });

  test("diagrams are left out with their headings: they are drawn", () => {
    const page = render("One.\n\n### Data flow\n\n```mermaid\nflowchart LR\n  a --> b\n```\n\n### Plan\n\n- two");
    expect(page).not.toContain("flowchart");
    expect(page).not.toContain("Data flow");
    expect(page).toContain("<h3>Plan</h3>");
  });
});

test("a page runs its own script only, and loads nothing from elsewhere", () => {
  const page = html({
    title: 'a"><script>',
    script: "https://here/explain.js",
    style: "https://here/panels.css",
    origin: "https://here",
    nonce: "abc",
    body: "<main></main>",
  });
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll("&#39;", "'");
  expect(policy).toBe("default-src 'none'; style-src https://here; script-src 'nonce-abc'; base-uri 'none'; form-action 'none'");
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toMatch(/ (on\w+|style)=/);
});
