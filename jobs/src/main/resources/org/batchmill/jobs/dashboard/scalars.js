// Every column of metrics.csv as a chart, the chosen runs laid over each other.

import {CurveCard, pairs, smooth} from './charts.js';
import {code, el, empty, fill, many} from './dom.js';
import {ask} from './server.js';
import {get, set} from './state.js';

export const TITLES = {
  loss: 'Loss', validation_loss: 'Validation loss', metric: 'Metric of the evaluations', learning_rate: 'Learning rate',
  gradient_norm: 'Norm of the gradient', images_per_second: 'Images per second', waited_share: 'Share of time waiting for data',
  others_share: 'Share of time waiting for other ranks', slowest_rank: 'Slowest rank', staleness: 'Staleness',
};
const FIRST = ['loss', 'validation_loss', 'metric', 'learning_rate', 'gradient_norm', 'images_per_second', 'waited_share'];

export const NOTHING = () => empty('No run is chosen.', 'Mark one or several in the list of runs. If the list is empty, begin one: ',
    code('batchmill train digits --data sample:digits --run runs/first'), '; it appears here by itself.');

/** Seconds since a run's first step, from the steps that are known. */
function seconds(times) {
  const known = pairs(times?.points);
  return (step) => {
    if (!known.length) {
      return null;
    }
    let i = known.findIndex((one) => one[0] >= step);
    if (i < 0) {
      i = known.length - 1;
    }
    const [right, left] = [known[i], known[Math.max(0, i - 1)]];
    const share = right[0] === left[0] ? 1 : (step - left[0]) / (right[0] - left[0]);
    return left[1] + share * (right[1] - left[1]) - known[0][1];
  };
}

/** Charts of some columns of the chosen runs. */
export class ScalarCharts {
  /** columns: null for all; none: what stands where the chosen runs have none of them. */
  constructor(root, columns, ranged, none = () => empty('Nothing was measured yet.', 'The first numbers appear with the first step.')) {
    this.columns = columns;
    this.ranged = ranged;
    this.none = none;
    this.cards = new Map();
    this.grid = el('div', {class: 'cards'});
    this.problems = el('div', {role: 'status'});
    root.append(this.problems, this.grid);
  }

  async refresh(context) {
    const runs = context.chosen.filter((run) => !run.search);
    if (!runs.length) {
      this.clear();
      fill(this.grid, context.chosen.length ? empty('Only searches are chosen.', 'Their trials are runs of their own, with curves.')
          : NOTHING());
      return;
    }
    const timed = this.ranged && get('x') === 'time';
    const [from, to] = this.ranged && !timed ? [get('from'), get('to')] : [null, null];
    const answer = await ask('scalars', {run: runs.map((run) => run.id), from, to, times: timed ? 1 : null});
    const lines = new Map();
    const problems = [];
    for (const run of runs) {
      const its = answer.runs[run.id];
      if (!its || its.problem) {
        problems.push(`${run.name}: ${its?.problem ?? 'is gone'}`);
        continue;
      }
      if (its.damaged) {
        problems.push(`${run.name}: ${many(its.damaged, 'line', 'lines')} of metrics.csv cannot be read`);
      }
      const x = timed ? seconds(its.times) : null;
      for (const [column, series] of Object.entries(its.columns)) {
        if (this.columns && !this.columns.includes(column)) {
          continue;
        }
        const place = (points) => x && points ? points.map(([step, value]) => [x(step), value]).filter((point) => point[0] !== null)
            : points;
        if (!lines.has(column)) {
          lines.set(column, {curves: [], bad: 0});
        }
        lines.get(column).bad += series.notFinite ?? 0;
        lines.get(column).curves.push({id: run.id, name: run.name, colour: run.colour, points: place(pairs(series.points)),
          smooth: place(smooth(series, Number(this.ranged ? get('smooth', '0') : 0)))});
      }
    }
    fill(this.problems, problems.map((problem) => el('p', {class: 'problem'}, problem)));
    const order = [...lines.keys()].sort((a, b) => (FIRST.indexOf(a) + 100) % 100 - (FIRST.indexOf(b) + 100) % 100 || a.localeCompare(b));
    this.arrange(order, timed);
    for (const column of order) {
      const {curves, bad} = lines.get(column);
      this.cards.get(column).draw(curves, {log: this.ranged && get('log') === '1',
        min: from === null ? null : Number(from), max: to === null ? null : Number(to),
        note: bad ? `${many(bad, 'value is', 'values are')} not finite and left out.` : ''});
    }
  }

  arrange(order, timed) {
    const unit = timed ? 'second' : 'step';
    if (order.join() === [...this.cards.keys()].join() && this.unit === unit && this.grid.firstChild) {
      return;
    }
    this.clear();
    this.unit = unit;
    if (!order.length) {
      fill(this.grid, this.none());
      return;
    }
    const onRange = this.ranged && !timed ? (from, to) => set({from, to}) : null;
    for (const column of order) {
      const card = new CurveCard(TITLES[column] ?? column, {onRange, unit});
      card.element.dataset.column = column;
      this.cards.set(column, card);
    }
    fill(this.grid, [...this.cards.values()].map((card) => card.element));
    this.cards.forEach((card) => card.begin());
  }

  clear() {
    this.cards.forEach((card) => card.end());
    this.cards.clear();
  }
}

export const title = 'Scalars';

export function open(root) {
  const shown = el('output', {});
  const smoothing = el('input', {type: 'range', min: 0, max: .99, step: .01, id: 'smooth',
    oninput: (e) => set({smooth: Number(e.target.value) ? e.target.value : null})});
  const along = el('select', {id: 'along', onchange: (e) => set({x: e.target.value === 'step' ? null : e.target.value, from: null, to: null})},
      el('option', {value: 'step'}, 'step'), el('option', {value: 'time'}, 'seconds'));
  const log = el('input', {type: 'checkbox', id: 'log', onchange: (e) => set({log: e.target.checked ? '1' : null})});
  const bound = (name) => el('input', {type: 'number', min: 0, id: name, onchange: (e) => set({[name]: e.target.value || null})});
  const [from, to] = [bound('from'), bound('to')];
  const reset = el('button', {type: 'button', onclick: () => set({from: null, to: null})}, 'All steps');
  const range = el('span', {class: 'tools'}, el('label', {}, 'from step', from), el('label', {}, 'to', to), reset);
  root.append(el('div', {class: 'tools'},
      el('label', {}, 'Smoothing', smoothing, shown),
      el('label', {}, 'Along', along),
      el('label', {}, log, 'log scale'), range));
  const charts = new ScalarCharts(root, null, true);
  return {
    refresh(context) {
      smoothing.value = get('smooth', '0');
      shown.textContent = smoothing.value;
      along.value = get('x', 'step');
      log.checked = get('log') === '1';
      from.value = get('from', '');
      to.value = get('to', '');
      range.hidden = along.value === 'time';
      return charts.refresh(context);
    },
  };
}
