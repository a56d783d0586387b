/* The search page: its filters, the address, the results. What searches is search.js.
 *
 * In: the form and the address. Out: results ten by ten, with the text around what was found. */
(() => {
"use strict";
const { spans, search, form, input, index, word, make, marked, meta, day, newest, onTyping } = digestSearch;

/** Parts of a text around the first hits of each pattern, some 60 characters each, as { text, from, to }. */
function windows(blocks, patterns) {
	const hits = blocks.flatMap(({ text }, block) => patterns.flatMap((pattern) =>
		spans(text, [pattern]).map(([start, end]) => ({ block, text, start, end, pattern }))));
	const firsts = patterns.flatMap((pattern) => hits.find((hit) => hit.pattern === pattern) ?? []);
	const found = [];
	for (const { block, text, start, end } of [...firsts, ...hits]) {
		if (found.length === 2) break;
		if (found.some((it) => it.block === block && start < it.to && end > it.from)) continue;
		// From the beginning of the sentence if that is near; no word is cut.
		let from = Math.max(0, start - 24);
		from += /^[^]*[。！？；]|^[，、：]+/.exec(text.slice(from, start))?.[0].length ?? 0;
		from -= /[\w\ud800-\udbff]{0,20}$/.exec(text.slice(0, from))[0].length;
		const to = Math.max(end, from + 60);
		found.push({ block, text, from, to: to + /^[\w\udc00-\udfff]{0,20}/.exec(text.slice(to))[0].length });
	}
	found.sort((a, b) => a.block - b.block || a.from - b.from);
	const [a, b] = found;
	if (b && a.block === b.block) b.from = Math.max(b.from, a.to);
	const first = blocks.find((block) => !block.heading);
	return a || !first ? found : [{ text: first.text, from: 0, to: 80 }];
}

/** The text of a window, with the hits marked, and with dots where it is cut off. */
const cut = ({ text, from, to }, patterns) => [
	!from || /[。！？；]/.test(text[from - 1]) ? "" : "…",
	...marked(text, patterns, from, to),
	to < text.length ? "…" : "",
];

digestSearch.windows = windows;
if (typeof document === "undefined" || !form) return;

const UNKNOWN = 3, APART = 4;
const FILTERS = { city: "c", topic: "t", year: "y" };
const fields = ["q", ...Object.keys(FILTERS)].map((name) => form.elements[name]).filter(Boolean);
const main = document.getElementById("search-results");
const [status, entities, list, more] = [".status", ".entities", ".results", ".more"].map((name) => main.querySelector(name));
const button = more.querySelector("button");
const say = (name, values) => status.textContent = word(name, values);
/** The search shown; the address of the last one that was sent, and of the last one that was run. */
let current, settled, shown;

/** The address of what the form says. */
function address() {
	const set = fields.filter((field) => field.value.trim()).map((field) => [field.name, field.value]);
	return location.pathname + (set.length ? `?${new URLSearchParams(set)}` : "");
}

/** Fills in the form from the address. */
function restore() {
	const set = new URLSearchParams(location.search);
	for (const field of fields) {
		field.value = set.get(field.name) ?? "";
		// No option has this value.
		if (!field.value) field.value = "";
	}
	settled = address();
}

/** Adds a result; its text comes when the page has been read. */
function show(record, { query, isPartial, page }) {
	const { href, title, lang, date, source, places, rights, rank } = record;
	const isExcerpt = rank === UNKNOWN && rights !== "full";
	const tag = isPartial ? "partial" : rank === APART ? "apart" : isExcerpt ? "excerpt" : "";
	const patterns = isPartial || rank >= UNKNOWN ? [...query.phrases, ...query.words] : query.phrases;
	const link = make("a", { href }, ...marked(title, patterns));
	const facts = meta("p", day(date), source && make("span", { lang }, source), places.join("、"),
		tag && make("span", { class: "partial" }, word(tag)));
	const text = make("p", { class: "summary", lang });
	list.append(make("li", { class: "card" }, make("h3", { lang }, link), facts, text));
	const fill = (blocks = []) => text.append(...windows(blocks, patterns).flatMap((window) => cut(window, patterns)));
	page(record).then(fill, () => {});
	return link;
}

/** Shows the next ten, at first in place of what is there. */
async function next(found, isFirst) {
	const links = [];
	let best = -1;
	for await (const record of found.take(10, 120)) {
		if (!links.length) best = record.rank;
		if (isFirst && !links.length) list.replaceChildren();
		links.push(show(record, found));
	}
	if (isFirst && !links.length) list.replaceChildren();
	more.hidden = !found.rest();
	return { links, best };
}

async function once(signal) {
	const filters = fields.slice(1).filter((field) => field.value)
		.map((field) => ({ text: `${FILTERS[field.name]}:${field.value}`, filter: true }));
	const found = current = await search(index, input.value, filters, signal), { total: n } = found;
	const named = await found.entities();
	signal.throwIfAborted();
	entities.replaceChildren(...named.map(({ href, title, kind, n }) => make("li", {}, make("a", { href }, title,
		make("span", { class: "kind" }, kind), make("span", { class: "count" }, word("count", { n }))))));
	const { best } = await next(found, true);
	signal.throwIfAborted();
	if (!found.query.segments.length && !filters.length) return say("hint");
	say(!n ? named.length ? "pages" : "none" : found.isPartial ? "partly" : best < 0 ? "pending" : best === APART ? "scattered" : "found", { n });
	if (found.isUnread) status.append(" ", word("unread"));
}

function clear(message) {
	list.replaceChildren();
	entities.replaceChildren();
	more.hidden = true;
	say(message);
}

/** Searches for what the form says; nothing is fetched for nothing. */
async function run() {
	shown = address();
	for (const it of document.querySelectorAll(".scripts a")) it.search = location.search;
	if (shown === location.pathname) return newest(async () => clear("hint"));
	main.setAttribute("aria-busy", true);
	const slow = setTimeout(() => say("busy"), 500);
	const isNewest = await newest(once, () => clear("failed"));
	clearTimeout(slow);
	if (isNewest) main.removeAttribute("aria-busy");
}

/** Typing has changed this entry of the history: it gets its query back, the new query one of its own. */
function settle() {
	const to = address();
	if (to !== settled) {
		history.replaceState(null, "", settled);
		history.pushState(null, "", settled = to);
	}
	run();
}

onTyping(() => {
	history.replaceState(null, "", address());
	run();
});
form.addEventListener("submit", (event) => {
	event.preventDefault();
	settle();
});
form.addEventListener("change", (event) => event.target === input || settle());
button.addEventListener("click", async () => {
	button.disabled = true;
	const shown = await next(current).catch((error) => error.name === "AbortError" || say("failed"));
	button.disabled = false;
	shown?.links?.[0]?.focus();
});
addEventListener("popstate", () => {
	restore();
	if (shown !== address()) run();
});
restore();
run();
if (!input.value) input.focus();
})();
