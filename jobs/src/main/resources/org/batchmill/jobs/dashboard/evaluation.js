// What evaluations found: scores over time, precision and recall, confusions, the worst samples.

import {CurveCard, axis, chart, colour, css, FONT, pairs} from './charts.js';
import {code, el, empty, fill, many, number, table} from './dom.js';
import {Pictures} from './images.js';
import {Picker} from './picker.js';
import {NOTHING} from './scalars.js';
import {ask} from './server.js';

export const title = 'Evaluation';

const MOST_CONFUSED = 40;
const FIRST = ['map50', 'accuracy', 'rmse', 'ap50 by class', 'map50_95', 'top5', 'mae', 'loss'];

/** Scores that belong on one chart: those of classes, those of parts of a range, all others each on its own. */
function groups(columns) {
  const found = new Map();
  for (const [name, series] of Object.entries(columns)) {
    const slash = name.indexOf('/');
    const group = slash < 0 ? name : name.slice(0, slash) + ' by ' + (name.startsWith('bins/') ? 'range' : 'class');
    if (name === 'images' || name === 'frames' || name === 'rows') {
      continue;
    }
    if (!found.has(group)) {
      found.set(group, []);
    }
    found.get(group).push({name: slash < 0 ? name : name.slice(slash + 1), series});
  }
  return new Map([...found].sort(([a], [b]) => place(a) - place(b)));
}

const place = (group) => FIRST.includes(group) ? FIRST.indexOf(group) : FIRST.length;

function confusion(names, counts) {
  const largest = counts.map((row) => Math.max(1, row.reduce((sum, count) => sum + count, 0)));
  return el('table', {class: 'confusion', id: 'confusion'},
      el('caption', {hidden: true}, 'Rows are the truth, columns what was said'),
      el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'true \\ said'), names.map((name) => el('th', {scope: 'col'}, name)))),
      el('tbody', {}, counts.map((row, i) => el('tr', {}, el('th', {scope: 'row'}, names[i]), row.map((count, j) => {
        const cell = el('td', {title: `${names[i]} taken for ${names[j]}: ${count}`}, number(count));
        cell.style.background = `rgba(${css('--shade')}, ${(.75 * count / largest[i]).toFixed(3)})`;
        return cell;
      })))));
}

