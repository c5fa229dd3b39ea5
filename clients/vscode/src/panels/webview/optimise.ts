/** The page beside the diff: every candidate with its evidence. */

import type { Entry, FromPage, State, ToPage } from "../optimise/messages";
import { button, editor, element, made } from "../page/host";
import { renderLine } from "../page/markdown";

const host = editor<FromPage>();
const page = element("candidates");
/** What is drawn of each candidate, with what it was drawn from. */
let drawn = new Map<string, HTMLElement>();

addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  show(data.state);
});
element("again").addEventListener("click", () => { host.postMessage({ type: "again" }); });
element("stop").addEventListener("click", () => { host.postMessage({ type: "stop" }); });
host.postMessage({ type: "ready" });

function show(state: State): void {
  element("place").textContent = state.place;
  const found = state.entries.length;
  const taken = state.entries.some((one) => one.state === "applied");
  const changed = taken ? "Applied: search again for more" : "The text has changed: search again";
  element("state").textContent = state.stale
    ? changed
    : state.busy ? `Searching… ${found || ""}` : `${found || "Nothing"} found`;
  element("stop").hidden = !state.busy;
  element("again").hidden = state.busy;
  page.setAttribute("aria-busy", String(state.busy));
  const focused = document.activeElement?.id;
  place([...note(state.message), ...sections(state)]);
  if (focused && focused !== document.activeElement?.id) document.getElementById(focused)?.focus();
}

/** What does not change stays in its place: a button that goes between press and release is not clicked. */
function place(wanted: readonly HTMLElement[]): void {
  for (const one of Array.from(page.children)) if (!wanted.some((other) => other === one)) one.remove();
  wanted.forEach((one, at) => {
    if (page.children[at] !== one) page.insertBefore(one, page.children[at] ?? null);
  });
}

function note(message: string): HTMLElement[] {
  if (!message) return [];
  const one = made("p", message, "message");
  one.setAttribute("role", "status");
  return [one];
}

function sections(state: State): HTMLElement[] {
  const now = new Map<string, HTMLElement>();
  for (const one of state.entries) {
    const from = JSON.stringify([one, state.shown === one.id, state.stale]);
    now.set(from, drawn.get(from) ?? entry(one, state));
  }
  drawn = now;
  return [...now.values()];
}

function entry(one: Entry, state: State): HTMLElement {
  const shown = state.shown === one.id;
  const section = made("section", "", `candidate${shown ? " shown" : ""}${one.state === "open" ? "" : " done"}`);
  section.setAttribute("aria-label", one.title);
  const title = made("h2");
  // They can hold no tags of anybody else's: see markdown.ts.
  title.innerHTML = renderLine(one.title);
  section.append(title, made("p", one.short, "short"));
  const list = made("ul", "", "evidence");
  for (const line of one.evidence) {
    const item = made("li");
    item.innerHTML = renderLine(line);
    list.append(item);
  }
  section.append(list);
  if (!one.applies && one.sql) section.append(made("pre", one.sql));
  section.append(one.state === "open" ? actions(one, state) : made("p", one.state === "applied" ? "Applied." : "Rejected."));
  return section;
}

function actions(one: Entry, state: State): HTMLElement {
  const row = made("div", "", "actions");
  const add = (name: "diff" | "apply" | "reject", text: string, title: string): HTMLButtonElement => {
    const made = button(text, title, () => { host.postMessage({ type: name, id: one.id }); }) as HTMLButtonElement;
    made.id = `${name}-${one.id}`;
    row.append(made);
    return made;
  };
  if (one.applies) {
    const apply = add("apply", "Apply", "Put this form into the text");
    apply.className = "primary";
    apply.disabled = state.stale;
    add("diff", "Show diff", "Compare it with the text").disabled = state.stale;
  }
  add("reject", one.applies ? "Reject" : "Dismiss", "Put this one aside");
  return row;
}
