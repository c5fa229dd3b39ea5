/** The page of the explain panel. */

import type { FromPage, Shown, State, ToPage } from "../explain/messages";
import type { Picture } from "../answers";
import { editor, element, made } from "../page/host";
import { render } from "../page/markdown";
import { draw } from "../page/svg";
import { movable } from "../page/zoom";

const host = editor<FromPage>();
const page = element("explanation");
let drawn = "";

addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  show(data.state);
});
toggle("pin", (on) => ({ type: "pin", on }));
toggle("plan", (on) => ({ type: "plan", on }));
element("refresh").addEventListener("click", () => { host.postMessage({ type: "refresh" }); });
page.addEventListener("click", ({ target }) => { follow(target); });
page.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" && event.key !== " ") return;
  if (follow(event.target)) event.preventDefault();
});
host.postMessage({ type: "ready" });

function toggle(id: "pin" | "plan", message: (on: boolean) => FromPage): void {
  const one = element(id);
  one.addEventListener("click", () => {
    host.postMessage(message(one.getAttribute("aria-pressed") !== "true"));
  });
}

function show(state: State): void {
  element("place").textContent = state.place;
  element("pin").setAttribute("aria-pressed", String(state.pinned));
  element("plan").setAttribute("aria-pressed", String(state.plan));
  element("state").textContent = state.busy ? "Working…" : state.stale ? "The text has changed" : "";
  page.setAttribute("aria-busy", String(state.busy));
  page.classList.toggle("stale", state.stale);
  const now = JSON.stringify(state.shown);
  if (!state.shown || now === drawn) return;
  drawn = now;
  fill(state.shown);
}

function fill({ markdown, message, pictures }: Shown): void {
  page.replaceChildren();
  if (message) {
    const note = made("p", message, "message");
    note.setAttribute("role", "alert");
    page.append(note);
  }
  const words = made("article", "", "words");
  // It can hold no tags of anybody else's: see markdown.ts.
  words.innerHTML = render(markdown);
  // The picture comes after what is said first.
  const sections = pictures.map(picture);
  page.append(words);
  const first = words.querySelector("h3");
  for (const one of sections) words.insertBefore(one, first);
  scrollTo(0, 0);
  for (const one of sections) {
    const [frame, buttons] = [one.querySelector<HTMLElement>(".frame"), one.querySelector<HTMLElement>(".buttons")];
    if (frame && buttons) movable(frame, buttons);
  }
}

function picture(one: Picture, number: number): HTMLElement {
  const section = made("section", "", `drawing ${one.kind === "plan" ? "plan" : "flow"}`);
  const head = made("div", "", "caption");
  const buttons = made("span", "", "buttons");
  head.append(made("h3", one.title), buttons);
  const frame = made("div", "", "frame");
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", `${one.title}. Plus and minus scale it, arrows move it`);
  frame.dataset.picture = String(number);
  frame.innerHTML = draw(one, String(number), letterWidth());
  section.append(head, frame);
  return section;
}

/** Tells the extension to show what a box stands for; false for what is no link. */
function follow(target: EventTarget | null): boolean {
  const node = (target as Element | null)?.closest<SVGGElement>(".link");
  const frame = node?.closest<HTMLElement>(".frame");
  if (!node || !frame) return false;
  host.postMessage({
    type: "reveal",
    picture: Number(frame.dataset.picture),
    node: node.dataset.node ?? "",
  });
  return true;
}

let letter: number | undefined;

/** How wide a letter is in the font of the boxes. */
function letterWidth(): number {
  if (letter !== undefined) return letter;
  const probe = made("span", "m".repeat(40), "probe");
  document.body.append(probe);
  letter = probe.getBoundingClientRect().width / 40 || undefined;
  probe.remove();
  return (letter ??= 7.3);
}
