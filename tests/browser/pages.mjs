// Every page, and who sees it: the one list that the checks and the screenshots share. A
// page is an address of the story, or what `reach` leads to; it answers `status`, or 200.

import { describe, send, signIn } from './acts.mjs';
import { FILE, QUEUE, REPLY, RESET } from './words.mjs';

const NOBODY = ['nobody'];
const PARTNERS = ['partner', 'principal'];
const ABOVE = ['manager', 'director', 'vp'];
const STAFF = ['desk', ...ABOVE];
const ADMIN = ['admin'];

const ticket = (state, as) => ({ name: `ticket-${state}`, path: (s) => `/t/${s[state]}`, as });

export const PAGES = [
  { name: 'home', path: '/', as: NOBODY },
  { name: 'sign-in', path: '/session', as: NOBODY },
  { name: 'sign-in-refused', status: 401, as: NOBODY, reach: refusedSignIn },
  { name: 'reset', path: '/reset', as: NOBODY },
  { name: 'reset-refused', status: 422, as: NOBODY, reach: refusedReset },
  { name: 'invitation', path: (s) => s.invitation, as: NOBODY },
  { name: 'new-password', path: (s) => s.reset, as: NOBODY },
  { name: 'link-ended', path: '/invitation/ended', status: 404, as: NOBODY },
  { name: 'ladder', path: '/help/ladder', as: ['nobody', 'partner', 'desk'] },
  { name: 'priorities', path: '/help/priorities', as: ['nobody', 'partner', 'desk'] },
  { name: 'not-found', path: '/no-such-place', status: 404, as: ['nobody', 'partner', 'desk', 'admin'] },

  { name: 'preferences', path: '/preferences', as: ['partner', 'desk', 'admin'] },
  { name: 'my', path: '/my', as: PARTNERS },
  { name: 'file', path: FILE.start, as: [...PARTNERS, ...STAFF] },
  { name: 'file-group', path: FILE.price, as: ['partner', 'desk'] },
  { name: 'file-complaint', path: FILE.complaint, as: ['partner'] },
  { name: 'file-preview', as: ['partner'], reach: preview },
  { name: 'file-refused', status: 422, as: ['partner', 'desk'], reach: refusedFiling },
  { name: 'filed', path: (s) => `/file/done/${s.fresh}`, as: ['partner', 'desk'] },

  ticket('open', [...PARTNERS, ...STAFF, ...ADMIN]),
  ticket('resolved', [...PARTNERS, ...STAFF, ...ADMIN]),
  ticket('fresh', ['partner', 'desk', 'admin']),
  ticket('waiting', ['partner', 'desk', 'admin']),
  ticket('closed', ['partner', 'desk', 'admin']),
  { name: 'ticket-refused', status: 422, as: ['partner'], reach: refusedReply },
  { name: 'followed', path: (s) => s.follow, as: NOBODY },
  { name: 'question', path: (s) => s.question, as: NOBODY },
  { name: 'mute', path: (s) => s.mute, as: NOBODY },
  { name: 'clocks', path: (s) => `/t/${s.open}/clocks`, as: ['partner', 'desk', 'admin'] },
  { name: 'opened-letter', path: (s) => `/t/${s.open}/letters/${s.letter}`, as: ['desk'] },

  { name: 'queue', path: '/queue', as: [...STAFF, ...ADMIN] },
  { name: 'queue-filtered', path: '/queue?q=bid&priority=P2', as: ['desk'] },
  { name: 'queue-pane', as: ['desk', 'manager'], reach: pane },
  { name: 'queue-keys', as: ['desk'], reach: keys },
  { name: 'queue-several', as: ['desk', 'manager'], reach: several },
  { name: 'queue-several-refused', status: 422, as: ['desk'], reach: severalRefused },
  { name: 'queue-empty', path: '/queue?q=nothingofthekind', as: ['desk'] },

  { name: 'exec', path: '/exec', as: ['director', 'vp'] },
  { name: 'exec-hidden', path: '/exec', status: 404, as: ['desk', 'manager'] },
  { name: 'decide', path: (s) => `/exec/${s.open}`, as: ['director', 'vp'] },
  { name: 'call', path: '/exec/call', as: ['director'] },
  { name: 'call-known', path: '/exec/call?partner=acme', as: ['vp'] },
  { name: 'partners', path: '/partners', as: STAFF },
  { name: 'partner', path: '/partners/acme', as: STAFF },

  { name: 'admin', path: '/admin', as: ADMIN },
  { name: 'admin-forbidden', path: '/admin', status: 403, as: ['desk'] },
  { name: 'admin-people', path: '/admin/people', as: ADMIN },
  { name: 'admin-partners', path: '/admin/partners', as: ADMIN },
  { name: 'admin-partner', path: '/admin/partners/acme', as: ADMIN },
  { name: 'admin-configuration', path: '/admin/configuration', as: ADMIN },
  { name: 'admin-ladder', path: '/admin/configuration/ladder', as: ADMIN },
  { name: 'admin-calendars', path: '/admin/configuration/calendars', as: ADMIN },
  { name: 'admin-migration', path: '/admin/configuration/migration', as: ADMIN },
  { name: 'admin-design', path: '/admin/design', as: ADMIN },
  { name: 'admin-outbox', path: '/admin/outbox', as: ADMIN },
  { name: 'admin-envelope', path: (s) => `/admin/outbox/${s.letter}`, as: ADMIN },
];

