'use strict';
document.documentElement.classList.add('js');

document.addEventListener('DOMContentLoaded', () => {
  const runs = [...document.querySelectorAll('section.run')];
  const runLinks = [...document.querySelectorAll('nav.runs a')];
  const rowsOf = (run) => [...run.querySelectorAll('a.row')];
  const idOf = (link) => link.getAttribute('href').slice(1);
  const chosen = new Map();  // run -> id of the case that is shown
  let pane = 'conversation';
  let current = runs[0];

  function showPane(article, name) {
    const tabs = [...article.querySelectorAll('[role=tab]')];
    const usable = tabs.filter((tab) => !tab.disabled);
    const tab = usable.find((one) => one.dataset.pane === name) || usable[0];
    for (const one of tabs) {
      const on = one === tab;
      one.setAttribute('aria-selected', String(on));
      one.tabIndex = on ? 0 : -1;
    }
    for (const one of article.querySelectorAll('details.pane')) one.open = Boolean(tab) && one.dataset.pane === tab.dataset.pane;
    const again = article.querySelector('.again');
    if (again) again.hidden = Boolean(tab) && tab.dataset.pane === 'reproduce';
  }

  function showRun(run) {
    current = run;
    for (const one of runs) one.classList.toggle('current', one === run);
    for (const link of runLinks) {
      if (idOf(link) === run.id) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }

  function showCase(id, follow) {
    const article = document.getElementById(id);
    if (!article || !article.matches('article.case')) return false;
    const run = article.closest('section.run');
    showRun(run);
    for (const one of run.querySelectorAll('article.case.current')) one.classList.remove('current');
    for (const one of run.querySelectorAll('a.row[aria-current]')) one.removeAttribute('aria-current');
    article.classList.add('current');
    chosen.set(run, id);
    showPane(article, pane);
    const row = rowsOf(run).find((one) => idOf(one) === id);
    if (row) {
      row.setAttribute('aria-current', 'true');
      row.closest('details').open = true;
      if (follow) row.scrollIntoView({block: 'nearest'});
    }
    return true;
  }

  function firstOf(run) {
    const rows = rowsOf(run);
    for (const verdict of ['fail', 'error', 'warn']) {
      const row = rows.find((one) => one.dataset.verdict === verdict);
      if (row) return row;
    }
    return rows[0];
  }

  function showDefault(run) {
    showRun(run);
    const row = firstOf(run);
    const id = chosen.get(run) || (row && idOf(row));
    if (id) showCase(id, false);
  }

  function fromAddress() {
    let id = '';
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { id = location.hash.slice(1); }
    const run = runs.find((one) => one.id === id);
    if (run) showDefault(run);
    else if (!showCase(id, true)) showDefault(current);
  }

  function go(id) {
    history.replaceState(null, '', '#' + encodeURIComponent(id));
    showCase(id, true);
  }

  function filter(run) {
    const pressed = (kind) => [...run.querySelectorAll(`.chip[data-${kind}][aria-pressed=true]`)].map((chip) => chip.dataset[kind]);
    const verdicts = pressed('verdict');
    const levels = pressed('level');
    const words = run.querySelector('.search input').value.toLowerCase().split(/\s+/).filter(Boolean);
    const active = verdicts.length > 0 || levels.length > 0 || words.length > 0;
    let shown = 0;
    for (const area of run.querySelectorAll('details.area')) {
      let any = false;
      for (const row of area.querySelectorAll('a.row')) {
        const of = row.dataset.levels.split(' ');
        const text = (row.textContent + ' ' + row.dataset.search).toLowerCase();
        const fits = (verdicts.length === 0 || verdicts.includes(row.dataset.verdict)) &&
          (levels.length === 0 || levels.some((level) => of.includes(level))) &&
          words.every((word) => text.includes(word));
        row.parentElement.hidden = !fits;
        if (fits) { any = true; ++shown; }
      }
      area.hidden = !any;
      if (active && any) area.open = true;
    }
    run.querySelector('.nothing').hidden = shown !== 0;
    run.querySelector('.shown').value = active ? `${shown} shown` : '';
  }

  for (const run of runs) {
    run.addEventListener('click', (event) => {
      const chip = event.target.closest('.chip');
      if (chip) {
        chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'));
        filter(run);
        return;
      }
      const tab = event.target.closest('[role=tab]');
      if (tab && !tab.disabled) {
        pane = tab.dataset.pane;
        showPane(tab.closest('article'), pane);
        return;
      }
      const row = event.target.closest('a.row');
      if (row && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
        event.preventDefault();
        go(idOf(row));
      }
    });
    run.querySelector('.search input').addEventListener('input', () => filter(run));
  }

  document.addEventListener('keydown', (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || !current) return;
    const search = current.querySelector('.search input');
    if (event.key === '/' && event.target !== search) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    if (event.key === 'Escape' && event.target === search) {
      search.value = '';
      filter(current);
      search.blur();
      return;
    }
    const tab = event.target.closest('[role=tab]');
    if (tab && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      const tabs = [...tab.parentElement.children].filter((one) => !one.disabled);
      const step = event.key === 'ArrowRight' ? 1 : tabs.length - 1;
      const next = tabs[(tabs.indexOf(tab) + step) % tabs.length];
      event.preventDefault();
      pane = next.dataset.pane;
      showPane(tab.closest('article'), pane);
      next.focus();
      return;
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    if (event.target.closest('pre, button, summary')) return;
    const rows = rowsOf(current).filter((row) => !row.parentElement.hidden && row.closest('details.area').open);
    if (rows.length === 0) return;
    event.preventDefault();
    const at = rows.findIndex((row) => row.hasAttribute('aria-current'));
    const next = event.key === 'ArrowDown' ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
    go(idOf(rows[next]));
    if (event.target !== search) rows[next].focus({preventScroll: true});
  });

  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    for (const one of opened) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of opened) one.open = false;
  });

  // The browser goes to the case of the address by itself; beside the list that would scroll the summary away.
  addEventListener('load', () => {
    if (matchMedia('(min-width: 901px)').matches) requestAnimationFrame(() => scrollTo(0, 0));
  });
  addEventListener('hashchange', fromAddress);
  if (runs.length > 0) fromAddress();
  document.documentElement.setAttribute('data-ready', String(document.querySelectorAll('article.case').length));
});
