/* Search, and its box on every page; search-page.js shows results. The index is described in docs/search.md.
 *
 * 1. The query is cut into segments (phrases), these into terms: pairs of Han characters, words.
 * 2. The shards of the terms say which articles have all of them, and how high each can rank at most.
 * 3. From the best down, an article is verified by its title or page and goes to the class it really has; only
 *    what is settled is shown.
 *
 * Never: a word of its own, HTML made of data, a request to another origin, or any before the box has focus. */
(() => {
"use strict";

// Text.

const HAN = "[\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{323af}〇々]";
const LETTER = `(?:(?!${HAN})\\p{Alphabetic})`;
const DIGIT = `(?:(?!${HAN}|${LETTER})\\p{N})`;
const SEGMENT = /[\p{Alphabetic}\p{N}]+/gu;
const RUN = new RegExp(`(${HAN}+)|(${LETTER}+)|${DIGIT}+`, "gu");
/** No word in the index is longer. */
const MAX_WORD = 32;

/** Character → what it is folded to. */
const table = new Map();

/** The folded text, and for each of its units where it stands in the original. */
function fold(original) {
	const at = [];
	let text = "", offset = 0;
	for (const char of original) {
		const half = /[！-～]/.test(char) ? String.fromCharCode(char.charCodeAt(0) - 0xfee0) : char;
		const same = table.get(half) ?? half, lower = same.toLowerCase();
		const folded = [...lower].length > 1 ? same : lower;
		at.push(...Array(folded.length).fill(offset));
		text += folded;
		offset += char.length;
	}
	return { text, at: [...at, offset] };
}

const contains = (folded, pattern) => folded.search(pattern) >= 0;

/** Where patterns match: ranges of the original, in order and apart. */
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

/** More terms are not looked up, but verified. */
const MAX_TERMS = 64;

/** A run of one kind → its pattern and terms; an open word may go on. */
function readRun([run, han, letters], isLast) {
	const chars = [...run], open = isLast && letters && chars[1];
	if (han) return { source: run, terms: chars.slice(1).map((char, i) => chars[i] + char).map((text) => ({ text, source: text })) };
	const kind = letters ? LETTER : DIGIT;
	const source = `(?<!${kind})${run}${open ? "" : `(?!${kind})`}`;
	return { source, terms: [{ text: chars.slice(0, MAX_WORD).join(""), source, word: true, open }] };
}

const pattern = ({ source }) => new RegExp(source, "gu");

function parse(typed) {
	const { text } = fold(typed);
	const segments = Array.from(text.matchAll(SEGMENT), (segment) => {
		const runs = Array.from(segment[0].matchAll(RUN), (run) =>
			readRun(run, segment.index + run.index + run[0].length === text.length));
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
/** Digits of the hash in the name of a file. */
const DIGITS = 4;
const files = new Map(), waiting = [];
let requests = 0;

/** Fetches a file in its turn. Without a network, what the browser has kept will do; no 404 will. */
async function request(address, read, cache, signal) {
	if (++requests > MAX_REQUESTS) await new Promise((turn) => waiting.push(turn));
	try {
		signal?.throwIfAborted();
		const get = (cache) => fetch(address, { cache });
		let response = await get(cache).catch(() => get("force-cache"));
		if (!response.ok) response = await get("reload");
		if (!response.ok) throw new Error(address);
		return await read(response);
	} finally {
		requests--;
		waiting.shift()?.();
	}
}

/** A file, kept; if it waited until its search was over, another asks again. */
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

/** What a packed file holds; some servers undo gzip. */
async function unpack(response) {
	const bytes = await response.arrayBuffer(), [a, b] = new Uint8Array(bytes);
	const { body } = new Response(bytes);
	return new Response(a === 31 && b === 139 ? body.pipeThrough(new DecompressionStream("gzip")) : body);
}

const readJson = async (response) => (await unpack(response)).json();

/** The folding table: differences of numbers, the sign in the lowest bit, LEB128. */
async function readTable(response) {
	const numbers = [0, 0];
	let value = 0, shift = 0;
	for (const byte of new Uint8Array(await (await unpack(response)).arrayBuffer())) {
		value |= (byte & 127) << shift;
		shift += 7;
		if (byte > 127) continue;
		numbers.push(numbers.at(-2) + (value >>> 1 ^ -(value & 1)));
		value = shift = 0;
	}
	for (let i = 2; i < numbers.length; i += 2) table.set(...numbers.slice(i, i + 2).map((it) => String.fromCodePoint(it)));
}

const BLOCK = /^(p|li|h[1-6]|t[dhr]|figcaption|pre|d[dtl]|br|div|section|blockquote|[ou]l|table|figure|hr|img)$/;
const NO_TEXT = "[role=doc-backlink], [role=doc-noteref]";

/** The text of a page, block by block. */
async function readPage(response) {
	// The policy of this page holds for that one's styles.
	const html = (await response.text()).replace(/(<\w+) style="[^"]*"/g, "$1");
	const page = new DOMParser().parseFromString(html, "text/html");
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
			if (node.alt) blocks.push({ text: node.alt, heading: false, folded: fold(node.alt).text });
			if (node.nodeType !== 1 || node.matches(NO_TEXT)) continue;
			const inside = heading || /^h[2-6]$/.test(node.localName);
			const edge = (heading) => BLOCK.test(node.localName) && end(heading);
			edge(heading);
			walk(node, inside);
			edge(inside);
		}
	};
	// The body, then headings beside it, then names.
	const roots = [...page.querySelectorAll("[data-search]")];
	for (const root of roots.sort((a, b) => a.dataset.search.localeCompare(b.dataset.search))) {
		const heading = root.dataset.search === "heading";
		walk(root, heading);
		end(heading);
	}
	if (!blocks.length) throw new Error("no text");
	return blocks;
}

const MAX_ENTITIES = 8192, CHARACTER_BITS = 10;

/** A shard: term → articles, those with it in the title, in headings; entities. The pairs of a bucket share a list. */
async function readShard(response, articles) {
	const bytes = new Uint8Array(await response.arrayBuffer());
	const step = Math.max(1, 2 ** Math.ceil(Math.log2(articles)) / 16), universe = Math.ceil(articles / step) * step;
	let at = 0;
	const bit = () => {
		if (at >= bytes.length * 8) throw new Error("a shard ends early");
		return bytes[at >> 3] >> (7 - at++ % 8) & 1;
	};
	const bits = (count, value = 0) => count ? bits(count - 1, value << 1 | bit()) : value;
	const gamma = (length = 0) => bit() ? bits(length, 1) : gamma(length + 1);
	const rice = (low, ones = 0) => {
		while (bit()) ones++;
		return ones << low | bits(low);
	};
	const times = (length, read) => Array.from({ length }, read);
	const list = (count, below, next = 0) => {
		const low = Math.max(0, 31 - Math.clz32(below * 11 / (16 * count || 1)));
		return times(count, () => (next += rice(low) + 1) - 1);
	};
	const lists = () => {
		const count = gamma() - 1, articles = list(count, universe), flags = bits(3);
		const among = () => list(gamma(), count).map((i) => articles[i]);
		return [articles, flags & 4 ? among() : [], flags & 2 ? among() : [], flags & 1 ? list(gamma(), MAX_ENTITIES) : []];
	};
	const terms = new Map();
	let first = -1;
	times(gamma() - 1, () => {
		first += rice(CHARACTER_BITS) + 1;
		let second = -1;
		times(gamma(), () => {
			second += rice(CHARACTER_BITS) + 1;
			terms.set(String.fromCharCode(first, ...second ? [second] : []), lists());
		});
	});
	const buckets = times(gamma() - 1, () => list(gamma() - 1, universe));
	times(gamma() - 1, () => terms.set(new TextDecoder().decode(Uint8Array.from(times(gamma(), () => bits(8)))), lists()));
	return { terms, buckets };
}

const hash = (number) => Math.imul(number, 0x9e3779b1) >>> 0;

const PLACES = 4096;

/** Which of so many shards has a term; a filter goes by FNV-1a. */
function shardOf({ text, word, filter }, count) {
	const [first, second = 0] = Array.from(text, (char) => char.codePointAt(0));
	if (filter) return new TextEncoder().encode(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5) & count - 1;
	// What has characters beyond the basic plane is a word.
	if (word || text.length > 2 || first > 0xffff) return hash(first * 65536 + second | 0) >>> 16 & count - 1;
	return ((hash(first) >>> 16) + (second & 15) & PLACES - 1) * count / PLACES | 0;
}

/** The index of the tree at `base` of the site at `root`. */
function openIndex(root, base) {
	const folder = `${base}search/`;
	let state, last;

	async function read() {
		const file = request(`${folder}index.gz`, readJson, "no-cache");
		last = await (last ? file.catch(() => last) : file);
		if (last.version !== 1) throw new Error("another version");
		await load(`${root}search/${last.fold}`, readTable);
		return last;
	}

	/** What index.gz says. */
	function ready(again) {
		if (!state || again) {
			state = read();
			state.catch(() => state = undefined);
		}
		return state;
	}

	/** A file of many: each has four characters of a hash in its name. */
	async function part(kind, number, address, read = readJson, end = "gz", signal) {
		const names = (await ready())[kind];
		return load(`${address}/${number}-${names.substr(number * DIGITS, DIGITS)}.${end}`, read, undefined, signal);
	}

	/** The lists of a term; of an open word those of all words that begin with it. Of a rare pair they are too long. */
	async function lists(term, signal) {
		const { shards, articles } = await ready();
		const number = shardOf(term, shards.length / DIGITS);
		const read = (response) => readShard(response, articles);
		const { terms, buckets } = await part("shards", number, `${root}search/index`, read, "bin", signal);
		const [a, b] = [...term.text].map((char) => char.charCodeAt(0));
		if (!term.word && !term.filter && b && !terms.has(term.text) && buckets.length) {
			return Object.assign([new Set(buckets[(hash(a << 16 | b) >>> 8) % buckets.length]), [], [], new Set()], { isRare: true });
		}
		const all = [...terms].filter(([it]) => term.open ? it.startsWith(term.text) : it === term.text);
		return [0, 1, 2, 3].map((kind) => new Set(all.flatMap(([, lists]) => lists[kind])));
	}

	async function record(id) {
		const block = await part("records", id >> 4, `${folder}records`);
		const [href, title, date, source, lang, places, rights] = block[id & 15];
		return { href: base + href, title, date, source, lang, places, rights };
	}

	async function entity(id) {
		const [href, title, kind, n] = (await part("entities", id >> 6, `${folder}entities`))[id];
		return { href: base + href, title, kind, n };
	}

	return { ready, lists, record, entity, page: (record, signal) => load(record.href, readPage, "default", signal) };
}

// Searching.

/** The classes, best first. What an excerpt leaves out, nobody can know. */
const TITLE = 0, HEADING = 1, BODY = 2, UNKNOWN = 3, APART = 4;
const SHOWN_ENTITIES = 5;

/** Looks up a query; its articles are then taken. */
async function search(index, typed, filters, signal) {
	const { articles: count } = await index.ready();
	const query = parse(typed), { segments, terms, phrases } = query;
	const [found, kept] = await Promise.all([terms, filters].map((them) => Promise.all(them.map((it) => index.lists(it, signal)))));
	signal.throwIfAborted();

	/** In how many sets each article is. */
	const tally = (sets) => {
		const times = new Uint8Array(count);
		for (const set of sets) for (const id of set) times[id]++;
		return times;
	};
	const rare = terms.filter((_, i) => found[i].isRare);
	for (const it of segments) it.simple &&= !rare.some(({ source }) => source === it.runs[0].terms[0].source);
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
	const all = terms.length, settled = new Set();
	const select = (rank) => {
		for (let id = 0; id < count; id++) if (passed[id] === kept.length && rank(id) >= 0) put(rank(id), id);
	};
	const rest = () => classes.flat().length;
	const result = { query, isUnread: false, take, entities, page, rest };
	if (all || kept.length) select((id) => has[id] < all ? -1 : titled[id] === all ? TITLE : headed[id] === all ? HEADING : BODY);
	// The list of a rare pair says little: every article in it is read, and those without the pair are left out.
	if (rare.length) {
		const ids = classes.splice(0).flat(), ranks = await Promise.all(ids.map((id) => verify(id)));
		ids.forEach((id, i) => ranks[i] < 0 || put(ranks[i], id));
		for (const [articles] of found.filter((it) => it.isRare)) for (const id of articles) has[id]--;
	}
	const isPartial = all > 1 && !rest();
	if (isPartial) select((id) => has[id] * 2 < all ? -1 : all - has[id]);
	const isSettled = (id) => isPartial || settled.has(id) || segments.every((it) => it.simple);
	return Object.assign(result, { total: rest(), isPartial });

	/** The page of an article, if it can be read. */
	function page(record) {
		return index.page(record, signal).catch(() => {
			signal.throwIfAborted();
			result.isUnread = true;
		});
	}

	/** The class that an article really has; the next one if its title was to have all phrases and has not. */
	async function verify(id, bound) {
		const record = await index.record(id), title = fold(record.title).text;
		const isTitled = phrases.every((phrase) => contains(title, phrase));
		if (bound === TITLE && !isTitled) return HEADING;
		const blocks = isTitled ? [] : await page(record);
		settled.add(id);
		const isThere = (term) => blocks.some((block) => contains(block.folded, pattern(term)));
		if (blocks && !isTitled && record.rights === "full" && !rare.every(isThere)) return -1;
		return Math.max(...segments.map(({ pattern, simple }) => {
			if (contains(title, pattern)) return TITLE;
			const having = blocks?.filter((block) => contains(block.folded, pattern)) ?? [];
			if (having.length) return having.some((block) => block.heading) ? HEADING : BODY;
			return simple ? BODY : blocks && record.rights === "full" ? APART : UNKNOWN;
		}));
	}

	/** Takes so many articles, or less if it takes more than so many pages. */
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

	/** Places, topics, people, organisations and projects with all terms in a name, the very name first. */
	async function entities() {
		const ids = [...found[0]?.[3] ?? []].filter((id) => found.every((lists) => lists[3].has(id)));
		const named = await Promise.all(ids.slice(0, 256).map(index.entity));
		for (const it of named) {
			const name = fold(it.title).text;
			const isSame = name.match(SEGMENT)?.join("") === segments.map((segment) => segment.text).join("");
			const isAlias = segments.every((segment) => segment.runs.every((run) => run.terms.length));
			it.order = isSame ? 0 : phrases.every((phrase) => contains(name, phrase)) ? 1 : isAlias ? 2 : 3;
		}
		return named.filter((it) => it.order < 3).sort((a, b) => a.order - b.order || b.n - a.n).slice(0, SHOWN_ENTITIES);
	}

}

globalThis.digestSearch = { table, fold, parse, spans, readShard, shardOf, openIndex, search };
if (typeof document === "undefined") return;

const form = document.querySelector("form[data-base]");
const words = document.getElementById("search-words");
if (!form || !words) return;
const input = form.elements.q;
const index = openIndex(form.dataset.root, form.dataset.base);

/** A text of the page, with values put in: `{n} 篇`. */
const word = (name, values) =>
	words.content.querySelector(`[data-word="${name}"]`).textContent.replace(/\{(\w+)\}/g, (_, key) => values[key]);

const set = (element, attributes) => Object.entries(attributes).forEach((it) => element.setAttribute(...it));

function make(tag, attributes, ...children) {
	const element = document.createElement(tag);
	set(element, attributes);
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

/** Searches in place of the search before; again if it fails, for the site may have changed. */
async function newest(run, failed) {
	clearTimeout(timer);
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
	return !signal.aborted;
}

/** 120 ms after a change, but not while an input method composes. */
function onTyping(run) {
	for (const event of ["input", "compositionend"]) input.addEventListener(event, ({ isComposing }) => {
		clearTimeout(timer);
		if (!isComposing) timer = setTimeout(run, 120);
	});
}

/** Whether a key is meant for the input method or the browser. */
const isOther = (event) => event.isComposing || event.ctrlKey || event.metaKey || event.altKey;

/** The box becomes a combobox with suggestions. */
function suggest(list, status) {
	let active = -1;
	set(input, { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": false });

	function choose(at) {
		active = at;
		[...list.children].forEach((option, i) => set(option, { "aria-selected": i === at }));
		list.children[at]?.scrollIntoView({ block: "nearest" });
		set(input, { "aria-activedescendant": list.children[at]?.id ?? "" });
	}

	function show(options, message) {
		list.replaceChildren(...options);
		options.forEach((option, i) => option.id = `search-option-${i}`);
		list.hidden = !options.length;
		set(input, { "aria-expanded": !list.hidden });
		status.textContent = message;
		status.classList.toggle("visually-hidden", !list.hidden);
		form.classList.toggle("open", message);
		choose(-1);
	}

	const close = () => newest(async () => show([], ""));
	const option = (href, title, ...facts) =>
		make("a", { role: "option", href, tabindex: -1 }, make("span", {}, ...title), meta("span", ...facts));

	async function run(signal) {
		const found = await search(index, input.value, [], signal), { total: n, isPartial, query } = found;
		const options = (await found.entities()).map(({ href, title, kind, n }) => option(href, [title], kind, word("count", { n })));
		if (!isPartial) for await (const { href, title, lang, date, places } of found.take(8 - options.length, 12)) {
			const it = option(href, marked(title, query.phrases), day(date), places.slice(0, 3).join("、"));
			it.firstChild.lang = lang;
			options.push(it);
		}
		signal.throwIfAborted();
		const all = `${form.action}?${new URLSearchParams({ q: input.value })}`;
		if (n) options.push(option(all, [word(isPartial ? "similar" : "all", { n })]));
		if (document.activeElement !== input || !query.segments.length) show([], "");
		else show(options, word(options.length ? "some" : "none", { n: options.length }));
	}
	const start = () => newest(run, () => show([], word("failed")));

	const keys = {
		ArrowDown: (last) => last < 0 ? start() : choose(active < last ? active + 1 : -1),
		ArrowUp: (last) => choose(active < 0 ? last : active - 1),
		Home: () => choose(0),
		End: choose,
		Enter: () => list.children[active].click(),
		Escape: () => {
			if (!form.matches(".open")) input.value = "";
			close();
		},
	};
	input.addEventListener("keydown", (event) => {
		const { key } = event;
		if (isOther(event) || event.shiftKey || !keys[key] || active < 0 && /^(Home|End|Enter)$/.test(key)) return;
		event.preventDefault();
		keys[key](list.children.length - 1);
	});
	onTyping(start);
	input.addEventListener("input", () => choose(-1));
	input.addEventListener("blur", close);
	addEventListener("pagehide", close);
	document.addEventListener("pointerdown", (event) => form.contains(event.target) || close());
	list.parentNode.addEventListener("mousedown", (event) => event.preventDefault());
}

Object.assign(digestSearch, { form, input, index, word, make, marked, meta, day, newest, onTyping });
input.addEventListener("focus", () => index.ready().catch(() => {}));
document.addEventListener("keydown", (event) => {
	const { key, target } = event;
	if (key !== "/" || isOther(event) || target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
	event.preventDefault();
	input.focus();
	input.select();
});
const list = form.querySelector("#search-list");
if (list) {
	set(list, { role: "listbox", "aria-label": word("list") });
	suggest(list, form.querySelector("[role=status]"));
}
})();