/** The list, one entry for each reader. */
export const VISITS = PAGES.flatMap((entry) =>
  entry.as.map((who) => ({
    name: `${entry.name}-${who}`,
    who: who === 'nobody' ? undefined : who,
    status: entry.status ?? 200,
    path: typeof entry.path === 'string' ? () => entry.path : entry.path,
    reach: entry.reach,
  })),
);

async function refusedSignIn(page) {
  await page.goto('/session');
  await signIn(page, { email: 'jo@acme.example' }, 'wrong horse battery');
}

async function refusedReset(page) {
  await page.goto('/reset');
  await page.getByLabel(RESET.email).fill('nobody');
  await page.getByRole('main').getByRole('button', { name: RESET.button }).click();
}

async function preview(page) {
  await page.goto(FILE.start);
  await describe(page, { subject: 'A special price is missing', description: 'Asked for two weeks ago.' });
  await send(page, FILE.preview);
}

async function refusedFiling(page) {
  await page.goto(FILE.start);
  await send(page, FILE.button);
}

async function pane(page) {
  await page.goto(QUEUE.start);
  await page.keyboard.press('j');
  await page.keyboard.press('p');
  await page.getByRole('region', { name: QUEUE.pane }).getByRole('heading').first().waitFor();
}

async function keys(page) {
  await page.goto(QUEUE.start);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: QUEUE.keys }).waitFor();
}

/** Ticks the first two, and asks what would become of them. */
async function several(page) {
  await page.goto(QUEUE.start);
  for (const tick of (await page.locator('#queue').getByRole('checkbox').all()).slice(0, 2)) await tick.check();
  await page.getByText(QUEUE.several).click();
  const fields = page.locator('#several');
  await fields.getByLabel(QUEUE.priority).selectOption('P3');
  await fields.getByLabel(QUEUE.reason).fill('It is less urgent than it looked.');
  await fields.getByRole('button', { name: QUEUE.look }).click();
}

async function severalRefused(page) {
  await page.goto(QUEUE.start);
  await page.locator('#queue').getByRole('checkbox').first().check();
  await page.getByText(QUEUE.several).click();
  await page.locator('#several').getByRole('button', { name: QUEUE.look }).click();
}

async function refusedReply(page, story) {
  await page.goto(`/t/${story.open}`);
  await send(page, REPLY.button);
}
