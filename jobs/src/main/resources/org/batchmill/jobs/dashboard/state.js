// What is looked at stands in the address behind #, so that it can be shared and gone back to.

import {FIRST} from './server.js';

const listeners = [];

export function state() {
  const [page, query = ''] = location.hash.slice(1).split('?');
  const values = new URLSearchParams(query);
  return {page: page || FIRST, values};
}

export const get = (name, otherwise = null) => state().values.get(name) ?? otherwise;

export function address(page, values) {
  const query = values.toString();
  return '#' + page + (query ? '?' + query : '');
}

/** Changes some values; null takes one away. */
export function set(changes) {
  const {page, values} = state();
  for (const [name, value] of Object.entries(changes)) {
    values.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null) {
        values.append(name, one);
      }
    }
  }
  const next = address(page, values);
  if (next !== location.hash) {
    history.replaceState(null, '', location.pathname + location.search + next);
    listeners.forEach((listener) => listener());
  }
}

export function onChange(listener) {
  listeners.push(listener);
  window.addEventListener('hashchange', listener);
}
