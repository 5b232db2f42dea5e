/*
 * The console. What comes from the sandbox enters the page as text alone (h, and textContent), never
 * as markup. One view at a time, chosen by what stands after # in the address; all of them are told
 * of what happens by one stream of events.
 */
'use strict';

const $ = (id) => document.getElementById(id);
const STATUSES = [['new', 'New'], ['in_progress', 'In progress'], ['closed', 'Closed'], ['reopened', 'Reopened']];
const MAX_REQUESTS = 300; /* that the page shows; the sandbox keeps more */
const narrow = matchMedia('(max-width: 40rem)');

const state = { token: '', cid: '', view: null, stream: null, skew: 0, offset: 0, operations: [] };

/* ------------------------------------------------------------------ making elements */

/* h('li', {class: 'x', onclick: f}, 'text', element, [more]) */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    } else if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function panel(title, ...children) {
  return h('section', { class: 'panel' }, h('h3', null, title), ...children);
}

function facts(rows) {
  return h('dl', { class: 'facts' }, rows
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => [h('dt', null, name), h('dd', null, value)]));
}

function list(items, make, none) {
  return items.length > 0 ? h('ul', { class: 'items', role: 'list' }, items.map((item) => h('li', null, make(item))))
    : h('p', { class: 'empty' }, none);
}

/* ------------------------------------------------------------------ words for things */

const words = (text) => String(text || '').replaceAll('_', ' ');

function time(text) {
  const at = text ? new Date(text) : null;
  return at && !Number.isNaN(at.getTime()) && at.getUTCFullYear() > 1
    ? h('time', { datetime: text, title: text }, at.toISOString().replace('T', ' ').slice(0, 19) + 'Z') : '';
}

function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  const parts = [[Math.floor(s / 86400), 'd'], [Math.floor(s / 3600) % 24, 'h'], [Math.floor(s / 60) % 60, 'min'], [s % 60, 's']];
  const from = parts.findIndex(([n]) => n > 0);
  return from < 0 ? '0 s' : parts.slice(from, from + 2).filter(([n]) => n > 0).map(([n, unit]) => n + ' ' + unit).join(' ');
}

function person(user) {
  return user && (user.full_name || user.email || user.uuid) || '';
}

function statusBadge(status) {
  return h('span', { class: 'badge', 'data-status': status }, words(status));
}

function severity(doc) {
  const level = doc.severity_info && doc.severity_info.level;
  return h('span', { class: 'severity', 'data-level': level }, 'severity ' + doc.severity + (level ? ', ' + level : ''));
}

const now = () => Date.now() + state.skew;

/* ------------------------------------------------------------------ asking the sandbox */

class Refused extends Error {}
class Overtaken extends Error {}

/* Of answers that overtake each other only the one asked for last counts. */
function latest() {
  let asked = 0;
  return async (promise) => {
    const own = ++asked;
    const value = await promise;
    if (own !== asked) {
      throw new Overtaken();
    }
    return value;
  };
}

async function ask(path, options = {}) {
  const query = new URLSearchParams(options.query || {});
  for (const [name, value] of [...query]) {
    if (value === '') {
      query.delete(name);
    }
  }
  const answer = await fetch('/_sandbox/' + path + (query.size || [...query].length ? '?' + query : ''), {
    method: options.method || 'GET',
    headers: { 'X-Sandbox-Token': state.token, ...(options.body ? { 'Content-Type': 'application/json' } : {}) },
    body: options.body ? JSON.stringify(options.body) : undefined,
  });
  const body = await answer.json().catch(() => ({}));
  if (answer.status === 401) {
    askForToken('The sandbox does not know this token.');
    throw new Refused();
  }
  if (!answer.ok) {
    throw new Error((body.errors || []).map((error) => error.message).join('; ') || 'HTTP ' + answer.status);
  }
  return body;
}

const tenant = (query) => ({ cid: state.cid, ...query });

function complain(problem) {
  if (!(problem instanceof Refused || problem instanceof Overtaken)) {
    $('alert').textContent = problem ? problem.message || String(problem) : '';
  }
}

/* Says something to who listens to the page; the last of many within a second. */
const announce = (() => {
  let timer = 0;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => { $('status').textContent = text; }, 400);
  };
})();

/* Calls f soon, once for many calls. */
function soon(f, ms = 120) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => f(...given), ms);
  };
}

/* Fills anew what is shown, and leaves open what was open and focused what was focused. */
function refill(container, ...children) {
  const open = new Set([...container.querySelectorAll('details[open][data-key]')].map((d) => d.dataset.key));
  const focused = container.contains(document.activeElement)
    && document.activeElement.closest('[data-key]')?.dataset.key;
  container.replaceChildren(...children.flat(Infinity).filter(Boolean));
  for (const details of container.querySelectorAll('details[data-key]')) {
    details.open = details.open || open.has(details.dataset.key);
  }
  if (focused) {
    const again = [...container.querySelectorAll('[data-key]')].find((e) => e.dataset.key === focused);
    (again?.matches('details') ? again.querySelector('summary') : again)?.focus({ preventScroll: true });
  }
}

/* Arrow keys go from one to the other; only one of them is in the order of the Tab key: the one that was
 * gone to last, else the first. `step(element, key)` gives the next one, or null. To be called again when
 * they have changed: what it returns. */
