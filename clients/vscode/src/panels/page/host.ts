/** The editor as a page of ours sees it. */

interface Editor<Message> {
  postMessage(message: Message): void;
}

declare function acquireVsCodeApi(): Editor<unknown>;

/** The way back to the extension; asked for once in each page. */
export function editor<Message>(): Editor<Message> {
  return acquireVsCodeApi();
}

/** The element with an id of the page's own. */
export function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`This page has no ${id}.`);
  return found;
}

/** A new element with a text in it. */
export function made(tag: string, text = "", className = ""): HTMLElement {
  const one = document.createElement(tag);
  one.textContent = text;
  if (className) one.className = className;
  return one;
}

/** A new button. */
export function button(text: string, title: string, run: () => void): HTMLElement {
  const one = made("button", text) as HTMLButtonElement;
  one.type = "button";
  one.title = title;
  one.addEventListener("click", run);
  return one;
}
