// Filing an issue: with scripts, without, on the narrowest window, and by keyboard alone.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { answered, describe as describeIssue, send, signIn } from './acts.mjs';
import { openBrowser } from './browser.mjs';
import { contrasting, focusSeen, narrow, nothing, required } from './checks.mjs';
import { PASSWORD, PEOPLE, serve } from './server.mjs';
import { COLOURS, FILE, SIGN_IN, SIGN_OUT, STATES } from './words.mjs';

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

/** The page that says so names the owner, and leads to the issue. */
async function isFiled(page, subject, follow = (link) => link.click()) {
  const main = page.getByRole('main');
  await main.getByRole('heading', { name: FILE.done, level: 1 }).waitFor();
  await main.getByText(subject).first().waitFor();
  await main.getByText(PEOPLE.desk.name).first().waitFor();
  await follow(main.getByRole('link', { name: FILE.open }));
  await main.getByRole('heading', { name: subject, level: 1 }).waitFor();
  await main.getByText(STATES.open, { exact: true }).first().waitFor();
}

describe('filing an issue', () => {
  const ways = { 'with scripts': {}, 'without scripts': { javaScriptEnabled: false } };
  for (const [way, options] of Object.entries(ways)) {
    test(way, () =>
      browser.visit('partner', options, async (page) => {
        const subject = `The price is missing, filed ${way}`;
        await page.goto('/my');
        await page.getByRole('main').getByRole('link', { name: FILE.link }).first().click();
        await describeIssue(page, { subject, description: 'Asked for two weeks ago.' });
        // With a script the dates come by themselves.
        if (options.javaScriptEnabled === false) await send(page, FILE.preview);
        await page.getByText(FILE.previewed).waitFor();
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
      await answered(page, () => send(page, FILE.button));
      await look();
      await describeIssue(page, { subject: 'The price is missing', description: 'Asked for it.' });
      await answered(page, () => send(page, FILE.preview));
      await look();
      await send(page, FILE.button);
      await isFiled(page, 'The price is missing', async (link) => {
        await look();
        await link.click();
      });
      await look();
      nothing(wrong);
    }));

  test('what was typed is there when one comes back, and gone when it is filed', () =>
    browser.visit('principal', {}, async (page) => {
      const subject = 'The renewal quote has two wrong lines';
      await page.goto(FILE.start);
      await describeIssue(page, { subject, description: 'Line 3 and line 9.' });
      await page.waitForFunction((words) => Object.values(localStorage).some((kept) => kept.includes(words)), subject);
      await page.goto('/my');
      await page.goto(FILE.start);
      await page.getByText(FILE.kept).waitFor();
      assert.equal(await page.getByLabel(FILE.subject).inputValue(), subject);
      assert.ok(await page.getByLabel(FILE.category).isChecked());
      await send(page, FILE.button);
      await isFiled(page, subject);
      await page.goto(FILE.start);
      assert.equal(await page.getByLabel(FILE.subject).inputValue(), '');
      assert.equal(await page.getByText(FILE.kept).count(), 0);
    }));

  test('an open issue that may be the same is offered while one types, and added to', () =>
    browser.visit('partner', {}, async (page) => {
      const subject = 'Certificates of the spring course are missing';
      await page.goto(FILE.start);
      await describeIssue(page, { subject, description: 'For three of us.' });
      await send(page, FILE.button);
      await isFiled(page, subject);
      await page.goto(FILE.start);
      await page.getByLabel(FILE.subject).fill('Certificates of the spring course still missing');
      await page.getByLabel(FILE.description).fill('Now for four of us.');
      await page.getByRole('button', { name: FILE.add }).first().click();
      const main = page.getByRole('main');
      await main.getByRole('heading', { name: subject, level: 1 }).waitFor();
      await main.getByText('Now for four of us.').first().waitFor();
    }));

  test('asks for six things at most', () =>
    browser.visit('partner', {}, async (page) => {
      await page.goto(FILE.start);
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
      await keys.press(page.locator('summary').filter({ hasText: FILE.group }), 'Enter');
      await keys.pick(page.getByLabel(FILE.category));
      await keys.pick(page.getByLabel(FILE.impact));
      await keys.pick(page.getByLabel(FILE.urgency));
      await keys.type(page.getByLabel(FILE.subject), 'Filed by keyboard');
      await keys.type(page.getByLabel(FILE.description), 'Asked for two weeks ago.');
      await keys.press(page.getByRole('button', { name: FILE.button, exact: true }), 'Enter');
      await isFiled(page, 'Filed by keyboard', (link) => keys.press(link, 'Enter'));
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

test('colours that are chosen hold against those of the system', () =>
  browser.visit('partner', { colorScheme: 'light' }, async (page) => {
    await page.goto('/my');
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.getByLabel(COLOURS.label).selectOption(COLOURS.dark);
    await page.waitForFunction((was) => getComputedStyle(document.body).backgroundColor !== was, light);
    nothing(await contrasting(page));
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
