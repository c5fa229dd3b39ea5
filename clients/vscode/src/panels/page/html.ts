/** The page of a panel: one script and one style sheet of the extension's own, and nothing else. */

import { escape } from "./escape";

export interface Page {
  title: string;
  /** Addresses that the webview may load, and the origin they have there. */
  script: string;
  style: string;
  origin: string;
  nonce: string;
  body: string;
}

export function html(page: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src ${page.origin}`,
    `script-src 'nonce-${page.nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escape(page.style)}">
<title>${escape(page.title)}</title>
</head>
<body>
${page.body}
<script nonce="${escape(page.nonce)}" src="${escape(page.script)}"></script>
</body>
</html>`;
}
