// Executives: from a notice to a decision in two clicks, and a call logged on a phone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { accessible, contrasting, narrow, nothing, unfold } from './checks.mjs';
import { linksOf } from './letters.mjs';
import { PEOPLE, serve } from './server.mjs';
import { delivered, filed } from './story.mjs';
import { CALL, DECIDE } from './words.mjs';

const PHONE = { viewport: { width: 390, height: 844 } };
let service, browser;

before(async () => {
  service = await serve();
  browser = await openBrowser(service);
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

const done = (page, words) => page.getByRole('status').filter({ hasText: words }).waitFor();

/** An issue on the director's rung, and where the notice about it leads. */
async function noticed(subject) {
  const [principal, desk] = await Promise.all([service.api('principal'), service.api('desk')]);
  const reference = await filed(service, { subject });
  const press = () =>
    principal.post(`/tickets/${reference}/escalations`, { reason: 'deadline', justification: 'It closes on Friday.' });
  await press();
  await desk.post(`/tickets/${reference}/messages`, { body: 'We are on it.' });
  // Until a person has answered it, a second press would only be added to the first.
  await delivered(desk, reference);
  await press();
  const to = PEOPLE.director.email;
  const leads = (one) => one.to === to && one.text.includes(reference) && linksOf(one, service.url, DECIDE.place).length > 0;
  const [letter] = await service.letters(leads);
  return { reference, at: linksOf(letter, service.url, DECIDE.place)[0] };
}

/** Opens what a letter links to, and counts the clicks from there on. */
async function following(at, options, decide) {
  await browser.visit('director', options, async (page) => {
    let clicks = 1;
    await page.goto(at);
    await decide(page, async (button) => {
      clicks += 1;
      await page.getByRole('main').getByRole('button', { name: button, exact: true }).click();
    });
    assert.ok(clicks <= 2, `${clicks} clicks`);
  });
}

for (const [way, options] of Object.entries({ 'with scripts': PHONE, 'without scripts': { ...PHONE, javaScriptEnabled: false } })) {
  test(`from a notice to its acknowledgement in two clicks, ${way}`, async () => {
    const { at } = await noticed('The notice is followed');
    await following(at, options, async (page, click) => {
      await click(DECIDE.acknowledge);
      await done(page, DECIDE.acknowledged);
    });
  });

  test(`from a notice to a hold in two clicks, ${way}`, async () => {
    const { reference, at } = await noticed('The next rung is put off');
    const due = (await (await service.api('director')).get(`/tickets/${reference}`)).ladder[3].due;
    const later = new Date(Date.parse(due) + 15 * 60_000);
    const until = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Europe/Berlin' });
    await following(at, options, async (page, click) => {
      const form = page.locator('form').filter({ has: page.getByRole('button', { name: DECIDE.hold }) });
      await form.getByLabel(DECIDE.why).fill('The committee meets first.');
      await form.getByLabel(DECIDE.until).fill(until.format(later).replace(' ', 'T'));
      await click(DECIDE.hold);
      await done(page, DECIDE.held);
    });
  });

  test(`a call is logged on a phone in four fields, ${way}`, async () => {
    await browser.visit('vp', options, async (page) => {
      await page.goto('/exec/call');
      const form = page.locator('form#call');
      const names = await form.locator('input:not([type=hidden]), select, textarea').evaluateAll((all) => [
        ...new Set(all.map((one) => one.name)),
      ]);
      assert.equal(names.length, 4, names.join(', '));
      await form.getByLabel(CALL.partner).selectOption('acme');
      if (options.javaScriptEnabled !== false) await page.getByText(CALL.known).waitFor();
      await form.getByLabel(CALL.summary).fill('The rebate is missing, and they are angry.');
      await form.getByLabel(CALL.heat).check();
      await form.getByRole('button', { name: CALL.button }).click();
      await done(page, CALL.surprise);
    });
  });
}

test('overviews are fine in light and dark, wide and on a phone', async () => {
  const { reference } = await noticed('Looked at in every light');
  const places = { director: ['/exec', `/exec/${reference}`, '/exec/call?partner=acme'], manager: ['/partners', '/partners/acme'] };
  for (const [who, paths] of Object.entries(places)) {
    for (const colorScheme of ['light', 'dark']) {
      for (const size of [{}, PHONE, { viewport: { width: 320, height: 640 } }]) {
        await browser.visit(who, { ...size, colorScheme }, async (page) => {
          for (const path of paths) {
            await page.goto(path);
            await unfold(page);
            nothing([...(await narrow(page)), ...(await accessible(page)), ...(await contrasting(page))]);
          }
        });
      }
    }
  }
});
