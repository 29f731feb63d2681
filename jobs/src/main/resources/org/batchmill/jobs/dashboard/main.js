// The frame around the pages: the list of runs, the tabs, the theme, and what is new.

import {closeAll, colour} from './charts.js';
import {el, fill, swatch} from './dom.js';
import {ask, FIRST, FROZEN, listen} from './server.js';
import {address, get, onChange, set, state} from './state.js';
import * as scalars from './scalars.js';
import * as input from './input.js';
import * as images from './images.js';
import * as evaluation from './evaluation.js';
import * as skipped from './skipped.js';
import * as search from './search.js';
import * as histograms from './histograms.js';
import * as graph from './graph.js';
import * as settings from './settings.js';
import * as summary from './summary.js';
import * as gang from './gang.js';
import * as steering from './steering.js';
import * as timeline from './timeline.js';

const PAGES = {summary, scalars, input, images, evaluation, steering, histograms, graph, timeline, gang, settings, skipped, search};
const FIRST_CHOSEN = 8;

/** What is new is shown for at most this part of the time: whatever trains on this machine has better things to do. */
const SHARE = .1;

const LONGEST_REST = 5000;

const byId = (id) => document.getElementById(id);
let runs = [];
const colours = new Map();
let page = null;
let opened = null;
let busy = null;
let again = false;
let told = {changed: {}, gone: false};
let following = false;

function chosenIds() {
  const {values} = state();
  if (values.has('run')) {
    return values.getAll('run').filter(Boolean);
  }
  return [...runs].sort((a, b) => b.modified - a.modified).slice(0, FIRST_CHOSEN).map((run) => run.id);
}

function context() {
  const ids = new Set(chosenIds());
  runs.forEach((run) => {
    // A run keeps its colour when others appear before it.
    if (!colours.has(run.id)) {
      colours.set(run.id, colours.size);
    }
    run.colour = colour(colours.get(run.id));
  });
  return {runs, chosen: runs.filter((run) => ids.has(run.id))};
}

/** One at a time, and once more for whatever happened meanwhile. */
async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      showFrame();
      await page.refresh(context());
      document.querySelectorAll('[role=alert]').forEach((old) => old.remove());
    } while (again);
    byId('page').dataset.ready = opened;
  } catch (e) {
    showProblem(e);
  } finally {
    busy = null;
  }
}

function showProblem(e) {
  document.querySelectorAll('[role=alert]').forEach((old) => old.remove());
  byId('page').prepend(el('p', {class: 'problem', role: 'alert'}, String(e.message ?? e)));
}

function showFrame() {
  const {page: name, values} = state();
  const current = PAGES[name] ? name : FIRST;
  const kept = new URLSearchParams();
  values.getAll('run').forEach((id) => kept.append('run', id));
  fill(byId('tabs'), Object.entries(PAGES).map(([key, its]) => el('a',
      {href: address(key, kept), 'aria-current': key === current ? 'page' : null}, its.title)));
  if (opened !== current) {
    closeAll();
    fill(byId('page'));
    delete byId('page').dataset.ready;
    opened = current;
    document.title = PAGES[current].title + ' – Batchmill';
    page = PAGES[current].open(byId('page'));
    // On a phone the tabs are wider than the screen.
    byId('tabs').querySelector('[aria-current]').scrollIntoView({block: 'nearest', inline: 'center'});
  }
  showRuns();
}

function age(run) {
  if (run.search) {
    return run.ended ? 'search, ended' : 'search';
  }
  if (run.ended) {
    return 'ended';
  }
  const seconds = Math.max(0, (run.now - run.modified) / 1000);
  if (!run.modified) {
    return 'begins';
  }
  return seconds < 120 ? 'going on' : `quiet for ${seconds < 7200 ? Math.round(seconds / 60) + ' min' : Math.round(seconds / 3600) + ' h'}`;
}

let listed = '';

