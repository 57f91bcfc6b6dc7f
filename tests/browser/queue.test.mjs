// The queue: twenty tickets by keyboard alone, words, views, several tickets at once.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { unfolded } from './acts.mjs';
import { openBrowser } from './browser.mjs';
import { accessible, focusSeen, narrow, nothing } from './checks.mjs';
import { PEOPLE, serve } from './server.mjs';
import { filed } from './story.mjs';
import { QUEUE } from './words.mjs';

const TWENTY = 20;

let service, browser;
const references = [];

before(async () => {
  service = await serve();
  browser = await openBrowser(service);
  const kind = { category: 'price.approval_late', impact: 'annoying', urgency: 'later' };
  for (let n = 1; n <= TWENTY; n++) {
    references.push(await filed(service, { ...kind, subject: `The price of order ${n} is missing` }));
  }
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

const priorities = async () => {
  const { items } = await (await service.api('vp')).get('/tickets?limit=100');
  return Object.fromEntries(items.map((t) => [t.reference, t.priority]));
};

/** In both colours, nothing is wrong with what is shown. */
async function looksRight(page) {
  const wrong = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    wrong.push(...(await accessible(page)));
  }
  nothing(wrong);
}

describe('the queue', () => {
  test('twenty tickets are triaged by keyboard alone', () =>
    // Once, a triage without a reason is refused.
    browser.visit('desk', { expected: /triage answered 422/ }, async (page) => {
      await page.goto(QUEUE.start);
      const keys = page.keyboard;
      const region = page.getByRole('region', { name: QUEUE.pane });
      const rows = await page.locator('#queue tr[data-ref]').evaluateAll((all) => all.map((r) => r.dataset.ref));
      assert.equal(rows.length, TWENTY);
      const wrong = [];
      await keys.press('j');
      for (const [n, reference] of rows.entries()) {
        await keys.press('t');
        await region.getByText(reference).waitFor();
        await page.waitForFunction(() => document.activeElement.id === 'triage-priority');
        wrong.push(...(await focusSeen(page)));
        await keys.type('P3');
        // Over category, team and owner to the reason.
        for (let tab = 0; tab < 4; tab++) await keys.press('Tab');
        if (n === 0) {
          // Without a reason it is refused, and nothing that was chosen is lost.
          await keys.press('Control+Enter');
          await region.getByRole('alert').waitFor();
        }
        await keys.type('It slows them down.');
        await keys.press('Control+Enter');
        await page.getByRole('status').getByText(reference).waitFor();
        const next = rows[n + 1] ?? reference;
        await page.waitForFunction((ref) => document.activeElement.closest('tr')?.dataset.ref === ref, next);
        wrong.push(...(await focusSeen(page)));
      }
      nothing(wrong);
      assert.deepEqual(new Set(Object.values(await priorities())), new Set(['P3']));
      await looksRight(page);
    }));

  test('a reference and words lead to a ticket, with the first key of the search', () =>
    browser.visit('manager', {}, async (page) => {
      await page.goto(QUEUE.start);
      await page.keyboard.press('/');
      await page.keyboard.type(references[6].toLowerCase());
      await page.keyboard.press('Enter');
      await page.waitForURL(/q=/);
      assert.equal(await page.locator('#queue tr[data-ref]').count(), 1);
      await page.getByRole('link', { name: 'The price of order 7 is missing' }).waitFor();
      await page.getByLabel(QUEUE.search).fill('price order 12');
      await page.getByRole('button', { name: QUEUE.find }).click();
      await page.getByRole('link', { name: 'The price of order 12 is missing' }).waitFor();
      assert.equal(await page.locator('#queue tr[data-ref]').count(), 1);
    }));

  test('a view is saved, counted and shared', async () => {
    await browser.visit('desk', {}, async (page) => {
      await page.goto('/queue?q=order&partner=acme');
      const button = page.getByRole('button', { name: QUEUE.save, includeHidden: true });
      await unfolded(page, button);
      await page.getByLabel(QUEUE.name).fill("Acme's orders");
      await page.getByLabel(/Everybody at the vendor/).check();
      await button.click();
      await page.getByText(QUEUE.saved).waitFor();
      await looksRight(page);
    });
    await browser.visit('manager', {}, async (page) => {
      await page.goto(QUEUE.start);
      const link = page.getByRole('navigation', { name: QUEUE.views }).getByRole('link', { name: /Acme's orders/ });
      assert.match(await link.innerText(), new RegExp(`${PEOPLE.desk.name}\\s+${TWENTY}$`));
      await link.click();
      await page.waitForURL(/partner=acme/);
    });
  });

  for (const [way, options] of Object.entries({ 'with scripts': {}, 'without scripts': { javaScriptEnabled: false } })) {
    test(`several tickets change after a look, and back again, ${way}`, () =>
      browser.visit('desk', options, async (page) => {
        const before = await priorities();
        const chosen = references.slice(3, 6);
        await page.goto(QUEUE.start);
        for (const reference of chosen) await page.getByLabel(QUEUE.tick(reference)).check();
        await page.getByText(QUEUE.several).click();
        const fields = page.locator('#several');
        await fields.getByLabel(QUEUE.priority).selectOption('P1');
        await fields.getByLabel(QUEUE.reason).fill('A campaign begins.');
        await fields.getByRole('button', { name: QUEUE.look }).click();
        await page.getByRole('heading', { name: QUEUE.would }).waitFor();
        assert.deepEqual(await priorities(), before);
        if (options.javaScriptEnabled !== false) await looksRight(page);
        await page.getByRole('button', { name: QUEUE.change }).click();
        await page.getByText(QUEUE.changed).waitFor();
        const changed = await priorities();
        assert.deepEqual(chosen.map((reference) => changed[reference]), ['P1', 'P1', 'P1']);
        if (options.javaScriptEnabled !== false) await looksRight(page);
        await page.getByRole('button', { name: QUEUE.undo }).click();
        await page.getByText(QUEUE.undone).waitFor();
        assert.deepEqual(await priorities(), before);
      }));
  }

  test('in 320 pixels nothing scrolls sideways, with a ticket beside it', () =>
    browser.visit('desk', { viewport: { width: 320, height: 640 }, hasTouch: true }, async (page) => {
      await page.goto(QUEUE.start);
      nothing(await narrow(page));
      await page.keyboard.press('j');
      await page.keyboard.press('p');
      await page.getByRole('region', { name: QUEUE.pane }).getByRole('heading').first().waitFor();
      nothing(await narrow(page));
    }));

  test('keys do nothing where they are turned off', () =>
    browser.visit('director', {}, async (page) => {
      await page.goto('/preferences');
      await page.getByLabel(/Keys of a single letter/).uncheck();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.goto(QUEUE.start);
      await page.keyboard.press('j');
      await page.keyboard.press('?');
      assert.equal(await page.getByRole('dialog').count(), 0);
      assert.equal(await page.locator('.current').count(), 0);
    }));
});
