// The queue by keyboard, and a ticket beside it. Everything here has a page of its own, too.
"use strict";

const queue = document.getElementById("queue");
const pane = document.getElementById("pane");
const desk = document.getElementById("desk");
const told = document.getElementById("told");
const dialog = document.getElementById("keys");
const news = document.getElementById("news");

if (queue) {
  document.getElementById("show-keys").addEventListener("click", () => dialog.showModal());

  const rows = () => [...queue.querySelectorAll("tr[data-ref]")];
  const link = (row) => row.querySelector("a");
  let current = null;
  // The ticket that the pane shows, and the last one that it was asked for.
  let shown = "";
  let asked = 0;

  const select = (row) => {
    current?.classList.remove("current");
    current = row;
    row?.classList.add("current");
  };
  queue.addEventListener("focusin", (event) => select(event.target.closest("tr[data-ref]") ?? current));

  const go = (row) => {
    if (!row) return false;
    select(row);
    link(row).focus();
    row.scrollIntoView({ block: "nearest" });
    return true;
  };
  const beside = (step) => {
    const all = rows();
    const at = all.indexOf(current);
    return at < 0 ? all[0] : all[at + step];
  };

  const say = (text) => {
    told.textContent = text;
    told.hidden = false;
  };

  const hide = () => {
    pane.hidden = true;
    pane.replaceChildren();
    desk.classList.remove("split");
    shown = "";
  };

  const show = async (row) => {
    const mine = ++asked;
    const reference = row.dataset.ref;
    if (shown === reference) return true;
    // At once, so that nothing moves later.
    if (pane.hidden) pane.textContent = "…";
    pane.hidden = false;
    desk.classList.add("split");
    let text = "";
    try {
      const answer = await fetch(`/queue/preview/${reference}`);
      if (answer.ok && !answer.redirected) text = await answer.text();
    } catch {
      // Out of reach: said below.
    }
    if (mine !== asked) return false;
    if (!text) {
      hide();
      say(`${reference} cannot be shown at the moment.`);
      return false;
    }
    pane.innerHTML = text;
    pane.scrollTop = 0;
    shown = reference;
    return true;
  };

  let later;
  const follow = (row) => {
    if (pane.hidden) return;
    clearTimeout(later);
    later = setTimeout(() => show(row), 120);
  };

  const triage = async (row) => {
    clearTimeout(later);
    if (!go(row) || !(await show(row))) return;
    const first = pane.querySelector("form select, form textarea");
    if (first) first.focus();
    else say(`${row.dataset.ref} is not yours to triage, or not open any more.`);
  };

  // The page again, for rows as they are now, and the counts of the views. No row moves under the
  // reader; what is new is offered.
  const refresh = async (moved) => {
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const views = page.querySelector(".views");
    if (views) document.querySelector(".views").replaceWith(views);
    for (const row of moved) renew(row, page);
    const here = new Set(rows().map((row) => row.dataset.ref));
    const fresh = [...page.querySelectorAll("tr[data-ref]")].filter((row) => !here.has(row.dataset.ref));
    news.hidden = fresh.length === 0;
    news.firstElementChild.textContent = `${fresh.length} more on this page: show`;
  };
  const renew = (row, page) => {
    const fresh = page.querySelector(`tr[data-ref="${CSS.escape(row.dataset.ref)}"]`);
    row.classList.toggle("gone", !fresh);
    if (!fresh) return;
    const ticked = row.querySelector("input").checked;
    fresh.querySelector("input").checked = ticked;
    const focused = row.contains(document.activeElement);
    row.replaceChildren(...fresh.children);
    if (focused) link(row).focus();
  };

  // What a form of the pane was answered: the page that follows, or itself with what is wrong.
  const refused = (form, page) => {
    pane.querySelector(".trouble")?.remove();
    const trouble = page.getElementById("trouble");
    const again = page.getElementById(form.id);
    for (const name of ["version", "seen"]) {
      const field = again?.elements.namedItem(name);
      if (field) form.elements.namedItem(name).value = field.value;
    }
    const notice = document.createElement("div");
    notice.className = "trouble";
    notice.setAttribute("role", "alert");
    for (const part of trouble?.querySelectorAll(":scope > p, li") ?? []) {
      const line = document.createElement("p");
      line.textContent = part.textContent;
      notice.append(line);
    }
    if (!notice.hasChildNodes()) notice.textContent = "That did not work. Open the ticket, and try again there.";
    form.before(notice);
    form.querySelector("[required]")?.focus();
  };

  pane.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const form = event.target;
    const row = rows().find((r) => r.dataset.ref === shown);
    if (form.dataset.busy || !row) return;
    form.dataset.busy = "yes";
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok) {
        refused(form, page);
        return;
      }
      say(`${shown}: ${page.querySelector(".done")?.textContent ?? "done"}`);
      shown = "";
      const next = rows()[rows().indexOf(row) + 1] ?? row;
      go(next);
      await show(next);
      await refresh([row]);
    } catch {
      refused(form, document.implementation.createHTMLDocument());
    } finally {
      delete form.dataset.busy;
    }
  });

  const keys = {
    j: () => go(beside(1)) && follow(current),
    k: () => go(beside(-1)) && follow(current),
    x: () => current?.querySelector("input[type=checkbox]").click(),
    o: () => current && link(current).click(),
    p: () => (pane.hidden ? current && show(current) : hide()),
    t: () => triage(current ?? rows()[0]),
    n: () => triage(beside(1)),
    b: () => {
      const several = document.getElementById("several");
      several.open = true;
      several.querySelector("select").focus();
    },
    "/": () => document.getElementById("search-q").focus(),
    "?": () => dialog.showModal(),
  };

  let asking = Promise.resolve();
  hears("/queue/live", {
    moved: (references) => {
      const moved = rows().filter((row) => references.includes(row.dataset.ref));
      asking = asking.then(() => refresh(moved)).catch(() => {});
    },
  });

  const isTyping = (at) => at.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (dialog.open || event.isComposing) return;
    if (event.key === "Escape" && (pane.contains(at) || at.id === "search-q")) {
      if (!go(current ?? rows()[0])) at.blur();
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && pane.contains(at) && at.form) {
      event.preventDefault();
      at.form.requestSubmit();
      return;
    }
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!("keys" in queue.dataset) || !plain || isTyping(at)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
