// Move or stretch one's own reservation on a planning table: by dragging, or with the arrows.
//
// The table works without this module: the reservation's link leads to its page, and from there to the form
// that changes its time. What is chosen here leads to that form, filled in; nothing changes before it is sent.
//
// THE CONTRACT WITH THE MARKUP, beside that of grid-select.js
//
// <td data-state="mine" colspan="4" data-start="2026-11-24T09:00+01:00" data-end="2026-11-24T11:00+01:00"
//     data-step="30" data-move-url="/reservations/17/move" data-alike="M02 M03" data-started?><a href="/reservations/17">…</a></td>
//
// data-step     minutes of the machine's grid
// data-alike    the machines that do the same work, to which it may go
// data-started  it has begun: only its end can change
// data-move-status of the frame: the sentence read out, with {day}, {start}, {end} and {duration} in it.
//
// Rows of the same data-machine whose data-line is a date are days: up and down lead from one to the other. Where
// each row is a machine, they lead to those that are alike.

const EDGE = 9; // pixels at either end of a reservation that stretch it
const SLACK = 4; // pixels before a press is a drag
const MINUTE = 60_000;
const A_DAY = 24 * 60;

/** `2026-11-24T09:00+01:00` as minutes of the workshop's dial, and the offset. */
const wall = (text) => Date.parse(`${text.slice(0, 16)}Z`) / MINUTE;
const offset = (text) => text.slice(16);
const written = (minutes) => new Date(minutes * MINUTE).toISOString().slice(0, 16);
const clock = (minutes) => written(minutes).slice(11);

function duration(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (!hours) return `${rest} min`;
  return rest ? `${hours} h ${String(rest).padStart(2, "0")}` : `${hours} h`;
}

class Move {
  constructor(cell) {
    this.cell = cell;
    this.frame = cell.closest(".planning-frame");
    this.row = cell.closest("tr");
    this.step = Number(cell.dataset.step);
    this.hasStarted = "started" in cell.dataset;
    this.was = { start: wall(cell.dataset.start), end: wall(cell.dataset.end) };
    this.target = { ...this.was, row: this.row };
  }

  get changes() {
    const { start, end, row } = this.target;
    return start !== this.was.start || end !== this.was.end || row !== this.row;
  }

  /** The rows of this machine, one for each day; where rows are machines, its own and those alike. */
  get rows() {
    const { machine } = this.row.dataset;
    const codes = this.hasMachinesAsRows ? [machine, ...this.cell.dataset.alike.split(" ")] : [machine];
    return [...this.frame.querySelectorAll("tr[data-line]")].filter((row) => codes.includes(row.dataset.machine));
  }

  get hasMachinesAsRows() {
    return this.row.dataset.line === this.row.dataset.machine;
  }

  daysTo(row) {
    if (row === this.row || this.hasMachinesAsRows) return 0;
    return (Date.parse(row.dataset.line) - Date.parse(this.row.dataset.line)) / MINUTE / A_DAY;
  }

  /** Put the whole of it so many steps from where it was, on a row; on its own where it may not go there. */
  shift(steps, wanted = this.target.row) {
    if (this.hasStarted) return;
    const row = this.rows.includes(wanted) ? wanted : this.row;
    const by = steps * this.step + this.daysTo(row) * A_DAY;
    const [start, end] = [this.was.start + by, this.was.end + by];
    if (Math.floor(start / A_DAY) !== Math.floor(this.was.start / A_DAY) + this.daysTo(row)) return;
    this.become({ start, end, row });
  }

  stretchEnd(end) {
    if (end > this.target.start) this.become({ ...this.target, end });
  }

  stretchStart(start) {
    if (!this.hasStarted && start < this.target.end) this.become({ ...this.target, start });
  }

  become(target) {
    this.target = target;
    this.draw();
    this.tell();
  }

  // What is seen and heard

  get pixelsPerMinute() {
    const from = Math.floor(this.was.start / this.step) * this.step;
    const to = Math.ceil(this.was.end / this.step) * this.step;
    return this.cell.getBoundingClientRect().width / (to - from);
  }

  draw() {
    this.ghost ??= this.frame.appendChild(Object.assign(document.createElement("div"), { className: "move-ghost" }));
    this.cell.classList.add("is-moving");
    const [cell, frame] = [this.cell.getBoundingClientRect(), this.frame.getBoundingClientRect()];
    const row = this.target.row.getBoundingClientRect();
    const days = this.daysTo(this.target.row) * A_DAY;
    const minutes = this.target.start - days - this.was.start;
    const box = {
      left: cell.left - frame.left + this.frame.scrollLeft + minutes * this.pixelsPerMinute,
      top: row.top - frame.top + this.frame.scrollTop,
      width: (this.target.end - this.target.start) * this.pixelsPerMinute,
      height: row.height,
    };
    for (const [side, pixels] of Object.entries(box)) this.ghost.style[side] = `${pixels}px`;
  }

