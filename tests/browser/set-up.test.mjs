// The first start: from the link that the service prints to a ladder that works.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { send } from './acts.mjs';
import { openBrowser } from './browser.mjs';
import { PASSWORD, empty } from './server.mjs';
import { LADDER, SET_UP } from './words.mjs';

let service, browser;

before(async () => {
  service = await empty();
  browser = await openBrowser(service);
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

test('the first administrator sets up a ladder that works on one page', () =>
  browser.visit(undefined, {}, async (page) => {
    await page.goto(await service.setUpLink());
    await page.getByLabel(SET_UP.name).fill('Ada Okafor');
    await page.getByLabel(SET_UP.email).fill('ada@vendor.example');
    await page.getByLabel(SET_UP.password).fill(PASSWORD);
    await send(page, SET_UP.become);
    await page.getByRole('link', { name: SET_UP.link }).click();
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await page.getByLabel('Region', { exact: true }).fill('emea');
    const people = {
      'VP of Channels': 'dana@vendor.example', 'Regional director': 'maria@vendor.example',
      'Channel manager': 'tom@vendor.example', 'Support desk': 'priya@vendor.example',
      'Somebody at the partner': 'jo@acme.example',
    };
    const emails = page.getByLabel('Their e-mail');
    let nth = 0;
    for (const [label, email] of Object.entries(people)) {
      await page.getByLabel(new RegExp(`^${label}`)).fill(email.split('@')[0]);
      // The last one is forgotten at first.
      if (nth < 4) await emails.nth(nth).fill(email);
      nth += 1;
    }
    await page.getByLabel('The first partner').fill('Acme GmbH');
    await page.getByLabel('Short name of the partner').fill('acme');
    await send(page, SET_UP.button);
    assert.equal(await page.getByRole('alert').getByRole('link').count(), 1);
    await emails.nth(4).fill(people['Somebody at the partner']);
    await send(page, SET_UP.button);
    await page.getByRole('heading', { name: SET_UP.done, level: 1 }).waitFor();
    assert.equal(await page.getByText('/invitation/').count(), 5);
    await page.getByRole('link', { name: 'To the overview' }).click();
    await page.getByText('Every rung of the ladder has somebody on it.').waitFor();
    assert.equal(await page.getByRole('link', { name: SET_UP.link }).count(), 0);
  
    // And then it is edited, with its preview.
    await page.goto('/admin/configuration/ladder');
    const text = page.getByLabel(LADDER.text);
    const before = await text.inputValue();
    assert.match(before, /broken_promises = 2/);
    await text.fill(before.replace('broken_promises = 2', 'broken_promises = two'));
    await page.getByLabel(LADDER.reason).fill('Two slips are too few.');
    await send(page, LADDER.check);
    await page.getByRole('alert').waitFor();
    await page.getByLabel(LADDER.text).fill(before.replace('broken_promises = 2', 'broken_promises = 3'));
    await send(page, LADDER.check);
    await page.getByRole('main').getByText(LADDER.checked).first().waitFor();
    await send(page, LADDER.save);
    await page.getByText(LADDER.saved).waitFor();
    await page.getByRole('cell', { name: 'Two slips are too few.' }).waitFor();
  }));
