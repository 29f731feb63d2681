// Elements are made from texts, never from markup: a name that looks like HTML is shown as it is.

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      made.addEventListener(name.slice(2), value);
    } else if (value === true) {
      made.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

const REACHED = 'a[href], button, input, select, [tabindex]';

/** Puts children in place of those that are there. What is reached by the keyboard, and how far is scrolled, stays where it was. */
export function fill(parent, ...children) {
  const active = document.activeElement;
  const reached = active !== parent && parent.contains(active) ? [...parent.querySelectorAll(REACHED)].indexOf(active) : -1;
  const scrolled = [...parent.querySelectorAll('.scroll, .log')].map((box) => [box.scrollLeft, box.scrollTop]);
  parent.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  parent.querySelectorAll('.scroll, .log').forEach((box, i) => box.scrollTo(...scrolled[i] ?? [0, 0]));
  const next = reached < 0 ? null : parent.querySelectorAll(REACHED)[reached];
  if (next && next.tagName === active.tagName && next !== document.activeElement) {
    next.focus({preventScroll: true});
  }
}

/** A count with its noun, as {@code 1 line} and {@code 1,000 lines}. */
export const many = (count, one, more) => `${number(count)} ${count === 1 ? one : more}`;

export function empty(title, ...what) {
  return el('div', {class: 'empty'}, el('strong', {}, title), ...what);
}

export const code = (text) => el('code', {}, text);

/** As short as a number can be said without hiding what differs. */
export function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '–';
  }
  if (typeof value !== 'number') {
    return String(value);
  }
  if (Number.isInteger(value) && Math.abs(value) < 1e15) {
    return value.toLocaleString('en');
  }
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-3 ? value.toExponential(3) : String(Number(value.toPrecision(5)));
}

/** A swatch of a run's colour; the content security policy leaves styles to scripts. */
export function swatch(colour) {
  const made = el('span', {class: 'swatch', 'aria-hidden': 'true'});
  made.style.background = colour;
  return made;
}

/**
 * A table that is sorted by the heading that is pressed.
 * columns: [{name, value(row), show(row)?, number?}]
 */
export function table(columns, rows, sorted = {column: null, down: false}) {
  const body = el('tbody');
  const heads = columns.map((column, i) => el('th', {scope: 'col', class: column.number ? 'number' : null},
      el('button', {type: 'button', onclick: () => sort(i)}, column.name)));
  function sort(i) {
    sorted.down = sorted.column === i ? !sorted.down : Boolean(columns[i].number);
    sorted.column = i;
    draw();
  }
  function draw() {
    let shown = rows;
    if (sorted.column !== null && columns[sorted.column]) {
      const value = columns[sorted.column].value;
      const missing = (v) => v === null || v === undefined || Number.isNaN(v);
      shown = [...rows].sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        if (missing(x) || missing(y)) {
          return missing(x) - missing(y);
        }
        const order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
        return sorted.down ? -order : order;
      });
    }
    heads.forEach((head, i) => head.setAttribute('aria-sort',
        sorted.column !== i ? 'none' : sorted.down ? 'descending' : 'ascending'));
    fill(body, shown.map((row) => el('tr', {}, columns.map((column) => el('td',
        {class: column.number ? 'number' : null},
        column.show ? column.show(row) : column.number ? number(column.value(row)) : String(column.value(row) ?? ''))))));
  }
  draw();
  return el('table', {class: 'table'}, el('thead', {}, el('tr', {}, heads)), body);
}
