// A trace: what each thread did when, a row a thread and one more for what lies inside other spans.

import {colour, css, CurveCard, pairs, small} from './charts.js';
import {code, el, empty, fill, number, table} from './dom.js';
import {Picker} from './picker.js';
import {NOTHING} from './scalars.js';
import {ask} from './server.js';
import {get, set} from './state.js';

export const title = 'Timeline';

/** A row, what stands above the first, and names before the rows: in heights of the print. */
const ROW = 1.75;
const TOP = 2.1;
const MOST_LABEL = 15;
const LABEL_SHARE = .18;
const NARROWEST = 10;
const WIDTH = 4;

/** A time in the unit that suits it; spans are in microseconds. */
export function time(micros) {
  const size = Math.abs(micros);
  const [factor, unit] = size >= 1e6 ? [1e6, 's'] : size >= 1e3 ? [1e3, 'ms'] : [1, 'µs'];
  return number(Number((micros / factor).toPrecision(4))) + ' ' + unit;
}

/** A round distance for about so many ticks. */
function distance(span, ticks) {
  const rough = span / ticks;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
}

/** The rows on a canvas. Arrow keys move what is shown, + and - narrow and widen it, Home shows all; dragging narrows it to a part. */
class Rows {
  constructor(onRange) {
    this.onRange = onRange;
    this.canvas = el('canvas', {});
    this.area = el('div', {class: 'timeline', tabindex: '0', role: 'img', 'aria-label': 'What each thread did when'}, this.canvas);
    this.readout = el('tbody', {});
    this.element = el('section', {class: 'card wide'}, this.area, el('p', {},
        'Drag over a part to see it alone, a double click shows all. Keys: arrows move, + and − zoom, Home shows all.'),
        el('div', {class: 'readout-box'}, el('table', {class: 'readout', id: 'spans'}, this.readout)));
    this.from = null;
    this.area.addEventListener('pointerdown', (e) => {
      this.from = this.at(e);
      this.area.setPointerCapture(e.pointerId);
    });
    this.area.addEventListener('pointermove', (e) => this.point(this.at(e), this.from));
    this.area.addEventListener('pointerup', (e) => {
      const to = this.at(e);
      const [low, high] = [Math.min(this.from, to), Math.max(this.from, to)];
      this.from = null;
      if (high - low > (this.part.to - this.part.from) / 100) {
        this.show(low, high);
      }
    });
    this.area.addEventListener('dblclick', () => this.onRange(null, null));
    this.area.addEventListener('keydown', (e) => this.key(e));
    this.watcher = new ResizeObserver(() => this.part && this.draw(this.part));
    this.watcher.observe(this.area);
  }

  key(e) {
    const {from, to} = this.part;
    const width = to - from;
    const parts = {ArrowLeft: [from - width / 4, to - width / 4], ArrowRight: [from + width / 4, to + width / 4],
      '+': [from + width / 4, to - width / 4], '-': [from - width / 2, to + width / 2]};
    if (e.key === 'Home') {
      e.preventDefault();
      this.onRange(null, null);
    } else if (parts[e.key]) {
      e.preventDefault();
      this.show(...parts[e.key]);
    }
  }

  /** Moves into what there is, as wide as it was. */
  show(from, to) {
    const width = Math.min(this.part.end, Math.max(NARROWEST, to - from));
    const low = Math.max(0, Math.min(from, this.part.end - width));
    this.onRange(Math.floor(low), Math.ceil(low + width));
  }

  at(e) {
    const box = this.area.getBoundingClientRect();
    const share = (e.clientX - box.left - this.left) / Math.max(1, box.width - this.left);
    return this.part.from + Math.max(0, Math.min(1, share)) * (this.part.to - this.part.from);
  }

  draw(part) {
    this.part = part;
    const width = this.area.clientWidth;
    this.print = small();
    [this.tall, this.top] = [ROW * this.print, TOP * this.print];
    const height = this.top + part.rows.length * this.tall;
    const ratio = window.devicePixelRatio || 1;
    this.left = Math.min(MOST_LABEL * this.print, width * LABEL_SHARE);
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.width = width + 'px';
    this.canvas.style.height = height + 'px';
    const pen = this.canvas.getContext('2d');
    pen.scale(ratio, ratio);
    pen.font = `${this.print}px system-ui, sans-serif`;
    pen.textBaseline = 'middle';
    const categories = [...new Set(part.names.map((name) => name.category))].sort();
    const fills = part.names.map((name) => colour(categories.indexOf(name.category)));
    this.axis(pen, width, height);
    part.rows.forEach((row, i) => this.row(pen, row, this.top + i * this.tall, width, fills));
    this.point(this.pointer ?? part.from, null);
  }

  x(micros, width) {
    return this.left + (micros - this.part.from) / (this.part.to - this.part.from) * (width - this.left);
  }

  axis(pen, width, height) {
    const {from, to} = this.part;
    const step = distance(to - from, Math.max(2, (width - this.left) / (10 * this.print)));
    pen.fillStyle = css('--soft');
    pen.strokeStyle = css('--line');
    for (let tick = Math.ceil(from / step) * step; tick < to; tick += step) {
      const x = this.x(tick, width);
      pen.beginPath();
      pen.moveTo(x, .75 * this.top);
      pen.lineTo(x, height);
      pen.stroke();
      pen.fillText(time(tick), x + 2, .4 * this.top);
    }
  }