function showRuns() {
  const {chosen} = context();
  const ids = new Set(chosen.map((run) => run.id));
  const wanted = byId('filter').value.toLowerCase();
  byId('chosen').textContent = `${chosen.length} of ${runs.length}`;
  const shown = runs.filter((run) => run.name.toLowerCase().includes(wanted));
  const now = JSON.stringify([shown.map((run) => [run.id, age(run), ids.has(run.id), run.colour])]);
  if (now === listed) {
    return;
  }
  listed = now;
  const focused = document.activeElement?.dataset?.run;
  fill(byId('run-list'), shown.map((run) => el('li', {}, el('label', {},
      el('input', {type: 'checkbox', checked: ids.has(run.id), 'data-run': run.id, onchange: (e) => choose(run.id, e.target.checked)}),
      swatch(run.colour),
      el('span', {class: 'name', title: run.name}, run.name, ' ', el('small', {}, age(run)))))));
  if (focused !== undefined) {
    [...document.querySelectorAll('#run-list input')].find((box) => box.dataset.run === focused)?.focus();
  }
}

function choose(id, on) {
  const ids = new Set(chosenIds());
  if (on) {
    ids.add(id);
  } else {
    ids.delete(id);
  }
  set({run: ids.size ? [...ids] : ['']});
}

function shownIds() {
  return [...document.querySelectorAll('#run-list input')].map((box) => box.dataset.run);
}

async function loadRuns() {
  const answer = await ask('runs');
  runs = answer.runs.map((run) => ({...run, now: answer.now}));
  byId('runs').hidden = FROZEN && runs.length < 2;
  byId('columns').className = byId('runs').hidden ? 'alone' : '';
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  byId('theme').textContent = name === 'dark' ? 'Light' : 'Dark';
  byId('theme').setAttribute('aria-label', `Change to ${name === 'dark' ? 'light' : 'dark'} colours`);
}

function begin() {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  let kept = null;
  try {
    kept = localStorage.getItem('theme');
  } catch (e) {
    // No storage: the system's colours it is.
  }
  theme(kept ?? (dark.matches ? 'dark' : 'light'));
  const change = (name) => {
    theme(name);
    opened = null;
    listed = '';
    refresh();
  };
  dark.addEventListener('change', () => kept === null && change(dark.matches ? 'dark' : 'light'));
  byId('theme').addEventListener('click', () => {
    kept = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem('theme', kept);
    } catch (e) {
      // For this page alone, then.
    }
    change(kept);
  });
  document.querySelector('.skip').addEventListener('click', (e) => {
    // What stands behind # is the page that is shown.
    e.preventDefault();
    byId('page').focus();
  });
  byId('filter').addEventListener('input', showRuns);
  byId('all').addEventListener('click', () => set({run: [...new Set([...chosenIds(), ...shownIds()])]}));
  byId('none').addEventListener('click', () => set({run: ['']}));
  if (window.matchMedia('(max-width: 760px)').matches) {
    byId('runs').open = false;
  }
  onChange(refresh);
  loadRuns().then(refresh).then(() => {
    document.addEventListener('visibilitychange', follow);
    listen((event) => {
      Object.assign(told.changed, event.changed);
      told.gone ||= event.gone || (event.all && runs.some((run) => !(run.id in event.changed)));
      follow();
    }, showState);
  }).catch((e) => {
    showState('not connected', 'off');
    showProblem(e);
  });
}

/** Asks for what is new, unless nobody looks. */
async function follow() {
  if (following || document.hidden) {
    return;
  }
  following = true;
  while (!document.hidden && (told.gone || Object.keys(told.changed).length)) {
    const began = performance.now();
    const {changed, gone} = told;
    told = {changed: {}, gone: false};
    try {
      await showChanged(changed, gone);
    } catch (e) {
      showState('not connected', 'off');
    }
    const took = performance.now() - began;
    await new Promise((done) => setTimeout(done, Math.min(LONGEST_REST, took / SHARE)));
  }
  following = false;
}

async function showChanged(versions, gone) {
  const known = new Map(runs.map((run) => [run.id, run.version]));
  const changed = new Set(Object.entries(versions).filter(([id, version]) => known.get(id) !== version).map(([id]) => id));
  if (!changed.size && !gone) {
    return;
  }
  await loadRuns();
  const its = chosenIds();
  if (gone || its.length === 0 || its.some((id) => changed.has(id)) || get('run') === null) {
    await refresh();
  } else {
    showRuns();
  }
}

function showState(word, kind) {
  byId('live').textContent = word;
  byId('live').className = kind;
}

begin();
