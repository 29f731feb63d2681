// Pictures that a run keeps: batches as the network saw them, predictions beside the truth, kernels.

import {code, el, empty, fill, many, number} from './dom.js';
import {Picker} from './picker.js';
import {NOTHING} from './scalars.js';
import {ask, imageAddress} from './server.js';

export const title = 'Images';

const WORDS = [
  [/^batch$/, 'Training batches, with their labels'],
  [/^validation\/predictions$/, 'Predictions beside the truth, at evaluations'],
  [/^validation\/worst$/, 'The samples that were got most wrong, at evaluations'],
  [/^kernels\//, 'Kernels of the first layer'],
];

export function heading(tag) {
  const known = WORDS.find(([pattern]) => pattern.test(tag));
  return known ? (tag.startsWith('kernels/') ? `${known[1]}: ${tag.slice(8)}` : known[1]) : tag;
}

/** A picture with a slider over the steps at which it was kept; the newest unless somebody went back. */
export class Pictures {
  constructor(tag) {
    this.tag = tag;
    this.steps = [];
    this.at = null;
    this.slider = el('input', {type: 'range', min: 0, 'aria-label': 'Step', oninput: (e) => {
      const i = Number(e.target.value);
      this.at = i === this.steps.length - 1 ? null : this.steps[i];
      this.show();
    }});
    this.step = el('output', {});
    this.image = el('img', {class: tag.startsWith('kernels/') ? 'pixels' : null});
    this.element = el('section', {class: 'card' + (tag.startsWith('kernels/') ? '' : ' wide'), 'data-tag': tag},
        el('h2', {}, heading(tag)), el('div', {class: 'tools'}, el('label', {}, 'Step', this.slider, this.step)),
        el('figure', {class: 'figure'}, this.image));
  }

  refresh(run, steps) {
    this.run = run;
    this.steps = [...new Set(steps)];
    this.show();
  }

  show() {
    const i = this.at === null ? this.steps.length - 1 : Math.max(0, this.steps.indexOf(this.at));
    this.slider.max = this.steps.length - 1;
    this.slider.value = i;
    this.slider.disabled = this.steps.length < 2;
    this.step.textContent = number(this.steps[i]);
    const address = imageAddress(this.run.id, this.tag, this.steps[i]);
    if (this.image.getAttribute('src') !== address) {
      this.image.src = address;
      this.image.alt = `${heading(this.tag)} of ${this.run.name} at step ${this.steps[i]}`;
    }
  }
}

export function open(root) {
  const picker = new Picker();
  const cards = el('div', {class: 'cards'});
  const problem = el('p', {class: 'problem', hidden: true});
  root.append(el('div', {class: 'tools'}, picker.element), problem, cards);
  let shown = new Map();
  let of = null;
  return {
    async refresh(context) {
      const run = picker.run(context);
      if (!run) {
        fill(cards, NOTHING());
        shown = new Map();
        return;
      }
      const {images, damaged} = await ask('tags', {run: run.id});
      problem.hidden = !damaged;
      problem.textContent = `${many(damaged, 'event', 'events')} of ${run.name} cannot be read.`;
      const tags = Object.keys(images).filter((tag) => images[tag].length);
      if (!tags.length) {
        fill(cards, empty(`${run.name} has kept no pictures yet.`, 'A training on images keeps a batch and the first kernels at step 1 and every 100 steps, '
            + 'and predictions at each evaluation: give it samples to evaluate by, ', code('--val-share .2'), '.'));
        shown = new Map();
        return;
      }
      if (of !== run.id || tags.join() !== [...shown.keys()].join()) {
        of = run.id;
        shown = new Map(tags.map((tag) => [tag, new Pictures(tag)]));
        fill(cards, [...shown.values()].map((pictures) => pictures.element));
      }
      shown.forEach((pictures, tag) => pictures.refresh(run, images[tag]));
    },
  };
}
