// From a letter to the ticket: one click, no password, nothing but the link.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { accessible, narrow, nothing } from './checks.mjs';
import { linksOf } from './letters.mjs';
import { PEOPLE, serve } from './server.mjs';
import { filed, resolved } from './story.mjs';
import { ASKED, FOLLOW, STATES } from './words.mjs';

let service, browser;

before(async () => {
  service = await serve();
  browser = await openBrowser(service);
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

/** The letter of a kind that the partner got about a ticket. */
async function letter(kind, reference) {
  const fits = (one) =>
    one.kind === kind && one.to === PEOPLE.partner.email && one.subject.includes(reference);
  return (await service.letters(fits))[0];
}

function link(of, { place } = FOLLOW) {
  const links = linksOf(of, service.url, place);
  assert.ok(links.length > 0, `no link to ${place} in:\n${of.text}`);
  return links[0];
}

for (const [way, options] of Object.entries({ 'with scripts': {}, 'without scripts': { javaScriptEnabled: false } })) {
  test(`the link of a letter shows the status at once, ${way}`, async () => {
    const reference = await filed(service, { subject: 'Followed from a letter' });
    const at = link(await letter('received', reference));
    await browser.visit(undefined, options, async (page) => {
      const answer = await page.goto(at);
      assert.equal(answer.status(), 200);
      const main = page.getByRole('main');
      await main.getByRole('heading', { name: 'Followed from a letter' }).waitFor();
      await main.getByText(reference).first().waitFor();
      await main.getByText(STATES.open, { exact: true }).first().waitFor();
      await main.getByText(PEOPLE.desk.name).first().waitFor();
      assert.equal(await page.locator('input[type=password]').count(), 0, 'a password is asked for');
    });
  });
}

test('whether it is fixed is answered from the letter that asks', async () => {
  const reference = await resolved(service, { subject: 'Answered from a letter' });
  const at = link(await letter('resolved', reference), ASKED);
  await browser.visit(undefined, {}, async (page) => {
    await page.goto(at);
    await page.getByRole('button', { name: ASKED.yes }).click();
    await page.getByRole('main').getByText(STATES.confirmed).first().waitFor();
  });
});

test('that it is not fixed is said from the letter that asks', async () => {
  const reference = await resolved(service, { subject: 'Not yet, from a letter' });
  const at = link(await letter('resolved', reference), ASKED);
  await browser.visit(undefined, { javaScriptEnabled: false }, async (page) => {
    await page.goto(at);
    await page.getByLabel(ASKED.comment).fill('Line 3 still shows the old price.');
    await page.getByRole('button', { name: ASKED.no }).click();
    await page.getByRole('main').getByText(STATES.open, { exact: true }).first().waitFor();
  });
});

test('a link that is cut off opens a clear page', async () => {
  const reference = await filed(service, { subject: 'A link that is cut off' });
  const at = link(await letter('received', reference));
  await browser.visit(undefined, {}, async (page) => {
    const answer = await page.goto(at.slice(0, -4));
    assert.equal(answer.status(), 404);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    nothing(await accessible(page));
  });
});

test('the page behind the link is accessible, and fits into 320 pixels', async () => {
  const reference = await filed(service, { subject: 'A small window' });
  const at = link(await letter('received', reference));
  await browser.visit(undefined, { viewport: { width: 320, height: 640 } }, async (page) => {
    assert.equal((await page.goto(at)).status(), 200);
    nothing([...(await narrow(page)), ...(await accessible(page))]);
  });
});
