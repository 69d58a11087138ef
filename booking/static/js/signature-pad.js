// Draw a signature with a finger, a pen or the mouse.
//
// The page works without this module: a code is typed instead, or the person signs in the own account.
//
// THE CONTRACT WITH THE MARKUP
//
// <div data-signature-pad data-for="drawing" data-width="600" data-height="200" hidden>
//   <svg><path d=""></path></svg> <button type="button" data-clear>…</button>
// </div>
//
// data-for  the hidden input that takes the strokes: "M10 20L30 40…" in whole units of the pad.

const CLOSEST = 4; // units of the pad between two points of a stroke
const MOST = 7600; // characters; beyond that the pad takes no more strokes

class Pad {
  constructor(frame) {
    this.svg = frame.querySelector("svg");
    this.path = frame.querySelector("path");
    this.input = document.getElementById(frame.dataset.for);
    this.size = { x: Number(frame.dataset.width), y: Number(frame.dataset.height) };
    this.drawn = "";
    this.stroke = null;
    this.svg.addEventListener("pointerdown", (event) => this.begin(event));
    this.svg.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => this.end());
    frame.querySelector("[data-clear]").addEventListener("click", () => this.show((this.drawn = "")));
    frame.hidden = false;
  }

  point(event) {
    const box = this.svg.getBoundingClientRect();
    const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return {
      x: within(((event.clientX - box.left) / box.width) * this.size.x, this.size.x),
      y: within(((event.clientY - box.top) / box.height) * this.size.y, this.size.y),
    };
  }

  begin(event) {
    if (this.drawn.length > MOST) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    this.stroke = [this.point(event)];
  }

  go(event) {
    if (!this.stroke || this.written.length > MOST) return;
    const point = this.point(event);
    const last = this.stroke.at(-1);
    if (Math.abs(point.x - last.x) + Math.abs(point.y - last.y) < CLOSEST) return;
    this.stroke.push(point);
    this.show(this.written);
  }

  end() {
    if (this.stroke?.length > 1) this.drawn = this.written;
    this.stroke = null;
    this.show(this.drawn);
  }

  /** What is drawn, with the stroke under way. */
  get written() {
    if (!this.stroke || this.stroke.length < 2) return this.drawn;
    return `${this.drawn}M${this.stroke.map((point) => `${point.x} ${point.y}`).join("L")}`;
  }

  show(path) {
    this.path.setAttribute("d", path);
    this.input.value = path;
  }
}

for (const frame of document.querySelectorAll("[data-signature-pad]")) new Pad(frame);
