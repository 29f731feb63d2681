// A page about one run shows one of the chosen ones: the first, or the one that is picked.

import {el, fill} from './dom.js';
import {get, set} from './state.js';

export class Picker {
  constructor(isShown = (run) => !run.search) {
    this.isShown = isShown;
    this.select = el('select', {id: 'of', onchange: (e) => set({of: e.target.value})});
    this.element = el('label', {}, 'Run', this.select);
  }

  /** The picked run; null where none is chosen. */
  run(context) {
    const runs = context.chosen.filter(this.isShown);
    const its = runs.find((run) => run.id === get('of')) ?? runs[0] ?? null;
    // Not anew each time: somebody may have opened it.
    const now = JSON.stringify([its?.id, runs.map((run) => [run.id, run.name])]);
    if (now !== this.shown) {
      this.shown = now;
      fill(this.select, runs.map((run) => el('option', {value: run.id, selected: run === its}, run.name)));
    }
    this.element.hidden = runs.length < 2;
    return its;
  }
}
