import { openBrowser } from '/work/wt-exec/tests/browser/browser.mjs';
import { serve } from '/work/wt-exec/tests/browser/server.mjs';
import { told, filed } from '/work/wt-exec/tests/browser/story.mjs';
import { accessible, narrow, unfold } from '/work/wt-exec/tests/browser/checks.mjs';
const s = await serve(); const b = await openBrowser(s);
try {
  const st = await told(s);
  const prin = await s.api('principal'); const desk = await s.api('desk'); const vp = await s.api('vp'); const dir = await s.api('director');
  for (const [n, times] of [['The rebate of Q3 is missing', 2], ['Nobody can order since Monday', 3], ['A claim waits', 1]]) {
    const r = await filed(s, { subject: n, value: { amount: 98000, currency: 'EUR' } });
    for (let i = 0; i < times; i++) { await prin.post(`/tickets/${r}/escalations`, { reason: 'deadline', justification: 'now' });
      await desk.post(`/tickets/${r}/messages`, { body: 'We are on it.' }); }
  }
  await vp.post('/partners/acme/calls', { summary: 'The rebate is still missing, says Pat.', heat: 'tense' });
  const dead = new Date(Date.now() + 20 * 3600e3).toISOString();
  await filed(s, { subject: 'Tomorrow the bid closes', deadline: dead, urgency: undefined });
  const list = await dir.get('/tickets?rung=3'); const ref = list.items[0]?.reference;
  for (const [who, path, name] of [['director', '/exec', 'exec'], ['vp', '/exec', 'exec-vp'], ['director', `/exec/${ref}`, 'decide'], ['vp', '/exec/call?partner=acme', 'call'], ['manager', '/partners', 'partners'], ['manager', '/partners/acme', 'partner'], ['vp', '/partners', 'partners-vp']])
    for (const [w, scheme] of [[1280, 'light'], [390, 'dark'], [320, 'light']])
      await b.visit(who, { viewport: { width: w, height: 900 }, colorScheme: scheme }, async (page) => {
        const a = await page.goto(path); if (a.status() !== 200) console.log(name, a.status());
        if (w !== 320) await page.screenshot({ path: `/tmp/shots/${name}-${w}-${scheme}.png`, fullPage: true });
        await unfold(page);
        const out = [...await narrow(page), ...(w === 320 ? [] : await accessible(page))];
        if (out.length) console.log(name, w, scheme, out.join('\n'));
      }).catch((e) => console.log(name, e.message));
} finally { await b.close(); await s.stop(); }