function roving(container, selector, step) {
  let picked = null;
  const all = () => [...container.querySelectorAll(selector)];
  const settle = () => {
    const elements = all();
    const chosen = elements.includes(picked) ? picked : elements[0];
    for (const element of elements) {
      const index = element === chosen ? 0 : -1;
      if (element.tabIndex !== index) {
        element.tabIndex = index;
      }
    }
  };
  const pick = (element) => {
    picked = element;
    settle();
  };
  container.addEventListener('focusin', (event) => {
    const chosen = event.target.closest(selector);
    if (chosen) {
      pick(chosen);
    }
  });
  container.addEventListener('keydown', (event) => {
    const from = event.target.closest(selector);
    if (!from || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const elements = all();
    const next = event.key === 'Home' ? elements[0] : event.key === 'End' ? elements.at(-1) : step(from, event.key, elements);
    if (next) {
      event.preventDefault();
      pick(next);
      next.focus();
      next.scrollIntoView({ block: 'nearest' });
    }
  });
  return settle;
}

function heading(text, ...beside) {
  return h('div', { class: 'head' }, h('h2', { tabindex: '-1' }, text), ...beside);
}

/* ------------------------------------------------------------------ the board */

function boardView() {
  const size = narrow.matches ? 10 : 50;
  const asked = { q: '', filter: '' };
  const columns = new Map();
  const board = h('div', { class: 'board' });
  const jumps = h('div', { class: 'jumps', role: 'group', 'aria-label': 'To a column' });
  const settle = roving(board, 'a.card', (from, key, all) => {
    const own = [...from.closest('ol').querySelectorAll('a.card')];
    const at = own.indexOf(from);
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      return own[at + (key === 'ArrowDown' ? 1 : -1)] || null;
    }
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') {
      return null;
    }
    const lists = [...board.querySelectorAll('ol')].filter((l) => l.querySelector('a.card'));
    const beside = lists[lists.indexOf(from.closest('ol')) + (key === 'ArrowRight' ? 1 : -1)];
    const cards = beside ? [...beside.querySelectorAll('a.card')] : [];
    return cards[Math.min(at, cards.length - 1)] || null;
  });

  for (const [status, label] of STATUSES) {
    const column = {
      status, label, total: 0, last: latest(),
      count: h('span', { class: 'count' }, '–'),
      cards: h('ol', { role: 'list', 'aria-label': label }),
      more: h('button', { type: 'button', hidden: true, onclick: () => load(column, true).catch(complain) }),
    };
    columns.set(status, column);
    column.jump = h('button', { type: 'button', onclick: () => {
      column.cards.parentElement.scrollIntoView();
      column.cards.querySelector('a.card')?.focus({ preventScroll: true });
    } }, label);
    jumps.append(column.jump);
    board.append(h('section', { class: 'column', 'data-status': status, 'aria-label': label + ' cases' },
      h('h3', null, h('span', null, label), column.count), column.cards, column.more));
  }

  function fillCard(card, doc) {
    const sla = doc.sla || {};
    const late = sla.active_timer_status === 'missed';
    card.replaceChildren(
      h('span', { class: 'facts' }, h('span', { class: 'mono' }, doc.reference_id), severity(doc)),
      h('span', { class: 'name' }, doc.name || '(no name)'),
      h('span', { class: 'facts' }, person(doc.assigned_to) || 'nobody', h('span', null, 'version ' + doc.version),
        sla.active_timer_status ? h('span', { class: late ? 'late' : null }, 'SLA ' + words(sla.active_timer_status)) : null));
    card.dataset.status = doc.status;
    card.dataset.updated = doc.updated_timestamp;
  }

  function cardOf(id) {
    return [...board.querySelectorAll('a.card')].find((card) => card.dataset.id === id) || null;
  }

  function newCard(doc) {
    const card = h('a', { class: 'card', href: '#/case/' + encodeURIComponent(doc.id), tabindex: '-1', 'data-id': doc.id });
    fillCard(card, doc);
    return h('li', null, card);
  }

  function count(column, total) {
    const shown = column.cards.children.length;
    column.total = Math.max(total, shown);
    column.count.textContent = column.total.toLocaleString('en');
    column.jump.textContent = column.label + ' ' + column.count.textContent;
    column.more.hidden = shown >= column.total;
    column.more.textContent = 'More of ' + column.label.toLowerCase() + ' (' + shown.toLocaleString('en') + ' of '
      + column.total.toLocaleString('en') + ' shown)';
  }

  async function load(column, more) {
    const offset = more ? column.cards.children.length : 0;
    const answer = await column.last(ask('board', { query: tenant({ ...asked, status: column.status, offset, limit: size }) }));
    const known = new Set(more ? [...column.cards.querySelectorAll('a.card')].map((card) => card.dataset.id) : []);
    const fresh = answer.cases.filter((doc) => !known.has(doc.id)).map(newCard);
    if (more) {
      column.cards.append(...fresh);
      fresh[0]?.querySelector('a').focus();
    } else {
      const focused = column.cards.contains(document.activeElement) && document.activeElement.dataset.id;
      column.cards.replaceChildren(...fresh);
      if (focused) {
        cardOf(focused)?.focus({ preventScroll: true });
      }
    }
    count(column, answer.total);
    settle();
  }

  async function reload() {
    complain(null);
    await Promise.all([...columns.values()].map((column) => load(column, false)));
  }
  const reloadSoon = soon(() => reload().catch(complain), 300);

  /* A case that is on the board moves at once; of one that isn't, only the sandbox knows where it was. */
  function onCase(doc) {
    const card = cardOf(doc.id);
    const column = columns.get(doc.status);
    if (doc.gone || !column || asked.q || asked.filter || (!card && doc.version > 1)) {
      reloadSoon();
      return;
    }
    const before = card ? columns.get(card.dataset.status) : null;
    const item = card ? card.closest('li') : newCard(doc);
    const focused = document.activeElement === card;
    if (card) {
      fillCard(card, doc);
    }
    column.cards.prepend(item);
    if (before !== column) {
      if (before) {
        count(before, before.total - 1);
      }
      count(column, column.total + 1);
      announce(doc.reference_id + (before ? ' moved to ' : ' opened in ') + column.label);
    }
    const moved = item.querySelector('a');
    moved.classList.add('moved');
    setTimeout(() => moved.classList.remove('moved'), 1500);
    if (focused) {
      moved.focus({ preventScroll: true });
    }
    settle();
  }

  const search = h('form', {
    class: 'line', role: 'search', 'aria-label': 'Cases',
    onsubmit: (event) => {
      event.preventDefault();
      const data = new FormData(event.target);
      asked.q = data.get('q').trim();
      asked.filter = data.get('filter').trim();
      reload().catch(complain);
    },
  },
  h('label', null, 'Words', h('input', { name: 'q', type: 'search', autocomplete: 'off', 'data-search': true })),
  h('label', null, 'Filter (FQL)', h('input', { name: 'filter', class: 'mono', autocomplete: 'off', spellcheck: 'false', placeholder: 'severity:>60' })),
  h('button', null, 'Search'));

  return {
    title: 'Board', content: [heading('Board', search), jumps, board], load: reload, reload: reloadSoon,
    events: { case: (doc) => doc.cid === state.cid && onCase(doc) },
  };
}

