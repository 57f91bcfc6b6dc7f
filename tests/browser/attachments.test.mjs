// Files with an issue and with a reply: listed, downloaded as they were sent; and those that
// are refused, without losing what was typed.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { describe as describeIssue, form, send } from './acts.mjs';
import { openBrowser } from './browser.mjs';
import { serve } from './server.mjs';
import { filed } from './story.mjs';
import { ATTACH, FILE, REPLY, TOO_LARGE } from './words.mjs';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const PICTURE = { name: 'quote line 3.png', mimeType: 'image/png', buffer: PNG };
const NOTES = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Line 3: 31 %\r\nÜbersicht \u{1F98E}\n') };
const PAGE = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') };
const TYPED = 'A long story that took an hour.';

let service, browser, heavy;

before(async () => {
  service = await serve();
  heavy = path.join(service.home, 'heavy.png');
  await writeFile(heavy, Buffer.concat([PNG, Buffer.alloc(30 << 20)]));
  browser = await openBrowser(service);
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

async function areListed(page, files) {
  for (const { name, buffer } of files) {
    const link = page.getByRole('main').getByRole('link', { name });
    const [download] = await Promise.all([page.waitForEvent('download'), link.first().click()]);
    assert.equal(download.suggestedFilename(), name);
    assert.deepEqual(await readFile(await download.path()), buffer);
  }
}

async function fillIn(page) {
  await page.goto(FILE.start);
  await describeIssue(page, { subject: 'With files', description: TYPED });
}

for (const [way, options] of Object.entries({ 'with scripts': {}, 'without scripts': { javaScriptEnabled: false } })) {
  test(`files come with an issue, ${way}`, () =>
    browser.visit('partner', options, async (page) => {
      await fillIn(page);
      await page.getByLabel(ATTACH.file).setInputFiles([PICTURE, NOTES]);
      await send(page, FILE.button);
      await page.getByRole('heading', { name: FILE.done }).waitFor();
      await page.getByRole('link', { name: FILE.open }).click();
      await areListed(page, [PICTURE, NOTES]);
    }));

  test(`files come with a reply, ${way}`, async () => {
    const reference = await filed(service, { subject: 'Files follow' });
    await browser.visit('partner', options, async (page) => {
      await page.goto(`/t/${reference}`);
      const fields = await form(page, REPLY.button);
      await fields.getByLabel(REPLY.body).fill('Here they are.');
      await fields.getByLabel(ATTACH.file).setInputFiles([PICTURE, NOTES]);
      await send(page, REPLY.button);
      await page.getByRole('status').filter({ hasText: REPLY.done }).waitFor();
      await areListed(page, [PICTURE, NOTES]);
    });
  });
}

test('a page as a file is refused, and what was typed is kept', () =>
  browser.visit('partner', {}, async (page) => {
    await fillIn(page);
    await page.getByLabel(ATTACH.file).setInputFiles([PAGE]);
    await send(page, FILE.button);
    await page.getByRole('alert').filter({ hasText: ATTACH.refused }).waitFor();
    assert.equal((await page.getByLabel(FILE.description).inputValue()).trim(), TYPED);
  }));

for (const [way, options] of Object.entries({ 'with scripts': {}, 'without scripts': { javaScriptEnabled: false } })) {
  test(`a file of 30 MB is refused by a clear page, and what was typed is kept, ${way}`, () =>
    browser.visit('partner', options, async (page) => {
      await fillIn(page);
      await page.getByLabel(ATTACH.file).setInputFiles(heavy);
      await send(page, FILE.button);
      await page.getByRole('main').getByText(TOO_LARGE).first().waitFor();
      const kept = page.getByRole('main').locator('textarea').filter({ visible: true });
      const words = await kept.evaluateAll((all) => all.map((one) => one.value.trim()));
      assert.ok(words.includes(TYPED), 'what was typed is lost');
    }));
}
