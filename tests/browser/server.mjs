// A Lizard of its own for whoever asks: a free port of this machine, a temporary database,
// letters as files, and everybody that the journeys need. It is ended by SIGTERM, and what
// its log tells of a panic, an error or an answer above 499 is a failure.

import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { lettersIn } from './letters.mjs';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const program = path.resolve(process.env.LIZARD_BIN ?? path.join(root, 'target/debug/lizard'));

export const PASSWORD = 'correct horse battery';

/** Everybody by the word that stands for their role. */
export const PEOPLE = {
  partner: { name: 'Jo Silva', email: 'jo@acme.example', role: 'contact', of: ['--partner', 'acme'] },
  principal: { name: 'Pat Moss', email: 'pat@acme.example', role: 'principal', of: ['--partner', 'acme'] },
  desk: {
    name: 'Priya Nair', email: 'priya@vendor.example', role: 'desk', of: ['--team', 'deal_desk', '--lead'],
  },
  manager: { name: 'Tom Berg', email: 'tom@vendor.example', role: 'channel_manager', of: [] },
  director: { name: 'Maria Lopez', email: 'maria@vendor.example', role: 'director', of: ['--region', 'emea'] },
  vp: { name: 'Dana Cole', email: 'dana@vendor.example', role: 'vp', of: [] },
  admin: { name: 'Ada Okafor', email: 'ada@vendor.example', role: 'admin', of: [] },
};
const STAFF = ['admin', 'desk', 'manager', 'director', 'vp'];
const CONTACTS = ['partner', 'principal'];

/** A started `lizard serve` with everybody in it. */
export async function serve() {
  const service = await Service.start('serve');
  try {
    await Promise.all(STAFF.map((who) => service.add(PEOPLE[who])));
    const admin = await service.api('admin');
    await admin.post('/partners', {
      name: 'Acme GmbH', slug: 'acme', region: 'emea', time_zone: 'Europe/Berlin',
      channel_manager: PEOPLE.manager.email,
    });
    await Promise.all(CONTACTS.map((who) => service.add(PEOPLE[who])));
  } catch (error) {
    await service.stop().catch((second) => console.error(second));
    throw error;
  }
  return service;
}

/** A started `lizard serve` with nobody in it. */
export function empty() {
  return Service.start('serve');
}

/** A started `lizard demo`: people, story and a clock that rushes are its own. */
export async function demo() {
  const service = await Service.start('demo');
  const told = await readFile(service.log, 'utf8');
  service.mail = path.join(/^Everything is in (.*)\. Ctrl-C/m.exec(told)[1], 'mail');
  return service;
}

class Service {
  #child;
  #ended;
  #database;
  #bearers = new Map();

