// What a run came to: facts and scores, and what the trained network says of some samples.

import {el, empty, fill, table} from './dom.js';
import {Picker} from './picker.js';
import {NOTHING} from './scalars.js';
import {ask} from './server.js';

export const title = 'Summary';

function figure(prediction) {
  const image = el('img', {src: 'data:image/png;base64,' + prediction.png, alt: prediction.caption});
  return el('figure', {class: prediction.wide ? 'figure wide' : 'figure'}, image, el('figcaption', {}, prediction.caption));
}

export function open(root) {
  const picker = new Picker(() => true);
  const body = el('div', {class: 'cards'});
  root.append(el('div', {class: 'tools'}, picker.element), body);
  const sorted = {column: null, down: false};
  let shown = '';
  return {
    async refresh(context) {
      const run = picker.run(context);
      if (!run) {
        fill(body, NOTHING());
        shown = '';
        return;
      }
      const answer = await ask('summary', {run: run.id});
      const now = JSON.stringify([run.id, answer.facts, answer.predictions?.length, answer.problem]);
      if (now === shown) {
        return;
      }
      shown = now;
      const [facts, predictions] = [answer.facts ?? [], answer.predictions ?? []];
      if (!facts.length) {
        fill(body, empty(answer.problem ?? `${run.name} has not ended yet.`, 'What it came to, and predictions for some samples, appear here with its end.'));
        return;
      }
      fill(body, el('section', {class: 'card wide'}, el('h2', {}, run.name), el('div', {class: 'scroll'}, table([
        {name: 'Fact', value: ([name]) => name},
        {name: 'Value', value: ([, value]) => value},
      ], facts, sorted))),
      predictions.length ? el('section', {class: 'card wide'}, el('h2', {}, 'Sample predictions'),
          el('div', {class: 'figures'}, predictions.map(figure))) : null);
    },
  };
}
