// How samples come in: whether the network waits for them, and where they are held up.

import {CurveCard, colour} from './charts.js';
import {code, el, empty, fill, many, number, table} from './dom.js';
import {Picker} from './picker.js';
import {NOTHING, ScalarCharts} from './scalars.js';
import {ask} from './server.js';

export const title = 'Input';

const SLOW = .05;

/** Numbers between two looks at a pipeline that counts from its start. */
export function between(before, now) {
  const samples = now.samples - (before?.samples ?? 0);
  const stages = now.stages.map((stage) => {
    const old = before?.stages.find((one) => one.name === stage.name);
    const [busy, count] = [stage.busy_ms - (old?.busy_ms ?? 0), stage.count - (old?.count ?? 0)];
    return {name: stage.name, ms: samples > 0 ? busy / samples : 0, each: count > 0 ? busy / count : 0, count};
  });
  const ran = now.run_ms - (before?.run_ms ?? 0);
  return {step: now.step, samples, stages, waits: ran > 0 ? (now.waited_ms - (before?.waited_ms ?? 0)) / ran : 0, slowest: stages.reduce((a, b) => b.ms > (a?.ms ?? 0) ? b : a, null)};
}

export function open(root) {
  const picker = new Picker();
  const curves = el('div');
  const says = el('p', {class: 'says', id: 'slowest', role: 'status'});
  const detail = el('div', {class: 'cards'});
  root.append(curves, el('div', {class: 'tools'}, picker.element), says, detail);
  const charts = new ScalarCharts(curves, ['images_per_second', 'waited_share'], false);
  let stageCard = null;
  let queueCard = null;
  let last = el('div', {class: 'card'});
  return {
    async refresh(context) {
      await charts.refresh(context);
      const run = picker.run(context);
      if (!run) {
        says.textContent = '';
        fill(detail);
        stageCard = null;
        return;
      }
      const {lines, damaged} = await ask('input', {run: run.id});
      const looks = lines.filter((line) => Array.isArray(line.stages) && typeof line.samples === 'number');
      if (!looks.length) {
        stageCard = null;
        says.textContent = '';
        fill(detail, empty(`${run.name} has not written about its queues yet.`,
            'A training writes every few seconds how full its queues are and what its workers did. Runs of older versions have none of it: ',
            code('--trace FILE'), ' and ', code('bench input'), ' tell as much.'));
        return;
      }
      if (!stageCard) {
        stageCard = new CurveCard('Milliseconds of work a sample, by stage');
        queueCard = new CurveCard('Batches that are ready, samples in the making');
        fill(detail, stageCard.element, queueCard.element, last);
        stageCard.begin();
        queueCard.begin();
      }
      // A resumed run counts anew.
      const parts = looks.map((look, i) => between(i > 0 && looks[i - 1].samples <= look.samples ? looks[i - 1] : null, look))
          .filter((part) => part.samples > 0);
      const now = parts[parts.length - 1] ?? between(null, looks[looks.length - 1]);
      const look = looks[looks.length - 1];
      const names = [...new Set(parts.flatMap((part) => part.stages.map((stage) => stage.name)))];
      stageCard.draw(names.map((name, i) => ({name, colour: colour(i), points: parts.flatMap((part) => {
        const stage = part.stages.find((one) => one.name === name);
        return stage ? [[part.step, stage.ms]] : [];
      })})), {yMin: 0, note: damaged ? `${many(damaged, 'line', 'lines')} cannot be read.` : ''});
      queueCard.draw([
        {name: `batches ready, of ${look.prefetch} ahead`, colour: colour(0), points: looks.map((one) => [one.step, one.ready])},
        {name: 'samples in the making', colour: colour(1), points: looks.map((one) => [one.step, one.in_flight])},
      ], {yMin: 0});
      const waits = now.waits;
      says.textContent = (waits > SLOW ? `The network of ${run.name} waits for data ${(100 * waits).toFixed(0)} % of the time. `
          : `The input of ${run.name} keeps up: the network waits ${(100 * waits).toFixed(1)} % of the time. `)
          + (now.slowest ? `The slowest stage is ${now.slowest.name}, ${number(Number(now.slowest.ms.toPrecision(3)))} ms a sample on `
              + `${look.workers} worker${look.workers === 1 ? '' : 's'}.` : '');
      fill(last, el('h2', {}, `The latest look, at step ${number(look.step)}`), table([
        {name: 'Stage', value: (stage) => stage.name},
        {name: 'ms a sample', number: true, value: (stage) => stage.ms},
        {name: 'ms each time', number: true, value: (stage) => stage.each},
        {name: 'times', number: true, value: (stage) => stage.count},
      ], now.stages));
      if (!charts.cards.size && !context.chosen.length) {
        fill(detail, NOTHING());
      }
    },
  };
}
