/** Markdown of the server as HTML that can do nothing: no tags of its own, no links, no images. */

import MarkdownIt from "markdown-it";

// Names and comments of a schema are in these texts: whoever wrote them must not reach the user's clicks.
const markdown = new MarkdownIt({ html: false, linkify: false }).disable(["link", "image", "autolink", "reference", "html_inline", "html_block"]);

const PICTURE = /(?:^#+ [^\n]*\n+)?^```mermaid\n[\s\S]*?^```\n?/gm;

/** One line, for a heading or an item of a list. */
export function renderLine(text: string): string {
  return markdown.renderInline(text);
}

/** The page of an explanation without its pictures, which are drawn. */
export function render(text: string): string {
  return markdown.render(text.replace(PICTURE, ""));
}