/* ------------------------------------------------------------------ a case */

function timerBar(name, timer) {
  if (!timer || !timer.status) {
    return null;
  }
  const text = h('p', { class: 'muted small' });
  const fill = h('div');
  const bar = h('div', { class: 'bar', role: 'meter', 'aria-label': name, 'aria-valuemin': '0', 'aria-valuemax': '100', 'data-timer': timer.status }, fill);
  const tick = () => {
    const end = timer.time_completed || timer.time_paused || now() / 1000;
    const used = end - timer.time_started - timer.total_pause_time;
    const part = Math.max(0, Math.min(100, 100 * used / (timer.duration_seconds || 1)));
    const left = timer.duration_seconds - used;
    const open = !timer.time_completed && timer.status !== 'paused';
    const words = span(used) + ' of ' + span(timer.duration_seconds)
      + (open ? left >= 0 ? ', ' + span(left) + ' left' : ', ' + span(-left) + ' late' : '');
    text.textContent = words;
    fill.style.setProperty('--part', part.toFixed(1));
    bar.setAttribute('aria-valuenow', Math.round(part));
    bar.setAttribute('aria-valuetext', timer.status.replaceAll('_', ' ') + ', ' + words);
  };
  tick();
  return { tick, element: h('div', { class: 'timer' }, h('div', { class: 'row' }, h('h4', null, name), h('span', { class: timer.status === 'missed' ? 'late' : null }, words(timer.status))), bar, text) };
}

