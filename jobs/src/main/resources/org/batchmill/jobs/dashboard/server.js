// Questions to the server that this page came from. frozen.js answers the same where there is none.

export const FIRST = 'scalars';
export const FROZEN = false;

const token = new URLSearchParams(location.search).get('token');

function address(name, values) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined) {
        query.append(key, one);
      }
    }
  }
  if (token !== null) {
    query.append('token', token);
  }
  const text = query.toString();
  return 'api/' + name + (text ? '?' + text : '');
}

export async function ask(name, values = {}) {
  const answer = await fetch(address(name, values));
  if (!answer.ok) {
    throw new Error(await answer.text());
  }
  return answer.json();
}

export const imageAddress = (run, tag, step) => address('image', {run, tag, step});

/** Calls back with the ids of runs that changed, and with a word and a class for how it stands. */
export function listen(onRuns, onState) {
  const source = new EventSource(address('live', {}));
  source.onopen = () => onState('live', 'on');
  source.onerror = () => onState('not connected', 'off');
  source.onmessage = (event) => onRuns(JSON.parse(event.data));
}
