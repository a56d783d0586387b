// The table of figures: sorted by a click on a column, filtered by words, kind and state. The rows of the page are
// there without it. Where there are more pages, all figures are fetched when somebody first sorts or filters.

const SHOWN = 500;

class FiguresTable extends HTMLElement {
  connectedCallback() {
    this.body = this.querySelector("tbody");
    this.form = this.querySelector("form");
    this.rows = [...this.body.rows].map(read);
    this.all = this.querySelector(".pager") ? null : this.rows;
    this.sort = { key: "", down: false };
    this.choices();
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

  // What can be chosen: what the rows of this page have.
  choices() {
    const fill = (name, key, text) => {
      const select = this.form.elements[name];
      const found = new Map(this.rows.filter((it) => it[key]).map((it) => [it[key], it[text]]));
      for (const [value, label] of [...found].sort()) select.append(new Option(label, value));
      if (!found.size) select.parentElement.hidden = true;
    };
    fill("measure", "measure", "measureText");
    fill("status", "status", "status");
  }

  // The figures of all pages, fetched once; those of this page if that fails.
  async everything() {
    if (!this.all) {
      try {
        const answer = await fetch(this.dataset.source);
        const records = await answer.json();
        const words = statusWords();
        const kinds = Object.fromEntries(this.rows.map((it) => [it.measure, it.measureText]));
        this.all = records.map((it) => made(it, words, kinds));
      } catch {
        this.all = this.rows;
      }
    }
    return this.all;
  }

  async update() {
    const data = new FormData(this.form);
    const words = fold(data.get("q")).split(/\s+/).filter(Boolean);
    const all = await this.everything();
    const found = all.filter(
      (it) =>
        (!data.get("measure") || it.measure === data.get("measure")) &&
        (!data.get("status") || it.status === data.get("status")) &&
        words.every((word) => it.text.includes(word)),
    );
    const { key, down } = this.sort;
    if (key) found.sort((a, b) => (down ? -1 : 1) * compare(a, b, key));
    this.body.replaceChildren(...found.slice(0, SHOWN).map((it) => it.row));
    this.form.querySelector("output").textContent = `${found.length} / ${all.length}`;
    const pager = this.querySelector(".pager");
    if (pager) pager.hidden = true;
  }
}

const fold = (text) => (text ?? "").toString().toLowerCase();

function compare(a, b, key) {
  // Only values of one kind and one unit can be told apart.
  if (key === "value") {
    return fold(a.measure).localeCompare(fold(b.measure)) || a.value - b.value;
  }
  return fold(a[key]).localeCompare(fold(b[key]), document.documentElement.lang);
}

// A row of the page as data.
function read(row) {
  const [what, , status, place, topic, from] = row.cells;
  return {
    row,
    text: fold(row.textContent),
    what: what.textContent.trim(),
    value: Number(row.dataset.value),
    measure: row.dataset.measure,
    measureText: row.dataset.measureText,
    status: status.textContent.trim(),
    place: place.textContent.trim(),
    topic: topic.textContent.trim(),
    date: from.querySelector("time")?.dateTime ?? "",
  };
}

// A record of the site as a row like those of the page.
function made(record, words, kinds) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = [record.of, record.what].filter(Boolean).join(" ");
  const status = words[record.status] ?? "";
  const cells = [record.number + record.unit, status, record.place ?? "", record.topics.slice(0, 2).join(" ")];
  row.append(head);
  cells.forEach((text, at) => {
    const cell = row.insertCell();
    cell.textContent = text;
    if (!at) cell.className = "value";
  });
  const from = row.insertCell();
  from.className = "from";
  if (record.date) {
    const time = document.createElement("time");
    time.dateTime = time.textContent = record.date;
    from.append(time, " ");
  }
  const link = document.createElement("a");
  link.href = record.path;
  link.textContent = record.title;
  from.append(link);
  if (record.sentence) {
    const quote = document.createElement("q");
    quote.textContent = record.sentence;
    from.append(quote);
  }
  row.dataset.value = record.value;
  row.dataset.measure = record.measure;
  row.dataset.measureText = kinds[record.measure] ?? record.measure;
  return { ...read(row), row };
}

// The words for the states, as the table has them.
function statusWords() {
  const words = document.querySelector("figures-table template").content.children;
  return Object.fromEntries([...words].map((it) => [it.dataset.word, it.textContent]));
}

customElements.define("figures-table", FiguresTable);
