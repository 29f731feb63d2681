// Angles over the frames of an evaluation or a drive, true and predicted: how they go on, how they are spread, how far they lie apart.

import {axis, chart, colour, css, CurveCard, FONT} from './charts.js';
import {code, el, empty, fill, many, number, table} from './dom.js';
import {Picker} from './picker.js';
import {NOTHING} from './scalars.js';
import {ask} from './server.js';
import {get, set} from './state.js';

export const title = 'Steering';

const BINS = 41;

/** Counts of values in equal parts of a range around 0. */
function counts(values, range) {
  const found = new Array(BINS).fill(0);
  values.forEach((value) => {
    found[Math.max(0, Math.min(BINS - 1, Math.floor((value / range + 1) / 2 * BINS)))]++;
  });
  return found;
}

/** What a damaged line holds in place of a number is none. */
const numbers = (list) => Array.isArray(list) ? list.map((one) => typeof one === 'number' ? one : null) : [];

const largest = (...lists) => lists.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;

/** Bars beside each other; the scale is logarithmic, because most roads are straight. */
function bars(area, range, series) {
  const drawn = chart(area);
  drawn.setOption({textStyle: FONT(), animation: false, grid: {left: 8, right: 16, top: 34, bottom: 6, containLabel: true},
    legend: {top: 0, textStyle: {color: css('--text')}},
    xAxis: axis({type: 'category', data: Array.from({length: BINS}, (ignored, i) => number(Number((range * (2 * (i + .5) / BINS - 1)).toPrecision(3))))}),
    yAxis: axis({type: 'log', min: .5, axisLabel: {color: css('--soft'), formatter: (value) => value < 1 ? '' : number(value)}}),
    series: series.map((one, i) => ({name: one.name, type: 'bar', silent: true, color: colour(i), barGap: '-100%', itemStyle: {opacity: .65},
      data: one.counts.map((count) => count || null)}))});
  return drawn;
}

function scatter(area, pairs, range) {
  const drawn = chart(area);
  const ends = {type: 'value', min: -range, max: range, axisLabel: {color: css('--soft'), formatter: (value) => number(Number(value.toPrecision(3)))}};
  drawn.setOption({textStyle: FONT(), animation: false, grid: {left: 8, right: 16, top: 12, bottom: 24, containLabel: true},
    xAxis: axis({...ends, name: 'true', nameLocation: 'middle', nameGap: 24}), yAxis: axis(ends),
    series: [{type: 'scatter', silent: true, symbolSize: 3, color: colour(0), itemStyle: {opacity: .5}, data: pairs},
      {type: 'line', silent: true, showSymbol: false, color: css('--soft'), lineStyle: {type: 'dashed', width: 1}, data: [[-range, -range], [range, range]]}]});
  return drawn;
}

function errors(pairs) {
  const distances = pairs.map(([truth, predicted]) => predicted - truth);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    ['frames', pairs.length],
    ['root of the mean square', Math.sqrt(mean(distances.map((one) => one * one)))],
    ['mean, whatever its sign', mean(distances.map(Math.abs))],
    ['mean', mean(distances)],
    ['largest', Math.max(...distances.map(Math.abs))],
  ];
}

