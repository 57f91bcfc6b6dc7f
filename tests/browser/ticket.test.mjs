// A ticket's page as staff work on it: progress in four parts, and two windows on one ticket.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { form, send } from './acts.mjs';
import { openBrowser } from './browser.mjs';
import { PEOPLE, serve } from './server.mjs';
import { filed } from './story.mjs';
import { NOTE, PROGRESS } from './words.mjs';

/** Until a change is seen in another window, in milliseconds. */
const AT_MOST = 2_000;

let service, browser;

before(async () => {
  service = await serve();
  browser = await openBrowser(service);
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

const nextWeek = () => new Date(Date.now() + 7 * 24 * 3600 * 1000).toISOString().slice(0, 16);

async function write(page, progress) {
  const fields = await form(page, PROGRESS.button);
  for (const [label, words] of Object.entries(progress)) await fields.getByLabel(PROGRESS[label]).fill(words);
}

describe('telling the partner', () => {
  test('is a reply with its timetable, two actions after the queue', () =>
    browser.visit('desk', {}, async (page) => {
      await filed(service, { subject: 'The rebate of May is missing' });
      await page.goto('/queue');
      await page.getByRole('link', { name: 'The rebate of May is missing' }).click();
      await write(page, {
        status: 'Finance has it',
        changed: 'We found the claim; it was booked twice.',
        label: 'Finance has corrected it',
        due: nextWeek(),
        who: 'Finance corrects it. You need not do anything.',
      });
      await send(page, PROGRESS.button);
      await page.getByText(PROGRESS.done).waitFor();
      const main = page.getByRole('main');
      await main.getByText('Finance has it', { exact: true }).waitFor();
      const facts = page.getByRole('complementary', { name: 'Facts' });
      await facts.getByText('Finance has corrected it').first().waitFor();
      await service.letters((letter) => letter.text.includes('Priya Nair: Finance has it'));
    }));

  test('says which part is missing, and keeps the others', () =>
    browser.visit('desk', {}, async (page) => {
      const reference = await filed(service, { subject: 'The contract names the wrong address' });
      await page.goto(`/t/${reference}`);
      await write(page, { status: 'Legal reads it', changed: 'Nothing yet: legal meets on Monday.' });
      await send(page, PROGRESS.button);
      const trouble = page.getByRole('alert');
      await trouble.getByRole('link', { name: /^Who does what/ }).waitFor();
      assert.equal(await trouble.getByRole('link').count(), 1, 'the date stands, and is no trouble');
      const fields = await form(page, PROGRESS.button);
      assert.equal(await fields.getByLabel(PROGRESS.status).inputValue(), 'Legal reads it');
      assert.match(await fields.getByLabel(PROGRESS.changed).inputValue(), /legal meets/);
    }));
});

describe('two windows on one ticket', () => {
  test('see each other, and what the other does, within two seconds', () =>
    browser.visit('desk', {}, (page) =>
      browser.visit('director', {}, async (other) => {
        const reference = await filed(service, { subject: 'A licence key does not work' });
        await Promise.all([page.goto(`/t/${reference}`), other.goto(`/t/${reference}`)]);
        await page.getByText(`Looking at this too: ${PEOPLE.director.name}`).waitFor();
        await other.getByText(`Looking at this too: ${PEOPLE.desk.name}`).waitFor();
        const api = await service.api('desk');
        await api.post(`/tickets/${reference}/messages`, { body: 'The key was made anew.' });
        const seen = (one) => one.getByText('The key was made anew.').first().waitFor({ timeout: AT_MOST });
        await Promise.all([seen(other), seen(page)]);
      }),
    ));

  test('neither overwrites the other unseen', () =>
    browser.visit('desk', {}, (page) =>
      browser.visit('desk', { javaScriptEnabled: false }, async (other) => {
        const reference = await filed(service, { subject: 'The order was delivered twice' });
        await Promise.all([page.goto(`/t/${reference}`), other.goto(`/t/${reference}`)]);
        await (await form(other, NOTE.button)).getByLabel(NOTE.body).fill('I call the carrier.');
        await (await form(page, NOTE.button)).getByLabel(NOTE.body).fill('The carrier says Tuesday.');
        await send(page, NOTE.button);
        await page.getByText(NOTE.done).waitFor();
        await send(other, NOTE.button);
        const missed = other.getByRole('region', { name: 'What happened since you opened it' });
        await missed.getByText('The carrier says Tuesday.').waitFor();
        assert.equal(await (await form(other, NOTE.button)).getByLabel(NOTE.body).inputValue(), 'I call the carrier.');
        await send(other, NOTE.button);
        await other.getByText(NOTE.done).waitFor();
      }),
    ));

  test('who is writing is told, and says that what they write still holds', () =>
    browser.visit('desk', {}, async (page) => {
      const reference = await filed(service, { subject: 'A demo unit is broken' });
      await page.goto(`/t/${reference}`);
      await (await form(page, NOTE.button)).getByLabel(NOTE.body).fill('A new one is on its way.');
      const partner = await service.api('partner');
      await partner.post(`/tickets/${reference}/messages`, { body: 'It does not even start.' });
      const seen = page.getByRole('button', { name: /^Seen/ });
      await seen.waitFor({ timeout: AT_MOST });
      await page.getByText('It does not even start.').first().waitFor();
      assert.equal(await (await form(page, NOTE.button)).getByLabel(NOTE.body).inputValue(), 'A new one is on its way.');
      await seen.click();
      await send(page, NOTE.button);
      await page.getByText(NOTE.done).waitFor();
    }));
});

describe('the queue, left open', () => {
  test('renews rows where they stand, and offers what is new', () =>
    browser.visit('desk', {}, async (page) => {
      const reference = await filed(service, { subject: 'A course cannot be booked' });
      await page.goto('/queue');
      const row = page.locator(`tr[data-ref="${reference}"]`);
      const places = () => page.locator('tr[data-ref]').evaluateAll((rows) => rows.map((r) => r.dataset.ref));
      const before = await places();
      const desk = await service.api('desk');
      await desk.post(`/tickets/${reference}/triage`, { priority: 'P1', reason: 'The exam is today.' });
      await row.getByText('P1', { exact: true }).waitFor({ timeout: AT_MOST });
      assert.deepEqual(await places(), before, 'no row moves');
      await filed(service, { subject: 'A logo was refused' });
      await page.getByRole('link', { name: '1 more on this page: show' }).waitFor({ timeout: AT_MOST });
      assert.deepEqual(await places(), before, 'no row comes by itself');
      await page.getByRole('link', { name: '1 more on this page: show' }).click();
      await page.getByRole('link', { name: 'A logo was refused' }).waitFor();
    }));
});
