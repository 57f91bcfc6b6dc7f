// What pages call things: labels of fields, names of buttons, words that tell how something
// went. Journeys name nothing else, so that a page that is reworded is adjusted to here.

export const SIGN_IN = { email: 'E-mail', password: 'Password', button: 'Sign in' };
export const SIGN_OUT = 'Sign out';
export const COLOURS = { label: 'Colours', dark: 'dark' };
export const RESET = { email: 'E-mail', button: /letter|link|send/i };

export const FILE = {
  /** The link to it, and where it leads. */
  link: 'Tell us about a problem',
  start: '/file',
  /** What it is about: a group is unfolded, and has the categories. */
  group: /Prices and quotes/,
  category: /A special price is not approved yet/,
  impact: /One deal, order or payment is blocked/,
  urgency: /Within five business days/,
  subject: /^In one line/,
  description: /^What happened/,
  /** With a group unfolded. */
  price: '/file?group=price',
  complaint: '/file?group=rel',
  preview: 'Show me the dates first',
  previewed: 'Nothing is filed yet.',
  kept: 'What you typed before is still here.',
  add: 'Add to that one',
  button: 'File it',
  done: /^It is filed: PI-\d+/,
  open: /^Open PI-\d+/,
};

export const REPLY = { body: /^Write to us/, button: 'Send', done: /message is on the ticket/ };

export const ESCALATE = {
  reason: /^Why/,
  choice: 'lack_of_progress',
  justification: /^What should the next person know/,
  button: 'Escalate now',
  done: /Escalated\./,
};

export const ACCEPT = { button: 'Accept the dates', done: /Accepted\./ };

export const CONFIRM = {
  yes: /Yes, it is fixed/,
  no: /No, not fixed/,
  comment: /^Comment/,
  button: 'Send',
  confirmed: /Thank you\. The ticket is closed/,
  refused: /it is not fixed\. Work goes on/,
};

export const CONTEST = {
  reason: /^Why it matters more, or less/,
  button: 'Contest the priority',
  done: /you disagree with the priority/,
};

export const ATTACH = { file: /attach|files?\b/i, refused: /page\.html/ };

/** Where the links of letters lead: one shows its ticket, one asks whether it is fixed. */
export const FOLLOW = { place: '/f/' };
export const ASKED = { place: '/c/', yes: 'Yes, it is fixed', no: 'Not yet: go on', comment: /^What is still wrong/ };

export const QUEUE = {
  start: '/queue',
  search: /^Words of a ticket/,
  find: 'Search',
  views: 'Views',
  save: 'Save this view',
  name: /^Name/,
  saved: /The view is saved/,
  tick: (reference) => `Tick ${reference}`,
  several: 'Change the ticked tickets',
  priority: /^Priority/,
  reason: /^Reason/,
  look: 'Show what would change',
  would: /tickets would change/,
  change: /^Change \d+ tickets?$/,
  changed: /\d+ of \d+ changed/,
  undo: 'Undo',
  undone: /Undone, where/,
  pane: 'Preview',
  keys: 'Keys',
  triaged: /Triage is recorded/,
};

export const DECIDE = {
  place: '/exec/', acknowledge: 'Acknowledge', acknowledged: /Acknowledged/,
  why: /^Why/, until: /^Until/, hold: 'Put it off', held: /next rung is put off/,
};

export const CALL = {
  partner: /^Partner/, summary: /^What they said/, heat: 'Tense', ticket: /^About which issue/,
  button: 'Log the call', known: /Channel manager:/, surprise: /counts as a Surprise/, done: /no Surprise/,
};

export const STATES = { open: 'Open', resolved: /^Resolved/, confirmed: /^Closed: confirmed/ };

/** Heading of what is wrong with a form. */
export const TROUBLE = 'There is a problem';
/** What a form says that was overtaken. */
export const OVERTAKEN = /Somebody changed this/;
/** The page for a form of somebody who signed out meanwhile. */
export const OUT_OF_DATE = /out of date|Sign in/;
/** The page for what is too large. */
export const TOO_LARGE = /too large/i;

export const PROGRESS = {
  status: /^How it stands/,
  changed: /^What changed/,
  label: /^What comes next/,
  due: /^By when/,
  who: /^Who does what/,
  button: 'Tell the partner',
  done: /on its way to the partner/,
};
export const NOTE = { body: /^Note/, button: 'Keep the note', done: /internal note is on the ticket/ };

export const SET_UP = {
  name: 'Your name', email: 'E-mail', password: /[Pp]assword/, become: 'Become the first administrator',
  link: 'Set it up', button: 'Invite them, and set up the ladder', done: 'The ladder is set up',
};

export const LADDER = {
  text: /^Text/, reason: /^Reason/, check: 'Check it, and show what would change', save: 'Save as a new version',
  checked: /would|Nothing|no open ticket/i, saved: /The new version is saved/,
};
