// The table of figures: sorted by a click on a column, filtered by words, kind and state. The rows of the page are
// there without it. Where there are more pages, their rows are read, page by page, when somebody first sorts or filters.

const SHOWN = 500;

class FiguresTable extends HTMLElement {
  connectedCallback() {
    this.body = this.querySelector("tbody");
    this.form = this.querySelector("form");
    this.own = [...this.body.rows];
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
    const fill = (name, found) => {
      const select = this.form.elements[name];
      const known = new Set([...select.options].map((it) => it.value));
      const missing = new Map(found.filter(([value]) => value && !known.has(value)));
      for (const [value, label] of [...missing].sort()) select.append(new Option(label, value));
      select.parentElement.hidden = select.options.length < 2;
    };
    fill("measure", rows.map((it) => [it.dataset.measure, it.dataset.measureText]));
    fill("status", rows.map((it) => [state(it), state(it)]));
  }

  /** Reads the rows of all pages, once, and shows what is found after each. */
  async read() {
    // Without its folding table 青島 and 青岛 are two.
    const data = document.querySelector("form[data-base]")?.dataset;
    if (data) await globalThis.digestSearch?.openIndex(data.root, data.base).ready().catch(() => {});
    const pager = this.querySelector(".pager");
    const next = (within) => within?.querySelector('[rel="next"]')?.getAttribute("href");
    const older = next(pager);
    let address = pager ? this.dataset.first : location.pathname;
    pager?.remove();
    try {
      while (address) {
        let rows = this.own, to = older;
        if (new URL(address, location.href).pathname !== location.pathname) {
          const answer = await fetch(address);
          if (!answer.ok) throw new Error(answer.statusText);
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          rows = [...page.querySelectorAll("figures-table tbody tr")].map((it) => document.importNode(it, true));
          to = next(page.querySelector(".pager"));
        }
        this.all.push(...rows.map(read));
        this.choices(rows);
        address = to;
        this.show(address ? "reading" : "");
      }
    } catch {
      if (!this.all.length) this.all = this.own.map(read);
      this.show("failed");
    }
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
    this.body.replaceChildren(...found.slice(0, SHOWN).map((it) => it.row));
    const notes = [found.length ? found.length > SHOWN && "limit" : "none", note].filter(Boolean);
    const said = notes.map((it) => this.querySelector("template").content.querySelector(`[data-word="${it}"]`).textContent);
    this.form.querySelector("output").textContent = [`${found.length} / ${this.all.length}`, ...said].join(" · ");
  }
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

/** A row as data. */
function read(row) {
  const [what, , , place, topic, from] = [...row.cells].map((it) => it.textContent.trim());
  const date = row.querySelector("time")?.dateTime ?? "";
  const { value, unit = "", measure } = row.dataset;
  return { row, text: fold(row.textContent), what, value: Number(value), unit, measure, status: state(row), place, topic, from, date };
}

customElements.define("figures-table", FiguresTable);