  tell() {
    const heading = this.target.row.querySelector("th").textContent.trim().replace(/\s+/g, " ");
    const { start, end } = this.target;
    const words = { day: heading, start: clock(start), end: clock(end), duration: duration(end - start) };
    const status = this.frame.querySelector(".selection-status");
    status.textContent = this.frame.dataset.moveStatus.replace(/\{(\w+)\}/g, (_, name) => words[name]);
  }

  leave() {
    this.ghost?.remove();
    this.cell.classList.remove("is-moving");
    this.frame.querySelector(".selection-status").textContent = "";
  }

  /** A time of the target's day with the offset that day's clock has. */
  sent(minutes) {
    const near = this.target.row.querySelector("td[data-start]") ?? this.cell;
    return written(minutes) + offset(near.dataset.start);
  }

  follow() {
    const url = new URL(this.cell.dataset.moveUrl, location.href);
    url.searchParams.set("machine", this.target.row.dataset.machine);
    url.searchParams.set("starts_at", this.sent(this.target.start));
    url.searchParams.set("ends_at", this.sent(this.target.end));
    location.assign(url);
  }
}

class GridMoves {
  constructor(frame) {
    this.frame = frame;
    this.move = null;
    this.drag = null;
    frame.addEventListener("pointerdown", (event) => this.press(event));
    frame.addEventListener("pointermove", (event) => this.hint(event));
    document.addEventListener("pointermove", (event) => this.pull(event));
    document.addEventListener("pointerup", (event) => this.release(event));
    document.addEventListener("pointercancel", () => this.giveUp());
    frame.addEventListener("dragstart", (event) => this.cellOf(event) && event.preventDefault());
    frame.addEventListener("click", (event) => this.stayHere(event), true);
    frame.addEventListener("keydown", (event) => this.followKey(event));
    frame.addEventListener("focusout", () => this.drag || this.giveUp());
    window.addEventListener("pageshow", () => this.giveUp());
  }

  /** The click that ends a drag follows no link. */
  stayHere(event) {
    if (this.hasDragged) event.preventDefault();
    this.hasDragged = false;
  }

  cellOf(event) {
    return event.target.closest?.("td[data-move-url]");
  }

  giveUp() {
    this.move?.leave();
    this.move = this.drag = null;
  }

  // Pointer. A finger scrolls and taps; only a mouse or a pen drags.

  edgeOf(cell, x) {
    const box = cell.getBoundingClientRect();
    if (box.right - x <= EDGE) return "end";
    return x - box.left <= EDGE && !("started" in cell.dataset) ? "start" : null;
  }

  hint(event) {
    const cell = this.cellOf(event);
    if (!cell || this.drag) return;
    const edge = this.edgeOf(cell, event.clientX);
    if (edge) cell.dataset.edge = edge;
    else delete cell.dataset.edge;
  }

  press(event) {
    this.hasDragged = false;
    const cell = this.cellOf(event);
    if (!cell || event.button !== 0 || event.pointerType === "touch") return;
    this.giveUp();
    this.drag = { cell, edge: this.edgeOf(cell, event.clientX), x: event.clientX, y: event.clientY };
  }

  pull(event) {
    if (!this.drag) return;
    const { cell, edge, x, y } = this.drag;
    if (!this.move && Math.hypot(event.clientX - x, event.clientY - y) < SLACK) return;
    this.hasDragged = true;
    this.move ??= new Move(cell);
    const { move } = this;
    const steps = Math.round((event.clientX - x) / move.pixelsPerMinute / move.step);
    if (edge === "end") move.stretchEnd(move.was.end + steps * move.step);
    else if (edge === "start") move.stretchStart(move.was.start + steps * move.step);
    else move.shift(steps, this.rowAt(event) ?? move.target.row);
  }

  rowAt(event) {
    return document.elementFromPoint(event.clientX, event.clientY)?.closest("tr[data-line]");
  }

  release() {
    if (!this.drag) return;
    this.drag = null;
    if (this.move?.changes) this.move.follow();
    else this.giveUp();
  }

  // Keyboard

  followKey(event) {
    const cell = this.cellOf(event);
    if (!cell || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") this.giveUp();
    if (event.key === "Enter" && this.move?.changes) {
      event.preventDefault();
      this.move.follow();
    }
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    this.move ??= new Move(cell);
    this.step(event);
  }

  step({ key, shiftKey }) {
    const { move } = this;
    const across = { ArrowRight: 1, ArrowLeft: -1 }[key] ?? 0;
    const down = { ArrowDown: 1, ArrowUp: -1 }[key] ?? 0;
    if (shiftKey) {
      move.stretchEnd(move.target.end + across * move.step);
      return;
    }
    const { target } = move;
    const moved = target.start - move.was.start - move.daysTo(target.row) * A_DAY;
    const row = move.rows[move.rows.indexOf(target.row) + down] ?? target.row;
    const length = target.end - target.start;
    move.shift(moved / move.step + across, row);
    move.stretchEnd(move.target.start + length);
  }
}

for (const frame of document.querySelectorAll("[data-grid-select]")) new GridMoves(frame);
