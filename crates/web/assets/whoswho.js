// Whoswho: the one script. Everything works without it except live progress; it only saves steps.
"use strict";
(() => {
  const all = (q, el = document) => [...el.querySelectorAll(q)];
  const de = document.documentElement.lang === "de";
  const nf = new Intl.NumberFormat(document.documentElement.lang);

  // Menus: one open at a time, Escape closes and gives the focus back, a click outside closes.
  const menus = all("details.drop");
  const close = (but) => menus.forEach((m) => m !== but && m.removeAttribute("open"));
  menus.forEach((m) => m.addEventListener("toggle", () => {
    if (!m.open) return;
    close(m);
    m.querySelector("[data-first]")?.focus();
  }));
  document.addEventListener("click", (e) => { if (!e.target.closest("details.drop")) close(); });

  // Keys: "/" searches, Ctrl+K opens the customer switcher, Escape closes. Single keys can be switched off in the profile.
  const keys = document.body.dataset.keys !== "off";
  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
    if (e.key === "Escape") {
      const open = menus.find((m) => m.open);
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
  all("form[data-select]").forEach((form) => {
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
      if (say) say.textContent = de ? `${nf.format(n)} ausgewählt` : `${nf.format(n)} selected`;
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
  });

  // A box that means more than this page: the server knows the rest.
  all("input[data-send]").forEach((b) => b.addEventListener("change", () => b.form.requestSubmit()));

  // Search as you type: folds umlauts both ways (mueller, muller, müller). The server does the same for whole books.
  const fold = (s) => s.toLowerCase().replace(/ß/g, "ss").replace(/[äöü]/g, (c) => ({ ä: "ae", ö: "oe", ü: "ue" })[c]).normalize("NFD").replace(/\p{M}/gu, "");
  const loose = (s) => fold(s).replace(/([aou])e/g, "$1");
  all("[data-narrow]").forEach((input) => {
    const box = document.getElementById(input.dataset.narrow), out = document.getElementById(input.dataset.narrow + "-n");
    input.addEventListener("input", () => {
      const q = loose(input.value.trim());
      let n = 0;
      all("[data-t]", box).forEach((el) => { const hit = loose(el.dataset.t || el.textContent).includes(q); el.hidden = !hit; n += hit; });
      all(".letter", box).forEach((el) => { el.hidden = q !== ""; });
      if (out) out.textContent = de ? `${nf.format(n)} Treffer` : `${nf.format(n)} found`;
    });
  });

  // Dialogs: the link leads to a page that asks the same question; with script it opens here.
  all("[data-dialog]").forEach((a) => a.addEventListener("click", (e) => { const d = document.getElementById(a.dataset.dialog); if (d?.showModal) { e.preventDefault(); d.showModal(); } }));
  all("dialog [data-close]").forEach((b) => b.addEventListener("click", () => b.closest("dialog").close()));

  // Copy buttons say what they did.
  all("[data-copy]").forEach((b) => b.addEventListener("click", async () => {
    const old = b.innerHTML;
    try { await navigator.clipboard.writeText(b.dataset.copy); b.textContent = de ? "Kopiert" : "Copied"; } catch { b.textContent = de ? "Bitte markieren und kopieren" : "Please select and copy"; }
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