function shortText(value) {
  return value === null || value === undefined || value === '' ? '(empty)' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function changeLine(change) {
  const names = (given) => (given || []).map(shortText).join(', ');
  return h('li', null, h('span', { class: 'mono' }, change.what), ': ', 'added' in change || 'removed' in change
    ? [change.added && change.added.length ? ['added ', h('ins', null, names(change.added))] : null,
      change.removed && change.removed.length ? [' removed ', h('del', null, names(change.removed))] : null]
    : [h('del', null, shortText(change.from)), ' → ', h('strong', null, shortText(change.to))]);
}

function historyPanel(history) {
  return panel('Versions and history', history.length === 0
    ? h('p', { class: 'empty' }, 'Nothing has changed since it was seeded.')
    : h('ol', { class: 'items history', role: 'list' }, history.map((entry) => h('li', null,
      h('div', { class: 'row' },
        entry.version ? h('span', { class: 'version' }, 'Version ' + entry.version) : null,
        h('span', null, entry.by ? words(entry.action) : 'in the course of time'), h('span', { class: 'small muted' }, entry.by)),
      entry.changes.length > 0 ? h('ul', null, entry.changes.map(changeLine)) : null,
      h('p', { class: 'muted small' }, time(entry.at), entry.trace_id ? [', trace ', h('code', null, entry.trace_id)] : null)))));
}

const EVIDENCE = [['alerts', 'Alerts'], ['events', 'Events'], ['leads', 'Leads']];

function evidencePanel(doc) {
  const rows = EVIDENCE.flatMap(([sort, label]) => ((doc.evidence[sort] || {}).records || [])
    .map((record) => [label.slice(0, -1), record.selector ? record.selector.id : record.id]));
  return panel('Evidence (' + rows.length + ')', list(rows, ([sort, id]) => [sort + ' ', h('code', null, id)], 'None.'));
}

function analysisPanel(doc) {
  const found = doc.analysis_results || {};
  const records = (name) => ((found[name] || {}).records || []);
  const rows = [
    ['Hosts', records('hosts').map((host) => host.hostname || host.aid).join(', ')],
    ['Users', records('users').map((user) => user.username || user.user_full_name || user.user_id).join(', ')],
    ['Files', records('files').map((file) => file.name || file.filename || file.sha256 || file.id).join(', ')],
    ['Domains', (found.data_domains || []).join(', ')],
  ];
  return panel('Found in the evidence', rows.some(([, value]) => value) ? facts(rows) : h('p', { class: 'empty' }, 'Nothing.'));
}

function filesPanel(answer) {
  return panel('Files (' + answer.file_count + ')', list(answer.files, (file) => [
    h('div', { class: 'row' }, h('strong', null, file.name), h('span', null, file.file_size), h('span', { class: 'muted' }, file.file_type)),
    h('p', { class: 'small muted' }, (file.source === 'rtr' ? 'from a host, by ' : 'uploaded by ') + file.uploaded_by + ', ', time(file.uploaded_on)),
    h('code', { class: 'small' }, file.hash_value)], 'None.'));
}

function notificationLine(sent) {
  return [h('div', { class: 'row' }, h('strong', null, sent.notification_group_name), h('span', null, words(sent.channel.type) + (sent.channel.config_name ? ' ' + sent.channel.config_name : '')),
    h('span', { class: 'muted' }, (sent.channel.recipients || []).join(', '))),
  h('p', { class: 'small' }, 'Step ' + sent.step + ' of ' + (sent.goal === 'ack' ? 'acknowledgement' : 'resolution') + ', ' + sent.sla_name),
  h('p', { class: 'small muted' }, 'due ', time(sent.due), ', sent ', time(sent.sent))];
}

function caseView(id) {
  const container = h('div');
  const last = latest();
  let bars = [];
  let ticking = 0;

  async function load() {
    const [answer, sent] = await last(Promise.all([
      ask('case', { query: tenant({ id }) }), ask('notifications', { query: tenant({ case_id: id, limit: 200 }) })]));
    const doc = answer.case;
    const timers = (doc.sla || {}).timers || {};
    bars = [timerBar('Acknowledgement', timers.acknowledgement), timerBar('Resolution', timers.resolution)].filter(Boolean);
    const fields = (doc.fields || []).map((field) => [field.name + (field.required ? ' (required)' : ''), (field.values || []).map(shortText).join(', ') || '–']);
    document.title = doc.reference_id + ' · falcon-sandbox';
    refill(container,
      h('div', { class: 'head' },
        h('div', null, h('p', null, h('a', { href: '#/board', 'data-key': 'back' }, 'Board'), ' / ', h('span', { class: 'mono' }, doc.reference_id)),
          h('h2', { tabindex: '-1', 'data-key': 'title' }, doc.name || '(no name)')),
        h('p', { class: 'row' }, statusBadge(doc.status), severity(doc), h('span', { id: 'version' }, 'version ' + doc.version))),
      h('div', { class: 'halves' }, h('div', { class: 'stack' },
        panel('Case', facts([
          ['Description', doc.description], ['Assigned to', person(doc.assigned_to) || 'nobody'], ['Template', doc.template.name ? doc.template.name + ', version ' + doc.template.version : 'none'],
          ['Opened', h('span', null, time(doc.created_timestamp), ' by ', person(doc.created_by))],
          ['Last changed', h('span', null, time(doc.updated_timestamp), ' by ', person(doc.last_updated_by))],
          ['Closed', time(doc.end_timestamp)], ['Consistency', String(doc.consistency.version)],
          ['Access tags', (doc.access_tags || []).join(', ')], ['Id', h('code', null, doc.id)]])),
        panel('Tags (' + doc.tags.length + ')', doc.tags.length > 0 ? h('ul', { class: 'tags', role: 'list' }, doc.tags.map((tag) => h('li', { class: 'tag' }, tag))) : h('p', { class: 'empty' }, 'None.')),
        fields.length > 0 ? panel('Template fields', facts(fields)) : null,
        evidencePanel(doc), analysisPanel(doc), filesPanel(answer)),
      h('div', { class: 'stack' },
        panel('SLA' + (doc.sla.name ? ': ' + doc.sla.name : ''), bars.length > 0 ? bars.map((bar) => bar.element) : h('p', { class: 'empty' }, 'None.')),
        panel('Notifications (' + sent.total + ')', list(sent.notifications, notificationLine, 'Nobody was told anything.')),
        historyPanel(answer.history))),
      h('section', { class: 'panel', 'aria-label': 'JSON' }, h('details', { 'data-key': 'json' }, h('summary', null, 'The document as JSON'),
        h('pre', { tabindex: '0', 'aria-label': 'JSON' }, JSON.stringify(doc, null, 2)))));
  }
  const reload = soon(() => load().catch(complain));
  return {
    title: 'Case', content: [container], load, reload, current: '#/board',
    start: () => { ticking = setInterval(() => bars.forEach((bar) => bar.tick()), 1000); },
    stop: () => clearInterval(ticking),
    escape: '#/board',
    events: {
      case: (doc) => doc.id === id && reload(), clock: reload,
      changed: (change) => (change.kind === 'file' || change.id === id) && reload(),
    },
  };
}

/* ------------------------------------------------------------------ requests */

function bodySection(title, body) {
  const size = body.bytes > 0 ? body.bytes.toLocaleString('en') + ' bytes' + (body.cut ? ', cut' : '') : '';
  return h('section', null, h('h3', null, title, ' ', h('span', { class: 'muted small' }, [body.type, size].filter(Boolean).join(', '))),
    body.text ? h('pre', { tabindex: '0', 'aria-label': title + ' body' }, body.text) : h('p', { class: 'empty' }, body.note ? 'Not shown: ' + body.note + '.' : 'No body.'));
}

function requestsView(open) {
  const log = h('ol', { class: 'log', role: 'list', 'aria-label': 'Requests, the newest first' });
  const waiting = [];
  let filter = '', paused = false, oldest = 1, unsaid = 0;
  const settle = roving(log, 'li > button', (from, key, all) => key === 'ArrowDown' || key === 'ArrowUp' ? all[all.indexOf(from) + (key === 'ArrowDown' ? 1 : -1)] || null : null);
  const say = h('input', { type: 'checkbox' });
  const pause = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => setPaused(!paused) }, 'Pause');
  const more = h('button', { type: 'button', hidden: true, onclick: () => loadMore().catch(complain) }, 'Older');
  const none = h('p', { class: 'empty' }, 'No requests yet.');

  const matches = (summary) => !filter || [summary.method, summary.path, summary.operation, String(summary.status || 'dropped'), summary.trace_id]
    .some((text) => text.toLowerCase().includes(filter));

  function item(summary) {
    const status = summary.status || 'dropped';
    const button = h('button', { type: 'button', 'aria-expanded': 'false', tabindex: '-1', onclick: () => toggle(element, summary) },
      h('span', { class: 'time' }, summary.at.slice(11, 23)), h('span', { class: 'method' }, summary.method), h('span', { class: 'path mono' }, summary.path),
      h('span', { class: 'code', 'data-class': String(summary.status).slice(0, 1) }, status, summary.fault ? ' (fault)' : ''),
      h('span', { class: 'ms muted' }, summary.ms + ' ms'), h('span', { class: 'trace mono muted' }, h('span', { class: 'quiet' }, 'trace '), summary.trace_id));
    const element = h('li', { 'data-number': summary.number, hidden: !matches(summary) }, button);
    element.summary = summary;
    return element;
  }

  async function toggle(element, summary) {
    const button = element.firstChild;
    if (element.children.length > 1) {
      element.lastChild.remove();
      button.setAttribute('aria-expanded', 'false');
      return;
    }
    const detail = h('div', { class: 'detail' }, 'Loading');
    element.append(detail);
    button.setAttribute('aria-expanded', 'true');
    try {
      const whole = await ask('requests', { query: { number: summary.number } });
      detail.replaceChildren(facts([
        ['Operation', whole.operation], ['Trace id', h('code', null, whole.trace_id)], ['Tenant', whole.cid ? h('code', null, whole.cid) : ''],
        ['Query', whole.query.length > 0 ? h('code', null, whole.query.map(([name, value]) => name + '=' + value).join('&')) : '']]),
      h('details', null, h('summary', null, 'Headers'), h('pre', { tabindex: '0', 'aria-label': 'Headers' }, Object.entries(whole.headers).map(([name, value]) => name + ': ' + value).join('\n'))),
      h('div', { class: 'bodies' }, bodySection('Request', whole.request), bodySection('Response', whole.response)));
    } catch (problem) {
      detail.textContent = problem.message;
    }
  }

  function tidy() {
    for (const element of [...log.children].slice(MAX_REQUESTS)) {
      if (!element.contains(document.activeElement)) {
        element.remove();
      }
    }
    none.hidden = log.children.length > 0;
    more.hidden = log.children.length === 0 || log.children.length >= MAX_REQUESTS || Number(log.lastChild.dataset.number) <= oldest;
    settle();
  }

  const flush = soon(() => {
    if (paused || waiting.length === 0) {
      return;
    }
    const newest = Number(log.firstChild?.dataset.number || 0);
    const fresh = waiting.splice(0).filter((summary) => summary.number > newest).reverse();
    unsaid += fresh.length;
    log.prepend(...fresh.map(item));
    tidy();
    if (say.checked && fresh.length > 0) {
      announce((unsaid === 1 ? '' : unsaid + ' requests, the last: ') + fresh[0].method + ' ' + fresh[0].path + ', ' + (fresh[0].status || 'dropped'));
      unsaid = 0;
    }
  }, 60);

  function setPaused(value) {
    paused = value;
    pause.setAttribute('aria-pressed', String(paused));
    pause.textContent = paused ? 'Go on' : 'Pause';
    flush();
  }

  async function load() {
    const answer = await ask('requests', { query: { limit: 100 } });
    oldest = answer.oldest;
    const kept = new Map([...log.children].map((element) => [Number(element.dataset.number), element]));
    log.replaceChildren(...answer.requests.map((summary) => kept.get(summary.number) || item(summary)));
    tidy();
    if (open) {
      const element = [...log.children].find((e) => e.dataset.number === open);
      open = null;
      element?.firstChild.click();
      element?.firstChild.focus();
    }
  }

  async function loadMore() {
    const answer = await ask('requests', { query: { before: log.lastChild.dataset.number, limit: 100 } });
    log.append(...answer.requests.map(item));
    tidy();
  }

  const search = h('label', null, 'Show only', h('input', {
    type: 'search', 'data-search': true, autocomplete: 'off', placeholder: 'path, status, trace id',
    oninput: (event) => {
      filter = event.target.value.trim().toLowerCase();
      for (const element of log.children) {
        element.hidden = !matches(element.summary);
      }
    },
  }));
  return {
    title: 'Requests', load, reload: soon(() => load().catch(complain)),
    content: [heading('Requests', search, pause, h('label', { class: 'check' }, say, 'Read out')),
      h('div', { class: 'log-head', 'aria-hidden': 'true' }, ['Time', 'Method', 'Path', 'Status', 'Took'].map((name) => h('span', null, name)), h('span', { class: 'trace' }, 'Trace id')),
      log, none, h('p', null, more)],
    events: { request: (summary) => { waiting.push(summary); waiting.splice(0, waiting.length - MAX_REQUESTS); flush(); } },
  };
}

