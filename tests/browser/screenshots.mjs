// Pictures of every page and of every kind of letter, to be looked at:
//
//     node tests/browser/screenshots.mjs FOLDER
//
// Pages: each reader's, 1280 and 390 px wide, light and dark: `ticket-open-partner.390.dark.png`.
// Pages of the demo, late on its Monday: `demo-…`. Letters, out of both: `letter-update.600.light.png`.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { openBrowser } from './browser.mjs';
import { lettersIn } from './letters.mjs';
import { VISITS } from './pages.mjs';
import { demo, serve } from './server.mjs';
import { told } from './story.mjs';

const WIDTHS = [1280, 390];
const LETTER_WIDTHS = [600, 320];
const COLOURS = ['light', 'dark'];
/** The demo's story has been told by 16:30, 75 seconds after it began. */
const DEMO_LASTS = 80_000;
const DEMO_PASSWORD = 'leaping lizard';
const DEMO_PAGES = [
  { name: 'demo-tour', path: '/' },
  { name: 'demo-sign-in', path: '/session' },
  { name: 'demo-my', path: '/my', email: 'lena@nordlicht.example' },
  { name: 'demo-ticket-on-the-vp', path: '/t/PI-1001', email: 'lena@nordlicht.example' },
  { name: 'demo-ticket-of-the-vp', path: '/t/PI-1001', email: 'dana@vendor.example' },
  { name: 'demo-clocks', path: '/t/PI-1001/clocks', email: 'lena@nordlicht.example' },
  { name: 'demo-ticket-with-moved-date', path: '/t/PI-1002', email: 'henrik@nordlicht.example' },
  { name: 'demo-ticket-of-the-owner', path: '/t/PI-1002', email: 'luca@vendor.example' },
  { name: 'demo-queue', path: '/queue', email: 'priya@vendor.example' },
  { name: 'demo-outbox', path: '/admin/outbox', email: 'ada@vendor.example' },
];

async function pictures(page, folder, name, widths) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of COLOURS) {
      await page.emulateMedia({ colorScheme });
      const file = path.join(folder, `${name}.${width}.${colorScheme}.png`);
      await page.screenshot({ path: file, fullPage: true });
    }
  }
}

/** Pages of a story of its own; returns its letters. */
async function pages(folder) {
  const service = await serve();
  const browser = await openBrowser(service);
  try {
    const story = await told(service);
    for (const { name, who, path: at, reach } of VISITS) {
      const { context, page } = await browser.window(who);
      await (reach ? reach(page, story) : page.goto(at(story)));
      await pictures(page, folder, name, WIDTHS);
      await context.close();
    }
    return await lettersIn(service.mail);
  } finally {
    await browser.close();
    await service.stop();
  }
}

/** Pages of the demo, once its story has been told; returns its letters. */
async function demoPages(folder) {
  const service = await demo();
  const browser = await openBrowser(service);
  try {
    await sleep(DEMO_LASTS);
    const letters = await lettersIn(service.mail);
    for (const { name, path: at, email } of DEMO_PAGES) {
      const storageState = email && (await browser.signedInBy({ email, password: DEMO_PASSWORD }));
      const { context, page } = await browser.window(undefined, { storageState });
      await page.goto(at);
      await pictures(page, folder, name, WIDTHS);
      await context.close();
    }
    return letters;
  } finally {
    await browser.close();
    await service.stop();
  }
}

/** One letter of each kind, the last of each. */
async function letterPages(folder, letters) {
  const kinds = new Map(letters.map((letter) => [letter.kind, letter]));
  const browser = await openBrowser();
  try {
    const { page } = await browser.window();
    for (const [kind, { html }] of kinds) {
      await page.setContent(html);
      await pictures(page, folder, `letter-${kind}`, LETTER_WIDTHS);
    }
  } finally {
    await browser.close();
  }
}

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node tests/browser/screenshots.mjs FOLDER');
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const drawn = await Promise.allSettled([pages(folder), demoPages(folder)]);
const failed = drawn.find(({ status }) => status === 'rejected');
if (failed) throw failed.reason;
await letterPages(folder, drawn.flatMap(({ value }) => value));
