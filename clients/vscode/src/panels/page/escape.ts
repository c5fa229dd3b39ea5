/** `text` inside HTML and SVG, in elements and in quoted attributes. */
export function escape(text: string): string {
  return text
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
    // Control characters are not allowed in SVG.
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "�"); // eslint-disable-line no-control-regex
}
