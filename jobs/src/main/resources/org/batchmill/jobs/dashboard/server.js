// Questions to the server that this page came from.

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

/** Calls back with the ids of runs that changed. */
export function listen(onRuns, onState) {
  const source = new EventSource(address('live', {}));
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  source.onmessage = (event) => onRuns(JSON.parse(event.data));
}
