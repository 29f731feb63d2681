// The trials of a search: parallel coordinates, and a table that sorts.

import {axis, chart, css, FONT} from './charts.js';
import {code, el, empty, fill, many, number, table} from './dom.js';
import {Picker} from './picker.js';
import {ask} from './server.js';

export const title = 'Search';

const isNumber = (text) => text !== '' && Number.isFinite(Number(text));

/** Trials from lines a fold: the mean over the folds, NaN where one failed. */
export function trials(lines) {
  const found = new Map();
  for (const line of lines) {
    if (!line.values || typeof line.values !== 'object') {
      continue;
    }
    const key = JSON.stringify(line.values);
    if (!found.has(key)) {
      found.set(key, {values: line.values, scores: new Map()});
    }
    found.get(key).scores.set(line.fold, Number(line.score));
  }
  return [...found.values()].map((trial) => {
    const scores = [...trial.scores.values()];
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    return {values: trial.values, scores, mean,
      deviation: Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length)};
  });
}

/** The metric's name stands in the heading of the table that a search ends with, in front of std. */
function metric(csv) {
  const words = csv?.split('\n', 1)[0].split(',') ?? [];
  return words.includes('std') ? words[words.lastIndexOf('std') - 1] : 'score';
}

/** A log axis where numbers lie far apart, as they do for rates that were searched for on one. */
function dimension(name, values, i) {
  if (!values.every(isNumber)) {
    return {dim: i, name, type: 'category', data: [...new Set(values)].sort()};
  }
  const numbers = values.map(Number);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return low > 0 && high >= 50 * low ? {dim: i, name, type: 'log', min: low, max: high}
      : {dim: i, name, type: 'value', scale: true, min: low === high ? null : low, max: low === high ? null : high};
}

export function open(root) {
  const picker = new Picker((run) => run.search);
  const body = el('div', {class: 'cards'});
  const sorted = {column: null, down: true};
  root.append(el('div', {class: 'tools'}, picker.element), body);
  let drawn = null;
  return {
    async refresh(context) {
      drawn?.dispose();
      drawn = null;
      const run = picker.run(context);
      if (!run) {
        const others = context.runs.some((one) => one.search);
        fill(body, others ? empty('No search is chosen.', 'Mark one in the list of runs; it says "search" beside its name.')
            : empty('There is no search here.', code('batchmill tune digits --data sample:digits --search lr=log:1e-4..1e-1 --trials 20 --run runs/search'),
                ' looks for the best settings; its trials appear here while it goes on.'));
        return;
      }
      const answer = await ask('search', {run: run.id});
      const all = trials(answer.lines);
      if (!all.length) {
        fill(body, empty(`${run.name} has no trial yet that ended.`, 'Each appears here with its score as soon as it has one.'));
        return;
      }
      const names = [...new Set(all.flatMap((trial) => Object.keys(trial.values)))];
      const score = metric(answer.table);
      const good = all.filter((trial) => Number.isFinite(trial.mean));
      if (sorted.column === null) {
        sorted.column = names.length;
      }
      const area = el('div', {class: 'chart tall', role: 'img', 'aria-label': 'Settings and scores as parallel coordinates'});
      fill(body,
          el('section', {class: 'card wide'}, el('h2', {}, `${number(all.length)} trials of ${run.name}: settings and ${score}`), el('p', {}, 'The redder a line, the higher its trial stands. Drag along an axis to mark a range of it.'), area),
          el('section', {class: 'card wide'}, el('h2', {}, 'All trials'),
              answer.damaged ? el('p', {class: 'problem'}, `${many(answer.damaged, 'line', 'lines')} of results.jsonl cannot be read.`) : null,
              el('div', {class: 'scroll'}, table([
                ...names.map((name) => ({name, number: all.every((trial) => isNumber(trial.values[name] ?? '')),
                  value: (trial) => isNumber(trial.values[name] ?? '') ? Number(trial.values[name]) : trial.values[name],
                  show: (trial) => String(trial.values[name] ?? '')})),
                {name: score, number: true, value: (trial) => trial.mean,
                  show: (trial) => Number.isFinite(trial.mean) ? number(trial.mean) : 'failed'},
                {name: 'std', number: true, value: (trial) => trial.deviation},
                {name: 'folds', number: true, value: (trial) => trial.scores.length},
              ], all, sorted))));
      if (!good.length) {
        return;
      }
      const dimensions = [...names.map((name, i) => dimension(name, good.map((trial) => String(trial.values[name] ?? '')), i)),
        {dim: names.length, name: score, type: 'value', scale: true}];
      const scores = good.map((trial) => trial.mean);
      drawn = chart(area);
      drawn.setOption({textStyle: FONT(), animation: false,
        parallel: {left: 40, right: 70, top: 44, bottom: 24, parallelAxisDefault: axis({nameTextStyle: {color: css('--text')}, nameGap: 16,
          areaSelectStyle: {width: 16}})},
        parallelAxis: dimensions,
        visualMap: {show: false, dimension: names.length, min: Math.min(...scores), max: Math.max(...scores),
          inRange: {color: ['#9aa9bd', '#3f8fb0', '#d1495b']}},
        series: [{type: 'parallel', lineStyle: {width: 1.6, opacity: .75}, data: good.map((trial) => [
          ...names.map((name, i) => dimensions[i].type === 'category' ? String(trial.values[name] ?? '') : Number(trial.values[name])),
          trial.mean])}]});
    },
  };
}