/* ------------------------------------------------------------------ trouble */

function troubleView() {
  const rules = h('div');
  const last = latest();
  const kinds = new Map();
  const kind = h('select', { name: 'kind', onchange: () => describe() });
  const effect = h('p', { class: 'muted', id: 'effect', 'aria-live': 'polite' });
  const value = h('input', { name: 'value', autocomplete: 'off', class: 'mono', 'aria-describedby': 'effect' });
  const valueName = h('span', null, 'Value');
  const valueLabel = h('label', null, valueName, value);
  const catalogue = h('dl', { class: 'catalogue' });
  const clock = h('p');

  function describe() {
    const row = kinds.get(kind.value);
    if (row) {
      effect.textContent = row.effect.charAt(0).toUpperCase() + row.effect.slice(1) + (row.applied ? '. The operation is carried out.' : '. The operation is not carried out.');
      valueLabel.hidden = !row.value;
      value.disabled = !row.value;
      valueName.textContent = row.value ? row.value.name.toLowerCase() : 'Value';
      value.placeholder = row.value && row.value.type === 'integer' ? String(row.value.default) : '';
      value.required = Boolean(row.value) && row.value.type === 'string';
      value.value = '';
    }
  }

  async function loadRules() {
    const { faults } = await last(ask('faults'));
    refill(rules, faults.length > 0 ? h('ul', { class: 'rules', role: 'list' }, faults.map((rule) => h('li', null, h('code', null, rule))))
      : h('p', { class: 'empty' }, 'None: every answer is as the service gives it.'),
    faults.length > 0 ? h('button', { type: 'button', 'data-key': 'clear', onclick: () => clear().catch(complain) }, 'Clear all') : null);
  }

  const rulesSoon = soon(() => loadRules().catch(complain));

  async function clear() {
    await ask('faults', { method: 'DELETE' });
    announce('All faults are cleared');
    await loadRules();
    document.querySelector('#view h2')?.focus();
  }

  async function add(form) {
    const data = new FormData(form);
    const when = data.get('first') && data.get('first') !== '1' || data.get('every') && data.get('every') !== '1'
      ? '@' + (data.get('first') || '1') + (data.get('every') ? '/' + data.get('every') : '') : '';
    const rule = data.get('operation').trim() + when + ':' + data.get('kind') + (data.get('value') ? '=' + data.get('value') : '')
      + (data.get('count') ? ':' + data.get('count') : '');
    complain(null);
    await ask('faults', { method: 'POST', body: { faults: [rule] } });
    announce('Added ' + rule);
    await loadRules();
  }

  async function move(ms) {
    complain(null);
    await ask('clock', { method: 'POST', body: { advance_ms: ms } });
    await loadClock();
    announce('The clock was moved ahead by ' + span(ms / 1000));
  }

  async function load() {
    const { faults } = await ask('faults/kinds');
    if (kinds.size === 0) {
      for (const row of faults) {
        kinds.set(row.kind, row);
      }
      kind.append(...faults.map((row) => h('option', { value: row.kind }, words(row.kind))));
      kind.value = kinds.has('status') ? 'status' : faults[0].kind;
      catalogue.append(...faults.flatMap((row) => [
        h('dt', null, row.kind + (row.value ? '=' + row.value.name : '')),
        h('dd', null, row.effect, h('span', { class: 'muted' }, row.applied ? ' (carried out)' : ' (not carried out)'))]));
      describe();
    }
    await Promise.all([loadRules(), loadClock()]);
  }

  const number = (name, label, hint) => h('label', null, label, h('input', { name, type: 'number', min: '1', step: '1', placeholder: hint }));
  const form = h('form', { class: 'fault', 'aria-label': 'Add a fault', onsubmit: (event) => { event.preventDefault(); add(event.target).catch(complain); } },
    h('label', null, 'Operation', h('input', { name: 'operation', list: 'operations', value: '*', required: true, autocomplete: 'off', 'data-search': true })),
    h('datalist', { id: 'operations' }, ['*', 'token', ...state.operations].map((name) => h('option', { value: name }))),
    h('div', { class: 'kind' }, h('label', null, 'Kind', kind), valueLabel), effect,
    h('div', { class: 'calls' }, number('first', 'From call', '1'), number('every', 'Every', '1'), number('count', 'How often', 'always')),
    h('button', { class: 'main' }, 'Add the fault'));
  const hours = h('form', { class: 'line', 'aria-label': 'Move the clock', onsubmit: (event) => { event.preventDefault(); const data = new FormData(event.target); move(Math.round(Number(data.get('amount')) * Number(data.get('unit')))).catch(complain); } },
    h('label', null, 'Ahead by', h('input', { name: 'amount', type: 'number', min: '0', step: 'any', value: '4', required: true })),
    h('label', null, 'Unit', h('select', { name: 'unit' }, [['60000', 'minutes'], ['3600000', 'hours', true], ['86400000', 'days']].map(([ms, name, chosen]) => h('option', { value: ms, selected: chosen }, name)))),
    h('button', { class: 'main' }, 'Move the clock'));

  async function loadClock() {
    await readClock();
    clock.replaceChildren(h('span', null, 'It is '), time(new Date(now()).toISOString()), h('span', { class: 'muted' }, ' ' + aheadText()));
  }

  return {
    title: 'Trouble', load, reload: soon(() => load().catch(complain)),
    content: [heading('Trouble'), h('div', { class: 'grid' },
      panel('Add a fault', form), panel('Faults that are on', rules),
      panel('Clock', clock, h('p', { class: 'muted small' }, 'It moves ahead only. What falls due meanwhile happens at once: SLA timers, escalation, tokens that expire.'), hours),
      h('section', { class: 'panel wide' }, h('details', { 'data-key': 'catalogue' }, h('summary', null, 'All kinds of faults'), catalogue)))],
    events: { faults: rulesSoon, clock: soon(() => loadClock().catch(complain)), request: (summary) => summary.fault && rulesSoon() },
  };
}

