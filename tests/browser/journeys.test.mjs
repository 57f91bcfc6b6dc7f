// Filing an issue: with scripts, without, on the narrowest window, and by keyboard alone.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { choose, describe as describeIssue, send, signIn } from './acts.mjs';
import { openBrowser } from './browser.mjs';
import { focusSeen, narrow, nothing, required } from './checks.mjs';
import { PASSWORD, PEOPLE, serve } from './server.mjs';
import { FILE, SIGN_IN, SIGN_OUT, STATES } from './words.mjs';

/** What filing may ask of somebody at most. */
const MOST_REQUIRED = 6;
/** Stops of the Tab key before a page counts as endless. */
const MOST_STOPS = 60;

let service, browser;

before(async () => {
  service = await serve();
  browser = await openBrowser(service);
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

async function isFiled(page, subject) {
  await page.getByRole('status').filter({ hasText: FILE.done }).waitFor();
  assert.match(new URL(page.url()).pathname, /^\/t\/PI-\d+$/);
  await page.getByRole('heading', { name: subject, level: 1 }).waitFor();
  await page.getByRole('main').getByText(STATES.open, { exact: true }).first().waitFor();
}

describe('filing an issue', () => {
  const ways = { 'with scripts': {}, 'without scripts': { javaScriptEnabled: false } };
  for (const [way, options] of Object.entries(ways)) {
    test(way, () =>
      browser.visit('partner', options, async (page) => {
        const subject = `The price is missing, filed ${way}`;
        await page.goto('/my');
        await page.getByRole('main').getByRole('link', { name: FILE.link }).click();
        await choose(page);
        await describeIssue(page, { subject, description: 'Asked for two weeks ago.' });
        await send(page, FILE.preview);
        await page.getByText('Nothing is filed yet.').waitFor();
        assert.equal(await page.getByLabel(FILE.subject).inputValue(), subject);
        await send(page, FILE.button);
        await isFiled(page, subject);
      }),
    );
  }

  test('in 320 pixels, without scrolling sideways', () =>
    browser.visit('partner', { viewport: { width: 320, height: 640 }, hasTouch: true }, async (page) => {
      const wrong = [];
      const look = async () => wrong.push(...(await narrow(page)));
      await page.goto(FILE.start);
      await look();
      await choose(page);
      await look();
      await send(page, FILE.button);
      await look();
      await describeIssue(page, { subject: 'The price is missing', description: 'Asked for it.' });
      await send(page, FILE.preview);
      await look();
      await send(page, FILE.button);
      await isFiled(page, 'The price is missing');
      await look();
      nothing(wrong);
    }));

  test('asks for six things at most', () =>
    browser.visit('partner', {}, async (page) => {
      await page.goto(FILE.second);
      const fields = await required(page, FILE.button);
      assert.ok(fields.length > 1 && fields.length <= MOST_REQUIRED, fields.join(', '));
      await send(page, FILE.button);
      const missed = await page.getByRole('alert').getByRole('listitem').allInnerTexts();
      assert.ok(missed.length > 0 && missed.length <= MOST_REQUIRED, missed.join('\n'));
    }));

  test('by keyboard alone, from signing in to signing out, and the focus is seen at every stop', () =>
    browser.visit(undefined, {}, async (page) => {
      const wrong = [];
      const keys = keyboard(page, wrong);
      await page.goto(`/session?next=${encodeURIComponent(FILE.start)}`);
      await keys.type(page.getByLabel(SIGN_IN.email), PEOPLE.partner.email);
      await keys.type(page.getByLabel(SIGN_IN.password), PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL(`**${FILE.start}`);
      await keys.press(page.getByRole('link', { name: FILE.group }), 'Enter');
      await keys.pick(page.getByLabel(FILE.category));
      await keys.pick(page.getByLabel(FILE.impact));
      await keys.pick(page.getByLabel(FILE.urgency));
      await keys.type(page.getByLabel(FILE.subject), 'Filed by keyboard');
      await keys.type(page.getByLabel(FILE.description), 'Asked for two weeks ago.');
      await keys.press(page.getByRole('button', { name: FILE.button, exact: true }), 'Enter');
      await isFiled(page, 'Filed by keyboard');
      await keys.press(page.getByRole('button', { name: SIGN_OUT }), 'Enter');
      await page.getByRole('link', { name: SIGN_IN.button }).first().waitFor();
      nothing(wrong);
    }));
});

test('signing in by the form leads to where one wanted to go', () =>
  browser.visit(undefined, {}, async (page) => {
    await page.goto('/my');
    await signIn(page, PEOPLE.partner, PASSWORD);
    await page.waitForURL('**/my');
  }));

/** Nothing but keys; where the focus cannot be seen is written down. */
function keyboard(page, wrong) {
  const focused = (locator) => locator.evaluate((at) => at === document.activeElement);
  /** Whether the focus is on the choice, or on another one of its group. */
  const near = (locator) =>
    locator.evaluate((at) => {
      const now = document.activeElement;
      return now === at || (now.type === 'radio' && now.name === at.name && now.form === at.form);
    });
  const tabTo = async (locator, there) => {
    await locator.waitFor({ state: 'attached' });
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await there(locator)) return;
      await page.keyboard.press('Tab');
      wrong.push(...(await focusSeen(page)));
    }
    throw new Error(`Tab does not reach ${locator}`);
  };
  return {
    async press(locator, key) {
      await tabTo(locator, focused);
      await page.keyboard.press(key);
    },
    async type(locator, words) {
      await tabTo(locator, focused);
      await page.keyboard.type(words);
    },
    async pick(locator) {
      await tabTo(locator, near);
      for (let step = 0; step < 20 && !(await focused(locator)); step += 1) {
        await page.keyboard.press('ArrowDown');
        wrong.push(...(await focusSeen(page)));
      }
      await page.keyboard.press('Space');
      assert.ok(await locator.isChecked());
    },
  };
}
