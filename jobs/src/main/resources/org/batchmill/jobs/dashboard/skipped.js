// Samples that a run left out, and why.

import {code, el, empty, fill, many, number, table} from './dom.js';
import {Picker} from './picker.js';
import {NOTHING} from './scalars.js';
import {ask} from './server.js';

export const title = 'Skipped';

export function open(root) {
  const picker = new Picker();
  const body = el('div');
  root.append(el('div', {class: 'tools'}, picker.element), body);
  const sorted = {column: null, down: false};
  return {
    async refresh(context) {
      const run = picker.run(context);
      if (!run) {
        fill(body, NOTHING());
        return;
      }
      const {lines, count, damaged} = await ask('skipped', {run: run.id});
      if (!count) {
        fill(body, empty(`${run.name} has left out no sample.`, 'With ', code('--on-error skip'), ' or ', code('--on-error quarantine'),
            ' a training leaves out what cannot be read, and lists it here with the cause.'));
        return;
      }
      fill(body, el('p', {class: 'says', id: 'skipped-count'}, `${number(count)} left out`
          + (count > lines.length ? `, of which these are the last ${number(lines.length)}` : '')),
          damaged ? el('p', {class: 'problem'}, `${many(damaged, 'line', 'lines')} of skipped.jsonl cannot be read.`) : null,
          el('section', {class: 'card'}, el('div', {class: 'scroll'}, table([
            {name: 'Sample', value: (line) => line.sample},
            {name: 'Cause', value: (line) => line.cause},
            {name: 'Epoch', number: true, value: (line) => line.epoch},
            {name: 'For good', value: (line) => line.quarantine ? 'yes' : 'no'},
          ], lines, sorted))));
    },
  };
}