  static async start(command) {
    const home = await mkdtemp(path.join(tmpdir(), 'lizard-browser-'));
    const service = new Service();
    service.home = home;
    service.url = `http://127.0.0.1:${await freePort()}`;
    service.mail = path.join(home, 'mail');
    service.log = path.join(home, 'service.log');
    service.#database = await database(home);
    service.env = {
      ...process.env,
      TMPDIR: home,
      LIZARD__SERVER__LISTEN: new URL(service.url).host,
      LIZARD__SERVER__PUBLIC_URL: service.url,
      LIZARD__DATABASE__URL: service.#database.url,
      LIZARD__MAIL__URL: `folder:${service.mail}`,
      LIZARD__LIMITS__SIGN_IN_PER_MINUTE: '1000',
      LIZARD__LIMITS__RESET_PER_HOUR: '1000',
      LIZARD__LOG__FORMAT: 'json',
      LIZARD__LOG__FILTER: 'warn,lizard::web::server=debug',
    };
    await mkdir(service.mail);
    const log = openSync(service.log, 'a');
    service.#child = spawn(program, [command], { cwd: home, env: service.env, stdio: ['ignore', log, log] });
    service.#ended = new Promise((resolve, reject) => {
      service.#child.once('exit', (code, signal) => resolve(code ?? signal));
      service.#child.once('error', reject);
    });
    // However this process ends, the service does too.
    process.once('exit', () => service.#child.kill('SIGKILL'));
    await service.#ready();
    return service;
  }

  async #ready() {
    let ended = false;
    this.#ended.then(() => (ended = true), () => (ended = true));
    for (const until = Date.now() + 30_000; Date.now() < until && !ended; await sleep(50)) {
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
      if (answer?.ok) return;
    }
    this.#child.kill('SIGKILL');
    throw new Error(`${program} did not answer:\n${await readFile(this.log, 'utf8')}`);
  }

  /** Adds somebody with everybody's password. */
  async add({ name, email, role, of }) {
    const whom = ['--email', email, '--name', name, '--role', role, '--time-zone', 'Europe/Berlin', ...of];
    const args = ['user', 'add', '--password-stdin', ...whom];
    const adding = run(program, args, { cwd: this.home, env: this.env });
    adding.child.stdin.end(`${PASSWORD}\n`);
    await adding;
  }

  /** The REST interface, as somebody. */
  async api(who) {
    const call = async (method, place, body, bearer) => {
      const answer = await fetch(`${this.url}/api/v1${place}`, {
        method,
        headers: { 'Content-Type': 'application/json', ...(bearer && { Authorization: `Bearer ${bearer}` }) },
        body: body && JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${place} as ${who}: ${answer.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    };
    if (!this.#bearers.has(who)) {
      const given = await call('POST', '/session', { email: PEOPLE[who].email, password: PASSWORD });
      this.#bearers.set(who, given.access_token);
    }
    const bearer = this.#bearers.get(who);
    return {
      get: (place) => call('GET', place, undefined, bearer),
      post: (place, body) => call('POST', place, body, bearer),
      put: (place, body) => call('PUT', place, body, bearer),
    };
  }

  /** Where the first administrator comes in: the first start prints it. */
  async setUpLink() {
    for (const until = Date.now() + 10_000; Date.now() < until; await sleep(50)) {
      const found = /\/setup\/\S+/.exec(await readFile(this.log, 'utf8'));
      if (found) return found[0];
    }
    throw new Error('no link to set it up was printed');
  }

  /** The letters that `fits` accepts, once there is one. */
  async letters(fits) {
    for (const until = Date.now() + 10_000; ; await sleep(100)) {
      const all = await lettersIn(this.mail);
      const found = all.filter(fits);
      if (found.length > 0) return found;
      if (Date.now() > until) {
        throw new Error(`no such letter among: ${all.map((l) => `${l.kind} to ${l.to}`).join(', ')}`);
      }
    }
  }

  /** Ends it, and says what was wrong with its life. */
  async stop() {
    this.#child.kill('SIGTERM');
    const late = Symbol('late');
    let code = await Promise.race([this.#ended, sleep(15_000, late, { ref: false })]);
    if (code === late) {
      this.#child.kill('SIGKILL');
      await this.#ended;
    }
    const log = await readFile(this.log, 'utf8');
    await this.#database.drop();
    await rm(this.home, { recursive: true, force: true });
    const wrong = log.split('\n').filter(isWrong);
    if (code !== 0) wrong.unshift(code === late ? 'it did not end on SIGTERM' : `it ended with ${code}`);
    if (wrong.length > 0) throw new Error(`the service:\n${wrong.join('\n')}`);
  }
}

const isWrong = (line) =>
  line.includes('panicked at') || line.includes('"level":"ERROR"') || /"http\.status":5\d\d/.test(line);

/** SQLite, or a database of its own on the server that TEST_DATABASE_URL names. */
async function database(home) {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) return { url: `sqlite:${path.join(home, 'lizard.db')}`, drop: async () => {} };
  const name = `lizard_browser_${randomBytes(6).toString('hex')}`;
  const sql = (text) => run('psql', [server, '--no-psqlrc', '--quiet', '--command', text]);
  await sql(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => sql(`DROP DATABASE ${name} WITH (FORCE)`) };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
