// A story with content, told by REST: tickets in every state, with everything on them that
// a page can show, and a link of each kind out of a letter.

import { setTimeout as sleep } from 'node:timers/promises';

import { linksOf } from './letters.mjs';
import { PEOPLE } from './server.mjs';

/** One after the other for issues that do not mind: the third of a kind climbs by itself. */
const KINDS = [
  'order.delivery_late', 'order.wrong_or_damaged', 'order.entry_blocked', 'order.stock_allocation',
  'lic.invoice_error', 'lic.renewal_quote', 'funds.claim_unpaid', 'funds.claim_rejected', 'portal.access',
  'portal.error_or_data', 'tech.presales_help', 'deal.approval_late', 'deal.direct_conflict',
  'enable.tier_status', 'mkt.brand_approval',
];
let filings = 0;

const ISSUE = {
  impact: 'one_blocked', urgency: 'within_5_days',
  description: 'We asked for the project price eight days ago.\nThe bid closes on Friday.',
};

const now = Date.now();
const inDays = (n) => new Date(now + n * 86_400_000).toISOString();
const CLAIM = { summary: 'The price is approved.', how_to_check: 'Open quote Q-20881: line 3 shows it.' };

/** Files an issue of the partner's and returns its reference. */
export async function filed(service, changes = {}) {
  const partner = await service.api('partner');
  const category = KINDS[filings++ % KINDS.length];
  return (await partner.post('/tickets', { ...ISSUE, category, ...changes })).reference;
}

export async function resolved(service, changes = {}) {
  const reference = await filed(service, changes);
  const desk = await service.api('desk');
  await desk.post(`/tickets/${reference}/resolution`, CLAIM);
  await delivered(desk, reference);
  return reference;
}

/** Once the letter about what was written last has left: by that the ticket changes too. */
export async function delivered(desk, reference) {
  for (const until = Date.now() + 10_000; Date.now() < until; await sleep(50)) {
    const { items } = await desk.get(`/tickets/${reference}/events`);
    if (items.some((event) => event.kind === 'message_delivered')) return;
  }
  throw new Error(`no letter about ${reference} has left`);
}

/** All of it; the references by what became of them. */
export async function told(service) {
  const [partner, principal, desk] = await Promise.all(['partner', 'principal', 'desk'].map((w) => service.api(w)));
  const fresh = await filed(service, {
    subject: 'The quote for Contoso has last year\u2019s list price', category: 'price.list_or_quote_error',
  });

  const open = await filed(service, {
    subject: 'Special price for the harbour bid is not approved', category: 'price.approval_late',
    value: { amount: 180_000, currency: 'EUR' }, blocks: 'The bid, and with it the frame contract',
  });
  await desk.post(`/tickets/${open}/triage`, {
    priority: 'P2', owner: PEOPLE.desk.email, reason: 'One bid, this week',
  });
  const step = { label: 'Price committee has decided', due: inDays(4) };
  const dates = (body) => desk.put(`/tickets/${open}/timetable`, body);
  await dates({ resolution: inDays(7), milestones: [step], reason: 'The committee meets weekly' });
  await dates({ resolution: inDays(9), milestones: [step], reason: 'Two lines were added, and have to be priced.' });
  await dates({ resolution: inDays(9), milestones: [{ ...step, done: true }] });
  await desk.post(`/tickets/${open}/messages`, { body: 'The committee agreed. Pricing corrects two lines today.' });
  await desk.post(`/tickets/${open}/messages`, { body: 'Line 3 is from last year.', visibility: 'internal' });
  await partner.post(`/tickets/${open}/messages`, { body: 'Thank you. When can we calculate with it?' });
  await partner.post(`/tickets/${open}/contest`, { reason: 'Without the bid we lose the frame contract.' });
  await principal.post(`/tickets/${open}/escalations`, {
    reason: 'deadline', justification: 'The bid closes on Friday.',
  });

  const waiting = await filed(service, { 
    subject: 'Deal registration for the Lyon schools is pending', category: 'deal.approval_late',
  });
  await desk.post(`/tickets/${waiting}/messages`, { body: 'One thing is missing: the customer\u2019s consent.' });
  await desk.put(`/tickets/${waiting}/wait`, {
    on: 'partner', reason: 'We need the customer\u2019s written consent.', until: inDays(3),
  });

  const claimed = await resolved(service, {
    subject: 'Pallet 2 of 3 has not arrived', category: 'order.delivery_late',
  });

  const closed = await resolved(service, { 
    subject: 'The invoice names the wrong company', category: 'lic.invoice_error',
  });
  await partner.post(`/tickets/${closed}/confirmation`, { fixed: false, comment: 'The address is the old one.' });
  await desk.post(`/tickets/${closed}/resolution`, CLAIM);
  await partner.post(`/tickets/${closed}/confirmation`, { fixed: true, comment: 'Thank you.' });

  return { fresh, open, waiting, resolved: claimed, closed, ...(await links(service, desk, open, claimed)) };
}

/** A letter to open, and a link of each kind that letters carry. */
async function links(service, desk, reference, claimed) {
  const { items } = await desk.get(`/tickets/${reference}/letters`);
  const letter = items.find((one) => one.kind === 'received').id;
  const admin = await service.api('admin');
  await admin.post('/contacts', {
    email: 'lea@acme.example', name: 'Lea Fink', role: 'contact', partner: 'acme',
  });
  await fetch(`${service.url}/reset`, {
    method: 'POST', body: new URLSearchParams({ email: PEOPLE.principal.email }),
  });
  const link = async (kind, place, about = '') => {
    const [found] = await service.letters((one) => one.kind === kind && one.subject.includes(about) && linksOf(one, service.url, place).length > 0);
    return new URL(linksOf(found, service.url, place)[0]).pathname;
  };
  return {
    letter,
    invitation: await link('invitation', '/invitation/'),
    reset: await link('reset', '/reset/'),
    follow: await link('received', '/f/', reference),
    question: await link('resolved', '/c/', claimed),
    mute: await link('received', '/u/', reference),
  };
}