/* ------------------------------------------------------------------ templates, groups, hosts, notifications */

/* A list of documents of one kind, page by page. */
function documentsView(title, kind, make, also = []) {
  const size = 50;
  const container = h('div', { class: 'grid' });
  const last = latest();
  const more = h('button', { type: 'button', hidden: true, onclick: () => { shown += size; load().catch(complain); } }, 'More');
  const count = h('p', { class: 'muted' });
  let shown = size;

  async function load() {
    const answers = await last(Promise.all([kind, ...also].map((k) => ask('documents', { query: tenant({ kind: k, limit: Math.min(200, k === kind ? shown : 200) }) }))));
    const [own, ...others] = answers;
    refill(container, own.documents.length > 0 ? own.documents.map((doc) => make(doc, ...others.map((answer) => answer.documents)))
      : h('p', { class: 'empty' }, 'None.'));
    count.textContent = own.documents.length + ' of ' + own.total.toLocaleString('en');
    more.hidden = own.documents.length >= own.total || shown >= 200;
  }
  const reload = soon(() => load().catch(complain));
  return {
    title, load, reload, content: [heading(title, count), container, h('p', null, more)],
    events: { changed: (change) => [kind, ...also].includes(change.kind) && reload() },
  };
}

function templateCard(doc, snapshots, slas) {
  const versions = snapshots.filter((snapshot) => snapshot.template_id === doc.id).sort((a, b) => b.version - a.version);
  const sla = slas.find((one) => one.id === doc.sla_id);
  return panel(doc.name,
    facts([['Description', doc.description], ['SLA', sla ? sla.name : doc.sla_id || 'none'], ['Changed', h('span', null, time(doc.updated_timestamp), ' by ', doc.updated_by_name)], ['Id', h('code', null, doc.id)]]),
    h('details', { 'data-key': doc.id + ' fields' }, h('summary', null, 'Fields (' + doc.fields.length + ')'), list(doc.fields, (field) => [
      h('div', { class: 'row' }, h('strong', null, field.name), h('span', { class: 'muted' }, [field.input_type, field.data_type, field.multivalued ? 'many' : '', field.required ? 'required' : ''].filter(Boolean).join(', '))),
      field.options.length > 0 ? h('p', { class: 'small' }, field.options.map((option) => option.value).join(' · ')) : null], 'None.')),
    sla ? h('details', { 'data-key': doc.id + ' sla' }, h('summary', null, 'SLA goals'), list(sla.goals, (goal) => [
      h('strong', null, goal.type === 'ack' ? 'Acknowledge' : 'Resolve'), ' within ' + span(goal.duration_seconds) + '; steps after ',
      (goal.escalation_policy.steps || []).map((step) => span(step.escalate_after_seconds)).join(', ') || 'none'], 'None.')) : null,
    h('details', { 'data-key': doc.id + ' versions' }, h('summary', null, 'Versions (' + versions.length + ')'), list(versions, (snapshot) => [
      h('div', { class: 'row' }, h('strong', null, 'Version ' + snapshot.version), time(snapshot.created_timestamp), h('span', { class: 'muted' }, snapshot.created_by_name)),
      h('code', { class: 'small' }, snapshot.id)], 'None.')));
}

