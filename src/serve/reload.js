/* The preview's half in the browser.
 *
 * In: what its own element says about the page, and the server's events. Out: a page that is up to date: loaded
 * again where it was scrolled to, or with new style sheets in place, or with what is wrong laid over it. It asks
 * for nothing else, and every text it shows is text. */
(() => {
"use strict";
const element = document.currentScript;
const { bare, styles } = element.dataset;
let { page } = element.dataset;

/** A value kept for this tab; a browser that keeps nothing has none. */
const kept = (key) => { try { return sessionStorage.getItem(key); } catch { return null; } };
const keep = (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* not kept */ } };

/* Where the page was scrolled to. */

const SCROLLED = `digest:scrolled:${location.pathname}${location.search}`;

/** A selector that finds an element again while the page has the same form. */
function way(it) {
	if (it.id) return `#${CSS.escape(it.id)}`;
	const parent = it.parentElement;
	return parent ? `${way(parent)} > :nth-child(${[...parent.children].indexOf(it) + 1})` : ":root";
}

function reload() {
	const moved = [...document.querySelectorAll("*")].filter((it) => it.scrollTop || it.scrollLeft);
	keep(SCROLLED, JSON.stringify(moved.map((it) => [way(it), it.scrollLeft, it.scrollTop])));
	history.scrollRestoration = "manual";
	location.reload();
}

function scrollBack() {
	const moved = JSON.parse(kept(SCROLLED) ?? "null");
	if (!moved) return;
	keep(SCROLLED, "null");
	const scroll = () => {
		for (const [selector, left, top] of moved) {
			document.querySelector(selector)?.scrollTo({ left, top, behavior: "instant" });
		}
	};
	scroll();
	// Images have their sizes now; unless the reader has gone on.
	const gone = new AbortController();
	for (const sign of ["wheel", "touchmove", "keydown", "pointerdown"]) {
		addEventListener(sign, () => gone.abort(), { signal: gone.signal, passive: true });
	}
	addEventListener("load", () => {
		if (!gone.signal.aborted) scroll();
		gone.abort();
		history.scrollRestoration = "auto";
	}, { once: true });
}

/* Style sheets, in place. */

const path = (address) => new URL(address, location.href).pathname;

/** The name of the style sheet at each address that this page has had. */
const names = new Map(JSON.parse(styles).map(([name, address]) => [path(address), name]));

function swap(name, address) {
	const links = [...document.querySelectorAll("link[rel~=stylesheet][href]")];
	const old = links.filter((it) => names.get(path(it.href)) === name);
	names.set(path(address), name);
	const last = old.at(-1);
	if (!last || path(last.href) === path(address)) return;
	const link = last.cloneNode();
	link.href = address;
	link.addEventListener("load", () => old.forEach((it) => it.remove()), { once: true });
	link.addEventListener("error", () => link.remove(), { once: true });
	last.after(link);
}

/* What is wrong, over the page. */

const DISMISSED = "digest:dismissed";
const STYLE = `
:host { all: initial; }
dialog {
	color-scheme: light dark; color: light-dark(#1b1b1b, #eee); background: light-dark(#fff, #1e1e20);
	box-sizing: border-box; width: min(72rem, 100vw - 2rem); max-height: calc(100vh - 2rem); overflow: auto;
	padding: 1rem 1.25rem; border: 1px solid light-dark(#c62828, #ff8a80); border-top-width: 6px; border-radius: 6px;
	font: 14px/1.6 ui-monospace, "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", "Sarasa Mono SC",
		"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", monospace;
}
dialog::backdrop { background: rgb(0 0 0 / 45%); }
header { display: flex; gap: 1rem; align-items: start; justify-content: space-between; }
h1 { font-size: 1.15em; margin: 0; }
h2 { font-size: 1em; margin: 1.25em 0 0.25em; color: light-dark(#b71c1c, #ff8a80); overflow-wrap: anywhere; }
p { margin: 0.25em 0; }
pre { font: inherit; margin: 0; padding: 0.5em 0.75em; white-space: pre-wrap; overflow-wrap: anywhere; background: light-dark(#f4f4f4, #2a2a2d); }
button { font: inherit; padding: 0.2em 0.9em; cursor: pointer; }
`;

/** An element with text, or with children. */
function make(tag, ...content) {
	const made = document.createElement(tag);
	made.append(...content);
	return made;
}

let overlay = null;
let shown = "";

function closeOverlay() {
	overlay?.remove();
	overlay = null;
	shown = "";
}

function showOverlay({ name, stale, problems, more }) {
	const button = make("button", "Close (Esc)");
	const title = make("h1", stale ? "The site could not be built" : "Something in the site is wrong");
	const about = make("p", stale ? "This is how the page was before." : "What is wrong was left out.");
	title.id = "title";
	about.id = "about";
	const items = problems.map(({ severity, id, place, message, text }) => make("section",
		make("h2", `${severity}[${id}]${place && ` ${place}`}`), make("pre", text || message)));
	const rest = more ? [make("p", `… and ${more} more`)] : [];
	const dialog = make("dialog", make("header", make("div", title, about), button), ...items, ...rest);
	dialog.setAttribute("role", "alertdialog");
	dialog.setAttribute("aria-labelledby", title.id);
	dialog.setAttribute("aria-describedby", about.id);
	button.addEventListener("click", () => dialog.close());
	dialog.addEventListener("close", () => {
		keep(DISMISSED, name);
		closeOverlay();
	});
	shown = name;
	overlay = make("digest-problems");
	overlay.lang = "en";
	const root = overlay.attachShadow({ mode: "open" });
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(STYLE);
	root.adoptedStyleSheets = [sheet];
	root.append(dialog);
	document.documentElement.append(overlay);
	dialog.showModal();
}

/* Events. */

let source = null;
let timer = 0;
let isGone = false;

function disconnect() {
	source?.close();
	clearTimeout(timer);
}

/** Listens while the page is in sight; otherwise asks from time to time: a browser has few connections. */
function connect() {
	disconnect();
	if (isGone) return;
	const query = new URLSearchParams({ path: location.pathname, page, bare, wait: document.hidden ? "0" : "1" });
	source = new EventSource(new URL(`events?${query}`, element.src));
	source.addEventListener("reload", () => {
		disconnect();
		reload();
	});
	source.addEventListener("style", (event) => {
		const data = JSON.parse(event.data);
		page = data.page;
		data.styles.forEach(([name, address]) => swap(name, address));
	});
	source.addEventListener("problems", (event) => {
		const data = JSON.parse(event.data);
		if (data.problems.length && data.name === shown) return;
		closeOverlay();
		if (!data.problems.length) keep(DISMISSED, "");
		else if (kept(DISMISSED) !== data.name) showOverlay(data);
	});
	source.addEventListener("error", () => {
		disconnect();
		timer = setTimeout(connect, document.hidden ? 2000 : 1000);
	});
}

addEventListener("pagehide", () => {
	isGone = true;
	disconnect();
});
addEventListener("pageshow", (event) => {
	isGone = false;
	if (event.persisted) connect();
});
document.addEventListener("visibilitychange", connect);
scrollBack();
connect();
})();
