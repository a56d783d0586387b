// The table of figures: sorted by a click on a column, filtered by words, kind and state. The rows of the page, by their
// articles, are there without it. Where there are more pages, their rows are read, page by page, when somebody first
// sorts or filters; each row then says which article it is from.

const SHOWN = 500;

/** So many pages are asked for at a time. */
const AHEAD = 6;

/** What is found so far is shown anew after so many milliseconds. */
const PAUSE = 250;

class FiguresTable extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.own = rowsOf(this);
    this.all = [];
    this.sort = { key: "", down: false };
    this.choices(this.own);
    this.form.hidden = false;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", () => this.update());
    for (const head of this.querySelectorAll("th[data-key]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = this.sort.key === head.dataset.key ? !this.sort.down : head.dataset.key === "value";
        this.sort = { key: head.dataset.key, down };
        for (const other of this.querySelectorAll("th[data-key]")) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        this.update();
      });
    }
  }

  /** Offers what some rows have to be chosen. */
  choices(rows) {
    const { measure, status } = this.form.elements;
    this.measures = new Set([...(this.measures ?? []), ...rows.map((it) => it.dataset.measure)]);
    for (const option of measure.options) option.hidden = option.value && !this.measures.has(option.value);
    measure.parentElement.hidden = this.measures.size < 2;
    const known = new Set([...status.options].map((it) => it.value));
    const missing = new Set(rows.map(state).filter((it) => it && !known.has(it)));
    for (const label of [...missing].sort()) status.append(new Option(label, label));
    status.parentElement.hidden = status.options.length < 2;
  }

  /** Reads the rows of all pages, once, and shows what is found after each. */
  async read() {
    // Without its folding table 青島 and 青岛 are two.
    const data = document.querySelector("form[data-base]")?.dataset;
    if (data) await globalThis.digestSearch?.openIndex(data.root, data.base).ready().catch(() => {});
    const pager = this.querySelector(".pager");
    pager?.remove();
    const waiting = [];
    let shown = -PAUSE;
    try {
      const addresses = pager ? await this.addresses() : [location.pathname];
      for (let at = 0; at < addresses.length; at += 1) {
        while (waiting.length < AHEAD && at + waiting.length < addresses.length) {
          const rows = this.rows(addresses[at + waiting.length]);
          rows.catch(() => {}); // told when it is its turn
          waiting.push(rows);
        }
        const rows = await waiting.shift();
        this.all.push(...rows.map(read));
        this.choices(rows);
        if (at + 1 < addresses.length && performance.now() > shown + PAUSE) {
          this.show("reading");
          shown = performance.now();
        }
      }
      this.show("");
    } catch {
      if (!this.all.length) this.all = this.own.map(read);
      this.show("failed");
    }
  }

  /** The addresses of all pages, the newest first: the first one names the next, and that has their number. */
  async addresses() {
    const first = await pageAt(this.dataset.first);
    const next = first.querySelector('.pager [rel="next"]').getAttribute("href");
    const [, before, count] = next.match(/^(.*\/)(\d+)\/$/);
    return [this.dataset.first, ...Array.from({ length: Number(count) }, (_, at) => `${before}${count - at}/`)];
  }

  /** The rows of a page. */
  async rows(address) {
    if (new URL(address, location.href).pathname === location.pathname) return this.own;
    return rowsOf(document.importNode((await pageAt(address)).querySelector("figures-table"), true));
  }

  /** One body for the rows of all articles. */
  single() {
    const table = this.querySelector("table");
    for (const body of [...table.tBodies]) body.remove();
    return table.createTBody();
  }

  update() {
    this.reading ??= this.read();
    this.show(this.note);
  }

  /** Shows what is found so far; `note` says how far the pages are read. */
  show(note) {
    this.note = note;
    if (!this.all.length) return;
    const data = new FormData(this.form);
    const words = data.get("q").split(/\s+/).filter(Boolean).map(fold);
    const found = this.all.filter(
      (it) =>
        (!data.get("measure") || it.measure === data.get("measure")) &&
        (!data.get("status") || it.status === data.get("status")) &&
        words.every((word) => it.text.includes(word)),
    );
    const { key, down } = this.sort;
    if (key) found.sort((a, b) => (down ? -1 : 1) * compare(a, b, key));
    this.body ??= this.single();
    this.body.replaceChildren(...found.slice(0, SHOWN).map((it) => it.row));
    const notes = [found.length ? found.length > SHOWN && "limit" : "none", note].filter(Boolean);
    const said = notes.map((it) => this.querySelector("template").content.querySelector(`[data-word="${it}"]`).textContent);
    this.form.querySelector("output").textContent = [`${found.length} / ${this.all.length}`, ...said].join(" · ");
  }
}

/** Another page of the site. */
async function pageAt(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** As the search of the site folds. */
const fold = (text) => globalThis.digestSearch?.fold(text).text ?? text.toLowerCase();

const state = (row) => row.querySelector(".state").textContent.trim();

function compare(a, b, key) {
  // Only values of one kind can be told apart.
  if (key === "value") {
    return a.measure.localeCompare(b.measure) || a.unit.localeCompare(b.unit) || a.value - b.value;
  }
  return a[key].localeCompare(b[key], document.documentElement.lang);
}

/** The rows of figures. */
const rowsOf = (table) => [...table.querySelectorAll("tbody tr:not(.group)")];

/** A row as data; it leaves the rows of its article, and says which that is. */
function read(row) {
  const head = row.parentElement.querySelector(".group th");
  const [what, , , place] = [...row.cells].map((it) => it.textContent.trim());
  const date = head.querySelector("time")?.dateTime ?? "";
  const { value, unit = "", measure } = row.dataset;
  row.lang = row.parentElement.lang;
  row.querySelector(".from").prepend(...head.cloneNode(true).childNodes, " ");
  return { row, text: fold(row.textContent), what, value: Number(value), unit, measure, status: state(row), place, date };
}

customElements.define("figures-table", FiguresTable);