function groupCard(doc) {
  const recipients = (channel) => {
    try {
      return Object.values(JSON.parse(channel.params || '{}')).flat().map(shortText).join(', ');
    } catch {
      return '';
    }
  };
  return panel(doc.name, facts([['Description', doc.description], ['Changed', h('span', null, time(doc.updated_timestamp), ' by ', doc.updated_by_name)], ['Id', h('code', null, doc.id)]]),
    list(doc.channels || [], (channel) => [h('strong', null, words(channel.type)), ' ', channel.config_name, ' ', h('span', { class: 'muted' }, recipients(channel))], 'No channels.'));
}

function hostCard(doc) {
  const files = h('div');
  const details = h('details', { 'data-key': doc.aid, ontoggle: async () => {
    if (details.open && !files.hasChildNodes()) {
      try {
        const answer = await ask('documents', { query: tenant({ kind: 'host_file', prefix: doc.aid + ' ', limit: 200 }) });
        files.replaceChildren(list(answer.documents, (file) => [h('code', null, file.path), ' ', h('span', { class: 'muted' }, file.size.toLocaleString('en') + ' bytes'), h('br'), h('code', { class: 'small' }, file.sha256)], 'None.'));
      } catch (problem) {
        complain(problem);
      }
    }
  } }, h('summary', null, 'Files'), files);
  return panel(doc.hostname, facts([['Platform', doc.platform], ['State', doc.online ? 'online' : 'offline'], ['Addresses', [doc.local_ip, doc.agent_ip].filter(Boolean).join(', ')], ['Agent', h('code', null, doc.aid)]]), details);
}

function notificationsView() {
  const container = h('div', { class: 'panel' });
  const count = h('p', { class: 'muted' });
  async function load() {
    const answer = await ask('notifications', { query: tenant({ newest: '1', limit: 200 }) });
    refill(container, list(answer.notifications, (sent) => [
      h('p', null, h('a', { href: '#/case/' + encodeURIComponent(sent.case_id), 'data-key': 'n' + sent.number }, sent.reference_id), ' ', sent.case_name), notificationLine(sent)],
    'Nobody was told anything. Escalation steps tell when they fall due; moving the clock (Trouble) makes that a moment.'));
    count.textContent = answer.notifications.length + ' of ' + answer.total.toLocaleString('en') + ', the newest first';
  }
  const reload = soon(() => load().catch(complain));
  return { title: 'Notifications', load, reload, content: [heading('Notifications', count), container], events: { changed: (change) => change.kind === 'notification' && reload() } };
}

/* ------------------------------------------------------------------ which view */

const VIEWS = {
  board: () => boardView(),
  case: (id) => caseView(id),
  requests: (number) => requestsView(number),
  trouble: () => troubleView(),
  templates: () => documentsView('Templates', 'template', templateCard, ['snapshot', 'sla']),
  groups: () => documentsView('Notification groups', 'group', groupCard),
  hosts: () => documentsView('Hosts', 'host', hostCard),
  notifications: () => notificationsView(),
};

