/* Search: the box on every page, and the search page. The index is described in docs/search.md.
 *
 * 1. The query is folded and cut into segments (phrases), these into terms: pairs of Han characters, words.
 * 2. The shards of the terms say which articles have all of them, and how high each can rank at most.
 * 3. From the best down, an article is verified by its title or page and goes back to the class it really has;
 *    only what is settled is shown.
 *
 * Never: a word of its own, HTML made of data, a request to another origin, or any before the box has focus. */
(() => {
"use strict";

// Text.

const HAN = "[\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{323af}〇々]";
const LETTER = `(?:(?!${HAN})\\p{L})`;
const DIGIT = "\\p{Nd}";
const SEGMENT = new RegExp(`(?:${HAN}|\\p{L}|${DIGIT})+`, "gu");
const RUN = new RegExp(`(${HAN}+)|(${LETTER}+)|${DIGIT}+`, "gu");

/** Character → what it is folded to; filled with the index. */
const table = new Map();

/** The folded text (full width, script, case), and for each of its units where it stands in the original. */
function fold(original) {
	const at = [];
	let text = "", offset = 0;
	for (const char of original) {
		const half = /[！-～]/.test(char) ? String.fromCharCode(char.charCodeAt(0) - 0xfee0) : char;
		const same = table.get(half) ?? half, lower = same.toLowerCase();
		const folded = [...lower].length > 1 ? same : lower;
		for (const _ of folded.split("")) at.push(offset);
		text += folded;
		offset += char.length;
	}
	return { text, at: [...at, offset] };
}

const contains = (folded, pattern) => folded.search(pattern) >= 0;

/** Where patterns match, as ranges of the original, in order and apart from each other. */
function spans(original, patterns) {
	const { text, at } = fold(original), merged = [];
	const found = patterns.flatMap((pattern) => [...text.matchAll(pattern)])
		.map(({ 0: hit, index }) => [at[index], at[index + hit.length]]).sort((a, b) => a[0] - b[0]);
	for (const span of found) {
		const last = merged.at(-1);
		if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
		else merged.push(span);
	}
	return merged;
}

// The query.

/** More terms are not looked up; the phrase is verified all the same. */
const MAX_TERMS = 64;

/** A run of one kind → its pattern and its terms; an open word may go on behind what was typed. */
function readRun([text, han, letters], open) {
	const pairs = [...text].slice(0, -1).map((char, i) => char + [...text][i + 1]);
	if (han) return { source: text, terms: pairs.map((pair) => ({ text: pair, source: pair })) };
	const kind = letters ? LETTER : DIGIT;
	const source = `(?<!${kind})${text}${open && letters ? "" : `(?!${kind})`}`;
	return { source, terms: [{ text, source, word: true, open: open && letters }] };
}

const pattern = ({ source }) => new RegExp(source, "gu");

function parse(typed) {
	const { text } = fold(typed);
	const segments = Array.from(text.matchAll(SEGMENT), (segment) => {
		const runs = Array.from(segment[0].matchAll(RUN), (run) =>
			readRun(run, segment.index + run.index + run[0].length === text.length && run[0].length > 1));
		// 5G网络 and 5G 网络 are one phrase.
		return { text: segment[0], runs, pattern: pattern({ source: runs.map((run) => run.source).join("\\s*") }) };
	});
	const runs = segments.flatMap((segment) => segment.runs);
	// The index has single characters of titles and names only: they are looked up if there is nothing else.
	if (!runs.some((run) => run.terms.length)) for (const run of runs) run.terms = [{ text: run.source, source: run.source }];
	const all = new Map(runs.flatMap((run) => run.terms).map((term) => [term.source, term]));
	const terms = [...all.values()].slice(0, MAX_TERMS);
	// Of a simple segment the lists alone say where it is.
	for (const it of segments) it.simple = it.runs.length === 1 && it.runs[0].terms.length === 1 && all.size === terms.length;
	return { segments, terms, phrases: segments.map((it) => it.pattern), words: terms.map(pattern) };
}

// Files.

const MAX_REQUESTS = 6;
const files = new Map(), waiting = [];
let requests = 0;

/** Fetches and reads a file when it is its turn; without a network, what the browser has kept will do. */
async function request(address, read, cache, signal) {
	if (++requests > MAX_REQUESTS) await new Promise((turn) => waiting.push(turn));
	try {
		signal?.throwIfAborted();
		const response = await fetch(address, { cache, signal }).catch(() => fetch(address, { cache: "force-cache", signal }));
		if (!response.ok) throw new Error(`${response.status} ${address}`);
		return await read(response);
	} finally {
		requests--;
		waiting.shift()?.();
	}
}

/** A file, kept once it is read; what another search has cancelled is asked for again. */
async function load(address, read, cache = "force-cache", signal) {
	for (let tries = 1; ; tries++) {
		const file = files.get(address) ?? request(address, read, cache, signal);
		files.set(address, file);
		try {
			return await file;
		} catch (error) {
			if (files.get(address) === file) files.delete(address);
			signal?.throwIfAborted();
			if (error.name !== "AbortError" || tries > 2) throw error;
		}
	}
}

const readJson = (response) => response.json();

/** The folding table; some servers and browsers undo gzip themselves. */
async function readTable(response) {
	const bytes = await response.arrayBuffer();
	const { body } = new Response(bytes);
	const isPacked = new Uint8Array(bytes)[0] === 0x1f;
	const text = await new Response(isPacked ? body.pipeThrough(new DecompressionStream("gzip")) : body).text();
	for (const [, from, to] of text.matchAll(/(\S)(\S)/gu)) table.set(from, to);
}

const BLOCK = /^(p|li|h[1-6]|t[dhr]|figcaption|pre|d[dtl]|br|div|section|blockquote|[ou]l|table|figure|hr|img)$/;
const NO_TEXT = ".footnotes, .footnote-reference, .footnote-definition-label";

/** The searchable text of an article's page, block by block. */
async function readPage(response) {
	const page = new DOMParser().parseFromString(await response.text(), "text/html");
	const blocks = [];
	let text = "";
	const end = (heading) => {
		text = text.replace(/\s+/g, " ").trim();
		if (text) blocks.push({ text, heading, folded: fold(text).text });
		text = "";
	};
	const walk = (parent, heading) => {
		for (const node of parent.childNodes) {
			if (node.nodeType === 3) text += node.data;
			if (node.nodeType !== 1 || node.matches(NO_TEXT)) continue;
			const inside = heading || /^h[2-6]$/.test(node.localName);
			const edge = (heading) => BLOCK.test(node.localName) && end(heading);
			edge(heading);
			walk(node, inside);
			edge(inside);
		}
	};
	walk(page.querySelector("[data-search]"));
	end();
	return blocks;
}

/** A shard: term → its lists of ids: articles, those with it in the title, in headings; entities. */
async function readShard(response) {
	const bytes = new Uint8Array(await response.arrayBuffer());
	let at = 0;
	const number = () => {
		for (let value = 0, shift = 0; at < bytes.length; shift += 7) {
			const byte = bytes[at++];
			value |= (byte & 127) << shift;
			if (byte < 128) return value;
		}
		throw new RangeError("the shard ends too early");
	};
	const ids = (count = number()) => {
		const list = [];
		for (let id = -1; list.length < count;) list.push(id += number() + 1);
		return list;
	};
	const bitmap = (length = number()) => {
		const map = bytes.subarray(at, at += length);
		return Array.from({ length: length * 8 }, (_, id) => id).filter((id) => map[id >> 3] >> (id & 7) & 1);
	};
	const lists = () => {
		const head = number(), count = head >>> 4;
		const articles = !count ? [] : head & 8 ? bitmap() : ids(count);
		return [articles, ...[1, 2, 4].map((bit) => head & bit ? ids() : [])];
	};
	const shard = new Map();
	for (let groups = number(), first = 0; groups--;) {
		first += number();
		for (let entries = number(), second = 0; entries--;) {
			second += number();
			shard.set(String.fromCodePoint(first, ...second ? [second] : []), lists());
		}
	}
	for (let words = number(); words--;) {
		const length = number();
		shard.set(new TextDecoder().decode(bytes.subarray(at, at += length)), lists());
	}
	return shard;
}

/** Which shard has a term, before it is cut to their number; a filter goes by FNV-1a. */
function shardOf({ text, word, filter }) {
	const mix = (code) => Math.imul(code, 0x9e3779b1) >>> 16;
	const [first, second = 0] = Array.from(text, (char) => char.codePointAt(0));
	if (filter) return new TextEncoder().encode(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5);
	return word ? mix(first * 65536 + second | 0) : mix(first) + (second & 15);
}

/** The index of the tree at `base` of the site at `root`. */
function openIndex(root, base) {
	const folder = `${base}search/`;
	let state, last;

	async function read() {
		try {
			last = await request(`${folder}index.json`, readJson, "no-cache");
		} catch (error) {
			if (!last) throw error;
		}
		if (last.version !== 1) throw new Error(`an index of version ${last.version}`);
		await load(folder + last.fold, readTable);
		return last;
	}

	/** What index.json says; read again after an update of the site. */
	function ready(again) {
		if (!state || again) {
			state = read();
			state.catch(() => state = undefined);
		}
		return state;
	}

	/** A file of many: each has six characters of its hash in its name. */
	const part = async (kind, number, address, read) =>
		load(`${address}${number}-${(await ready())[kind].substr(number * 6, 6)}${read === readJson ? ".json" : ".bin"}`, read);

	/** The lists of a term; of an open word those of all words that begin with it. */
	async function lists(term) {
		const count = (await ready()).shards.length / 6;
		const shard = await part("shards", shardOf(term) & (count - 1), `${root}search/index/`, readShard);
		const all = [...shard.keys()].filter((it) => term.open ? it.startsWith(term.text) : it === term.text);
		return [0, 1, 2, 3].map((kind) => new Set(all.flatMap((it) => shard.get(it)[kind])));
	}

	async function record(id) {
		const block = await part("records", id >> 4, `${folder}records/`, readJson);
		const [href, title, date, source, lang, places, rights] = block[id & 15];
		return { href: base + href, title, date, source, lang, places, rights };
	}

	async function entity(id) {
		const [href, title, kind, n] = (await part("entities", id >> 6, `${folder}entities/`, readJson))[id];
		return { href: base + href, title, kind, n };
	}

	return { ready, lists, record, entity, page: (record, signal) => load(record.href, readPage, "default", signal) };
}

// Searching.

/** The classes, best first; whether what an excerpt leaves out has the phrase, nobody can know. */
const TITLE = 0, HEADING = 1, BODY = 2, UNKNOWN = 3, APART = 4;
const MAX_ENTITIES = 5;

/** Looks up a query and filters; the articles are then taken one after the other. */
async function search(index, typed, filters, signal) {
	const { articles: count } = await index.ready();
	const query = parse(typed), { segments, terms, phrases } = query;
	const [found, kept] = await Promise.all([terms, filters].map((them) => Promise.all(them.map(index.lists))));
	signal.throwIfAborted();

	/** How many of the sets each article is in. */
	const tally = (sets) => {
		const times = new Uint8Array(count);
		for (const set of sets) for (const id of set) times[id]++;
		return times;
	};
	const has = tally(found.map(([articles]) => articles));
	const titled = tally(found.map(([, titles]) => titles));
	const headed = tally(found.map(([, titles, headings]) => new Set([...titles, ...headings])));
	const passed = tally(kept.map(([articles]) => articles));

	/** Articles by class, the most recent last. */
	const classes = [];
	const put = (rank, id) => {
		const ids = classes[rank] ??= [];
		ids.splice(ids.findLastIndex((other) => other < id) + 1, 0, id);
	};
	const select = (rank) => {
		for (let id = 0; id < count; id++) if (passed[id] === kept.length && rank(id) >= 0) put(rank(id), id);
	};
	const rest = () => classes.flat().length;
	const all = terms.length, settled = new Set();
	if (all || kept.length) select((id) => has[id] < all ? -1 : titled[id] === all ? TITLE : headed[id] === all ? HEADING : BODY);
	const isPartial = all > 1 && !rest();
	if (isPartial) select((id) => has[id] * 2 < all ? -1 : all - has[id]);
	const isSettled = (id) => isPartial || settled.has(id) || segments.every((it) => it.simple);
	const result = { query, total: rest(), isPartial, isUnread: false, take, entities, page, rest };

	/** The page of an article, or nothing if it cannot be read now. */
	function page(record) {
		return index.page(record, signal).catch(() => {
			signal.throwIfAborted();
			result.isUnread = true;
		});
	}

	/** The class that an article really has, or the next if its title was to have all phrases and has not. */
	async function verify(id, bound) {
		const record = await index.record(id), title = fold(record.title).text;
		const isTitled = phrases.every((phrase) => contains(title, phrase));
		if (bound === TITLE && !isTitled) return HEADING;
		const blocks = isTitled ? [] : await page(record);
		settled.add(id);
		return Math.max(...segments.map(({ pattern, simple }) => {
			if (contains(title, pattern)) return TITLE;
			const having = blocks?.filter((block) => contains(block.folded, pattern)) ?? [];
			if (having.length) return having.some((block) => block.heading) ? HEADING : BODY;
			return simple ? BODY : blocks && record.rights === "full" ? APART : UNKNOWN;
		}));
	}

	/** Takes up to so many articles; stops early when more than so many pages would have to be read. */
	async function* take(number, pages) {
		for (let rank; number > 0 && (rank = classes.findIndex((ids) => ids?.length)) >= 0;) {
			const ids = classes[rank], open = ids.findLastIndex((id) => !isSettled(id)) + 1;
			const sure = ids.slice(Math.max(open, ids.length - number));
			const records = await Promise.all(sure.map(index.record));
			signal.throwIfAborted();
			ids.length -= sure.length;
			number -= sure.length;
			for (const record of records.reverse()) yield { ...record, rank };
			if (sure.length) continue;

			const batch = ids.filter((id) => !isSettled(id)).slice(-MAX_REQUESTS);
			if (rank && (pages -= batch.length) < 0) return;
			const ranks = await Promise.all(batch.map((id) => verify(id, rank)));
			signal.throwIfAborted();
			classes[rank] = ids.filter((id) => !batch.includes(id));
			batch.forEach((id, i) => put(ranks[i], id));
		}
	}

	/** Places and topics with all terms in their names: the very name first, then by articles. */
	async function entities() {
		const ids = [...found[0]?.[3] ?? []].filter((id) => found.every((lists) => lists[3].has(id)));
		const named = await Promise.all(ids.slice(0, 256).map(index.entity));
		for (const it of named) {
			const name = fold(it.title).text;
			const isSame = name.match(SEGMENT)?.join("") === segments.map((segment) => segment.text).join("");
			const isAlias = segments.every((segment) => segment.runs.every((run) => run.terms.length));
			it.order = isSame ? 0 : phrases.every((phrase) => contains(name, phrase)) ? 1 : isAlias ? 2 : 3;
		}
		return named.filter((it) => it.order < 3).sort((a, b) => a.order - b.order || b.n - a.n).slice(0, MAX_ENTITIES);
	}

	return result;
}

/** Parts of a page's text around the first hits of each pattern, some 60 characters each, as { text, from, to }. */
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
		from += /^[^]*[。！？；]/.exec(text.slice(from, start))?.[0].length ?? 0;
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

// Without a page there is nothing to show: the tests.
if (typeof document === "undefined") {
	globalThis.digestSearch = { table, fold, parse, spans, windows, readShard, shardOf, openIndex, search };
	return;
}

// The page.

const form = document.querySelector("form[data-base]");
const words = document.getElementById("search-words")?.content;
if (!form || !words) return;
const input = form.elements.q;
const index = openIndex(form.dataset.root, form.dataset.base);
const main = document.getElementById("search-results");

/** A text of the page, with values for the names in it: `{n} 篇`. */
const word = (name, values) =>
	words.querySelector(`[data-word="${name}"]`).textContent.replace(/\{(\w+)\}/g, (_, key) => values[key]);

function make(tag, attributes, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	element.append(...children);
	return element;
}

/** A part of a text with its hits marked. */
function marked(text, patterns, from = 0, to = text.length) {
	const parts = [];
	for (const [start, end] of spans(text, patterns)) {
		if (end <= from || start >= to) continue;
		parts.push(text.slice(from, start), make("mark", {}, text.slice(Math.max(start, from), Math.min(end, to))));
		from = end;
	}
	return [...parts, text.slice(from, to)];
}

/** The line of facts: date, source, places. */
const meta = (tag, ...facts) => make(tag, { class: "meta" }, ...facts.filter(Boolean).flatMap((fact) => [make("span", {}, fact), " "]));

function day(date) {
	const [y, m, d] = date.split("-").map(Number);
	return y ? make("time", { datetime: date }, word("date", { y, m, d })) : word("undated");
}

let control, timer;

/** Runs a search in place of the one before. If that fails, the site may have changed: once more. */
async function newest(run, failed) {
	control?.abort();
	const { signal } = control = new AbortController();
	try {
		await run(signal).catch(async () => {
			signal.throwIfAborted();
			await index.ready(true);
			await run(signal);
		});
	} catch {
		if (!signal.aborted) failed();
	}
}

/** 120 ms after the last change, but not while an input method composes. */
function onTyping(run) {
	for (const event of ["input", "compositionend"]) input.addEventListener(event, ({ isComposing }) => {
		clearTimeout(timer);
		if (!isComposing) timer = setTimeout(run, 120);
	});
}

/** The box: a combobox with suggestions. */
function suggest() {
	const list = form.querySelector("[role=listbox]"), status = form.querySelector("[role=status]");
	const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id };
	for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
	let active;

	function choose(at) {
		list.children[active]?.setAttribute("aria-selected", false);
		const option = list.children[active = at];
		option?.setAttribute("aria-selected", true);
		option?.scrollIntoView({ block: "nearest" });
		input.setAttribute("aria-activedescendant", option?.id ?? "");
	}

	function show(options, message) {
		list.replaceChildren(...options);
		options.forEach((option, i) => option.id = `search-option-${i}`);
		list.hidden = !options.length;
		status.textContent = message;
		status.className = options.length ? "visually-hidden" : "none";
		input.setAttribute("aria-expanded", !list.hidden);
		form.classList.toggle("open", message);
		choose(-1);
	}

	const close = () => newest(async () => show([], ""));
	const option = (href, title, ...facts) =>
		make("a", { role: "option", href, tabindex: -1, "aria-selected": false }, make("span", {}, ...title), meta("span", ...facts));

	async function run(signal) {
		const found = await search(index, input.value, [], signal), { total: n, isPartial, query } = found;
		const options = (await found.entities()).map(({ href, title, kind, n }) => option(href, [title], kind, word("count", { n })));
		if (!isPartial) for await (const { href, title, lang, date, places } of found.take(8 - options.length, 12)) {
			const it = option(href, marked(title, query.phrases), day(date), places.slice(0, 3).join("、"));
			it.firstChild.lang = lang;
			options.push(it);
		}
		signal.throwIfAborted();
		const more = `${form.action}?${new URLSearchParams({ q: input.value })}`;
		if (n) options.push(option(more, [word(isPartial ? "similar" : "all", { n })]));
		if (document.activeElement !== input || !query.segments.length) show([], "");
		else show(options, word(options.length ? "some" : "none", { n: options.length }));
	}
	const start = () => newest(run, () => show([], word("failed")));
	onTyping(start);

	const keys = {
		ArrowDown: (last) => last < 0 ? start() : choose(active < last ? active + 1 : -1),
		ArrowUp: (last) => choose(active < 0 ? last : active - 1),
		Home: () => choose(0),
		End: (last) => choose(last),
		Enter: () => list.children[active].click(),
		Escape: () => {
			if (!form.matches(".open")) input.value = "";
			clearTimeout(timer);
			close();
		},
	};
	input.addEventListener("keydown", (event) => {
		const { key } = event;
		if (isOther(event) || event.shiftKey || !keys[key] || active < 0 && /^(Home|End|Enter)$/.test(key)) return;
		event.preventDefault();
		keys[key](list.children.length - 1);
	});
	input.addEventListener("focus", () => index.ready().catch(() => {}));
	list.addEventListener("mousedown", (event) => event.preventDefault());
	form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || close());
	document.addEventListener("pointerdown", (event) => form.contains(event.target) || close());
	show([], "");
}

