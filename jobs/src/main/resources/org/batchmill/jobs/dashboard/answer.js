// A page that shows one answer about the picked run, drawn anew when it has become another one.

import {el, fill} from './dom.js';
import {NOTHING} from './scalars.js';
import {ask} from './server.js';

/** What is drawn is the list that draw(run, answer) returns; key(answer) is what makes it another one. */
export function answerPage(root, picker, question, draw, key = (answer) => answer) {
  const body = el('div', {class: 'cards'});
  root.append(el('div', {class: 'tools'}, picker.element), body);
  let shown = '';
  return {
    async refresh(context) {
      const run = picker.run(context);
      if (!run) {
        fill(body, NOTHING());
        shown = '';
        return;
      }
      const answer = await ask(question, {run: run.id});
      const now = JSON.stringify([run.id, key(answer)]);
      if (now !== shown) {
        shown = now;
        fill(body, ...draw(run, answer));
      }
    },
  };
}
