// Every page, as everybody who sees it, in light and dark, wide and narrow: accessible, quiet,
// light in weight, and still while it is built.

import { after, before, describe, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { HEAVIEST, accessible, contrasting, load, moved, narrow, nothing, unfold } from './checks.mjs';
import { VISITS } from './pages.mjs';
import { serve } from './server.mjs';
import { told } from './story.mjs';

let service, browser, story;

before(async () => {
  service = await serve();
  [browser, story] = await Promise.all([openBrowser(service), told(service)]);
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

describe('every page', { concurrency: 2 }, () => {
  for (const visit of VISITS) {
    test(visit.name, async () => {
      const { context, page, troubles } = await browser.window(visit.who);
      try {
        nothing([...(await looked(visit, page)), ...troubles]);
      } finally {
        await context.close();
      }
    });
  }
});

/** Wide, then narrow, then as narrow as it gets. */
async function looked(visit, page) {
  const wrong = [];
  const { status, bytes } = await reached(visit, page);
  if (status !== visit.status) wrong.push(`answered ${status} instead of ${visit.status}`);
  if (bytes > HEAVIEST) wrong.push(`weighs ${bytes} bytes, more than ${HEAVIEST}`);
  wrong.push(...(await inColours(page, '1280 px')));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 390, height: 800 });
  await reached(visit, page);
  wrong.push(...(await inColours(page, '390 px')));
  await page.setViewportSize({ width: 320, height: 640 });
  return wrong.concat((await narrow(page)).map((line) => `320 px: ${line}`));
}

/** As it stands there, in light and in dark. */
async function inColours(page, at) {
  const shifts = await moved(page);
  await unfold(page);
  const light = await accessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await contrasting(page);
  return [
    ...shifts.map((line) => `${at}: ${line}`),
    ...light.map((line) => `${at}: ${line}`),
    ...dark.map((line) => `${at}, dark: ${line}`),
  ];
}

/** There, by its address or by what leads to it; and the answer by which it came. */
async function reached({ path, reach }, page) {
  if (!reach) {
    const at = await load(page, path(story));
    const { pathname } = new URL(page.url());
    if (pathname !== path(story).split('?')[0]) throw new Error(`${path(story)} leads to ${pathname}`);
    return at;
  }
  const answers = [];
  page.on('response', (one) => one.request().isNavigationRequest() && answers.push(one.status()));
  await reach(page, story);
  await page.waitForLoadState();
  return { status: answers.at(-1), bytes: 0 };
}
