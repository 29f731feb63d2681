// The network: its layers with their shapes and parameters, and what each reads.

import {answerPage} from './answer.js';
import {el, empty, number, table} from './dom.js';
import {Picker} from './picker.js';
import {address, state} from './state.js';

export const title = 'Network';

const SVG = 'http://www.w3.org/2000/svg';
const BOX = {width: 330, height: 40, gap: 22, lane: 26};

function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...children);
  return made;
}

function histogramsOf(layer) {
  const values = new URLSearchParams(state().values);
  values.set('layer', layer);
  return address('histograms', values);
}

/** Layers below each other in the order in which they run; what is not read by the next goes around in a lane of its own. */
function drawing(layers) {
  const place = new Map(layers.map((layer, i) => [layer.name, i]));
  const middle = (i) => i * (BOX.height + BOX.gap) + BOX.height / 2 + 4;
  const links = [];
  let lanes = 0;
  layers.forEach((layer, i) => layer.inputs.forEach((input) => {
    const from = place.get(input);
    if (from === undefined) {
      return;
    }
    if (from === i - 1) {
      links.push(svg('path', {d: `M${BOX.width / 2} ${middle(from) + BOX.height / 2} V${middle(i) - BOX.height / 2}`, class: 'link'}));
    } else {
      const x = BOX.width + BOX.lane * (.7 + lanes++ % 5 * .6);
      links.push(svg('path', {d: `M${BOX.width} ${middle(from)} C${x} ${middle(from)} ${x} ${middle(i)} ${BOX.width} ${middle(i)}`, class: 'link'}));
    }
  }));
  const boxes = layers.map((layer, i) => {
    const title = svg('title', {});
    title.textContent = `${layer.name}: ${layer.kind}, ${layer.shape}, ${layer.parameters} parameters`;
    const name = svg('text', {x: 10, y: middle(i) - 3, class: 'layer'});
    name.textContent = layer.name;
    const kind = svg('text', {x: 10, y: middle(i) + 13, class: 'kind'});
    kind.textContent = `${layer.kind} → ${layer.shape}`;
    return svg('a', {href: histogramsOf(layer.name)}, svg('rect', {x: 1, y: middle(i) - BOX.height / 2, width: BOX.width - 2,
      height: BOX.height, rx: 7, class: layer.parameters ? 'box learns' : 'box'}), title, name, kind);
  });
  const height = middle(layers.length - 1) + BOX.height;
  const width = BOX.width + 4 * BOX.lane;
  return svg('svg', {viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': 'The layers in the order in which they run',
    class: 'network'}, ...links, ...boxes);
}

function cards(run, answer) {
  const layers = answer.layers ?? [];
  if (!layers.length) {
    return [answer.problem ? empty(`The newest checkpoint of ${run.name} cannot be read.`, answer.problem)
        : empty(`${run.name} has no checkpoint yet.`, 'The network is drawn from the first one that it writes.')];
  }
  const all = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  return [el('p', {class: 'says'}, `${number(layers.length)} layers, ${number(all)} parameters; from ${answer.checkpoint}. `
      + 'A layer leads to its histograms.'),
  el('section', {class: 'card'}, el('h2', {}, 'Layers'), el('div', {class: 'scroll network-box'}, drawing(layers))),
  el('section', {class: 'card'}, el('h2', {}, 'As a table'), el('div', {class: 'scroll'}, table([
    {name: 'Layer', value: (layer) => layer.name, show: (layer) => el('a', {href: histogramsOf(layer.name)}, layer.name)},
    {name: 'Kind', value: (layer) => layer.kind},
    {name: 'Output', value: (layer) => layer.shape},
    {name: 'Parameters', number: true, value: (layer) => layer.parameters},
    {name: 'Reads', value: (layer) => layer.inputs.join(', ')},
  ], layers)))];
}

export function open(root) {
  return answerPage(root, new Picker(), 'graph', cards);
}