async function show() {
  const [, name, rest] = location.hash.match(/^#\/([a-z]+)(?:\/(.*))?$/) || [null, 'board'];
  const first = !state.view;
  const view = (VIEWS[name] || VIEWS.board)(rest ? decodeURIComponent(rest) : '');
  state.view?.stop?.();
  state.view = view;
  complain(null);
  document.title = view.title + ' · falcon-sandbox';
  $('view').replaceChildren(...view.content);
  const current = view.current || '#/' + (VIEWS[name] ? name : 'board');
  for (const link of $('views').querySelectorAll('a')) {
    if (link.getAttribute('href') === current) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  view.start?.();
  try {
    await view.load();
  } catch (problem) {
    complain(problem);
  }
  if (!first && state.view === view && !$('view').contains(document.activeElement)) {
    ($('view').querySelector('h2') || $('main')).focus();
  }
  $('main').dataset.shown = name;
}

/* ------------------------------------------------------------------ what happens */

function setLive(live) {
  $('live').dataset.live = live ? 'on' : 'off';
  $('live').textContent = live ? 'live' : 'reconnecting';
}

function aheadText() {
  return state.offset === 0 ? '' : state.offset > 0 ? '+' + span(state.offset / 1000) : '−' + span(-state.offset / 1000);
}

async function readClock() {
  const answer = await ask('clock');
  state.skew = answer.now_ms - Date.now();
  state.offset = answer.offset_ms;
  tick();
}

function tick() {
  $('now').textContent = new Date(now()).toISOString().replace('T', ' ').slice(0, 19) + 'Z';
  $('offset').textContent = aheadText();
}

function listen() {
  state.stream?.close();
  const stream = new EventSource('/_sandbox/events?token=' + encodeURIComponent(state.token));
  state.stream = stream;
  stream.addEventListener('hello', () => setLive(true));
  stream.addEventListener('reset', () => { setLive(true); state.view?.reload?.(); });
  stream.addEventListener('clock', () => readClock().catch(complain));
  for (const name of ['case', 'changed', 'request', 'faults', 'clock']) {
    stream.addEventListener(name, (event) => state.view?.events?.[name]?.(JSON.parse(event.data)));
  }
  stream.onopen = () => setLive(true);
  stream.onerror = () => {
    setLive(false);
    if (stream.readyState === EventSource.CLOSED && state.stream === stream) {
      setTimeout(() => state.stream === stream && readClock().then(() => { listen(); state.view?.reload?.(); }).catch(complain), 2000);
    }
  };
}

/* ------------------------------------------------------------------ start */

function askForToken(why) {
  state.stream?.close();
  state.stream = null;
  state.view?.stop?.();
  state.view = null;
  setLive(false);
  $('live').textContent = 'not connected';
  sessionStorage.removeItem('token');
  const form = h('form', { class: 'panel', 'aria-label': 'Token', onsubmit: (event) => {
    event.preventDefault();
    const given = new FormData(form).get('token').trim();
    start((given.match(/#token=(.*)$/) || [null, given])[1]).catch(complain);
  } },
  h('h2', { tabindex: '-1' }, 'Which sandbox?'),
  h('p', null, 'The line that falcon-sandbox prints when it is ready has the page’s address in "console". Open that, or put it here.'),
  h('div', { class: 'row end' }, h('label', null, 'Address or token', h('input', { name: 'token', type: 'password', required: true, autocomplete: 'off' })), h('button', { class: 'main' }, 'Open')));
  $('alert').textContent = why || '';
  $('view').replaceChildren(form);
  form.querySelector('input').focus();
}

async function start(token) {
  if (!token) {
    askForToken('');
    return;
  }
  state.token = token;
  const answer = await ask('console');
  sessionStorage.setItem('token', token);
  state.operations = answer.operations;
  const tenants = answer.tenants.some((one) => one.cid === answer.cid) ? answer.tenants : [{ cid: answer.cid, cases: 0 }, ...answer.tenants];
  state.cid = tenants.some((one) => one.cid === state.cid) ? state.cid : answer.cid;
  $('tenant').replaceChildren(...tenants.map((one) => h('option', { value: one.cid, selected: one.cid === state.cid, title: one.cid }, (one.cid === answer.cid ? 'main, …' : '…') + one.cid.slice(-6))));
  await readClock();
  listen();
  await show();
}

function onKey(event) {
  if (!$('keys-on').checked || event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, select, textarea, dialog')) {
    return;
  }
  const links = [...$('views').querySelectorAll('a')];
  if (event.key >= '1' && event.key <= String(links.length)) {
    location.hash = links[Number(event.key) - 1].getAttribute('href');
  } else if (event.key === '/') {
    const field = document.querySelector('[data-search]');
    if (field) {
      event.preventDefault();
      field.focus();
    }
  } else if (event.key === '?') {
    $('help').showModal();
  } else if (event.key === 'Escape' && state.view?.escape) {
    location.hash = state.view.escape;
  }
}

/* The token leaves the address at once: it is not in the history, nor in a copied address. */
function takeToken() {
  const given = location.hash.match(/^#token=(.*)$/);
  if (given) {
    history.replaceState(null, '', location.pathname + '#/board');
    return decodeURIComponent(given[1]);
  }
  return sessionStorage.getItem('token') || '';
}

$('keys-on').checked = localStorage.getItem('keys') !== 'off';
$('keys-on').addEventListener('change', () => localStorage.setItem('keys', $('keys-on').checked ? 'on' : 'off'));
$('help-open').addEventListener('click', () => $('help').showModal());
$('tenant').addEventListener('change', () => { state.cid = $('tenant').value; show(); });
addEventListener('keydown', onKey);
addEventListener('hashchange', () => {
  const given = /^#token=/.test(location.hash) ? takeToken() : '';
  if (given) {
    start(given).catch(complain);
  } else if (state.view) {
    show();
  }
});
setInterval(tick, 1000);
start(takeToken()).catch(complain);