export function open(root) {
  const picker = new Picker();
  const step = el('select', {id: 'evaluated', onchange: () => choose()});
  const stepLabel = el('label', {}, 'Evaluation at step', step);
  const problem = el('p', {class: 'problem', hidden: true});
  const curves = el('div', {class: 'cards'});
  const details = el('div', {class: 'cards'});
  root.append(el('div', {class: 'tools'}, picker.element, stepLabel), problem, details, curves);
  let cards = new Map();
  let its = null;
  let kept = '';
  let images = {};
  let run = null;
  let precision = null;
  let shownOf = null;

  /** Asks for what the chosen evaluation found, if that is another one than before. */
  async function choose() {
    const now = JSON.stringify([run.id, step.value, step.length, (images['validation/worst'] ?? []).length]);
    if (now === kept) {
      return;
    }
    kept = now;
    its = step.value ? await ask('evaluation', {run: run.id, step: step.value}) : null;
    show();
  }

  function show() {
    precision?.dispose();
    precision = null;
    if (!its) {
      fill(details);
      return;
    }
    const parts = [];
    const classes = Array.isArray(its.classes) ? its.classes : [];
    const curved = classes.filter((one) => Array.isArray(one.curve) && one.curve.length);
    const area = el('div', {class: 'chart', role: 'img', 'aria-label': 'Precision over recall of each class'});
    if (curved.length) {
      parts.push(el('section', {class: 'card'}, el('h2', {}, 'Precision over recall, at an IoU of .5'), area));
    }
    if (Array.isArray(its.confusion) && its.confusion.length) {
      const names = classes.map((one) => one.name);
      while (names.length < its.confusion.length) {
        names.push('background');
      }
      parts.push(el('section', {class: 'card'}, el('h2', {}, 'Confusion: the truth in rows, what was said in columns'),
          names.length > MOST_CONFUSED ? el('p', {}, `${names.length} classes are too many for a table to read; eval --json has it.`)
              : el('div', {class: 'scroll'}, confusion(names, its.confusion))));
    }
    if (classes.length) {
      const shown = [['images', 'images'], ['objects', 'objects'], ['detections', 'found'], ['ap50', 'AP at .5'], ['ap50_95', 'AP .5 to .95'],
        ['precision', 'precision'], ['recall', 'recall']].filter(([key]) => classes.some((one) => key in one));
      parts.push(el('section', {class: 'card'}, el('h2', {}, 'Class by class'), el('div', {class: 'scroll'}, table([
        {name: 'Class', value: (one) => one.name},
        ...shown.map(([key, name]) => ({name, number: true, value: (one) => one[key]})),
      ], classes))));
    }
    const pictured = images['validation/worst'] ?? [];
    if (pictured.includes(its.step)) {
      const pictures = new Pictures('validation/worst');
      pictures.at = its.step;
      pictures.refresh(run, pictured);
      parts.push(pictures.element);
    }
    if (Array.isArray(its.worst) && its.worst.length) {
      parts.push(el('section', {class: 'card wide'}, el('h2', {}, 'The worst samples'), el('div', {class: 'scroll'}, table([
        {name: 'Sample', value: (one) => one.sample},
        {name: 'Truth', value: (one) => one.class ?? one.truth},
        {name: 'Said', value: (one) => one.predicted ?? one.said},
        {name: 'Probability of the truth', number: true, value: (one) => one.probability},
      ].filter((column) => its.worst.some((one) => column.value(one) !== undefined)), its.worst))));
    }
    fill(details, parts);
    if (curved.length) {
      precision = chart(area);
      precision.setOption({textStyle: FONT(), animation: false, grid: {left: 8, right: 16, top: 34, bottom: 24, containLabel: true},
        legend: {top: 0, type: 'scroll', textStyle: {color: css('--text')}},
        xAxis: axis({type: 'value', min: 0, max: 1, name: 'recall', nameLocation: 'middle', nameGap: 24}),
        yAxis: axis({type: 'value', min: 0, max: 1}),
        series: curved.map((one, i) => ({name: one.name, type: 'line', color: colour(i), showSymbol: false, silent: true,
          data: one.curve.map(([recall, value]) => [recall, value])}))});
    }
  }

  return {
    async refresh(context) {
      run = picker.run(context);
      if (!run) {
        stepLabel.hidden = true;
        kept = '';
        fill(details, NOTHING());
        fill(curves);
        cards = new Map();
        return;
      }
      const [scores, {steps: all, damaged}, tags] = await Promise.all(['scores', 'evaluations', 'tags'].map((name) => ask(name, {run: run.id})));
      images = tags.images;
      problem.hidden = !damaged;
      problem.textContent = `${many(damaged, 'line', 'lines')} of evaluations.jsonl cannot be read.`;
      // A resumed run evaluates again what lies behind its checkpoint.
      const steps = all.filter((one, i) => one >= 0 && !all.slice(i + 1).some((later) => later <= one));
      const before = step.value;
      const followed = !steps.length || !before || shownOf !== run.id || step.selectedIndex === 0;
      shownOf = run.id;
      fill(step, [...steps].reverse().map((one) => el('option', {value: one}, number(one))));
      if (!followed && steps.some((one) => String(one) === before)) {
        step.value = before;
      }
      stepLabel.hidden = !steps.length;
      await choose();
      const found = groups(scores.columns);
      if (!found.size && !steps.length) {
        cards = new Map();
        fill(curves, empty(`${run.name} has not been evaluated yet.`, 'A training evaluates where it has samples for it: ',
            code('--val FOLDER'), ' or ', code('--val-share .2'), '.'));
        return;
      }
      if ([...found.keys()].join() !== [...cards.keys()].join()) {
        cards.forEach((card) => card.end());
        cards = new Map([...found.keys()].map((group) => [group, new CurveCard(group)]));
        fill(curves, [...cards.values()].map((card) => card.element));
        cards.forEach((card) => card.begin());
      }
      found.forEach((lines, group) => cards.get(group).draw(lines.map((line, i) => (
        {name: line.name, colour: lines.length === 1 ? run.colour : colour(i), points: pairs(line.series.points)}))));
    },
  };
}
