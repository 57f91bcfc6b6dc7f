// What people do on pages, by what they see of them. A form is found by its button, and is
// unfolded where it stands folded up.

import { FILE, ESCALATE, REPLY, SIGN_IN } from './words.mjs';

/** The form with this button, open to be filled in. */
export async function form(page, button) {
  const at = page.getByRole('button', { name: button, exact: true, includeHidden: true });
  const found = page.locator('form').filter({ has: at });
  await found.first().waitFor({ state: 'attached' });
  await unfolded(page, found);
  return found.first();
}

/** Opens what is folded up around something. */
export async function unfolded(page, inside) {
  const folded = page.locator('details:not([open])').filter({ has: inside });
  while ((await folded.count()) > 0) await folded.first().locator('> summary').click();
}

export async function send(page, button) {
  await (await form(page, button)).getByRole('button', { name: button, exact: true }).click();
}

/** Until the page that answers an act is there, whatever it looks like. */
export async function answered(page, act) {
  const loaded = page.waitForEvent('load');
  await act();
  await loaded;
}

export async function signIn(page, { email }, password) {
  const fields = await form(page, SIGN_IN.button);
  await fields.getByLabel(SIGN_IN.email).fill(email);
  await fields.getByLabel(SIGN_IN.password).fill(password);
  await send(page, SIGN_IN.button);
}

export async function describe(page, { subject, description }) {
  await unfolded(page, page.getByLabel(FILE.category));
  await page.getByLabel(FILE.category).check();
  await page.getByLabel(FILE.impact).check();
  await page.getByLabel(FILE.urgency).check();
  await page.getByLabel(FILE.subject).fill(subject);
  await page.getByLabel(FILE.description).fill(description);
}

export async function reply(page, words) {
  await (await form(page, REPLY.button)).getByLabel(REPLY.body).fill(words);
  await send(page, REPLY.button);
}

export async function escalate(page, why) {
  const fields = await form(page, ESCALATE.button);
  await fields.getByLabel(ESCALATE.reason).selectOption(ESCALATE.choice);
  await fields.getByLabel(ESCALATE.justification).fill(why);
  await send(page, ESCALATE.button);
}
