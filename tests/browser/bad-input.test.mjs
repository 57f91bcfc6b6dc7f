// Bad input on every form of the partner's side: nothing, too much, hostile words, two
// windows at once. The answer is a clear page; what was typed is kept; the summary of what is
// wrong has the focus, and leads to the fields.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { describe as describeIssue, form, send, signIn, unfolded } from './acts.mjs';
import { openBrowser } from './browser.mjs';
import { unfold } from './checks.mjs';
import { serve } from './server.mjs';
import { filed, resolved } from './story.mjs';
import {
  CONFIRM, CONTEST, ESCALATE, FILE, OUT_OF_DATE, OVERTAKEN, REPLY, RESET, SIGN_IN, SIGN_OUT, TROUBLE,
} from './words.mjs';

/** A script, quotes and an end tag, words turned around, and signs outside the basic plane. */
const HOSTILE = `<script>alert(1)</script> "'></textarea><b>&amp; \u202Egpj.exe\u202C \u{1F98E}\u{1F98E} a\u0301`;
/** More than any field takes, and less than a request may have. */
const ENDLESS = 'Nobody reads as much as this. '.repeat(1_000);

let service, browser;

before(async () => {
  service = await serve();
  browser = await openBrowser(service);
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

const ticket = async (page) => page.goto(`/t/${await filed(service, { subject: 'For bad input' })}`);

/** Each form: how to get to it, its button, and a field of it that takes words. */
const FORMS = {
  'signing in': { open: (p) => p.goto('/session'), ...SIGN_IN, field: SIGN_IN.email },
  'a new password': { open: (p) => p.goto('/reset'), button: RESET.button, field: RESET.email },
  filing: { who: 'partner', open: (p) => p.goto(FILE.start), button: FILE.button, field: FILE.description },
  'a subject': { who: 'partner', open: (p) => p.goto(FILE.start), button: FILE.button, field: FILE.subject },
  'a reply': { who: 'partner', open: ticket, button: REPLY.button, field: REPLY.body },
  escalating: { who: 'partner', open: ticket, button: ESCALATE.button, field: ESCALATE.justification },
  contesting: { who: 'partner', open: ticket, button: CONTEST.button, field: CONTEST.reason },
  'refusing a resolution': {
    who: 'partner',
    field: CONFIRM.comment,
    button: CONFIRM.button,
    async open(page) {
      await page.goto(`/t/${await resolved(service, { subject: 'For bad input' })}`);
      await page.getByLabel(CONFIRM.no).check();
    },
  },
};

const main = (page) => page.getByRole('main');
/** The form of the field: two forms may have a button of the same name. */
const around = (page, field) => page.locator('main form').filter({ has: page.getByLabel(field) });
const press = async (page, { field, button }) => {
  const at = around(page, field);
  await at.getByRole('button', { name: button, exact: true }).click();
};
async function opened(page, entry) {
  await entry.open(page);
  await unfolded(page, page.getByLabel(entry.field));
}

/** The summary has the focus, and each of its links leads to a field. */
async function isSummedUp(page) {
  const summary = page.getByRole('alert').filter({ hasText: TROUBLE });
  await summary.waitFor();
  const links = await summary.getByRole('link').all();
  assert.ok(links.length > 0, 'the summary has no link to a field');
  for (const link of links) {
    const target = await link.getAttribute('href');
    assert.equal(await page.locator(target).count(), 1, `${target} is no field`);
  }
  assert.match(await page.title(), /^Error: /);
  assert.ok(await summary.evaluate((at) => at.contains(document.activeElement)), 'the summary has no focus');
}

for (const [name, entry] of Object.entries(FORMS)) {
  describe(name, () => {
    test('with nothing in it', () =>
      browser.visit(entry.who, {}, async (page) => {
        await opened(page, entry);
        await press(page, entry);
        await isSummedUp(page);
      }));

    test('with too much in it, which is kept', () =>
      browser.visit(entry.who, {}, async (page) => {
        await opened(page, entry);
        await around(page, entry.field).getByLabel(entry.field).fill(ENDLESS);
        await press(page, entry);
        await isSummedUp(page);
        const kept = await around(page, entry.field).getByLabel(entry.field).inputValue();
        assert.equal(kept.trim(), ENDLESS.trim());
      }));

    test('with hostile words, which are only words, and are kept', () =>
      browser.visit(entry.who, {}, async (page) => {
        page.on('dialog', (dialog) => assert.fail(`a script ran: ${dialog.message()}`));
        await opened(page, entry);
        await around(page, entry.field).getByLabel(entry.field).fill(HOSTILE);
        await press(page, entry);
        await page.waitForLoadState();
        await unfold(page);
        const text = page.getByText('<script>alert(1)</script>').filter({ visible: true });
        const kept = around(page, entry.field).getByLabel(entry.field);
        const said = (await kept.count()) > 0 ? await kept.inputValue() : '';
        if (!said.includes('<script>')) await text.first().waitFor();
        else assert.equal(said, HOSTILE);
        assert.equal(await page.locator('main b').filter({ hasText: 'gpj' }).count(), 0);
      }));
  });
}

describe('two windows', () => {
  test('the same filing sent from both is filed once', () =>
    browser.visit('partner', {}, async (page, context) => {
      await page.goto(FILE.start);
      const key = await page.locator('form input[name=key]').inputValue();
      const second = await context.newPage();
      await second.goto(FILE.start);
      await second.locator('form input[name=key]').evaluate((at, key) => (at.value = key), key);
      const places = [];
      for (const window of [page, second]) {
        await describeIssue(window, { subject: 'Sent twice', description: 'Sent twice.' });
        await send(window, FILE.button);
        places.push(await window.getByRole('heading', { name: FILE.done }).innerText());
      }
      assert.equal(places[0], places[1]);
    }));

  test('a reply in the second one says what happened meanwhile, and keeps the words', () =>
    browser.visit('partner', {}, async (page, context) => {
      await ticket(page);
      const second = await context.newPage();
      await second.goto(page.url());
      for (const [window, words] of [[page, 'From the first'], [second, 'From the second']]) {
        await (await form(window, REPLY.button)).getByLabel(REPLY.body).fill(words);
        await send(window, REPLY.button);
      }
      await page.getByText('From the first').first().waitFor();
      await second.getByText('From the second').first().waitFor();
      const overtaken = second.getByRole('alert').filter({ hasText: OVERTAKEN });
      if ((await overtaken.count()) > 0) {
        assert.equal(await second.getByLabel(REPLY.body).inputValue(), 'From the second');
        await second.getByText('From the first').first().waitFor();
      }
    }));

  test('a filing of somebody who signed out meanwhile keeps the words', () => signedOut(async (page) => {
    await page.goto(FILE.start);
    await page.getByLabel(FILE.description).fill('A long story that took an hour.');
    return FILE.button;
  }));

  test('a reply of somebody who signed out meanwhile keeps the words', () => signedOut(async (page) => {
    await ticket(page);
    await page.getByLabel(REPLY.body).fill('A long story that took an hour.');
    return REPLY.button;
  }));

  test('a filing of somebody who signed out and in again keeps the words', () => signedOut(async (page) => {
    await page.goto(FILE.start);
    await page.getByLabel(FILE.description).fill('A long story that took an hour.');
    return FILE.button;
  }, true));
});

/** Types in one window, signs out in another, and sends in the first. */
async function signedOut(type, again = false) {
  const storageState = await browser.signedIn('partner');
  // What filing would bring is asked for while one types, by a page that is signed out.
  const expected = /\/file\/preview answered 40[13]/;
  await browser.visit(undefined, { storageState, expected }, async (page, context) => {
    const button = await type(page);
    const other = await context.newPage();
    await other.goto('/my');
    await other.getByRole('button', { name: SIGN_OUT }).click();
    await other.getByRole('link', { name: SIGN_IN.button }).first().waitFor();
    if (again) {
      await other.goto('/session');
      await signIn(other, { email: 'jo@acme.example' }, 'correct horse battery');
      await other.waitForURL('**/my');
    }
    await send(page, button);
    await main(page).getByText(OUT_OF_DATE).first().waitFor();
    const kept = await main(page).locator('textarea, input').evaluateAll((all) => all.map((one) => one.value));
    assert.ok(kept.includes('A long story that took an hour.'), 'what was typed is lost');
  });
}
