// Whoswho: the one script. Everything works without it except live progress; it only saves steps.
"use strict";
(() => {
  const all = (q, el = document) => [...el.querySelectorAll(q)];
  const texts = document.currentScript.dataset;
  const nf = new Intl.NumberFormat(document.documentElement.lang);

  // Menus: one open at a time, Escape closes and gives the focus back, a click outside closes.
  const menus = () => all("details.drop");
  const close = (but) => menus().forEach((m) => m !== but && m.removeAttribute("open"));
  document.addEventListener("toggle", (e) => {
    if (!e.target.matches("details.drop") || !e.target.open) return;
    close(e.target);
    e.target.querySelector("[data-first]")?.focus();
  }, true);
  document.addEventListener("click", (e) => { if (!e.target.closest("details.drop")) close(); });

  // Keys: "/" searches, Ctrl+K opens the customer switcher, Escape closes. Single keys (WCAG 2.1.4) are switched off in the profile.
  const keys = document.body.dataset.keys !== "off";
  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
    if (e.key === "Escape") {
      const open = menus().find((m) => m.open);
      if (open) { open.open = false; open.querySelector("summary").focus(); }
      if (location.hash === "#nav") { location.hash = "#main"; document.querySelector("[href='#nav']")?.focus(); }
    } else if ((e.ctrlKey || e.metaKey) && e.key === "k") {
      const s = document.querySelector("details.switcher");
      if (s) { e.preventDefault(); s.open = true; }
    } else if (keys && e.key === "/" && !typing && !e.ctrlKey && !e.metaKey) {
      const f = [...document.querySelectorAll(".find input, main input[type=search]")].find((x) => x.offsetParent);
      if (f) { e.preventDefault(); f.focus(); f.select?.(); }
    }
  });

  // Selection: master tick box, Shift selects a range, the button counts. Texts come from the page.
  const select = (form) => {
    const boxes = () => all("tbody input[type=checkbox]", form).filter((b) => !b.disabled);
    const master = form.querySelector("input[data-master]");
    const say = form.querySelector("[data-say]");
    let last = null;
    const count = () => {
      const list = boxes(), n = list.filter((b) => b.checked).length + Number(form.dataset.elsewhere || 0);
      const here = list.filter((b) => b.checked).length;
      if (master) { master.checked = here > 0 && here === list.length; master.indeterminate = here > 0 && here < list.length; }
      all("[data-count]", form).forEach((b) => {
        b.textContent = (n === 1 ? b.dataset.one : b.dataset.many).replace("{n}", nf.format(n));
        const btn = b.closest("button"); if (btn) btn.disabled = n === 0;
      });
      if (say) say.textContent = texts.chosen.replace("#", nf.format(n));
    };
    form.addEventListener("click", (e) => {
      const list = boxes(), at = list.indexOf(e.target);
      if (at < 0) return;
      if (e.shiftKey && last !== null) list.slice(Math.min(at, last), Math.max(at, last) + 1).forEach((b) => { b.checked = e.target.checked; });
      last = at;
    });
    form.addEventListener("change", (e) => {
      if (e.target === master) boxes().forEach((b) => { b.checked = master.checked; });
      count();
    });
    all("[data-none]", form).forEach((b) => b.addEventListener("click", () => { form.dataset.elsewhere = "0"; boxes().forEach((x) => { x.checked = false; }); count(); }));
    count();
  };
  all("form[data-select]").forEach(select);

  // A box that means more than this page: the server knows the rest.
  all("input[data-send]").forEach((b) => b.addEventListener("change", () => b.form.requestSubmit()));

  // Search as you type: the server looks, as it does without a script, so that former names and every spelling are found. What it answers
  // takes the place of the parts that the form names. A form in a menu looks on another page, already when the menu opens.
  all("form[data-find]").forEach((form) => {
    const input = form.querySelector("input[type=search]"), say = form.querySelector("[data-found]");
    let asked = 0, timer, busy;
    const look = async () => {
      busy?.abort();
      busy = new AbortController();
      const mine = ++asked, query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
      const url = (form.dataset.from ?? location.pathname) + (query.size ? `?${query}` : "");
      try {
        const got = await fetch(url, { signal: busy.signal });
        const text = await got.text();
        if (mine !== asked) return;
        // Signed out meanwhile, or something went wrong: the page itself says what.
        // A menu leaves no page on which somebody may have typed; its button is still there.
        if (!got.ok || got.redirected) { if (!form.dataset.from) location.assign(url); return; }
        const page = new DOMParser().parseFromString(text, "text/html");
        // Read first: what takes a place here is in the other page no more.
        const said = page.querySelector("[data-said]")?.dataset.said ?? "";
        form.dataset.find.split(" ").forEach((id) => {
          const old = document.getElementById(id), now = page.getElementById(form.dataset.there ?? id);
          if (old && now && form.dataset.from) old.replaceChildren(...now.childNodes);
          else if (old && now) { old.replaceWith(now); all("form[data-select]", now).forEach(select); }
        });
        if (!form.dataset.from) history.replaceState(null, "", url);
        if (say) say.textContent = said;
      } catch { /* Away for a moment; the button is still there. */ }
    };
    input.addEventListener("input", (e) => { clearTimeout(timer); if (!e.isComposing) timer = setTimeout(look, 150); });
    input.addEventListener("compositionend", look);
    if (form.dataset.from) form.closest("details").addEventListener("toggle", (e) => { if (e.target.open) look(); });
    form.addEventListener("submit", () => { clearTimeout(timer); busy?.abort(); asked++; });
  });

  // In a menu with a search, arrows go from what is typed to what was found and back.
  all(".drop .pop:has([data-first])").forEach((pop) => pop.addEventListener("keydown", (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const stops = [pop.querySelector("[data-first]"), ...all("a", pop)], at = stops.indexOf(document.activeElement);
    if (step && at >= 0 && stops[at + step]) { e.preventDefault(); stops[at + step].focus(); }
  }));

  // A date that is typed by half reaches the server empty, as if somebody had taken it away: forms that check on the server stop as well.
  document.addEventListener("submit", (e) => {
    const half = [...e.target.elements].find((x) => x.validity?.badInput);
    if (half) { e.preventDefault(); e.stopImmediatePropagation(); half.closest("details")?.setAttribute("open", ""); half.reportValidity(); }
  }, true);

  // What only the script carries out is not shown without it.
  all("[data-scripted]").forEach((el) => { el.hidden = false; });

  // A list that is there as a whole is narrowed as you type: folds umlauts both ways (mueller, muller, müller).
  const fold = (s) => s.toLowerCase().replace(/ß/g, "ss").replace(/[äöü]/g, (c) => ({ ä: "ae", ö: "oe", ü: "ue" })[c]).normalize("NFD").replace(/\p{M}/gu, "");
  const loose = (s) => fold(s).replace(/([aou])e/g, "$1");
  all("[data-narrow]").forEach((input) => {
    const box = document.getElementById(input.dataset.narrow), out = document.getElementById(input.dataset.narrow + "-n");
    input.addEventListener("input", () => {
      const q = loose(input.value.trim());
      let n = 0;
      all("[data-t]", box).forEach((el) => { const hit = loose(el.dataset.t).includes(q); el.hidden = !hit; n += hit; });
      if (out) out.textContent = input.dataset.say.replace("{n}", nf.format(n));
    });
  });

  // What the server still works out: the part that says so is fetched anew until it is there.
  const again = (box) => setTimeout(async () => {
    try {
      const got = await fetch(location.href), now = got.ok && new DOMParser().parseFromString(await got.text(), "text/html").getElementById(box.id);
      if (now) { box.replaceWith(now); box = now; }
    } catch { /* Away for a moment. */ }
    if (box.matches("[data-again]")) again(box);
  }, 2000);
  all("[data-again]").forEach(again);

  // Dialogs: the link leads to a page that asks the same question; with script it opens here.
  all("[data-dialog]").forEach((a) => a.addEventListener("click", (e) => { const d = document.getElementById(a.dataset.dialog); if (d?.showModal) { e.preventDefault(); d.showModal(); } }));
  all("dialog [data-close]").forEach((b) => b.addEventListener("click", () => b.closest("dialog").close()));

  // Copy buttons say what they did.
  all("[data-copy]").forEach((b) => b.addEventListener("click", async () => {
    const old = b.innerHTML;
    try { await navigator.clipboard.writeText(b.dataset.copy); b.textContent = texts.copied; } catch { b.textContent = texts.copy; }
    setTimeout(() => { b.innerHTML = old; }, 1800);
  }));

  // Live progress: the server sends the part that changes, and where to go on when all is done.
  all("[data-run]").forEach((box) => {
    const say = document.querySelector("[data-live]");
    if (!box.querySelector("progress")) return;
    const events = new EventSource(box.dataset.run);
    let told = -1;
    events.addEventListener("part", (e) => {
      box.innerHTML = e.data;
      const tenth = Math.floor(Number(box.querySelector("[data-pct]")?.dataset.pct ?? -10) / 10);
      if (say && tenth > told) { told = tenth; say.textContent = `${tenth * 10} %`; } // spoken every tenth only
    });
    events.addEventListener("end", (e) => { events.close(); location.assign(e.data); });
    addEventListener("pagehide", () => events.close());
  });

  // Toasts leave after 6 seconds unless pointed at or focused; errors are never toasts.
  all(".toast").forEach((t) => { const id = setInterval(() => { if (!t.matches(":hover, :focus-within")) { t.remove(); clearInterval(id); } }, 6000); });
})();
