// How weights and gradients are spread, over the steps: ridges, the newest in front, or a surface that can be turned.

import {axis, chart, css, FONT} from './charts.js';
import {el, empty, fill, number} from './dom.js';
import {Picker} from './picker.js';
import {NOTHING} from './scalars.js';
import {ask} from './server.js';
import {get, set} from './state.js';
import {Surface} from './surface.js';

export const title = 'Histograms';

const PREFIX = 'variables/';
const HEIGHT = .28;

/** Ridges behind each other: each is a filled outline, lifted by its place among the steps. */
function draw(area, histograms) {
  const low = Math.min(...histograms.map((one) => one.min));
  const high = Math.max(...histograms.map((one) => one.max));
  // Bars of a narrow range are as high as those of a wide one with as many values below them.
  const density = (one, bar) => bar / Math.max(1e-30, one.max - one.min) / Math.max(1, one.count);
  const tallest = Math.max(...histograms.flatMap((one) => one.bars.map((bar) => density(one, bar)))) || 1;
  const [first, last] = [histograms[0].step, histograms[histograms.length - 1].step];
  const span = Math.max(1, last - first);
  const made = chart(area);
  made.setOption({textStyle: FONT(), animation: false,
    grid: {left: 8, right: 14, top: 14, bottom: 6, containLabel: true},
    xAxis: axis({type: 'value', min: low, max: high === low ? low + 1e-6 : high, splitLine: {show: false},
      axisLabel: {color: css('--soft'), hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: (value) => number(value)}}),
    yAxis: axis({type: 'value', position: 'right', axisLine: {show: false}, axisTick: {show: false}, inverse: true, min: first - HEIGHT * span, max: last, splitLine: {show: false},
      axisLabel: {color: css('--soft'), formatter: (value) => value < first ? '' : number(Math.round(value))}}),
    series: [{type: 'custom', silent: true, data: histograms.map((one, i) => [one.min, one.step, i]),
      renderItem(params, api) {
        const one = histograms[api.value(2)];
        const width = (one.max - one.min) / one.bars.length;
        const up = HEIGHT * span / tallest;
        const points = [api.coord([one.min, one.step])];
        one.bars.forEach((bar, b) => points.push(api.coord([one.min + (b + .5) * width, one.step - up * density(one, bar)])));
        points.push(api.coord([one.max, one.step]));
        const age = histograms.length < 2 ? 1 : params.dataIndex / (histograms.length - 1);
        return {type: 'polygon', shape: {points},
          style: {fill: css('--accent'), opacity: .25 + .6 * age, stroke: css('--card'), lineWidth: 1}};
      }}]});
  return made;
}

export function open(root) {
  const picker = new Picker();
  const kind = el('select', {id: 'kind', onchange: (e) => set({kind: e.target.value})},
      el('option', {value: 'weights'}, 'weights'), el('option', {value: 'gradients'}, 'gradients'));
  const form = el('select', {id: 'form', onchange: (e) => set({form: e.target.value === 'ridges' ? null : e.target.value})},
      el('option', {value: 'ridges'}, 'ridges'), el('option', {value: 'surface'}, 'surfaces, 3-D'));
  const cards = el('div', {class: 'cards'});
  root.append(el('div', {class: 'tools'}, picker.element, el('label', {}, 'Of', kind), el('label', {}, 'As', form)), cards);
  let charts = [];
  let shown = '';
  return {
    async refresh(context) {
      const run = picker.run(context);
      kind.value = get('kind', 'weights');
      form.value = get('form', 'ridges');
      const {histograms: tags} = run ? await ask('tags', {run: run.id}) : {histograms: {}};
      const only = get('layer');
      const wanted = Object.keys(tags).filter((tag) => tag.startsWith(PREFIX + kind.value + '/'))
          .filter((tag) => only === null || tag.slice((PREFIX + kind.value + '/').length).startsWith(only + '/'));
      const now = JSON.stringify([run?.id, form.value, wanted.map((tag) => [tag, tags[tag]])]);
      if (wanted.length && now === shown) {
        return;
      }
      shown = now;
      const answers = await Promise.all(wanted.map((tag) => ask('histograms', {run: run.id, tag})));
      charts.forEach((one) => one.dispose());
      charts = [];
      if (!run) {
        fill(cards, NOTHING());
        return;
      }
      if (!wanted.length) {
        fill(cards, empty(`${run.name} has no histograms ${only === null ? 'yet' : 'of ' + only}.`,
            'A training writes those of all weights and gradients at step 1 and every 100 steps.'));
        return;
      }
      const areas = wanted.map(() => el('div', form.value === 'surface' ? {class: 'chart surface', role: 'img', tabindex: '0', title: 'Drag it, or use the arrow keys, to turn it.'}
          : {class: 'chart', role: 'img'}));
      fill(cards, only === null ? null : el('p', {class: 'says'}, `Of the layer ${only}. `,
          el('button', {type: 'button', onclick: () => set({layer: null})}, 'All layers')),
          wanted.map((tag, i) => {
            const its = answers[i].histograms;
            const newest = its[its.length - 1];
            areas[i].setAttribute('aria-label', `Histograms of ${tag} over ${its.length} steps`);
            return el('section', {class: 'card', 'data-tag': tag}, el('h2', {}, tag.slice((PREFIX + kind.value + '/').length)), areas[i],
                newest ? el('p', {}, `step ${number(newest.step)}: ${number(newest.count)} values from ${number(newest.min)} to ${number(newest.max)}`)
                    : null);
          }));
      charts = answers.map((answer, i) => !answer.histograms.length ? null
          : form.value === 'surface' ? new Surface(areas[i], answer.histograms) : draw(areas[i], answer.histograms)).filter(Boolean);
    },
  };
}
