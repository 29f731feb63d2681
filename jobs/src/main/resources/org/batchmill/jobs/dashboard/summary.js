// What a run came to: facts and scores, and what the trained network says of some samples.

import {answerPage} from './answer.js';
import {el, empty, table} from './dom.js';
import {Picker} from './picker.js';

export const title = 'Summary';

function figure(prediction) {
  const image = el('img', {src: 'data:image/png;base64,' + prediction.png, alt: prediction.caption});
  return el('figure', {class: prediction.wide ? 'figure wide' : 'figure'}, image, el('figcaption', {}, prediction.caption));
}

export function open(root) {
  const sorted = {column: null, down: false};

  function cards(run, answer) {
    const [facts, predictions] = [answer.facts ?? [], answer.predictions ?? []];
    if (!facts.length) {
      return [empty(answer.problem ?? `${run.name} has not ended yet.`, 'What it came to, and predictions for some samples, appear here with its end.')];
    }
    return [el('section', {class: 'card wide'}, el('h2', {}, run.name), el('div', {class: 'scroll'}, table([
      {name: 'Fact', value: ([name]) => name},
      {name: 'Value', value: ([, value]) => value},
    ], facts, sorted))),
    predictions.length ? el('section', {class: 'card wide'}, el('h2', {}, 'Sample predictions'),
        el('div', {class: 'figures'}, predictions.map(figure))) : null];
  }

  return answerPage(root, new Picker(() => true), 'summary', cards,
      (answer) => [answer.facts, answer.predictions?.length, answer.problem]);
}
