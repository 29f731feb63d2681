// The options of the chosen runs beside each other.

import {el, empty, fill, swatch} from './dom.js';
import {NOTHING} from './scalars.js';
import {ask} from './server.js';
import {get, set} from './state.js';

export const title = 'Settings';

/** What an option came to stands under "resolved"; what was given counts where that says nothing of it. */
function values(config = {}) {
  const {resolved = {}, ...given} = config;
  return new Map(Object.entries({...given, ...resolved})
      .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]));
}

export function open(root) {
  const differing = el('input', {type: 'checkbox', id: 'differing', onchange: (e) => set({differing: e.target.checked ? '1' : null})});
  const body = el('div');
  root.append(el('div', {class: 'tools'}, el('label', {}, differing, 'only what differs')), body);
  return {
    async refresh(context) {
      differing.checked = get('differing') === '1';
      const runs = context.chosen;
      if (!runs.length) {
        fill(body, NOTHING());
        return;
      }
      const answers = await Promise.all(runs.map((run) => ask('facts', {run: run.id})));
      const columns = answers.map((answer) => values(answer.config));
      const names = [...new Set(columns.flatMap((column) => [...column.keys()]))]
          .filter((name) => !differing.checked || new Set(columns.map((column) => column.get(name))).size > 1);
      const problems = answers.flatMap((answer, i) => answer.problem ? [el('p', {class: 'problem'}, `${runs[i].name}: ${answer.problem}`)] : []);
      if (!names.length) {
        fill(body, problems, differing.checked ? empty('The chosen runs have the same settings.', 'Choose others, or look at all settings.')
            : empty('The chosen runs have written no settings yet.', 'config.yaml appears in a run folder when its training starts.'));
        return;
      }
      fill(body, problems, el('section', {class: 'card'}, el('div', {class: 'scroll'}, el('table', {class: 'table', id: 'settings'},
          el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'Option'), runs.map((run) => el('th', {scope: 'col'},
              el('span', {class: 'run'}, swatch(run.colour), run.name))))),
          el('tbody', {}, names.map((name) => el('tr', {}, el('th', {scope: 'row'}, name),
              columns.map((column) => el('td', {}, column.get(name) ?? '–')))))))));
    },
  };
}
