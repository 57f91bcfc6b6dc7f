// Every kind of letter that a story brings about, opened as HTML: accessible and narrow, in
// light and dark; and the text says where to go.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { contrasting, narrow, nothing, readable } from './checks.mjs';
import { serve } from './server.mjs';
import { told } from './story.mjs';

/** What the story brings about at the least. */
const KINDS = [
  'assigned', 'escalated', 'first_reply', 'invitation', 'partner_spoke', 'received', 'refused', 'reset',
  'resolved', 'rung_reached',
];

let service, browser;

before(async () => {
  service = await serve();
  [browser] = await Promise.all([openBrowser(service), told(service)]);
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

for (const kind of KINDS) {
  test(kind, () =>
    browser.visit(undefined, { viewport: { width: 320, height: 640 } }, async (page) => {
      const [letter] = await service.letters((one) => one.kind === kind);
      assert.ok(letter.text.includes(service.url), 'its text has no link');
      await page.setContent(letter.html);
      const light = await readable(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      nothing([...light, ...(await contrasting(page)), ...(await narrow(page))]);
    }),
  );
}
