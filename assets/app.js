// What pages do more smoothly with a script. Every act works without it.
"use strict";

// What went wrong is where one looks first.
document.getElementById("trouble")?.focus();
document.querySelector("#preview[tabindex]")?.focus({ preventScroll: true });

// A link to something that is folded opens it.
const unfold = () => {
  const folded = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (folded instanceof HTMLDetailsElement) {
    folded.open = true;
    folded.querySelector("summary").focus();
  }
};
window.addEventListener("hashchange", unfold);
unfold();

// Sent twice by an impatient finger is sent once.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// A choice in a menu with a form of its own is an act: its button is for those without a script.
for (const menu of document.querySelectorAll("select[data-sends]")) {
  menu.addEventListener("change", () => menu.form.requestSubmit());
}

const typedIn = (form) =>
  [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["form_token", "key"].includes(name));

// The dates while one types: asked for when the typing pauses, the latest answer only.
for (const form of document.querySelectorAll("form[data-live]")) {
  const shown = document.querySelector("[data-preview]");
  let timer;
  let asked = 0;
  let last = "";
  const ask = async () => {
    const fields = new URLSearchParams(typedIn(form));
    if (fields.toString() === last) return;
    last = fields.toString();
    fields.set("form_token", form.elements.form_token.value);
    const mine = ++asked;
    try {
      const answer = await fetch(form.dataset.live, { method: "POST", body: fields });
      if (answer.ok && mine === asked) shown.innerHTML = await answer.text();
    } catch {
      // Out of reach: the button asks as well.
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 400);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  if (typedIn(form).some(([name, value]) => value && name !== "value.currency")) later();
}

// What was typed is kept in this browser until it is sent, for a week.
const WEEK = 7 * 24 * 3600 * 1000;
const drafts = {
  get(name) {
    try {
      const draft = JSON.parse(localStorage.getItem(name));
      return draft && Date.now() - draft.at < WEEK ? draft : null;
    } catch {
      return null;
    }
  },
  set(name, fields) {
    try {
      localStorage.setItem(name, JSON.stringify({ at: Date.now(), fields }));
    } catch {
      // Full, or not allowed: then it is not kept.
    }
  },
  drop(name) {
    try {
      localStorage.removeItem(name);
    } catch {
      // There is none.
    }
  },
};
for (const place of document.querySelectorAll("[data-drop-draft]")) drafts.drop(place.dataset.dropDraft);
document.querySelector("form[action='/session/end']")?.addEventListener("submit", () => {
  for (const name of Object.keys(localStorage)) if (name.startsWith("file-")) drafts.drop(name);
});
for (const form of document.querySelectorAll("form[data-draft]")) {
  const name = form.dataset.draft;
  const draft = "tried" in form.dataset ? null : drafts.get(name);
  if (draft) {
    for (const [field, value] of draft.fields) {
      const control = form.elements.namedItem(field);
      if (control) control.value = value;
      form.querySelector(`input[name="${CSS.escape(field)}"]:checked`)?.closest("details")?.setAttribute("open", "");
    }
    const kept = document.querySelector("[data-kept]");
    const fresh = document.createElement("button");
    fresh.type = "button";
    fresh.className = "quiet small";
    fresh.textContent = "Start again";
    fresh.addEventListener("click", () => {
      drafts.drop(name);
      location.reload();
    });
    kept.append("What you typed before is still here. ", fresh);
    kept.hidden = false;
    form.dispatchEvent(new Event("change"));
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const fields = typedIn(form).filter(([field, value]) => value && field !== "act");
      if (fields.some(([field]) => field !== "value.currency")) drafts.set(name, fields);
    }, 300);
  });
}

// Hears of changes at a place, as long as the page is looked at.
const hears = (place, acts) => {
  let source;
  const listen = () => {
    if (document.visibilityState === "hidden") {
      source?.close();
      source = undefined;
      return;
    }
    if (source) return;
    source = new EventSource(place);
    for (const [name, act] of Object.entries(acts)) {
      source.addEventListener(name, (event) => act(JSON.parse(event.data)));
    }
  };
  document.addEventListener("visibilitychange", listen);
  listen();
};

// A ticket's page hears of changes while it is looked at. What it shows is renewed; a form in
// which somebody has typed still speaks of what its writer saw, until they say that they saw more.
const watched = document.querySelector(".columns[data-live]");
if (watched) {
  const news = document.querySelector("[data-news]");
  const looking = document.querySelector("[data-looking]");
  const forms = () => [...document.querySelectorAll("main form")].filter((form) => form.elements.version);
  const fields = (form) => new URLSearchParams(typedIn(form).filter(([name]) => !["version", "seen"].includes(name)));
  const asTheyCame = new Map();
  const remember = () => forms().forEach((form) => asTheyCame.set(form.id, fields(form).toString()));
  const isTouched = (form) => fields(form).toString() !== asTheyCame.get(form.id);
  const replace = (page, ids) => {
    for (const id of ids) {
      const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
      if (!old || !fresh || old.contains(document.activeElement)) continue;
      if (old instanceof HTMLDetailsElement) fresh.open = old.open;
      old.replaceWith(fresh);
    }
  };
  // What a form says that its writer has seen.
  const keepUp = (page, of) => {
    const fresh = page.querySelector("main form input[name=version]")?.form.elements;
    if (!fresh) return;
    for (const form of of) {
      for (const name of ["version", "seen"]) form.elements[name].value = fresh[name].value;
    }
  };
  let latest = Number(watched.dataset.version);
  let asking = Promise.resolve();
  remember();

  const tell = (page, touched) => {
    const line = page.querySelector("#story .timeline li:not(.minor) p");
    news.textContent = `Just now: ${line?.textContent.trim() ?? "it was changed."} `;
    if (touched.length > 0) {
      const seen = document.createElement("button");
      seen.type = "button";
      seen.className = "quiet small";
      seen.textContent = "Seen: what I write still holds";
      seen.addEventListener("click", () => {
        keepUp(page, touched);
        news.hidden = true;
      });
      news.append(seen);
    }
    news.hidden = false;
  };
  const renew = async () => {
    const answer = await fetch(location.pathname);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const version = Number(page.querySelector(".columns[data-live]")?.dataset.version);
    if (!(version > latest)) return;
    latest = version;
    const touched = forms().filter(isTouched);
    const atWork = document.activeElement?.closest("main form, main summary") || document.querySelector("main .act[open]");
    if (touched.length === 0 && !atWork) {
      replace(page, ["head", "main-part", "facts"]);
      remember();
    } else {
      replace(page, ["head", "said", "story", "facts"]);
      keepUp(page, forms().filter((form) => !touched.includes(form)));
    }
    tell(page, touched);
  };

  hears(watched.dataset.live, {
    moved: ({ version }) => {
      if (version > latest) asking = asking.then(renew).catch(() => {});
    },
    looking: (names) => {
      looking.textContent = names.length === 0 ? "" : `Looking at this too: ${names.join(", ")}`;
      looking.hidden = names.length === 0;
    },
  });
}