  row(pen, row, top, width, fills) {
    pen.fillStyle = css('--soft');
    if (!row.depth) {
      pen.fillText(row.track, 0, top + this.tall / 2, this.left - 6);
    }
    pen.save();
    pen.beginPath();
    pen.rect(this.left, top, width - this.left, this.tall);
    pen.clip();
    for (let i = 0; i < row.spans.length; i += WIDTH) {
      const [start, length, name, count] = row.spans.slice(i, i + WIDTH);
      const x = this.x(start, width);
      const wide = Math.max(1, this.x(start + length, width) - x);
      pen.globalAlpha = count > 1 ? .55 : .9;
      pen.fillStyle = fills[name];
      pen.fillRect(x, top + 2, wide > 3 ? wide - 1 : wide, this.tall - 4);
      if (wide > 4 * this.print) {
        pen.globalAlpha = 1;
        pen.fillStyle = css('--card');
        pen.fillText(this.part.names[name].name, Math.max(x, this.left) + 3, top + this.tall / 2, Math.max(10, wide - 6));
      }
    }
    pen.restore();
  }

  /** The spans that there are at a time. */
  point(micros, from) {
    this.pointer = micros;
    const found = this.part.rows.flatMap((row) => {
      for (let i = 0; i < row.spans.length; i += WIDTH) {
        const [start, length, name, count] = row.spans.slice(i, i + WIDTH);
        if (start <= micros && micros < start + length) {
          return [{row, start, length, count, name: this.part.names[name]}];
        }
      }
      return [];
    });
    const head = from === null ? `at ${time(micros)}` : `${time(Math.min(from, micros))} to ${time(Math.max(from, micros))}: ${time(Math.abs(micros - from))}`;
    fill(this.readout, el('tr', {}, el('th', {colspan: 4, scope: 'colgroup'}, head)), found.map(({row, start, length, count, name}) =>
      el('tr', {'data-track': row.track, 'data-start': start, 'data-length': length},
          el('td', {}, row.track), el('td', {}, count > 1 ? `${count} spans, the longest ${name.name}` : name.name),
          el('td', {}, name.category), el('td', {class: 'number'}, time(length)))));
  }

  close() {
    this.watcher.disconnect();
  }
}

export function open(root) {
  const picker = new Picker();
  const says = el('p', {class: 'says', role: 'status'});
  const problem = el('p', {class: 'problem', hidden: true});
  const body = el('div', {class: 'cards'});
  const all = el('button', {type: 'button', onclick: () => set({begin: null, end: null})}, 'All of it');
  root.append(el('div', {class: 'tools'}, picker.element, all), says, problem, body);
  const operations = el('section', {class: 'card wide'});
  const sorted = {column: 3, down: true};
  let rows = null;
  let counters = new Map();

  function nothing(...what) {
    rows?.close();
    rows = null;
    counters = new Map();
    says.textContent = '';
    problem.hidden = true;
    all.hidden = true;
    fill(body, ...what);
  }

  return {
    async refresh(context) {
      const run = picker.run(context);
      if (!run) {
        nothing(NOTHING());
        return;
      }
      const part = await ask('timeline', {run: run.id, from: get('begin'), to: get('end')});
      if (!part.rows?.length) {
        nothing(empty(`${run.name} has no trace.`, part.problem ?? 'A training with ', part.problem ? '' : code('--trace trace.json'),
            part.problem ? '' : ' writes down what each thread and layer did; it stands here when the training has ended. Perfetto opens the file too.'));
        return;
      }
      const names = Object.keys(part.counters);
      if (!rows || names.join() !== [...counters.keys()].join()) {
        rows?.close();
        rows = new Rows((begin, end) => set({begin, end}));
        counters = new Map(names.map((name) => [name, new CurveCard(name, {unit: 'second'})]));
        fill(body, rows.element, operations, [...counters.values()].map((card) => card.element));
        counters.forEach((card) => card.begin());
      }
      all.hidden = get('begin') === null;
      says.textContent = `${time(part.from)} to ${time(part.to)} of ${time(part.end)}.`;
      problem.hidden = !part.leftOut && !part.problem;
      problem.textContent = (part.leftOut ? `${number(part.leftOut)} spans are left out: the trace is too long for a page. ` : '')
          + (part.problem ? `The rest of the trace cannot be read: ${part.problem}` : '');
      rows.draw(part);
      fill(operations, el('h2', {}, 'What took longest, in the part that is shown'), el('div', {class: 'scroll'}, table([
        {name: 'Operation', value: (one) => one.name},
        {name: 'Kind', value: (one) => one.category},
        {name: 'Times', number: true, value: (one) => one.count},
        {name: 'ms together', number: true, value: (one) => one.total_ms},
        {name: 'ms each', number: true, value: (one) => one.total_ms / one.count},
        {name: 'longest ms', number: true, value: (one) => one.longest_ms},
      ], part.operations, sorted)));
      counters.forEach((card, name) => card.draw([{name, colour: colour(0),
        points: pairs(part.counters[name].points).map(([micros, value]) => [micros / 1e6, value])}],
      {min: part.from / 1e6, max: part.to / 1e6, yMin: 0}));
    },
  };
}
