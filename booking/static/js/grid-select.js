// Choose a span of free time on a planning table: by dragging, or with Shift and the arrows.
//
// The table works without this module: every free cell holds a link to the prefilled form.
//
// THE CONTRACT WITH THE MARKUP
//
// <div class="planning-frame" tabindex="0" role="region" aria-label="Planning" data-grid-select
//      data-new-url="/reservations/new" data-status="{start} – {end} ({duration})">
//   <table class="planning planning-hours">                     hours run across (a row = one line)
//     <caption>…</caption>                              (planning-rows-of-time: hours run down)
//     <colgroup><col><col span="24"></colgroup>         one column per step of the grid, of equal width
//     <thead><tr><th scope="col">Machine</th>
//                <th scope="col" colspan="2">08:00</th>…</tr></thead>
//     <tbody>
//       <tr><th scope="rowgroup" colspan="…"><span>Atelier bois</span></th></tr>    optional
//       <tr data-line="M01" data-machine="M01" data-today?><th scope="row">…</th>
//         <td data-state="free" data-start="2026-11-23T08:00+01:00" data-end="2026-11-23T08:30+01:00">
//           <a href="/reservations/new?machine=M01&starts_at=…&ends_at=…">08:00 <b>4/6</b></a></td>
//         <td data-state="mine" colspan="4"><a href="/reservations/17"><span class="slot-text">…</span></a></td>
//         <td data-state="taken" colspan="2"><span class="slot-text">Pris</span></td>
//         …
//   </table>
//   <div class="selection-status" role="status"></div>
// </div>
//
// data-state   free | taken | buffer | closed | mine | out-of-service | refused | past | later | no-such-time
//              A free cell carries its time, shown when one comes to it, and for a pool how many units are
//              free. Any other carries its word: as .slot-text, or visually-hidden where it is too narrow.
//              A refused cell holds a link to the page that says why.
// data-line    of the row: what one span may not leave: the machine's code on a day page, the local date on a week page.
// data-machine of the row: the code sent on. data-start, data-end: ISO 8601 with the site's offset, so that the
//              hours shown can be read off the text. Cells of one line stand in order of time; two of
//              them are neighbours when the end of one is the start of the next.
// data-half    optional, on a free cell after which no full hour begins: a fainter line.
// data-now     optional, on the heading of the present hour: a mark.
// The selection leads to data-new-url?machine=…&starts_at=…&ends_at=… ; data-new-url may already carry
// a query. data-status is the sentence read out, with {start}, {end} and {duration} in it.

const SELECTED = "is-selected";
const ARROWS = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

const wallTime = (instant) => instant.slice(11, 16);
const minutesBetween = (start, end) => (Date.parse(end) - Date.parse(start)) / 60000;

function duration(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (!hours) return `${rest} min`;
  return rest ? `${hours} h ${String(rest).padStart(2, "0")}` : `${hours} h`;
}

class GridSelection {
  constructor(frame) {
    this.frame = frame;
    this.status = frame.querySelector(".selection-status");
    this.cells = [...frame.querySelectorAll('td[data-state="free"][data-start][data-end]')];
    this.anchor = null;
    this.chosen = [];
    this.dragging = false;
    this.keepOneTabStop();
    this.listen();
  }

  listen() {
    this.frame.addEventListener("pointerdown", (event) => this.startDrag(event));
    this.frame.addEventListener("pointerover", (event) => this.continueDrag(event));
    this.frame.addEventListener("keydown", (event) => this.followKey(event));
    this.frame.addEventListener("click", (event) => this.followClick(event), true);
    this.frame.addEventListener("dragstart", (event) => event.preventDefault());
    this.frame.addEventListener("focusin", (event) => this.followFocus(event));
    document.addEventListener("pointerup", (event) => this.endDrag(event));
    document.addEventListener("pointercancel", () => this.clear());
    window.addEventListener("pageshow", () => this.clear());
  }

  // Hundreds of links would be hundreds of tab stops: the arrows move within, Tab moves on.
  keepOneTabStop() {
    for (const cell of this.cells) this.link(cell).tabIndex = -1;
    if (this.cells.length) this.link(this.cells[0]).tabIndex = 0;
  }

  link(cell) {
    return cell.querySelector("a");
  }

  row(cell) {
    return cell.closest("tr");
  }

  cellOf(event) {
    const cell = event.target.closest?.("td[data-start]");
    return this.cells.includes(cell) ? cell : null;
  }

