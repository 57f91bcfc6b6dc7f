// What a partner does with an issue: each through its page, and what the page says after it.

import { after, before, describe, test } from 'node:test';

import { escalate, form, reply, send } from './acts.mjs';
import { openBrowser } from './browser.mjs';
import { unfold } from './checks.mjs';
import { serve } from './server.mjs';
import { filed, resolved } from './story.mjs';
import { ACCEPT, CONFIRM, CONTEST, ESCALATE, REPLY, STATES } from './words.mjs';

const WAYS = { 'with scripts': {}, 'without scripts': { javaScriptEnabled: false } };

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
const says = (page, words) =>
  page.getByRole('main').getByText(words, { exact: true }).filter({ visible: true }).first().waitFor();
const gone = (page, button) =>
  page.getByRole('button', { name: button, exact: true, includeHidden: true }).waitFor({ state: 'detached' });

for (const [way, options] of Object.entries(WAYS)) {
  describe(way, () => {
    test('a reply stands in the conversation', async () => {
      const reference = await filed(service, { subject: 'Waiting for a reply' });
      await browser.visit('partner', options, async (page) => {
        await page.goto(`/t/${reference}`);
        await reply(page, 'Is there any news of it?');
        await done(page, REPLY.done);
        await says(page, 'Is there any news of it?');
      });
    });

    test('Escalate now takes it one rung up', async () => {
      const reference = await filed(service, { subject: 'Nothing moves' });
      await browser.visit('partner', options, async (page) => {
        await page.goto(`/t/${reference}`);
        await escalate(page, 'The customer asks every day.');
        await done(page, ESCALATE.done);
        const here = page.locator('[aria-current="step"]');
        await here.filter({ hasText: 'Channel manager' }).first().waitFor();
      });
    });
  });
}

test('a date is accepted', async () => {
  const reference = await filed(service, { subject: 'The dates are all right' });
  await browser.visit('partner', {}, async (page) => {
    await page.goto(`/t/${reference}`);
    await send(page, ACCEPT.button);
    await done(page, ACCEPT.done);
    await gone(page, ACCEPT.button);
  });
});

test('a resolution is refused, and it goes on', async () => {
  const reference = await resolved(service, { subject: 'Claimed, and not solved' });
  await browser.visit('partner', {}, async (page) => {
    await page.goto(`/t/${reference}`);
    await says(page, STATES.resolved);
    const fields = page.locator('form').filter({ has: page.getByLabel(CONFIRM.no) });
    await fields.getByLabel(CONFIRM.no).check();
    await fields.getByLabel(CONFIRM.comment).fill('Line 3 still shows the old price.');
    await fields.getByRole('button', { name: CONFIRM.button }).click();
    await done(page, CONFIRM.refused);
    await says(page, STATES.open);
    await gone(page, CONFIRM.yes);
  });
});

test('a resolution is confirmed, and it is closed', async () => {
  const reference = await resolved(service, { subject: 'Claimed, and solved' });
  await browser.visit('partner', {}, async (page) => {
    await page.goto(`/t/${reference}`);
    const fields = page.locator('form').filter({ has: page.getByLabel(CONFIRM.yes) });
    await fields.getByLabel(CONFIRM.yes).check();
    await fields.getByRole('button', { name: CONFIRM.button }).click();
    await done(page, CONFIRM.confirmed);
    await says(page, STATES.confirmed);
    await gone(page, REPLY.button);
  });
});

test('a priority is contested, once', async () => {
  const reference = await filed(service, { subject: 'It matters more' });
  await browser.visit('partner', {}, async (page) => {
    await page.goto(`/t/${reference}`);
    const fields = await form(page, CONTEST.button);
    await fields.getByLabel(CONTEST.reason).fill('Without it we lose the frame contract.');
    await send(page, CONTEST.button);
    await done(page, CONTEST.done);
    await unfold(page);
    await says(page, 'Without it we lose the frame contract.');
    await gone(page, CONTEST.button);
  });
});
