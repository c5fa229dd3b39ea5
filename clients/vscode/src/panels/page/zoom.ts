/** Moves and scales a drawing in its frame: by mouse, wheel, buttons and keys. */

const STEP = 1.25;
const LEAST = 0.2;
const MOST = 5;
const MOVE = 40;

/** Makes the picture in `frame` movable. `buttons` gets buttons for those who have no wheel. */
export function movable(frame: HTMLElement, buttons: HTMLElement): void {
  const found = frame.querySelector<SVGSVGElement>("svg");
  if (!found) return;
  const svg = found;
  const width = Number(svg.getAttribute("width"));
  let scale = 1;

  const show = (): void => {
    svg.setAttribute("width", String(Math.round(width * scale)));
    svg.removeAttribute("height");
  };
  const zoom = (factor: number): void => {
    const before = scale;
    scale = Math.min(MOST, Math.max(LEAST, scale * factor));
    const x = frame.scrollLeft + frame.clientWidth / 2;
    const y = frame.scrollTop + frame.clientHeight / 2;
    show();
    frame.scrollTo((x * scale) / before - frame.clientWidth / 2, (y * scale) / before - frame.clientHeight / 2);
  };
  const fit = (): void => {
    scale = Math.min(1, Math.max(LEAST, (frame.clientWidth - 4) / width));
    show();
    frame.scrollTo(0, 0);
  };
  const named: [string, string, () => void][] = [
    ["−", "Smaller", () => { zoom(1 / STEP); }],
    ["+", "Larger", () => { zoom(STEP); }],
    ["Fit", "As wide as the panel", fit],
  ];
  for (const [text, title, run] of named) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.title = title;
    button.setAttribute("aria-label", title);
    button.addEventListener("click", run);
    buttons.append(button);
  }
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP);
  }, { passive: false });
  frame.addEventListener("keydown", (event) => {
    const keys: Record<string, () => void> = {
      "+": () => { zoom(STEP); },
      "=": () => { zoom(STEP); },
      "-": () => { zoom(1 / STEP); },
      "0": fit,
      ArrowLeft: () => { frame.scrollBy(-MOVE, 0); },
      ArrowRight: () => { frame.scrollBy(MOVE, 0); },
      ArrowUp: () => { frame.scrollBy(0, -MOVE); },
      ArrowDown: () => { frame.scrollBy(0, MOVE); },
    };
    const run = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
  draggable(frame);
  fit();
}

function draggable(frame: HTMLElement): void {
  let last: { x: number; y: number } | undefined;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.target as Element).closest(".link")) return;
    last = { x: event.clientX, y: event.clientY };
    frame.setPointerCapture(event.pointerId);
    frame.classList.add("moving");
  });
  frame.addEventListener("pointermove", (event) => {
    if (!last) return;
    frame.scrollBy(last.x - event.clientX, last.y - event.clientY);
    last = { x: event.clientX, y: event.clientY };
  });
  const end = (): void => {
    last = undefined;
    frame.classList.remove("moving");
  };
  frame.addEventListener("pointerup", end);
  frame.addEventListener("pointercancel", end);
}
