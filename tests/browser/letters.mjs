// Letters as the folder of `mail.url` has them: read, the oldest first.

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import PostalMime from 'postal-mime';

/** Every letter of a folder. A file is named `<time>-<number>-<kind>.eml`. */
export async function lettersIn(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort();
  return Promise.all(names.map((name) => letter(path.join(folder, name))));
}

async function letter(file) {
  const { subject, to, text, html } = await PostalMime.parse(await readFile(file));
  const kind = path.basename(file, '.eml').split('-').slice(2).join('-');
  return { file, kind, subject, to: to.map((one) => one.address).join(', '), text, html };
}

/** Where the links of a letter lead, below `place` of this service. */
export function linksOf({ text }, url, place) {
  const words = text.split(/[\s<>()]+/).filter((word) => word.startsWith(`${url}${place}`));
  return [...new Set(words)];
}
