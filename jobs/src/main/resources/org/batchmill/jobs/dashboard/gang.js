// The ranks of a gang: what they wait for each other, who is the slowest, how stale gradients are, what each says.

import {axis, chart, colour, css, FONT} from './charts.js';
import {code, el, empty, fill, number, table} from './dom.js';
import {Picker} from './picker.js';
import {ScalarCharts} from './scalars.js';
import {ask} from './server.js';

export const title = 'Gang';

const COLUMNS = ['others_share', 'slowest_rank', 'staleness'];

/** How often each rank was the slowest, in the steps that are known. */
function slowest(points = []) {
  const found = new Map();
  for (let i = 1; i < points.length; i += 2) {
    found.set(points[i], (found.get(points[i]) ?? 0) + 1);
  }
  return found;
}

export function open(root) {
  const picker = new Picker();
  const curves = el('div');
  const body = el('div', {class: 'cards'});
  root.append(curves, el('div', {class: 'tools'}, picker.element), body);
  const charts = new ScalarCharts(curves, COLUMNS, false,
      () => empty('No gang is among the chosen runs.', 'Several processes train together with ', code('--ranks 2'),
          '; what they wait for each other and who is the slowest appears here.'));
  const sorted = {column: 0, down: false};
  let drawn = null;
  return {
    async refresh(context) {
      await charts.refresh(context);
      drawn?.dispose();
      drawn = null;
      const run = picker.run(context);
      if (!run) {
        fill(body);
        return;
      }
      const {ranks, staleness} = await ask('gang', {run: run.id});
      const counts = slowest((await ask('scalars', {run: [run.id]})).runs[run.id]?.columns?.slowest_rank?.points);
      const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const rows = [...new Set([...ranks.map((one) => one.rank), ...counts.keys()])]
          .map((rank) => ({rank, share: (counts.get(rank) ?? 0) / Math.max(1, all), lines: ranks.find((one) => one.rank === rank)?.lines ?? []}));
      const area = el('div', {class: 'chart', role: 'img', 'aria-label': 'Updates by the staleness of their gradients'});
      fill(body,
          rows.length ? el('section', {class: 'card'}, el('h2', {}, `Ranks of ${run.name}`), el('div', {class: 'scroll'}, table([
            {name: 'Rank', number: true, value: (one) => one.rank},
            {name: '% of steps the slowest', number: true, value: (one) => 100 * one.share},
            {name: 'Last line of its log', value: (one) => one.lines[one.lines.length - 1] ?? ''},
          ], rows, sorted))) : null,
          staleness.length ? el('section', {class: 'card'}, el('h2', {}, 'Updates by the staleness of their gradients'), area) : null,
          rows.filter((one) => one.lines.length).map((one) => el('section', {class: 'card'}, el('h2', {}, `rank-${one.rank}.log`),
              el('pre', {class: 'log', tabindex: '0'}, one.lines.join('\n')))));
      if (staleness.length) {
        drawn = chart(area);
        drawn.setOption({textStyle: FONT(), animation: false, grid: {left: 8, right: 16, top: 12, bottom: 24, containLabel: true},
          xAxis: axis({type: 'category', data: staleness.map(([one]) => String(one)), name: 'staleness', nameLocation: 'middle', nameGap: 24}),
          yAxis: axis({type: 'value', axisLabel: {color: css('--soft'), formatter: (value) => number(value)}}),
          series: [{type: 'bar', silent: true, color: colour(0), data: staleness.map(([, updates]) => updates)}]});
      }
    },
  };
}
