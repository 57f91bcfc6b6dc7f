// One Chromium for a file of journeys, and a window of it for each visitor: signed in as
// somebody or nobody, with everything that went wrong in it written down.

import { accessSync } from 'node:fs';

import { chromium } from 'playwright-core';

import { PASSWORD, PEOPLE } from './server.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Nobody waits longer for anything on a page. */
const PATIENCE = 8_000;

function installed() {
  const places = process.env.CHROMIUM ? [process.env.CHROMIUM] : PLACES;
  const found = places.find((place) => {
    try {
      accessSync(place);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`no Chromium at ${places.join(', ')}: install it, or name it in CHROMIUM`);
  return found;
}

/** Without a service it only opens what it is given. */
export async function openBrowser(service) {
  // Chromium's sandbox does not work as root, and /dev/shm may be small.
  const args = ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  return new Browser(service, await chromium.launch({ executablePath: installed(), args }));
}

class Browser {
  #service;
  #chromium;
  #sessions = new Map();

  constructor(service, launched) {
    this.#service = service;
    this.#chromium = launched;
  }

  /** A new window with nothing in its cache, as one of PEOPLE or as nobody. */
  async window(who, options = {}) {
    const context = await this.#chromium.newContext({
      baseURL: this.#service?.url,
      viewport: { width: 1280, height: 800 },
      timezoneId: 'Europe/Berlin',
      storageState: who && (await this.#session(who)),
      ...options,
    });
    context.setDefaultTimeout(PATIENCE);
    await context.addInitScript(() => {
      const tell = (e) => console.error(`CSP: ${e.violatedDirective} forbids ${e.blockedURI || 'inline'}`);
      document.addEventListener('securitypolicyviolation', tell);
    });
    const page = await context.newPage();
    return { context, page, troubles: troublesOf(page) };
  }

  /** A window for as long as `visit` takes; whatever was wrong in it, but for what is expected, is a failure. */
  async visit(who, { expected, ...options } = {}, visit) {
    const { context, page, troubles: all } = await this.window(who, options);
    try {
      await visit(page, context);
    } finally {
      await context.close();
    }
    const troubles = all.filter((trouble) => !expected?.test(trouble));
    if (troubles.length > 0) throw new Error(troubles.join('\n'));
  }

  /** One sign-in for each person, shared by all of their windows but those that sign out. */
  async #session(who) {
    if (!this.#sessions.has(who)) this.#sessions.set(who, await this.signedIn(who));
    return this.#sessions.get(who);
  }

  /** A sign-in of its own, past the form. */
  signedIn(who) {
    return this.signedInBy({ email: PEOPLE[who].email, password: PASSWORD });
  }

  async signedInBy(form) {
    const context = await this.#chromium.newContext({ baseURL: this.#service.url });
    const answer = await context.request.post('/session', { form, maxRedirects: 0 });
    if (answer.status() !== 303) throw new Error(`signing in as ${form.email} answered ${answer.status()}`);
    const state = await context.storageState();
    await context.close();
    return state;
  }

  close() {
    return this.#chromium.close();
  }
}

/** A list that fills: errors of scripts and of the console, and what was not loaded. */
function troublesOf(page) {
  const troubles = [];
  const tell = (what) => troubles.push(`${new URL(page.url()).pathname}: ${what}`);
  page.on('pageerror', (error) => tell(`a script failed: ${error.message}`));
  page.on('console', (said) => {
    // That a page or a part of it answered with an error is told below, with what it was.
    const known = said.text().startsWith('Failed to load resource');
    if (said.type() === 'error' && !known) tell(`the console says: ${said.text()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // Whoever leaves a page, or downloads from it, ends what it was still asking for.
    if (why !== 'net::ERR_ABORTED') tell(`${request.url()} was not loaded: ${why}`);
  });
  page.on('response', (response) => {
    const whole = response.request().isNavigationRequest() && response.frame() === page.mainFrame();
    if (response.status() >= 400 && !whole) tell(`${response.url()} answered ${response.status()}`);
  });
  return troubles;
}