export function open(root) {
  const picker = new Picker();
  const source = el('select', {id: 'angles', onchange: (e) => set({angles: e.target.value})});
  const label = el('label', {}, 'Angles of', source);
  const body = el('div', {class: 'cards'});
  root.append(el('div', {class: 'tools'}, picker.element, label), body);
  let drawn = [];
  let shown = '';

  function show(run, angles) {
    const [truth, predicted, every] = [numbers(angles.truth), numbers(angles.predicted), angles.every ?? 1];
    const pairs = truth.map((one, i) => [one, predicted[i] ?? null]).filter(([one, other]) => one !== null && other !== null);
    const guesses = predicted.filter((one) => one !== null);
    const over = new CurveCard('Angle over frames', {unit: 'frame', wide: true, onRange: (low, high) => draw(low, high)});
    const area = (name) => el('div', {class: 'chart', role: 'img', 'aria-label': name});
    const [spread, apart, beside] = [area('Histogram of angles'), area('Histogram of errors'), area('Predicted over true angles')];
    const curve = (values) => values.map((value, i) => [i * every, value]).filter(([, value]) => value !== null);
    const lines = [
      ...pairs.length ? [{name: 'truth', colour: colour(0), points: curve(truth)}] : [],
      {name: 'prediction', colour: colour(1), points: curve(predicted)}];
    function draw(low, high) {
      over.draw(lines, {min: low, max: high, note: [every > 1 ? `One frame of ${number(every)} is drawn.` : '',
        angles.damaged ? `${many(angles.damaged, 'line', 'lines')} cannot be read.` : ''].filter(Boolean).join(' ')});
    }
    fill(body, over.element,
        el('section', {class: 'card'}, el('h2', {}, 'How angles are spread'), spread),
        pairs.length ? [
          el('section', {class: 'card'}, el('h2', {}, 'How errors are spread'), apart),
          el('section', {class: 'card'}, el('h2', {}, 'Predicted over true angles'), beside),
          el('section', {class: 'card'}, el('h2', {}, 'Errors of the frames that are drawn'), table([
            {name: 'Error', value: ([name]) => name},
            {name: 'Value', number: true, value: ([, value]) => value},
          ], errors(pairs))),
        ] : el('p', {class: 'says'}, 'The true angles are not known: drive with ', code('--truth'), ' beside ', code('--predictions'), '.'));
    over.begin();
    draw(null, null);
    const range = largest(pairs.flat(), guesses);
    drawn = [{dispose: () => over.end()}, bars(spread, range, [
      ...pairs.length ? [{name: 'truth', counts: counts(pairs.map(([one]) => one), range)}] : [],
      {name: 'prediction', counts: counts(guesses, range)}])];
    if (pairs.length) {
      const distances = pairs.map(([one, other]) => other - one);
      const widest = largest(distances);
      drawn.push(bars(apart, widest, [{name: 'prediction less truth', counts: counts(distances, widest)}]), scatter(beside, pairs, range));
    }
  }

  function clear(...what) {
    drawn.forEach((one) => one.dispose());
    drawn = [];
    fill(body, ...what);
  }

  return {
    async refresh(context) {
      const run = picker.run(context);
      label.hidden = true;
      if (!run) {
        shown = '';
        clear(NOTHING());
        return;
      }
      const [{steps}, {files}] = [await ask('evaluations', {run: run.id}), await ask('drives', {run: run.id})];
      const newest = [...new Set(steps.filter((step) => step >= 0))].sort((a, b) => b - a);
      const wanted = get('angles');
      const choices = [...newest.map((step) => [String(step), `the evaluation at step ${number(step)}`]), ...files.map((name) => [name, name])];
      const chosen = choices.some(([value]) => value === wanted) ? wanted : choices[0]?.[0];
      const angles = chosen === undefined ? null : files.includes(chosen) ? await ask('drive', {run: run.id, name: chosen})
          : (await ask('evaluation', {run: run.id, step: chosen})).angles;
      if (!angles?.predicted?.length) {
        shown = '';
        clear(empty(`${run.name} has no angles.`, 'A training of ', code('train steering'), ' keeps them with each evaluation: give it frames to evaluate by, ',
            code('--val DRIVES'), '. Those of a drive appear from a file in the run folder: ',
            code('batchmill drive RUN video.mp4 --truth angles.csv --out out.mp4 --predictions RUN/angles-drive.csv'), '.'));
        return;
      }
      label.hidden = false;
      fill(source, choices.map(([value, name]) => el('option', {value, selected: value === chosen}, name)));
      const now = JSON.stringify([run.id, chosen, angles.predicted.length]);
      if (now !== shown) {
        shown = now;
        clear();
        show(run, angles);
      }
    },
  };
}
