// What holds of every page, looked at in a window: each check returns what is wrong, a line
// for each finding.

import axe from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Bytes of a page with everything that it loads, over the wire, with an empty cache. */
export const HEAVIEST = 60_000;

/** The rules that a change of colours can break. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** Accessibility. A frame is somebody else's document: it is looked at by itself. */
export const accessible = (page) => axed(page, { type: 'tag', values: TAGS });

/** The same of a letter, which has no landmarks to find one's way by. */
export const readable = (page) =>
  axed(page, { type: 'tag', values: TAGS.filter((tag) => tag !== 'best-practice') });

/** What of it depends on colours. */
export const contrasting = (page) => axed(page, { type: 'rule', values: COLOURS });

async function axed(page, runOnly) {
  // Colours that are on their way to others are judged where they arrive.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((moving) => moving.finished)));
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (runOnly) => globalThis.axe.run(document, { runOnly, iframes: false, resultTypes: ['violations'] }),
    runOnly,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const why = failureSummary.split('\n').slice(1).map((line) => line.trim()).join('; ');
      return `axe ${id}: ${target.join(' ')}: ${why}`;
    }),
  );
}

/** Nothing is wider than the window. */
export async function narrow(page) {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const hidden = (e) => e && (getComputedStyle(e).clipPath !== 'none' || hidden(e.parentElement));
    const out = [...document.querySelectorAll('body *')].filter((e) => {
      const { right, width } = e.getBoundingClientRect();
      return width > 0 && right > clientWidth + 1 && !hidden(e);
    });
    const named = out.slice(0, 5).map((e) => `${e.localName}${e.id && `#${e.id}`}.${e.classList} "${e.textContent.trim().slice(0, 30)}"`);
    return [`${scrollWidth} px wide in ${clientWidth}: ${named.join(', ')}`];
  });
  return wide.map((line) => `scrolls sideways: ${line}`);
}

/** Opens what is folded up, so that it is looked at too: all of it at once. */
export async function unfold(page) {
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll('details')) {
      folded.removeAttribute('name');
      folded.open = true;
    }
  });
}

/** Goes there; says how it answered and what it weighed. */
export async function load(page, path) {
  const finished = [];
  const note = (request) => finished.push(request);
  page.on('requestfinished', note);
  const response = await page.goto(path);
  page.off('requestfinished', note);
  const sizes = await Promise.all(finished.map((request) => request.sizes()));
  const bytes = sizes.reduce((sum, s) => sum + s.responseHeadersSize + s.responseBodySize, 0);
  return { status: response.status(), bytes };
}

/** What moved by itself since the page was opened, and until it has come to rest. What follows a press was asked for. */
export function moved(page) {
  return page.evaluate(async () => {
    const found = [];
    const name = ({ node }) => node && `${node.nodeName.toLowerCase()} "${node.textContent.trim().slice(0, 30)}"`;
    const tell = (shift) => `moved by ${shift.value.toFixed(4)}: ${shift.sources.map(name).join(', ')}`;
    const add = (all) => found.push(...all.filter((shift) => shift.value > 0 && !shift.hadRecentInput).map(tell));
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    await document.fonts.ready;
    await new Promise((rested) => setTimeout(rested, 150));
    add(observer.takeRecords());
    return found;
  });
}

/** Whether the focus can be seen: it is marked, and nothing lies on it. */
export async function focusSeen(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return [];
    const name = `${at.localName}${at.id && `#${at.id}`} "${(at.innerText ?? '').trim().slice(0, 40)}"`;
    const wrong = [];
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
    const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    // The button inside a date's field has the focus: the browser marks it by itself.
    const inside = at.matches('input[type^=date]:not(:focus-visible)');
    if (!outlined && !inside && boxShadow === 'none') wrong.push(`${name} shows no focus`);
    const box = [...at.getClientRects()].find((r) => r.width > 0 && r.height > 0);
    const [left, right] = [Math.max(box?.left ?? 0, 0), Math.min(box?.right ?? 0, innerWidth)];
    const [top, bottom] = [Math.max(box?.top ?? 0, 0), Math.min(box?.bottom ?? 0, innerHeight)];
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const seen = left < right && top < bottom && hit && (at.contains(hit) || hit.contains(at));
    if (!seen) wrong.push(`${name} has the focus and is covered or out of sight`);
    return wrong;
  });
}

/** Fields that have to be filled in: not marked as optional, and not filled in already. */
export async function required(page, button) {
  return page.getByRole('button', { name: button, exact: true }).evaluate((at) => {
    const alone = 'input:not([type=hidden]), select, textarea';
    const groups = [...at.form.querySelectorAll('fieldset')];
    const open = (field) => !field.closest('fieldset') && !(field.matches('select') && field.value !== '');
    const single = [...at.form.querySelectorAll(alone)].filter(open);
    const named = (field) => (field.labels?.[0] ?? field.querySelector('legend'))?.textContent.trim() ?? field.name;
    return [...groups, ...single].map(named).filter((name) => !/optional/i.test(name));
  });
}

/** Fails with every line, if there is one. */
export function nothing(wrong) {
  if (wrong.length > 0) throw new Error(`${wrong.length} findings:\n${[...new Set(wrong)].join('\n')}`);
}