  followFocus(event) {
    const cell = this.cellOf(event);
    if (!cell) return;
    for (const other of this.cells) this.link(other).tabIndex = other === cell ? 0 : -1;
  }

  // Pointer. A finger scrolls and taps; only a mouse or a pen drags.

  startDrag(event) {
    const cell = this.cellOf(event);
    if (!cell || event.button !== 0 || event.pointerType === "touch") return;
    this.dragging = true;
    this.anchor = cell;
    this.select(cell);
  }

  continueDrag(event) {
    if (!this.dragging) return;
    const cell = this.cellOf(event);
    if (cell) this.select(cell);
  }

  endDrag(event) {
    if (!this.dragging) return;
    this.dragging = false;
    if (this.chosen.length > 1 && this.frame.contains(event.target)) this.follow();
    else this.clear();
  }

  // Keyboard

  followKey(event) {
    const cell = this.cellOf(event);
    if (!cell) return;
    if (event.key === "Escape") this.clear();
    if (event.key === "Enter" && this.chosen.length > 1) {
      event.preventDefault();
      this.follow();
    }
    const step = ARROWS[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey) this.extend(cell, step);
    else this.move(cell, step);
  }

  move(cell, step) {
    this.clear();
    const next = this.nearest(cell, step);
    if (next) this.link(next).focus();
  }

  extend(cell, step) {
    if (!this.chosen.length) this.anchor = cell;
    const next = this.nearest(cell, step);
    if (next && this.select(next)) this.link(next).focus();
    else if (!this.chosen.length) this.select(cell);
  }

  /** The next free cell in a direction, judged by where cells are drawn: spans make counting useless. */
  nearest(cell, [right, down]) {
    const from = cell.getBoundingClientRect();
    let best = null;
    let least = Infinity;
    for (const other of this.cells) {
      if (other === cell) continue;
      const to = other.getBoundingClientRect();
      const across = (to.left - from.left) * right + (to.top - from.top) * down;
      const aside = Math.abs((to.left - from.left) * down) + Math.abs((to.top - from.top) * right);
      const sideways = aside > (down ? from.width : from.height) / 2;
      if (across <= 1 || (right && sideways)) continue;
      const distance = across + aside * 4;
      if (distance < least) {
        least = distance;
        best = other;
      }
    }
    return best;
  }

  // Selection

  /** Select from the anchor to this cell; false when they are not one unbroken free span. */
  select(cell) {
    const span = this.span(this.anchor, cell);
    if (!span) return false;
    for (const other of this.chosen) other.classList.remove(SELECTED);
    for (const other of span) other.classList.add(SELECTED);
    this.chosen = span;
    this.tell();
    return true;
  }

  span(one, other) {
    const row = this.row(one);
    if (row.dataset.line !== this.row(other).dataset.line) return null;
    const line = this.cells.filter((cell) => this.row(cell).dataset.line === row.dataset.line);
    const [from, to] = [line.indexOf(one), line.indexOf(other)].sort((a, b) => a - b);
    const cells = line.slice(from, to + 1);
    const unbroken = cells.every(
      (cell, index) => !index || Date.parse(cells[index - 1].dataset.end) === Date.parse(cell.dataset.start),
    );
    return unbroken ? cells : null;
  }

  get period() {
    return { start: this.chosen[0].dataset.start, end: this.chosen.at(-1).dataset.end };
  }

  tell() {
    const { start, end } = this.period;
    const words = {
      start: wallTime(start),
      end: wallTime(end),
      duration: duration(minutesBetween(start, end)),
    };
    this.status.textContent = this.frame.dataset.status.replace(/\{(\w+)\}/g, (_, name) => words[name]);
  }

  clear() {
    for (const cell of this.chosen) cell.classList.remove(SELECTED);
    this.chosen = [];
    this.dragging = false;
    this.status.textContent = "";
  }

  followClick(event) {
    if (this.chosen.length > 1) event.preventDefault();
  }

  follow() {
    const { start, end } = this.period;
    const url = new URL(this.frame.dataset.newUrl, location.href);
    url.searchParams.set("machine", this.row(this.chosen[0]).dataset.machine);
    url.searchParams.set("starts_at", start);
    url.searchParams.set("ends_at", end);
    location.assign(url);
  }
}

for (const frame of document.querySelectorAll("[data-grid-select]")) new GridSelection(frame);