/** The search page: its filters, the address, the results. */
function results() {
	const FILTERS = { city: "c", topic: "t", year: "y" };
	const fields = ["q", ...Object.keys(FILTERS)].map((name) => form.elements[name]).filter(Boolean);
	const [status, entities, list, more] = main.children.length && [".status", ".entities", ".results", ".more"].map((name) => main.querySelector(name));
	const button = more.firstElementChild;
	const say = (name, values) => status.textContent = word(name, values);
	let current, settled, shown;

	const address = () => {
		const set = fields.filter((field) => field.value.trim()).map((field) => [field.name, field.value]);
		return `${location.pathname}?${new URLSearchParams(set)}`.replace(/\?$/, "");
	};
	function restore() {
		const set = new URLSearchParams(location.search);
		for (const field of fields) {
			field.value = set.get(field.name) ?? "";
			if (!field.value) field.value = "";
		}
		settled = address();
	}

	function show(record, { query, isPartial, page }) {
		const { href, title, lang, date, source, places, rights, rank } = record;
		const tag = isPartial ? "partial" : rank === APART ? "apart" : rank === UNKNOWN && rights !== "full" && "excerpt";
		const patterns = isPartial || rank >= UNKNOWN ? [...query.phrases, ...query.words] : query.phrases;
		const link = make("a", { href }, ...marked(title, patterns)), text = make("p", { class: "summary", lang });
		const facts = meta("p", day(date), source && make("span", { lang }, source), places.join("、"), tag && make("span", { class: "partial" }, word(tag)));
		list.append(make("li", { class: "card" }, make("h3", { lang }, link), facts, text));
		page(record).then((blocks) => text.append(...windows(blocks ?? [], patterns).flatMap(({ text, from, to }) =>
			[!from || /[。！？；]/.test(text[from - 1]) ? "" : "…", ...marked(text, patterns, from, to), to < text.length ? "…" : ""])), () => {});
		return link;
	}

	/** Shows the next ten, at first in place of what is there. */
	async function next(found, isFirst) {
		const links = [];
		let best = -1;
		for await (const record of found.take(10, 120)) {
			if (isFirst && !links.length) list.replaceChildren();
			if (!links.length) best = record.rank;
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
		entities.replaceChildren(...named.map(({ href, title, kind, n }) => make("li", {},
			make("a", { href }, title, make("span", { class: "kind" }, kind), make("span", { class: "count" }, word("count", { n }))))));
		const { best } = await next(found, true);
		signal.throwIfAborted();
		const isEmpty = !found.query.segments.length && !filters.length;
		say(isEmpty ? "hint" : !n ? "none" : found.isPartial ? "partly" : best < 0 ? "pending" : best === APART ? "scattered" : "found", { n });
		if (found.isUnread) status.append(" ", word("unread"));
	}

	async function run() {
		clearTimeout(timer);
		shown = address();
		main.setAttribute("aria-busy", true);
		timer = setTimeout(() => say("busy"), 500);
		const mine = timer;
		await newest(once, () => {
			list.replaceChildren();
			more.hidden = true;
			say("failed");
		});
		clearTimeout(mine);
		if (mine === timer) main.removeAttribute("aria-busy");
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
		const { links } = await next(current).catch(() => say("failed"));
		button.disabled = false;
		links?.[0]?.focus();
	});
	addEventListener("popstate", () => {
		restore();
		if (shown !== address()) run();
	});
	restore();
	run();
}

/** Whether a key is meant for the input method or the browser. */
const isOther = (event) => event.isComposing || event.ctrlKey || event.metaKey || event.altKey;

document.addEventListener("keydown", (event) => {
	const { key, target } = event;
	if (key !== "/" || isOther(event) || target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
	event.preventDefault();
	input.select();
	input.focus();
});
if (main) results();
else suggest();
})();
