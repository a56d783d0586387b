// Looks at pages of a site that is being served, in Chromium: accessibility (axe), sideways scrolling, errors, requests
// to other hosts; on a phone and on a desk, light and dark.
//
//     node look.mjs ADDRESS PAGE...
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [, , start, ...pages] = process.argv;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM,
	args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const wrong = [];
for (const [colorScheme, width] of [["light", 1280], ["dark", 390]]) {
	const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
	for (const page of pages) {
		const tab = await context.newPage();
		const say = (it) => wrong.push(`${page} (${colorScheme}, ${width}): ${it}`);
		tab.on("console", (it) => it.type() === "error" && say(it.text()));
		tab.on("pageerror", (it) => say(String(it)));
		tab.on("request", (it) => new URL(it.url()).host === new URL(start).host || say(`asks ${it.url()}`));
		await tab.goto(start + page, { waitUntil: "load" });
		if (await tab.evaluate(() => document.documentElement.scrollWidth > innerWidth)) say("moves sideways");
		await tab.evaluate(axe);
		const { violations } = await tab.evaluate(() =>
			axe.run(document, {
				runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
				resultTypes: ["violations"],
			}),
		);
		violations.forEach((it) => say(`${it.id}: ${it.nodes[0].target} ${it.help}`));
		await tab.close();
	}
	await context.close();
}
await browser.close();
console.log(wrong.join("\n"));
console.log(`${pages.length} pages, each on a desk and on a phone: ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);
